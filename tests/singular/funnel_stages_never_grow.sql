{{ config(meta={'dagster': {'ref': {'name': 'rpt_funnel_monthly'}}}) }}
-- Invariant: with skipped stages filled in, no segment has more leads in a stage than in the one
-- before it, all months together.
with months as (

    select * from {{ ref('rpt_funnel_monthly') }}
    where {{ policy_is('backfill_skipped_stages', true) }}

),

final as (

    select
        segment_type,
        segment_value,
        sum(leads) as leads,
        sum(mqls) as mqls,
        sum(sqls) as sqls,
        sum(opportunities) as opportunities,
        sum(customers) as customers
    from months
    group by segment_type, segment_value

)

select * from final
where mqls > leads or sqls > mqls or opportunities > sqls or customers > opportunities
