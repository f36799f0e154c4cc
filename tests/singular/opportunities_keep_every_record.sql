{{ config(meta={'dagster': {'ref': {'name': 'input_opportunities'}}}) }}
-- Invariant: each deal of a CRM that was not merged into another one is one opportunity, or the
-- copy of one; none counts twice. A row says how many are missing or too many.
with opportunities as (

    select coalesce(sum(records), 0) as kept
    from {{ ref('input_opportunities') }}

),

deals as (

    select count(*) as loaded
    from {{ ref('stg_hubspot__deals') }} as deals
    left join {{ ref('input_crm__merges') }} as record_merges
        on
            'hubspot:' || deals.deal_id = record_merges.merged_key
            and record_merges.record_type = 'opportunity'
            and record_merges.merge_kind = 'merge'
    where record_merges.merged_key is null

),

salesforce_opportunities as (

    select count(*) as loaded
    from {{ ref('stg_salesforce__opportunities') }}

)

select
    opportunities.kept,
    deals.loaded + salesforce_opportunities.loaded as loaded
from opportunities
cross join deals
cross join salesforce_opportunities
where opportunities.kept <> deals.loaded + salesforce_opportunities.loaded
