{{ config(meta={'dagster': {'ref': {'name': 'fct_attribution'}}}) }}
-- Invariant: the credits of a conversion sum to exactly 1 under every model, and every conversion
-- has every model.
with credits as (

    select
        conversion_type,
        conversion_id,
        model,
        sum(credit) as credit
    from {{ ref('fct_attribution') }}
    group by conversion_type, conversion_id, model

),

conversions as (

    select * from {{ ref('int_attribution__conversions') }}

),

models as (

    select
        conversion_type,
        conversion_id,
        count(*) as models,
        min(credit) as least_credit,
        max(credit) as most_credit
    from credits
    group by conversion_type, conversion_id

)

select
    coalesce(conversions.conversion_type, models.conversion_type) as conversion_type,
    coalesce(conversions.conversion_id, models.conversion_id) as conversion_id,
    models.models,
    models.least_credit,
    models.most_credit
from conversions
full outer join models
    on
        conversions.conversion_type = models.conversion_type
        and conversions.conversion_id = models.conversion_id
where
    conversions.conversion_id is null
    or coalesce(models.models, 0) <> {{ attribution_models() | length }}
    or models.least_credit <> 1
    or models.most_credit <> 1
