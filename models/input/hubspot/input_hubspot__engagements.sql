with calls as (

    select * from {{ ref('stg_hubspot__calls') }}

),

meetings as (

    select * from {{ ref('stg_hubspot__meetings') }}

),

emails as (

    select * from {{ ref('stg_hubspot__emails') }}

),

tasks as (

    select * from {{ ref('stg_hubspot__tasks') }}

),

notes as (

    select * from {{ ref('stg_hubspot__notes') }}

),

demo_words as (

    select * from {{ ref('demo_words') }}

),

outcomes as (

    select * from {{ ref('crm_activity_outcomes') }}

),

demos as (

    select meetings.engagement_id
    from meetings
    inner join demo_words
        on
            {{ plain_words("concat_ws(' ', meetings.subject, meetings.activity_type)") }}
            like '% ' || demo_words.demo_word || ' %'
    group by meetings.engagement_id

),

-- A call's outcome says more than its status: a call that ended in a voice mail is COMPLETED, too.
final as (

    select
        calls.engagement_id,
        'call' as activity_type,
        coalesce(calls.direction, 'unknown') as direction,
        case
            when calls.disposition is not null then by_disposition.is_held
            else by_status.is_held
        end as is_held,
        calls.owner_id,
        calls.salesforce_activity_id,
        calls.subject,
        calls.created_at,
        calls.occurred_at
    from calls
    left join outcomes as by_disposition
        on
            calls.disposition = by_disposition.outcome
            and by_disposition.source_system = 'hubspot'
            and by_disposition.activity_type = 'call'
    left join outcomes as by_status
        on
            calls.call_status = by_status.outcome
            and by_status.source_system = 'hubspot'
            and by_status.activity_type = 'call'

    union all

    select
        meetings.engagement_id,
        case when demos.engagement_id is null then 'meeting' else 'demo' end as activity_type,
        'unknown' as direction,
        outcomes.is_held,
        meetings.owner_id,
        meetings.salesforce_activity_id,
        meetings.subject,
        meetings.created_at,
        meetings.occurred_at
    from meetings
    left join demos
        on meetings.engagement_id = demos.engagement_id
    left join outcomes
        on
            meetings.outcome = outcomes.outcome
            and outcomes.source_system = 'hubspot'
            and outcomes.activity_type = 'meeting'

    {% for relation, kind, direction, subject in [
        ('emails', 'email', "coalesce(direction, 'unknown')", 'subject'),
        ('tasks', 'task', "'unknown'", 'subject'),
        ('notes', 'note', "'unknown'", 'cast(null as string)')
    ] %}
        union all

        select
            engagement_id,
            '{{ kind }}' as activity_type,
            {{ direction }} as direction,
            cast(null as boolean) as is_held,
            owner_id,
            salesforce_activity_id,
            {{ subject }} as subject,
            created_at,
            occurred_at
        from {{ relation }}

    {% endfor %}
)

select * from final
