{{ config(meta={'dagster': {'ref': {'name': 'rpt_campaign_performance_monthly'}}}) }}
-- Invariant: under every attribution model the spend of the campaigns of a month and channel is all
-- media and program cost that counts.
with costs as (

    select
        cost_month as month,
        channel,
        sum(case when category = 'media' then amount else 0 end) as spend_media,
        sum(case when category = 'program' then amount else 0 end) as spend_program,
        sum(case when exclusion_reason is null then clicks end) as clicks,
        sum(case when exclusion_reason is null then impressions end) as impressions
    from {{ ref('fct_acquisition_costs_daily') }}
    where category in ('media', 'program')
    group by cost_month, channel

),

cost_models as (

    select
        costs.*,
        models.model
    from costs
    cross join {{ every_attribution_model() }}

),

campaigns as (

    select
        month,
        channel,
        attribution_model,
        sum(spend_media) as spend_media,
        sum(spend_program) as spend_program,
        sum(clicks) as clicks,
        sum(impressions) as impressions
    from {{ ref('rpt_campaign_performance_monthly') }}
    group by month, channel, attribution_model

)

select
    cost_models.spend_media as media_of_costs,
    cost_models.spend_program as program_of_costs,
    campaigns.*
from cost_models
full outer join campaigns
    on
        cost_models.month = campaigns.month
        and cost_models.channel = campaigns.channel
        and cost_models.model = campaigns.attribution_model
where
    coalesce(cost_models.spend_media, 0) <> coalesce(campaigns.spend_media, 0)
    or coalesce(cost_models.spend_program, 0) <> coalesce(campaigns.spend_program, 0)
    or (cost_models.clicks is distinct from campaigns.clicks)
    or (cost_models.impressions is distinct from campaigns.impressions)
