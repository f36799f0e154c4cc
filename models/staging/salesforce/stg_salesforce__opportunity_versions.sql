with

raw_opportunity_versions as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'opportunity'),
                ['id', '_fivetran_start']
            )
        }} as latest
),

renamed as (
    select
        id as opportunity_id,
        stage_name as stage,
        {{ divide_exact('probability', 100, 6) }} as probability,
        coalesce(is_closed, is_won, false) as is_closed,
        coalesce(is_won, false) as is_won,
        _fivetran_start as version_started_at
    from raw_opportunity_versions
    where _fivetran_start is not null and not coalesce(is_deleted, false)
)

select * from renamed
