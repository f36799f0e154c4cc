with deals as (

    select * from {{ ref('input_hubspot__deals') }}

),

opportunities as (

    select * from {{ ref('stg_salesforce__opportunities') }}

),

campaigns as (

    select * from {{ ref('stg_salesforce__campaigns') }}

),

record_merges as (

    select * from {{ ref('input_crm__merges') }}

),

-- What Salesforce does not say of an opportunity, its copy in HubSpot does: marketing's source is
-- kept there. Of several copies the first value, so that each run takes the same.
copies as (

    select
        copy_of as opportunity_key,
        min(company_key) as company_key,
        min(analytics_source) as lead_source,
        min(campaign) as campaign,
        min(lost_reason) as lost_reason,
        min(created_at) as created_at,
        count(*) as records
    from deals
    where copy_of is not null
    group by copy_of

),

-- The close date of Salesforce is a day: a change of stage on that day tells the moment.
final as (

    select
        'hubspot' as source_system,
        deal_id as source_opportunity_id,
        deal_name as opportunity_name,
        company_key,
        owner_id,
        pipeline,
        stage,
        is_closed,
        is_won,
        deal_type as own_type,
        amount,
        currency,
        mrr,
        analytics_source as lead_source,
        campaign,
        lost_reason,
        created_at,
        close_at as ended_at,
        cast(close_at as date) as expected_close_date,
        cast(1 as bigint) as records
    from deals
    where copy_of is null

    union all

    select
        'salesforce' as source_system,
        opportunities.opportunity_id as source_opportunity_id,
        opportunities.opportunity_name,
        coalesce(
            record_merges.surviving_key,
            'salesforce:' || opportunities.account_id,
            copies.company_key
        ) as company_key,
        opportunities.owner_id,
        cast(null as string) as pipeline,
        opportunities.stage,
        opportunities.is_closed,
        opportunities.is_won,
        opportunities.opportunity_type as own_type,
        opportunities.amount,
        opportunities.currency,
        opportunities.mrr,
        coalesce(opportunities.lead_source, copies.lead_source) as lead_source,
        coalesce(campaigns.campaign_name, copies.campaign) as campaign,
        coalesce(opportunities.lost_reason, copies.lost_reason) as lost_reason,
        least(opportunities.created_at, copies.created_at) as created_at,
        {{ moment_of_day('close_date', ['stage_changed_at', 'opportunities.created_at']) }}
            as ended_at,
        opportunities.close_date as expected_close_date,
        cast(1 + coalesce(copies.records, 0) as bigint) as records
    from opportunities
    left join campaigns
        on opportunities.campaign_id = campaigns.campaign_id
    left join record_merges
        on
            'salesforce:' || opportunities.account_id = record_merges.merged_key
            and record_merges.record_type = 'company'
    left join copies
        on 'salesforce:' || opportunities.opportunity_id = copies.opportunity_key

)

select * from final
