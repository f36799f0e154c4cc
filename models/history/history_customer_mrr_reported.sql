-- Only ever added to. The changes were found before this table grew, and a run whose as-of is not
-- later than every report's adds nothing.
with changes as (

    select * from {{ ref('history_changes_found') }}
    where is_new_report

),

final as (

    select
        month,
        customer_id,
        reported_at,
        reporting_currency,
        version_number,
        opening_mrr,
        new_mrr,
        reactivation_mrr,
        expansion_mrr,
        contraction_mrr,
        churn_mrr,
        fx_impact_mrr,
        closing_mrr
    from changes

)

select * from final
order by month, customer_id
