with spend as (

    select * from {{ ref('int_acquisition__spend_allocated') }}

),

credits as (

    select * from {{ ref('int_acquisition__new_customer_credits') }}

),

months as (

    select * from {{ ref('int_acquisition__cac_months_listed') }}

),

cuts as (

    select
        segment_type,
        segment_value,
        attribution_model
    from spend

    union

    select
        segment_type,
        segment_value,
        attribution_model
    from credits

),

-- Every month of every cut is there, also where nothing was spent or nobody came.
measures as (

    select
        month,
        segment_type,
        segment_value,
        attribution_model,
        category,
        amount,
        0 as credit,
        cast(null as boolean) as is_paid,
        0 as new_mrr
    from spend

    union all

    select
        month,
        segment_type,
        segment_value,
        attribution_model,
        cast(null as string) as category,
        0 as amount,
        credit,
        is_paid,
        new_mrr
    from credits

    union all

    select
        months.month,
        cuts.segment_type,
        cuts.segment_value,
        cuts.attribution_model,
        cast(null as string) as category,
        0 as amount,
        0 as credit,
        cast(null as boolean) as is_paid,
        0 as new_mrr
    from months
    cross join cuts

),

totals as (

    select
        month,
        segment_type,
        segment_value,
        attribution_model
        {%- for category in cost_categories() %},
        cast(sum(case when category = '{{ category }}' then amount else 0 end) as decimal(38, 6))
            as spend_{{ category }}
        {%- endfor %},
        cast(sum(credit) as decimal(38, 6)) as new_customers,
        cast(case
            when sum(credit) = 0 then 0
            when count(is_paid) > 0 then sum(case when is_paid then credit else 0 end)
        end as decimal(38, 6)) as paid_new_customers,
        cast(sum(new_mrr) as decimal(38, 6)) as new_mrr
    from measures
    group by month, segment_type, segment_value, attribution_model

),

final as (

    select
        totals.*,
        months.spend_month,
        months.is_complete
    from totals
    inner join months
        on totals.month = months.month

)

select * from final
