{{ config(meta={'dagster': {'ref': {'name': 'rpt_campaign_performance_monthly'}}}) }}
-- Invariant: by month, channel and model the credits of the campaigns are those of the conversions,
-- exactly, and by month and model their MRR is that with which the credited customers began.
with credits as (

    select
        conversion_month as month,
        channel,
        model,
        sum(case when conversion_type = 'lead' then credit else 0 end) as leads,
        sum(case when conversion_type = 'opportunity' then credit else 0 end) as opportunities,
        sum(case when conversion_type = 'customer' then credit else 0 end) as customers
    from {{ ref('fct_attribution') }}
    group by conversion_month, channel, model

),

campaigns as (

    select
        month,
        channel,
        attribution_model,
        sum(credited_leads) as leads,
        sum(credited_opportunities) as opportunities,
        sum(credited_new_customers) as customers
    from {{ ref('rpt_campaign_performance_monthly') }}
    group by month, channel, attribution_model

),

first_mrr as (

    select
        customer_id,
        min_by(mrr_change, movement_date) as new_mrr
    from {{ ref('fct_mrr_movements') }}
    where movement_type = 'new'
    group by customer_id

),

customers as (

    select
        conversion_month as month,
        model,
        conversion_id as customer_id
    from {{ ref('fct_attribution') }}
    where conversion_type = 'customer'
    group by conversion_month, model, conversion_id

),

mrr as (

    select
        customers.month,
        customers.model,
        sum(first_mrr.new_mrr) as new_mrr
    from customers
    inner join first_mrr
        on customers.customer_id = first_mrr.customer_id
    group by customers.month, customers.model

),

campaign_mrr as (

    select
        month,
        attribution_model,
        sum(credited_new_mrr) as new_mrr
    from {{ ref('rpt_campaign_performance_monthly') }}
    group by month, attribution_model

)

select
    coalesce(credits.month, campaigns.month) as month,
    coalesce(credits.channel, campaigns.channel) as channel,
    coalesce(credits.model, campaigns.attribution_model) as attribution_model,
    'Credits differ from those of fct_attribution.' as what_is_wrong
from credits
full outer join campaigns
    on
        credits.month = campaigns.month
        and credits.channel = campaigns.channel
        and credits.model = campaigns.attribution_model
where
    coalesce(credits.leads, 0) <> coalesce(campaigns.leads, 0)
    or coalesce(credits.opportunities, 0) <> coalesce(campaigns.opportunities, 0)
    or coalesce(credits.customers, 0) <> coalesce(campaigns.customers, 0)

union all

select
    campaign_mrr.month,
    'all' as channel,
    campaign_mrr.attribution_model,
    'MRR differs from that of the credited customers.' as what_is_wrong
from campaign_mrr
left join mrr
    on
        campaign_mrr.month = mrr.month
        and campaign_mrr.attribution_model = mrr.model
where abs(campaign_mrr.new_mrr - coalesce(mrr.new_mrr, 0)) > 0.001
