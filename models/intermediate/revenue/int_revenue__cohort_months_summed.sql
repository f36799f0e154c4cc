with movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

),

absences as (

    select * from {{ ref('int_revenue__absences_dated') }}
    where churn_type is null

),

starts as (

    select
        customer_id,
        min_by(mrr_change, movement_date) as starting_mrr,
        {{ month_start('min(movement_date)') }} as cohort_month
    from movements
    group by customer_id

),

members as (

    select
        starts.customer_id,
        starts.cohort_month,
        starts.starting_mrr,
        customer_months.{{ segment_types() | join(', customer_months.') }}
    from starts
    inner join customer_months
        on
            starts.customer_id = customer_months.customer_id
            and starts.cohort_month = customer_months.month

),

-- Who fell to 0 without churn (a policy of its own) is still a customer.
present as (

    select
        customer_id,
        month,
        closing_mrr
    from customer_months
    where closing_mrr > 0

    union all

    select
        absences.customer_id,
        cast(series.month as date) as month,
        0 as closing_mrr
    from absences
    cross join
        lateral unnest(
            {{ month_series(
                'absences.away_from',
                'coalesce(' ~ add_months('absences.away_to', -1) ~ ', ' ~ month_start(as_of_date())
                ~ ')'
            ) }}
        ) as series (month)

),

-- Month 0 is the start itself: all members, with the MRR that they started with.
cohort_rows as (

    select
        cohort_month,
        0 as months_since,
        starting_mrr,
        starting_mrr as mrr,
        {{ segment_types() | join(', ') }}
    from members

    union all

    select
        members.cohort_month,
        {{ months_between('members.cohort_month', 'present.month') }} as months_since,
        members.starting_mrr,
        present.closing_mrr as mrr,
        members.{{ segment_types() | join(', members.') }}
    from members
    inner join present
        on
            members.customer_id = present.customer_id
            and members.cohort_month < present.month

),

final as (

    select
        cohort_rows.cohort_month,
        cohort_rows.months_since,
        types.segment_type,
        {{ segment_value('cohort_rows') }} as segment_value,
        count(*) as customers,
        sum(cohort_rows.mrr) as mrr,
        sum(least(cohort_rows.mrr, cohort_rows.starting_mrr)) as gross_mrr
    from cohort_rows
    cross join {{ every_segment_type() }}
    group by
        cohort_rows.cohort_month,
        cohort_rows.months_since,
        types.segment_type,
        {{ segment_value('cohort_rows') }}

)

select * from final
