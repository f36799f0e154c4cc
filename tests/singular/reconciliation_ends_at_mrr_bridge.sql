{{ config(meta={'dagster': {'ref': {'name': 'rpt_mrr_reconciliation_monthly'}}}) }}
-- Invariant: the reconciliation of a month ends at the closing MRR of the bridge, and its causes
-- lead there from what was invoiced.
with steps as (

    select
        month,
        sum(case when step = 'closing_mrr' then amount else 0 end) as closing_mrr,
        sum(case when step = 'invoiced' or step_type = 'cause' then amount else 0 end)
            as invoiced_and_causes
    from {{ ref('rpt_mrr_reconciliation_monthly') }}
    group by month

),

bridge as (

    select
        month,
        closing_mrr
    from {{ ref('rpt_mrr_bridge_monthly') }}
    where segment_type = 'all'

),

final as (

    select
        coalesce(steps.month, bridge.month) as month,
        coalesce(steps.closing_mrr, 0) as closing_mrr,
        coalesce(steps.invoiced_and_causes, 0) as invoiced_and_causes,
        coalesce(bridge.closing_mrr, 0) as bridge_closing_mrr
    from steps
    full outer join bridge
        on steps.month = bridge.month

)

select * from final
where closing_mrr <> bridge_closing_mrr or invoiced_and_causes <> bridge_closing_mrr
