{%- set model_key = 'partition by conversion_type, conversion_id, model' -%}

with touches as (

    select * from {{ ref('int_attribution__touches_numbered') }}

),

models as (

    select listed.model
    from (
        values
        {% for model in attribution_models() -%}
            ('{{ model }}'){{ ', ' if not loop.last }}
        {%- endfor %}
    ) as listed (model)

),

-- A W without a touch of its own for the event in the middle is a U.
shaped as (

    select
        touches.*,
        models.model,
        case
            when models.model <> 'w_shaped' then models.model
            when touches.middle_number > 1 and touches.middle_number < touches.touches
                then 'w_shaped'
            else 'position_based'
        end as shape,
        touches.touch_number in (1, touches.touches) as is_end
    from touches
    cross join models

),

-- In whole numbers: 40/20/40 over n touches is 2(n-2) for an end and 1 for each between, 30/30/30/10
-- is 3(n-3) and 1. Decay counts from the last touch, which changes no share and never comes to 0.
weighted as (

    select
        shaped.*,
        cast(case
            when shape = 'first_touch' then case when touch_number = 1 then 1 else 0 end
            when shape = 'last_touch' then case when touch_number = touches then 1 else 0 end
            when shape = 'last_non_direct'
                then case when touch_number = non_direct_number then 1 else 0 end
            when shape = 'position_based' and is_end and touches > 2 then 2 * (touches - 2)
            when shape = 'w_shaped' and (is_end or touch_number = middle_number) and touches > 3
                then 3 * (touches - 3)
            else 1
        end as decimal(25, 12))
        * cast(case
            when shape = 'time_decay' and touched_at is not null
                then power(
                    cast(0.5 as double),
                    {{ seconds_between('touched_at', 'last_touched_at') }}
                    / cast(86400 * {{ policy('attribution_half_life_days') }} as double)
                )
            else 1
        end as decimal(13, 12)) as weight
    from shaped

),

totalled as (

    select
        weighted.*,
        sum(weight) over ({{ model_key }}) as total_weight
    from weighted

),

shared as (

    select
        totalled.*,
        {{ divide_exact('weight', 'total_weight', 18) }} as share
    from totalled

),

-- The last touch takes what rounding leaves, so that credits sum to 1.
final as (

    select
        conversion_type,
        conversion_id,
        model,
        touch_id,
        touch_kind,
        person_id,
        converted_at,
        channel,
        source,
        medium,
        campaign,
        touched_at,
        touch_number,
        touches,
        cast(
            case
                when touch_number = touches then 1 - (sum(share) over ({{ model_key }}) - share)
                else share
            end as decimal(38, 18)
        ) as credit
    from shared

)

select * from final
