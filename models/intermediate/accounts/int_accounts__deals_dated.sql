-- A renewal is no deal that sales won or lost.
with opportunities as (

    select
        *,
        {{ reporting_date('created_at') }} as created_date,
        {{ reporting_date('closed_at') }} as closed_date
    from {{ ref('int_funnel__opportunities') }}
    where opportunity_type is null or opportunity_type <> 'renewal'

),

united as (

    {% for event_type, day, condition in (
        ('created', 'created_date', 'true'),
        ('won', 'closed_date', "status = 'won'"),
        ('lost', 'closed_date', "status = 'lost'")
    ) %}
        select
            opportunity_id,
            '{{ event_type }}' as event_type,
            {{ day }} as event_date,
            created_date,
            account_id,
            amount,
            case
                when closed_date < created_date then 0
                else {{ 1 if event_type == 'created' else -1 }}
            end as open_change,
            case
                when '{{ event_type }}' <> 'created' and closed_date >= created_date
                    then cast({{ days_between('created_date', 'closed_date') }} as bigint)
            end as cycle_days
        from opportunities
        where {{ condition }}

        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (

    select
        opportunity_id,
        event_type,
        event_date,
        created_date,
        account_id,
        amount,
        open_change,
        cycle_days,
        coalesce(amount > {{ policy('large_deal_amount') }}, false) as is_large,
        coalesce(cycle_days > {{ policy('long_cycle_days') }}, false) as is_long
    from united

)

select * from final
