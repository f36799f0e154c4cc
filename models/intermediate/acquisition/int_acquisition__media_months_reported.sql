with ad_spend as (

    select * from {{ ref('input_ad_spend') }}

),

platform_months as (

    select
        platform,
        {{ month_start('spend_date') }} as month
    from ad_spend
    where amount <> 0 and spend_date <= {{ as_of_date() }}
    group by platform, {{ month_start('spend_date') }}

),

final as (

    select
        platform,
        month
    from platform_months

    union all

    select
        'any' as platform,
        month
    from platform_months
    group by month

)

select * from final
