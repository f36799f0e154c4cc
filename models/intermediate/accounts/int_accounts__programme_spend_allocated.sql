with costs as (

    select * from {{ ref('int_accounts__programme_costs_monthly') }}

),

group_months as (

    select * from {{ ref('int_accounts__group_months_summed') }}

),

tiers as (

    select
        costs.month,
        group_months.segment_value as tier,
        sum(group_months.accounts_added) as accounts
    from costs
    inner join group_months
        on
            group_months.segment_type = 'tier'
            and group_months.segment_value <> 'rest'
            and costs.month >= group_months.month
    group by costs.month, group_months.segment_value
    having sum(group_months.accounts_added) > 0

),

-- Every account on the list costs the same. From one edge to the next: differences of rounded edges
-- add up to the whole.
edges as (

    select
        month,
        tier,
        accounts,
        sum(accounts) over (partition by month) as all_accounts,
        sum(accounts) over (
            partition by month order by tier
            rows between unbounded preceding and current row
        ) as accounts_to
    from tiers

),

shares as (

    select
        month,
        tier,
        cast({{ ratio('accounts_to - accounts', 'all_accounts') }} as decimal(13, 12))
            as share_from,
        cast({{ ratio('accounts_to', 'all_accounts') }} as decimal(13, 12)) as share_to
    from edges

),

-- Before any account is listed the programme is nobody's, which is the rest.
cut_costs as (

    select
        costs.month,
        types.segment_type,
        case
            when types.segment_type = 'all' then 'all'
            when shares.tier is null then 'rest'
            when types.segment_type = 'target' then 'target'
            else shares.tier
        end as segment_value,
        case
            when shares.tier is null then costs.programme_amount
            else
                {{ part_of('costs.programme_amount', 'shares.share_to') }}
                - {{ part_of('costs.programme_amount', 'shares.share_from') }}
        end as amount
    from costs
    cross join {{ every_account_group_type() }}
    left join shares
        on costs.month = shares.month

),

final as (

    select
        month,
        segment_type,
        segment_value,
        cast(sum(amount) as decimal(38, 6)) as programme_amount
    from cut_costs
    group by month, segment_type, segment_value

)

select * from final
