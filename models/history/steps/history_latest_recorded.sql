-- depends_on: {{ ref('fct_customer_mrr_monthly') }}
-- So that whoever builds what is compared with it makes this view anew, with its as-of.
with recorded as (

    select * from {{ recorded_customer_months() }}

),

known as (

    select * from recorded
    where
        reported_at <= {{ as_of() }}
        and reporting_currency = '{{ var("reporting_currency") }}'

),

-- Few customer months are ever restated: only those are grouped, not every one there is.
repeated as (

    select
        month,
        customer_id,
        max(version_number) as version_number
    from known
    where version_number > 1
    group by month, customer_id

),

final as (

    select
        known.month,
        known.customer_id,
        known.version_number,
        {{ has_mrr('known') }} as has_mrr,
        known.opening_mrr,
        known.new_mrr,
        known.reactivation_mrr,
        known.expansion_mrr,
        known.contraction_mrr,
        known.churn_mrr,
        known.fx_impact_mrr,
        known.closing_mrr
    from known
    left join repeated
        on
            known.month = repeated.month
            and known.customer_id = repeated.customer_id
    where known.version_number = coalesce(repeated.version_number, 1)

)

select * from final
