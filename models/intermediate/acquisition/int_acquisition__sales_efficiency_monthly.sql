with months as (

    select * from {{ ref('int_revenue__company_months') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}

),

movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

costs as (

    select * from {{ ref('int_acquisition__costs_united') }}

),

mrr as (

    select
        month,
        sum(closing_mrr) as closing_mrr
    from customer_months
    group by month

),

changes as (

    select
        {{ month_start('movement_date') }} as month,
        sum(mrr_change) as net_new_mrr
    from movements
    group by {{ month_start('movement_date') }}

),

cost_months as (

    select
        cost_month as month,
        sum(case when exclusion_reason is null then amount else 0 end) as acquisition_cost,
        sum(case when exclusion_reason = 'retention' then amount else 0 end) as retention_cost,
        max(case when cost_source = 'ledger' then 1 else 0 end) as in_ledger
    from costs
    group by cost_month

),

first_costs as (

    select
        min(month) as first_month,
        coalesce(max(in_ledger), 0) as in_ledger
    from cost_months

),

joined as (

    select
        months.month,
        coalesce(mrr.closing_mrr, 0) as closing_mrr,
        coalesce(changes.net_new_mrr, 0) as net_new_mrr,
        case
            when months.month >= first_costs.first_month
                then coalesce(cost_months.acquisition_cost, 0)
        end as acquisition_cost,
        case
            when months.month >= first_costs.first_month
                then coalesce(cost_months.retention_cost, 0)
        end as retention_cost,
        months.is_complete and coalesce(cost_months.in_ledger, 0) >= first_costs.in_ledger
            as is_cost_complete
    from months
    cross join first_costs
    left join mrr
        on months.month = mrr.month
    left join changes
        on months.month = changes.month
    left join cost_months
        on months.month = cost_months.month

),

-- Quarters that end with the month: growth of this one against the costs of the one before.
windowed as (

    select
        joined.*,
        sum(net_new_mrr) over this_quarter as net_new_mrr_3m,
        sum(closing_mrr) over this_quarter as revenue_3m,
        sum(closing_mrr) over quarter_before as revenue_before_3m,
        case
            when count(acquisition_cost) over quarter_before = 3
                then sum(acquisition_cost) over quarter_before
        end as acquisition_cost_before_3m
    from joined
    window
        this_quarter as (order by month rows between 2 preceding and current row),
        quarter_before as (order by month rows between 5 preceding and 3 preceding)

),

final as (

    select
        month,
        'all' as segment_type,
        'all' as segment_value,
        cast(acquisition_cost as decimal(38, 6)) as acquisition_cost,
        cast(retention_cost as decimal(38, 6)) as retention_cost,
        cast(closing_mrr as decimal(38, 6)) as closing_mrr,
        cast(net_new_mrr as decimal(38, 6)) as net_new_mrr,
        is_cost_complete,
        {{ ratio('12 * net_new_mrr_3m', 'acquisition_cost_before_3m') }} as magic_number,
        {{ ratio('4 * (revenue_3m - revenue_before_3m)', 'acquisition_cost_before_3m') }}
            as magic_number_revenue_form
    from windowed

)

select * from final
