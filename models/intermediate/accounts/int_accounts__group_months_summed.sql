{%- set created_date = reporting_date('accounts.created_at') -%}
with accounts as (

    select * from {{ ref('int_accounts__described') }}
    where created_at <= {{ as_of() }}

),

targets as (

    select * from {{ ref('int_accounts__targets_listed') }}

),

deals as (

    select * from {{ ref('int_accounts__deals_dated') }}

),

customers as (

    select * from {{ ref('int_accounts__customers_dated') }}

),

-- group_date says to whom an event belongs: a deal to the group of its account when it was made.
events as (

    select
        accounts.account_id,
        'account' as event_type,
        case when sides.side = 'created' then {{ created_date }} else accounts.targeted_from end
            as event_date,
        case when sides.side = 'joined' then accounts.targeted_from else {{ created_date }} end
            as group_date,
        case when sides.side = 'left' then -1 else 1 end as units,
        cast(null as decimal(38, 6)) as amount,
        0 as open_change,
        cast(null as bigint) as cycle_days,
        false as is_large,
        false as is_long
    from accounts
    cross join (values ('created'), ('left'), ('joined')) as sides (side)
    where sides.side = 'created' or accounts.targeted_from > {{ created_date }}

    union all

    select
        account_id,
        event_type,
        event_date,
        created_date as group_date,
        1 as units,
        amount,
        open_change,
        cycle_days,
        is_large,
        is_long
    from deals

    union all

    select
        account_id,
        event_type,
        event_date,
        event_date as group_date,
        1 as units,
        mrr as amount,
        0 as open_change,
        cast(null as bigint) as cycle_days,
        false as is_large,
        false as is_long
    from customers

),

grouped as (

    select
        events.*,
        {{ month_start('events.event_date') }} as month,
        types.segment_type,
        {{ account_group('targets', 'events.group_date') }} as segment_value
    from events
    cross join {{ every_account_group_type() }}
    left join targets
        on events.account_id = targets.account_id

),

final as (

    select
        month,
        segment_type,
        segment_value,
        {% for event_type, name in (
            ('account', 'accounts_added'), ('created', 'created_opportunities'), ('won', 'won'),
            ('lost', 'lost'), ('new', 'new_customers'), ('churn', 'churned_customers'),
            ('closing', 'closing_customers')
        ) %}
            cast(sum(case when event_type = '{{ event_type }}' then units else 0 end) as bigint)
                as {{ name }},
        {% endfor %}
        {% for event_type, name in (
            ('won', 'won_amount'), ('lost', 'lost_amount'), ('new', 'new_mrr'), ('closing', 'closing_mrr')
        ) %}
            cast(coalesce(
                sum(case when event_type = '{{ event_type }}' then amount end), 0
            ) as decimal(38, 6)) as {{ name }},
        {% endfor %}
        cast(sum(open_change) as bigint) as open_change,
        count(case when event_type = 'won' then amount end) as won_with_amount,
        count(case when event_type = 'won' then cycle_days end) as won_with_cycle,
        cast(coalesce(sum(case when event_type = 'won' then cycle_days end), 0) as bigint)
            as won_cycle_days,
        count(case when event_type = 'created' and is_large then 1 end) as large_opportunities,
        count(case when event_type = 'won' and is_large then 1 end) as large_won,
        count(case when event_type = 'lost' and is_large then 1 end) as large_lost,
        count(case when event_type = 'won' and is_long then 1 end) as long_cycle_won,
        count(case when event_type = 'lost' and is_long then 1 end) as long_cycle_lost
    from grouped
    group by month, segment_type, segment_value

)

select * from final
