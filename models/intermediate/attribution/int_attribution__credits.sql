{%- set conversion = 'partition by conversion_type, conversion_id' -%}

with touches as (

    select * from {{ ref('int_attribution__touches_numbered') }}

),

-- Decay counts from the last touch, which changes no share and never comes to 0.
decayed as (

    select
        touches.*,
        cast(
            case
                when touched_at is null then 1
                else power(
                    cast(0.5 as double),
                    {{ seconds_between('touched_at', 'last_touched_at') }}
                    / cast(86400 * {{ policy('attribution_half_life_days') }} as double)
                )
            end as decimal(25, 12)
        ) as weight
    from touches

),

totalled as (

    select
        decayed.*,
        sum(weight) over ({{ conversion }}) as total_weight
    from decayed

),

-- The share of one touch: of all, of those between two ends, of those besides three.
shared as (

    select
        totalled.*,
        {{ divide_exact('weight', 'total_weight', 18) }} as decay_share,
        {{ divide_exact('1', 'touches', 18) }} as equal_share,
        {{ divide_exact('0.2', 'touches - 2', 18) }} as u_share,
        {{ divide_exact('0.1', 'touches - 3', 18) }} as w_share,
        touch_number = touches as is_last,
        coalesce(middle_number > 1 and middle_number < touches, false) as has_middle
    from totalled

),

-- The last touch takes what rounding leaves, so that credits sum to 1. A W without a touch of its
-- own for the middle is a U; a U of two touches, and a W of three, are equal shares.
credited as (

    select
        shared.*,
        case
            when is_last then cast(1 - (touches - 1) * equal_share as decimal(38, 18))
            else equal_share
        end as linear_credit,
        case
            when is_last
                then cast(
                    1 - sum(decay_share) over ({{ conversion }}) + decay_share as decimal(38, 18)
                )
            else decay_share
        end as decay_credit,
        case
            when touch_number = 1 then cast(0.4 as decimal(38, 18))
            when is_last then cast(0.6 - (touches - 2) * u_share as decimal(38, 18))
            else u_share
        end as u_credit,
        case
            when touch_number in (1, middle_number) then cast(0.3 as decimal(38, 18))
            when is_last then cast(0.4 - (touches - 3) * w_share as decimal(38, 18))
            else w_share
        end as w_credit
    from shared

),

final as (

    select
        credited.conversion_type,
        credited.conversion_id,
        models.model,
        credited.touch_id,
        credited.touch_kind,
        credited.person_id,
        credited.converted_at,
        credited.channel,
        credited.source,
        credited.medium,
        credited.campaign,
        credited.touched_at,
        credited.touch_number,
        credited.touches,
        case
            when models.model in ('first_touch', 'last_touch', 'last_non_direct')
                then cast(case credited.touch_number
                    when case models.model
                        when 'first_touch' then 1
                        when 'last_touch' then credited.touches
                        else credited.non_direct_number
                    end then 1
                    else 0
                end as decimal(38, 18))
            when models.model = 'time_decay' then credited.decay_credit
            when models.model = 'w_shaped' and credited.has_middle
                then
                    case
                        when credited.touches > 3 then credited.w_credit
                        else credited.linear_credit
                    end
            when models.model in ('position_based', 'w_shaped') and credited.touches > 2
                then credited.u_credit
            else credited.linear_credit
        end as credit
    from credited
    cross join {{ every_attribution_model() }}

)

select * from final
