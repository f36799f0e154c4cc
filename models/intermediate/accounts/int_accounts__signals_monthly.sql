with sessions as (

    select * from {{ ref('int_web__sessions_identified') }}
    where person_id is not null and started_at <= {{ as_of() }}

),

activity_accounts as (

    select
        activity_key,
        account_id,
        activity_month as month,
        case
            when activity_type <> 'email' then activity_type
            when direction = 'inbound' then 'inbound_email'
            else 'outbound_email'
        end as signal
    from {{ ref('int_funnel__activities_placed') }}
    where coalesce(is_held, true)  -- who did not come to a demo showed nothing

),

activity_people as (

    select * from {{ ref('input_activity_people') }}

),

product_events as (

    select * from {{ ref('input_product_events') }}
    where occurred_at <= {{ as_of() }}

),

account_refs as (

    select * from {{ ref('int_identity__account_refs') }}

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}

),

united as (

    select
        account_members.account_id,
        {{ month_start(reporting_date('sessions.started_at')) }} as month,
        case when sessions.is_engaged then 'engaged_visit' else 'visit' end as signal,
        sessions.person_id,
        1 as events
    from sessions
    inner join account_members
        on account_members.member_kind = 'person' and sessions.person_id = account_members.member_id

    union all

    select
        account_id,
        month,
        signal,
        cast(null as string) as person_id,
        1 as events
    from activity_accounts

    union all

    select
        activity_accounts.account_id,
        activity_accounts.month,
        activity_accounts.signal,
        person_members.person_id,
        0 as events
    from activity_accounts
    inner join activity_people
        on activity_accounts.activity_key = activity_people.activity_key
    inner join person_members
        on
            person_members.member_kind = 'record'
            and activity_people.person_key = person_members.member_id

    union all

    select
        coalesce(account_refs.account_id, account_members.account_id) as account_id,
        {{ month_start(reporting_date('product_events.occurred_at')) }} as month,
        'product_use' as signal,
        coalesce(person_members.person_id, product_events.user_id) as person_id,
        1 as events
    from product_events
    left join account_refs
        on product_events.account_ref = account_refs.account_ref
    left join person_members
        on
            person_members.member_kind = 'user'
            and product_events.user_id = person_members.member_id
    left join account_members
        on
            account_members.member_kind = 'person'
            and person_members.person_id = account_members.member_id

),

final as (

    select
        account_id,
        month,
        signal,
        person_id,
        cast(sum(events) as bigint) as events
    from united
    where account_id is not null
    group by account_id, month, signal, person_id

)

select * from final
