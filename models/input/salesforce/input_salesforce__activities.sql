with tasks as (

    select * from {{ ref('stg_salesforce__tasks') }}

),

events as (

    select * from {{ ref('stg_salesforce__events') }}

),

demo_words as (

    select * from {{ ref('demo_words') }}

),

outcomes as (

    select * from {{ ref('crm_activity_outcomes') }}

),

-- A task is a demo by the type that people gave it only: "call back about the demo" is none.
demos as (

    select
        candidates.activity_id,
        max(demo_words.demo_word) as demo_word
    from (
        select
            task_id as activity_id,
            {{ plain_words('own_type') }} as all_words
        from tasks
        where own_type is not null

        union all

        select
            event_id as activity_id,
            {{ plain_words("concat_ws(' ', subject, event_type)") }} as all_words
        from events
    ) as candidates
    inner join demo_words
        on candidates.all_words like '% ' || demo_words.demo_word || ' %'
    group by candidates.activity_id

),

-- A call, meeting or demo that is still to be done is a task.
tasks_typed as (

    select
        tasks.*,
        case
            when tasks.task_type in ('email', 'listemail') then 'email'
            when not tasks.is_closed then 'task'
            when demos.activity_id is not null then 'demo'
            when tasks.task_type = 'call' then 'call'
            when tasks.task_type = 'meeting' then 'meeting'
            else 'task'
        end as activity_type
    from tasks
    left join demos
        on tasks.task_id = demos.activity_id

),

final as (

    select
        tasks_typed.task_id as activity_id,
        tasks_typed.activity_type,
        case
            when tasks_typed.direction in ('inbound', 'outbound') then tasks_typed.direction
            else 'unknown'
        end as direction,
        case
            when tasks_typed.activity_type in ('meeting', 'demo') then true
            else outcomes.is_held
        end as is_held,
        tasks_typed.who_id,
        tasks_typed.what_id,
        tasks_typed.account_id,
        tasks_typed.owner_id,
        tasks_typed.subject,
        tasks_typed.created_at,
        coalesce(
            tasks_typed.completed_at,
            {{ moment_of_day('tasks_typed.due_date', ['tasks_typed.created_at']) }},
            tasks_typed.created_at
        ) as occurred_at
    from tasks_typed
    left join outcomes
        on
            tasks_typed.call_disposition = outcomes.outcome
            and tasks_typed.activity_type = outcomes.activity_type
            and outcomes.source_system = 'salesforce'

    union all

    select
        events.event_id as activity_id,
        case
            when demos.activity_id is not null then 'demo'
            when events.event_type = 'call' then 'call'
            else 'meeting'
        end as activity_type,
        'unknown' as direction,
        cast(null as boolean) as is_held,
        events.who_id,
        events.what_id,
        events.account_id,
        events.owner_id,
        events.subject,
        events.created_at,
        coalesce(events.started_at, events.created_at) as occurred_at
    from events
    left join demos
        on events.event_id = demos.activity_id

)

select * from final
