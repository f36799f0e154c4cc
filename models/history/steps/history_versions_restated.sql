with versions as (

    select * from {{ ref('history_versions_known') }}

),

-- Changed after the month's first report, or not in it at all.
restated as (

    select
        month,
        customer_id
    from versions
    where not is_first_report
    group by month, customer_id

),

final as (

    select
        versions.month,
        versions.customer_id,
        versions.reported_at,
        versions.version_number,
        versions.first_reported_at,
        versions.is_first_report,
        versions.closed_at,
        versions.opening_mrr,
        versions.new_mrr,
        versions.reactivation_mrr,
        versions.expansion_mrr,
        versions.contraction_mrr,
        versions.churn_mrr,
        versions.fx_impact_mrr,
        versions.closing_mrr
    from versions
    inner join restated
        on
            versions.month = restated.month
            and versions.customer_id = restated.customer_id

)

select * from final
