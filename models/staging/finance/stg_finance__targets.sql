with

raw_targets as (
    select *
    from
        {{
            deduplicate(
                source('finance', 'targets'),
                [month_start('month'), 'lower(trim(metric))']
            )
        }} as latest
),

renamed as (
    select
        {{ month_start('month') }} as month,
        lower(trim(metric)) as metric,
        target
    from raw_targets
)

select * from renamed
