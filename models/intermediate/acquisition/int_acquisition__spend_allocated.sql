with costs as (

    select * from {{ ref('int_acquisition__costs_united') }}

),

credits as (

    select * from {{ ref('int_acquisition__new_customer_credits') }}

),

shares as (

    select * from {{ ref('int_acquisition__credit_shares_monthly') }}

),

monthly_costs as (

    select
        cast({{ add_months('cost_month', policy('cac_lag_months')) }} as date) as month,
        cost_month as spend_month,
        category,
        channel,
        sum(amount) as amount
    from costs
    where exclusion_reason is null
    group by cost_month, category, channel

),

cuts as (

    select
        segment_type,
        attribution_model
    from credits
    group by segment_type, attribution_model

    union

    select
        'all' as segment_type,
        'none' as attribution_model

),

cut_costs as (

    select
        monthly_costs.*,
        cuts.segment_type,
        cuts.attribution_model,
        case
            when cuts.segment_type = 'all' then 'all'
            when
                cuts.segment_type = 'acquisition_channel'
                and monthly_costs.channel <> 'unallocated'
                then monthly_costs.channel
        end as own_segment
    from monthly_costs
    cross join cuts

),

allocated as (

    select
        cut_costs.month,
        cut_costs.spend_month,
        cut_costs.segment_type,
        coalesce(cut_costs.own_segment, shares.segment_value, 'unknown') as segment_value,
        cut_costs.attribution_model,
        cut_costs.category,
        case
            when shares.share_to is null then cast(cut_costs.amount as decimal(38, 6))
            else cast(
                {{ part_of('cut_costs.amount', 'shares.share_to') }}
                - {{ part_of('cut_costs.amount', 'shares.share_from') }} as decimal(38, 6)
            )
        end as amount
    from cut_costs
    left join shares
        on
            cut_costs.own_segment is null
            and cut_costs.month = shares.month
            and cut_costs.segment_type = shares.segment_type
            and cut_costs.attribution_model = shares.attribution_model

),

final as (

    select
        month,
        spend_month,
        segment_type,
        segment_value,
        attribution_model,
        category,
        cast(sum(amount) as decimal(38, 6)) as amount
    from allocated
    group by month, spend_month, segment_type, segment_value, attribution_model, category

)

select * from final
