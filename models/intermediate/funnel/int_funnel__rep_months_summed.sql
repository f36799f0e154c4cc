with leads as (

    select * from {{ ref('int_funnel__leads') }}

),

-- A renewal is no deal that sales won or lost, and what was made after its close was never open.
opportunities as (

    select
        *,
        case
            when {{ reporting_date('closed_at') }} < {{ reporting_date('created_at') }} then 0
            else 1
        end as opened
    from {{ ref('int_funnel__opportunities') }}
    where opportunity_type is null or opportunity_type <> 'renewal'

),

activities as (

    select * from {{ ref('input_activities') }}
    where
        activity_type in ('call', 'email', 'meeting', 'demo')
        and occurred_at <= {{ as_of() }}

),

events as (

    select
        'created' as event_type,
        created_at as event_at,
        owner_id,
        status,
        amount,
        opened as open_change,
        cast(null as bigint) as cycle_days
    from opportunities

    union all

    select
        status as event_type,
        closed_at as event_at,
        owner_id,
        status,
        amount,
        -opened as open_change,
        case
            when {{ reporting_date('closed_at') }} >= {{ reporting_date('created_at') }}
                then cast({{ days_between(
                    reporting_date('created_at'), reporting_date('closed_at')
                ) }} as bigint)
        end as cycle_days
    from opportunities
    where status in ('won', 'lost')

    union all

    select
        'lead' as event_type,
        created_at as event_at,
        owner_id,
        cast(null as string) as status,
        cast(null as decimal(38, 6)) as amount,
        0 as open_change,
        cast(null as bigint) as cycle_days
    from leads

    union all

    select
        case
            when activity_type = 'demo' and not coalesce(is_held, true) then 'missed_demo'
            else activity_type
        end as event_type,
        occurred_at as event_at,
        owner_key as owner_id,
        cast(null as string) as status,
        cast(null as decimal(38, 6)) as amount,
        0 as open_change,
        cast(null as bigint) as cycle_days
    from activities

),

owners as (

    select
        events.*,
        {{ month_start(reporting_date('events.event_at')) }} as month,
        case when scopes.scope = 'all' then 'all' else coalesce(events.owner_id, 'unknown') end
            as rep_id
    from events
    cross join (values ('all'), ('rep')) as scopes (scope)

),

final as (

    select
        month,
        rep_id,
        {% for type, name in (
            ('created', 'created_opportunities'), ('won', 'won'), ('lost', 'lost'),
            ('lead', 'leads'), ('call', 'calls'), ('email', 'emails'), ('meeting', 'meetings'),
            ('demo', 'demos')
        ) %}
            count(case when event_type = '{{ type }}' then 1 end) as {{ name }},
        {% endfor %}
        count(case when event_type = 'created' and status = 'won' then 1 end) as created_won,
        cast(sum(open_change) as bigint) as open_change,
        count(case when event_type = 'won' then amount end) as won_with_amount,
        count(case when event_type = 'won' then cycle_days end) as won_with_cycle,
        cast(coalesce(sum(case when event_type = 'won' then amount end), 0) as decimal(38, 6))
            as won_amount,
        cast(coalesce(sum(case when event_type = 'lost' then amount end), 0) as decimal(38, 6))
            as lost_amount,
        cast(coalesce(sum(case when event_type = 'won' then cycle_days end), 0) as bigint)
            as won_cycle_days,
        cast(median(case when event_type = 'won' then cycle_days end) as double)
            as median_cycle_days
    from owners
    group by month, rep_id

)

select * from final
