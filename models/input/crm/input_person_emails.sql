with hubspot_contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

salesforce_leads as (

    select * from {{ ref('stg_salesforce__leads') }}

),

salesforce_contacts as (

    select * from {{ ref('stg_salesforce__contacts') }}

),

person_merges as (

    select * from {{ ref('input_person_merges') }}

),

people as (

    select * from {{ ref('input_people') }}

),

additional as (

    select
        'hubspot:' || contact_id as person_key,
        {{ part_rows('additional_emails', ';') }} as email
    from hubspot_contacts
    where additional_emails <> ''

),

-- A record that went into another one leaves its address behind, as long as it is loaded.
addressed as (

    select
        person_key,
        email
    from additional

    {% for relation, key in [
        ('hubspot_contacts', 'contact_id'),
        ('salesforce_leads', 'lead_id'),
        ('salesforce_contacts', 'contact_id'),
    ] %}
        {% set system = relation.split('_')[0] -%}
        union all

        select
            person_merges.person_key,
            {{ relation }}.email
        from {{ relation }}
        inner join person_merges
            on '{{ system }}:' || {{ relation }}.{{ key }} = person_merges.merged_person_key

    {% endfor %}
),

final as (

    select
        people.person_key,
        lower(trim(addressed.email)) as email,
        min(people.source_system) as source_system
    from addressed
    left join person_merges
        on addressed.person_key = person_merges.merged_person_key
    inner join people
        on coalesce(person_merges.person_key, addressed.person_key) = people.person_key
    where
        trim(addressed.email) like '%_@_%'
        and (people.email is null or people.email <> lower(trim(addressed.email)))
    group by people.person_key, lower(trim(addressed.email))

)

select * from final
