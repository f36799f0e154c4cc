with engagement_companies as (

    select * from {{ ref('stg_hubspot__engagement_companies') }}

),

engagement_deals as (

    select * from {{ ref('stg_hubspot__engagement_deals') }}

),

activities as (

    select * from {{ ref('input_salesforce__activities') }}

),

activity_people as (

    select * from {{ ref('input_activity_people') }}

),

opportunities as (

    select * from {{ ref('input_opportunities') }}

),

companies as (

    select * from {{ ref('input_companies') }}

),

record_merges as (

    select * from {{ ref('input_crm__merges') }}

),

-- Of several persons, companies or opportunities the first key: each run takes the same.
links as (

    {% for kind, relation, key, other in [
        ('company', 'engagement_companies', "'hubspot:' || engagement_id",
            "'hubspot:' || company_id"),
        ('opportunity', 'engagement_deals', "'hubspot:' || engagement_id",
            "'hubspot:' || deal_id"),
        ('company', 'activities', "'salesforce:' || activity_id",
            "'salesforce:' || coalesce(account_id, what_id)"),
        ('opportunity', 'activities', "'salesforce:' || activity_id",
            "'salesforce:' || what_id"),
        ('person', 'activity_people', 'activity_key', 'person_key')
    ] %}
        select
            '{{ kind }}' as record_type,
            {{ key }} as activity_key,
            {{ other }} as record_key
        from {{ relation }}

        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (

    select
        links.activity_key,
        min(case when links.record_type = 'person' then links.record_key end) as person_key,
        min(companies.company_key) as company_key,
        min(opportunities.opportunity_key) as opportunity_key
    from links
    left join record_merges
        on
            links.record_key = record_merges.merged_key
            and links.record_type = record_merges.record_type
    left join companies
        on
            coalesce(record_merges.surviving_key, links.record_key) = companies.company_key
            and links.record_type = 'company'
    left join opportunities
        on
            coalesce(record_merges.surviving_key, links.record_key) = opportunities.opportunity_key
            and links.record_type = 'opportunity'
    group by links.activity_key

)

select * from final
