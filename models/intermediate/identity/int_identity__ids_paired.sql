with people as (

    select * from {{ ref('input_people') }}

),

record_merges as (

    select * from {{ ref('input_person_merges') }}

),

further_emails as (

    select * from {{ ref('input_person_emails') }}

),

identifications as (

    {% for relation in ['input_identifications', 'int_web__identifications_built'] -%}
        select
            event_source,
            anonymous_id,
            user_id,
            email,
            identified_at
        from {{ ref(relation) }}
        where identified_at is null or identified_at <= {{ as_of() }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

shared_ids as (

    select * from {{ ref('shared_ids') }}

),

stated as (

    select
        'record' as from_kind,
        person_key as from_id,
        'email' as to_kind,
        email as to_id,
        'same_email' as reason,
        source_system as evidence,
        created_at as first_seen_at
    from people
    where email is not null

    union all

    select
        'record' as from_kind,
        merged_person_key as from_id,
        'record' as to_kind,
        person_key as to_id,
        merge_kind as reason,
        source_system as evidence,
        merged_at as first_seen_at
    from record_merges

    union all

    select
        'record' as from_kind,
        person_key as from_id,
        'email' as to_kind,
        email as to_id,
        'further_email' as reason,
        source_system as evidence,
        cast(null as timestamp) as first_seen_at
    from further_emails

    {% for from_kind, from_id, to_kind, to_id in (
        ('user', 'user_id', 'email', 'email'),
        ('anonymous', 'anonymous_id', 'user', 'user_id'),
        ('anonymous', 'anonymous_id', 'email', 'email'),
    ) -%}
        union all

        select
            '{{ from_kind }}' as from_kind,
            {{ from_id }} as from_id,
            '{{ to_kind }}' as to_kind,
            {{ to_id }} as to_id,
            'identified' as reason,
            min(event_source) as evidence,
            min(identified_at) as first_seen_at
        from identifications
        where {{ from_id }} is not null and {{ to_id }} is not null
        group by {{ from_id }}, {{ to_id }}

    {% endfor -%}
),

-- What is of nobody by its name does not make a device or a user a shared one.
final as (

    select
        stated.*,
        case
            when users.id_value is not null then 'id_of_nobody'
            when mailboxes.id_value is not null then 'generic_mailbox'
        end as own_drop_reason
    from stated
    left join shared_ids as mailboxes
        on
            stated.to_kind = 'email'
            and mailboxes.id_kind = 'mailbox'
            and lower(split_part(stated.to_id, '@', 1)) = mailboxes.id_value
    left join shared_ids as users
        on
            users.id_kind = 'user'
            and lower(case
                when stated.from_kind = 'user' then stated.from_id
                when stated.to_kind = 'user' then stated.to_id
            end) = users.id_value

)

select * from final
