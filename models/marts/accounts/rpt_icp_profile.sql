with profile_values as (

    select * from {{ ref('int_accounts__profile_values') }}
    where subject_kind = 'opportunity'

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}
    where opportunity_type is null or opportunity_type <> 'renewal'

),

-- Points of a label are the same in all rows that share it, unless the seed says otherwise.
grouped as (

    select
        profile_values.criterion,
        profile_values.label,
        max(profile_values.weight) as weight,
        max(profile_values.points) as points,
        count(*) as opportunities,
        count(case when opportunities.status = 'won' then 1 end) as won,
        count(case when opportunities.status = 'lost' then 1 end) as lost,
        count(case when opportunities.status = 'open' then 1 end) as open_opportunities,
        count(case when opportunities.status = 'won' then opportunities.amount end)
            as won_with_amount,
        cast(coalesce(
            sum(case when opportunities.status = 'won' then opportunities.amount end), 0
        ) as decimal(38, 6)) as won_amount,
        cast(coalesce(
            sum(case when opportunities.status = 'open' then opportunities.amount end), 0
        ) as decimal(38, 6)) as open_amount
    from profile_values
    inner join opportunities
        on profile_values.subject_id = opportunities.opportunity_id
    group by profile_values.criterion, profile_values.label

),

totals as (

    select
        grouped.*,
        sum(won) over (partition by criterion) as all_won,
        sum(lost) over (partition by criterion) as all_lost
    from grouped

),

final as (

    select
        criterion,
        label,
        weight,
        points,
        opportunities,
        won,
        lost,
        open_opportunities,
        won_amount,
        open_amount,
        {{ ratio('won', 'won + lost') }} as win_rate,
        {{ ratio('won', 'all_won') }} as share_of_won,
        {{ divide_exact('won_amount', 'won_with_amount', 6, places=6) }} as average_contract_value,
        {{ ratio(ratio('won', 'won + lost'), ratio('all_won', 'all_won + all_lost')) }} as lift
    from totals

)

select * from final
order by criterion, label
