with united as (

    select * from {{ ref('input_crm__opportunities_united') }}

),

stages as (

    select * from {{ ref('input_opportunity_stages') }}

),

companies as (

    select * from {{ ref('input_companies') }}

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
        united.expected_close_date,
        united.records
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
