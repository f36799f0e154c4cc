with hubspot_contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

hubspot_merges as (

    select * from {{ ref('stg_hubspot__contact_merges') }}

),

hubspot_companies as (

    select * from {{ ref('stg_hubspot__companies') }}

),

hubspot_deals as (

    select * from {{ ref('stg_hubspot__deals') }}

),

hubspot_merged_deals as (

    select * from {{ ref('stg_hubspot__merged_deals') }}

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

-- What HubSpot writes on the record that lives on: id;id or id:milliseconds;id:milliseconds.
hubspot_lists as (

    {% for kind, relation, key in [
        ('person', 'hubspot_contacts', 'contact_id'),
        ('company', 'hubspot_companies', 'company_id'),
        ('opportunity', 'hubspot_deals', 'deal_id')
    ] %}
        select
            '{{ kind }}' as record_type,
            {{ key }} as survivor_id,
            {{ part_rows('merged_ids', ';') }} as merged_id
        from {{ relation }}
        where merged_ids <> ''

        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{% set conversion = 'is_converted and converted_contact_id is not null' -%}
stated as (

    select
        record_type,
        'hubspot:' || trim(split_part(merged_id, ':', 1)) as merged_key,
        'hubspot:' || survivor_id as survivor_key,
        {{ epoch_ms_to_utc("nullif(trim(split_part(merged_id, ':', 2)), '')") }} as merged_at,
        'merge' as merge_kind
    from hubspot_lists
    where trim(merged_id) <> ''

    {% for kind, relation, merged, survivor, merged_at, merge_kind, condition in [
        ('person', 'hubspot_merges', 'merged_contact_id', 'contact_id', 'merged_at', 'merge', ''),
        ('opportunity', 'hubspot_merged_deals', 'merged_deal_id', 'deal_id', '', 'merge', ''),
        ('person', 'salesforce_leads', 'lead_id', 'master_record_id', '', 'merge', ''),
        ('person', 'salesforce_contacts', 'contact_id', 'master_record_id', '', 'merge', ''),
        ('company', 'salesforce_accounts', 'account_id', 'master_record_id', '', 'merge', ''),
        ('person', 'salesforce_leads', 'lead_id', 'converted_contact_id', 'converted_date',
            'conversion', conversion)
    ] %}
        {% set system = relation.split('_')[0] -%}
        union all

        select
            '{{ kind }}' as record_type,
            '{{ system }}:' || {{ merged }} as merged_key,
            '{{ system }}:' || {{ survivor }} as survivor_key,
            cast({{ merged_at or 'null' }} as timestamp) as merged_at,
            '{{ merge_kind }}' as merge_kind
        from {{ relation }}
        where {{ condition or survivor ~ ' is not null' }}

    {% endfor %}
),

final as (

    select
        record_type,
        merged_key,
        survivor_key,
        max(merged_at) as merged_at,
        min(merge_kind) as merge_kind
    from stated
    where merged_key <> survivor_key
    group by record_type, merged_key, survivor_key

)

select * from final
