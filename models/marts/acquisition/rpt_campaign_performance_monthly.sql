{%- set conversions = [
    ('lead', 'credited_leads'), ('opportunity', 'credited_opportunities'),
    ('customer', 'credited_new_customers')
] -%}
with costs as (

    select * from {{ ref('fct_acquisition_costs_daily') }}
    where category in ('media', 'program') and exclusion_reason is null

),

credits as (

    select * from {{ ref('fct_attribution') }}
    where credit > 0

),

movements as (

    select * from {{ ref('fct_mrr_movements') }}
    where movement_type = 'new'

),

first_mrr as (

    select
        customer_id,
        min_by(mrr_change, movement_date) as new_mrr
    from movements
    group by customer_id

),

spend as (

    select
        cost_month as month,
        channel,
        coalesce(lower(nullif(trim(campaign), '')), 'unknown') as campaign_name_key,
        min(trim(campaign)) as campaign,
        sum(case when category = 'media' then amount else 0 end) as spend_media,
        sum(case when category = 'program' then amount else 0 end) as spend_program,
        sum(clicks) as clicks,
        sum(impressions) as impressions
    from costs
    group by cost_month, channel, coalesce(lower(nullif(trim(campaign), '')), 'unknown')

),

credited as (

    select
        credits.conversion_month as month,
        credits.channel,
        coalesce(lower(nullif(trim(credits.campaign), '')), 'unknown') as campaign_name_key,
        credits.model,
        min(trim(credits.campaign)) as campaign,
        {% for conversion_type, column in conversions %}
            sum(case when credits.conversion_type = '{{ conversion_type }}' then credits.credit end)
                as {{ column }},
        {% endfor %}
        -- As many digits as a division counts.
        round(sum(case
            when credits.is_paid and first_mrr.customer_id is not null then credits.credit
        end), 12) as paid_new_customers,
        sum(
            cast(first_mrr.new_mrr as decimal(20, 6)) * cast(credits.credit as decimal(13, 12))
        ) as credited_new_mrr
    from credits
    left join first_mrr
        on
            credits.conversion_type = 'customer'
            and credits.conversion_id = first_mrr.customer_id
    group by
        credits.conversion_month,
        credits.channel,
        coalesce(lower(nullif(trim(credits.campaign), '')), 'unknown'),
        credits.model

),

-- What is spent does not depend on who is credited: every model has it.
spend_by_model as (

    select
        spend.*,
        models.model
    from spend
    cross join {{ every_attribution_model() }}

),

final as (

    select
        coalesce(spend.month, credited.month) as month,
        coalesce(spend.channel, credited.channel) as channel,
        case
            when coalesce(spend.campaign_name_key, credited.campaign_name_key) = 'unknown'
                then 'unknown'
            else coalesce(spend.campaign, credited.campaign)
        end as campaign,
        coalesce(spend.model, credited.model) as attribution_model,
        coalesce(spend.model, credited.model) = '{{ policy("attribution_model") }}' as is_headline,
        cast(coalesce(spend.spend_media, 0) as decimal(38, 6)) as spend_media,
        cast(coalesce(spend.spend_program, 0) as decimal(38, 6)) as spend_program,
        cast(spend.clicks as bigint) as clicks,
        cast(spend.impressions as bigint) as impressions,
        {% for conversion_type, column in conversions %}
            cast(coalesce(credited.{{ column }}, 0) as decimal(38, 18)) as {{ column }},
        {% endfor %}
        cast(round(coalesce(credited.credited_new_mrr, 0), 6) as decimal(38, 6))
            as credited_new_mrr,
        {{ divide_exact('spend.spend_media', 'credited.paid_new_customers', 6) }}
            as cac_paid_media
    from spend_by_model as spend
    full outer join credited
        on
            spend.month = credited.month
            and spend.channel = credited.channel
            and spend.campaign_name_key = credited.campaign_name_key
            and spend.model = credited.model

)

select * from final
order by month, channel, campaign, attribution_model
