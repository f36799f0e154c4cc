{{ config(meta={'dagster': {'ref': {'name': 'rpt_retention_monthly'}}}) }}
-- Invariant: the opening weights of every closed cohort are the closing MRR and customers of its
-- segment at the start of the window, for the company and for every segment.
with retention as (

    select * from {{ ref('rpt_retention_monthly') }}

),

bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}

),

openings as (

    select
        month,
        segment_type,
        segment_value,
        1 as window_months,
        opening_mrr,
        opening_customers
    from retention

    union all

    select
        month,
        segment_type,
        segment_value,
        3 as window_months,
        opening_mrr_3m as opening_mrr,
        opening_customers_3m as opening_customers
    from retention

    union all

    select
        month,
        segment_type,
        segment_value,
        12 as window_months,
        opening_mrr_12m as opening_mrr,
        opening_customers_12m as opening_customers
    from retention

),

closings as (

    select
        openings.*,
        coalesce(bridge.closing_mrr, 0) as closing_mrr,
        coalesce(bridge.closing_customers, 0) as closing_customers
    from openings
    left join bridge
        on
            openings.segment_type = bridge.segment_type
            and openings.segment_value = bridge.segment_value
            and openings.month
            = cast({{ add_months('bridge.month', 'openings.window_months') }} as date)

)

select * from closings
where opening_mrr <> closing_mrr or opening_customers <> closing_customers
