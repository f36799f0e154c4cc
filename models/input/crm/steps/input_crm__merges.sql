with stated as (

    select * from {{ ref('input_crm__merges_stated') }}

),

hubspot_contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

hubspot_companies as (

    select * from {{ ref('stg_hubspot__companies') }}

),

hubspot_deals as (

    select * from {{ ref('stg_hubspot__deals') }}

),

salesforce_leads as (

    select * from {{ ref('stg_salesforce__leads') }}

),

salesforce_contacts as (

    select * from {{ ref('stg_salesforce__contacts') }}

),

salesforce_accounts as (

    select * from {{ ref('stg_salesforce__accounts') }}

),

salesforce_opportunities as (

    select * from {{ ref('stg_salesforce__opportunities') }}

),

-- A deal that is synced with an opportunity of Salesforce goes into it while it is there.
told as (

    select
        record_type,
        merged_key,
        survivor_key,
        merged_at,
        merge_kind
    from stated

    union all

    select
        'opportunity' as record_type,
        'hubspot:' || hubspot_deals.deal_id as merged_key,
        'salesforce:' || salesforce_opportunities.opportunity_id as survivor_key,
        cast(null as timestamp) as merged_at,
        'sync' as merge_kind
    from hubspot_deals
    inner join salesforce_opportunities
        on hubspot_deals.salesforce_opportunity_id = salesforce_opportunities.opportunity_id

),

-- Several places may tell of one merge, and later ones name the last survivor: any leads there. The
-- opportunity of Salesforce comes before another deal.
links as (

    select
        record_type || '|' || merged_key as from_id,
        max(record_type || '|' || survivor_key) as to_id,
        max(merged_at) as merged_at,
        coalesce(max(case when merge_kind = 'sync' then merge_kind end), min(merge_kind))
            as merge_kind
    from told
    group by record_type, merged_key

),

{{ follow_links('links') }},

alive as (

    {% for kind, relation, key, condition in [
        ('person', 'hubspot_contacts', 'contact_id', 'true'),
        ('person', 'salesforce_leads', 'lead_id', 'master_record_id is null'),
        ('person', 'salesforce_contacts', 'contact_id', 'master_record_id is null'),
        ('company', 'hubspot_companies', 'company_id', 'true'),
        ('company', 'salesforce_accounts', 'account_id', 'master_record_id is null'),
        ('opportunity', 'hubspot_deals', 'deal_id', 'true'),
        ('opportunity', 'salesforce_opportunities', 'opportunity_id', 'true')
    ] %}
        select '{{ kind }}|{{ relation.split('_')[0] }}:' || {{ key }} as record_id
        from {{ relation }}
        where {{ condition }}

        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- A record whose survivor was deleted stays what it is: a lead whose contact is gone, for one.
final as (

    select
        links.merge_kind,
        links.merged_at,
        split_part(links.from_id, '|', 1) as record_type,
        split_part(links.from_id, '|', 2) as merged_key,
        split_part(followed.to_id, '|', 2) as surviving_key
    from followed
    inner join links
        on followed.from_id = links.from_id
    inner join alive
        on followed.to_id = alive.record_id
    where not followed.is_cycle

)

select * from final
