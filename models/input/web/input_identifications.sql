with identify_calls as (

    select * from {{ ref('stg_segment__identifies') }}

),

segment_users as (

    select * from {{ ref('stg_segment__users') }}

),

-- Some sites use the address itself as user id. Text that is no address would tie all that have it.
seen as (

    select
        'segment' as event_source,
        'segment:' || anonymous_id as anonymous_id,
        user_id,
        case
            when email like '%_@_%' then email
            when user_id like '%_@_%' then lower(user_id)
        end as email,
        identified_at
    from identify_calls
    where user_id is not null or email is not null

    union all

    select
        'segment' as event_source,
        cast(null as string) as anonymous_id,
        user_id,
        case
            when email like '%_@_%' then email
            when user_id like '%_@_%' then lower(user_id)
        end as email,
        received_at as identified_at
    from segment_users

),

final as (

    select
        event_source,
        anonymous_id,
        user_id,
        email,
        min(identified_at) as identified_at
    from seen
    where
        (anonymous_id is not null and (user_id is not null or email is not null))
        or (user_id is not null and email is not null)
    group by event_source, anonymous_id, user_id, email

)

select * from final
