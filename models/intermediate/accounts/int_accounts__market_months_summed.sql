with deals as (

    select * from {{ ref('int_accounts__deals_dated') }}

),

customers as (

    select * from {{ ref('int_accounts__customers_dated') }}

),

subjects as (

    select * from {{ ref('int_accounts__market_described') }}

),

events as (

    select
        'account' as subject_kind,
        account_id as subject_id,
        event_type,
        event_date,
        amount,
        open_change
    from deals

    union all

    select
        'customer' as subject_kind,
        customer_id as subject_id,
        event_type,
        event_date,
        mrr as amount,
        0 as open_change
    from customers

),

final as (

    select
        {{ month_start('events.event_date') }} as month,
        types.segment_type,
        coalesce({{ market_segment_value('subjects') }}, 'unknown') as segment_value,
        {% for event_type, name in (
            ('closing', 'closing_customers'), ('new', 'new_customers'),
            ('churn', 'churned_customers'), ('created', 'created_opportunities'),
            ('won', 'won'), ('lost', 'lost')
        ) %}
            count(case when events.event_type = '{{ event_type }}' then 1 end) as {{ name }},
        {% endfor %}
        {% for event_type, name in (
            ('closing', 'closing_mrr'), ('new', 'new_mrr'), ('created', 'created_amount'),
            ('won', 'won_amount'), ('lost', 'lost_amount')
        ) %}
            cast(coalesce(
                sum(case when events.event_type = '{{ event_type }}' then events.amount end), 0
            ) as decimal(38, 6)) as {{ name }},
        {% endfor %}
        cast(sum(events.open_change) as bigint) as open_change,
        cast(
            coalesce(sum(events.open_change * events.amount), 0) as decimal(38, 6)
        ) as open_amount_change,
        count(case when events.event_type = 'won' then events.amount end) as won_with_amount
    from events
    cross join {{ every_market_segment_type() }}
    left join subjects
        on
            events.subject_kind = subjects.subject_kind
            and events.subject_id = subjects.subject_id
    group by
        {{ month_start('events.event_date') }},
        types.segment_type,
        coalesce({{ market_segment_value('subjects') }}, 'unknown')

)

select * from final
