with leads as (

    select * from {{ ref('int_funnel__leads_identified') }}
    where not is_copy

),

activities as (

    select * from {{ ref('input_activities') }}
    where activity_type in ('call', 'meeting', 'demo') and occurred_at <= {{ as_of() }}

),

activity_people as (

    select * from {{ ref('input_activity_people') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'record'

),

business_days as (

    select * from {{ ref('int_funnel__business_days') }}

),

zone as (

    select max(time_zone) as time_zone
    from business_days

),

-- A person is a lead from its start to the start of its next one. What took place without anybody
-- saying that it did not is taken to have taken place: so is a call logged by hand, of which a CRM
-- mostly tells neither direction nor outcome.
contacts as (

    select
        leads.lead_id,
        leads.created_at,
        min(
            case
                when activities.activity_type = 'call'
                    then
                        case
                            when
                                activities.direction = 'outbound'
                                or activities.is_held
                                or (
                                    coalesce(activities.direction, 'unknown') = 'unknown'
                                    and activities.is_held is null
                                )
                                then activities.occurred_at
                        end
                when coalesce(activities.is_held, true) then activities.occurred_at
            end
        ) as first_call_at,
        min(
            case
                when activities.activity_type = 'demo' and coalesce(activities.is_held, true)
                    then activities.occurred_at
            end
        ) as demo_at,
        min(case when activities.activity_type = 'demo' then activities.occurred_at end)
            as demo_booked_for
    from activities
    inner join activity_people
        on activities.activity_key = activity_people.activity_key
    left join person_members
        on activity_people.person_key = person_members.member_id
    inner join leads
        on
            coalesce(person_members.person_id, activity_people.person_key) = leads.person_id
            and activities.occurred_at >= leads.created_at
            and activities.occurred_at < coalesce(leads.next_lead_at, {{ far_future() }})
    group by leads.lead_id, leads.created_at

),

timed as (

    select
        contacts.*,
        cast({{ utc_to_zone_of('contacts.created_at', 'zone.time_zone') }} as date)
            as created_date,
        cast({{ utc_to_zone_of('contacts.first_call_at', 'zone.time_zone') }} as date)
            as first_call_date
    from contacts
    cross join zone

),

-- Business seconds up to an instant: those of the days before and of its own day so far.
final as (

    select
        timed.lead_id,
        timed.first_call_at,
        timed.demo_at,
        timed.demo_booked_for,
        cast({{ seconds_between('timed.created_at', 'timed.first_call_at') }} as bigint)
            as seconds_to_first_call,
        cast(
            {{ business_seconds_up_to('timed.first_call_at', 'call_days') }}
            - {{ business_seconds_up_to('timed.created_at', 'lead_days') }} as bigint
        ) as business_seconds_to_first_call
    from timed
    left join business_days as lead_days
        on timed.created_date = lead_days.local_date
    left join business_days as call_days
        on timed.first_call_date = call_days.local_date

)

select * from final
