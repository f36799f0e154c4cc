with customer_months as (

    select * from {{ ref('history_customer_mrr_reported') }}

),

changes as (

    select * from {{ ref('history_changes_found') }}

),

months as (

    select * from {{ ref('history_months_reported') }}

),

-- What this run found and may not write down, since a later or equal as-of has been reported, is
-- what it knows all the same.
versions as (

    select
        month,
        customer_id,
        reported_at,
        version_number,
        opening_mrr,
        new_mrr,
        reactivation_mrr,
        expansion_mrr,
        contraction_mrr,
        churn_mrr,
        fx_impact_mrr,
        closing_mrr,
        true as is_recorded
    from customer_months
    where
        reported_at <= {{ as_of() }}
        and reporting_currency = '{{ var("reporting_currency") }}'

    union all

    select
        month,
        customer_id,
        reported_at,
        version_number,
        opening_mrr,
        new_mrr,
        reactivation_mrr,
        expansion_mrr,
        contraction_mrr,
        churn_mrr,
        fx_impact_mrr,
        closing_mrr,
        false as is_recorded
    from changes
    where not is_new_report

),

final as (

    select
        versions.*,
        months.first_reported_at,
        months.closed_at,
        versions.reported_at = months.first_reported_at
        and versions.is_recorded = months.is_recorded as is_first_report
    from versions
    inner join months
        on versions.month = months.month

)

select * from final
