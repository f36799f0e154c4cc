with person_links as (

    select * from {{ ref('int_identity__person_links') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}

),

companies as (

    select * from {{ ref('int_identity__companies_placed') }}

),

customers as (

    select * from {{ ref('int_identity__customers_placed') }}

),

people as (

    select * from {{ ref('int_identity__people_placed') }}

),

-- A link that is not dropped by itself and whose ends are two persons all the same was in a chain
-- of too many.
persons as (

    select
        'person' as link_type,
        {{ identity_key('person_links.from_kind', 'person_links.from_id') }} as from_id,
        {{ identity_key('person_links.to_kind', 'person_links.to_id') }} as to_id,
        person_links.reason,
        person_links.evidence,
        person_links.first_seen_at,
        person_links.drop_reason is null
        and coalesce(near.person_id = far.person_id, person_links.to_kind = 'record') as is_used,
        case
            when person_links.drop_reason is not null then person_links.drop_reason
            when not coalesce(near.person_id = far.person_id, person_links.to_kind = 'record')
                then 'too_many_ids'
        end as drop_reason,
        near.person_id as belongs_to
    from person_links
    left join person_members as near
        on
            person_links.from_kind = near.member_kind
            and person_links.from_id = near.member_id
    left join person_members as far
        on
            person_links.to_kind = far.member_kind
            and person_links.to_id = far.member_id

),

accounts as (

    select
        {{ identity_key("'company'", 'company_key') }} as from_id,
        {{ identity_key("'domain'", 'domain') }} as to_id,
        'domain' as reason,
        source_system as evidence,
        created_at as first_seen_at,
        domain_drop_reason is null as is_used,
        domain_drop_reason as drop_reason,
        account_id as belongs_to
    from companies
    where domain is not null

    {% for kind, relation, member in (
        ('customer', 'customers', 'customer_id'),
        ('person', 'people', 'person_id'),
    ) -%}
        union all

        select
            {{ "'customer:' || customer_id" if kind == 'customer' else member }} as from_id,
            account_id as to_id,
            reason,
            evidence,
            first_seen_at,
            coalesce(is_used, false) as is_used,
            drop_reason,
            max(case when is_used then account_id end) over (partition by {{ member }})
                as belongs_to
        from {{ relation }}
        where reason <> 'own_account'

    {% endfor -%}
),

united as (

    select * from persons

    union all

    select
        'account' as link_type,
        accounts.*
    from accounts

),

final as (

    select
        link_type,
        from_id,
        to_id,
        reason,
        evidence,
        first_seen_at,
        is_used,
        drop_reason,
        belongs_to
    from united

)

select * from final
