with deals as (

    select * from {{ ref('input_hubspot__deals') }}

),

opportunities as (

    select * from {{ ref('stg_salesforce__opportunities') }}

),

campaigns as (

    select * from {{ ref('stg_salesforce__campaigns') }}

),

stages as (

    select * from {{ ref('input_opportunity_stages') }}

),

companies as (

    select * from {{ ref('input_companies') }}

),

record_merges as (

    select * from {{ ref('input_crm__merges') }}

),

-- The close date of Salesforce is a day: a change of stage on that day tells the moment.
united as (

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
        cast(close_at as date) as expected_close_date
    from deals

    union all

    select
        'salesforce' as source_system,
        opportunities.opportunity_id as source_opportunity_id,
        opportunities.opportunity_name,
        coalesce(record_merges.surviving_key, 'salesforce:' || opportunities.account_id)
            as company_key,
        opportunities.owner_id,
        cast(null as string) as pipeline,
        opportunities.stage,
        opportunities.is_closed,
        opportunities.is_won,
        opportunities.opportunity_type as own_type,
        opportunities.amount,
        opportunities.currency,
        opportunities.mrr,
        opportunities.lead_source,
        campaigns.campaign_name as campaign,
        opportunities.lost_reason,
        opportunities.created_at,
        {{ moment_of_day('close_date', ['stage_changed_at', 'opportunities.created_at']) }}
            as ended_at,
        opportunities.close_date as expected_close_date
    from opportunities
    left join campaigns
        on opportunities.campaign_id = campaigns.campaign_id
    left join record_merges
        on
            'salesforce:' || opportunities.account_id = record_merges.merged_key
            and record_merges.record_type = 'company'

),

final as (

    select
        united.source_system || ':' || united.source_opportunity_id as opportunity_key,
        united.source_system,
        united.source_opportunity_id,
        united.opportunity_name,
        companies.company_key,
        united.source_system || ':' || united.owner_id as owner_key,
        united.pipeline,
        united.stage,
        stages.stage_order,
        {{ opportunity_status('united.is_closed', 'united.is_won') }} as status,
        {{ opportunity_type('united.own_type') }} as opportunity_type,
        united.amount,
        united.currency,
        united.mrr,
        united.lead_source,
        united.campaign,
        case when united.is_closed and not united.is_won then united.lost_reason end as lost_reason,
        united.created_at,
        case when united.is_closed or united.is_won then united.ended_at end as closed_at,
        united.expected_close_date
    from united
    left join stages
        on
            united.source_system = stages.source_system
            and coalesce(united.pipeline, 'default') = stages.pipeline
            and united.stage = stages.stage
    left join companies
        on united.company_key = companies.company_key

)

select * from final
