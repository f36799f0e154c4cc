with credits as (

    select * from {{ ref('int_attribution__credits') }}

),

channels as (

    select * from {{ ref('channels') }}

),

final as (

    select
        credits.conversion_type,
        credits.conversion_id,
        credits.model,
        credits.model = '{{ policy("attribution_model") }}' as is_headline,
        credits.touch_id,
        credits.touch_kind,
        credits.person_id,
        credits.converted_at,
        {{ month_start(reporting_date('credits.converted_at')) }} as conversion_month,
        credits.channel,
        coalesce(channels.is_paid, false) as is_paid,
        credits.source,
        credits.medium,
        credits.campaign,
        credits.touched_at,
        cast(credits.touch_number as bigint) as touch_number,
        cast(credits.touches as bigint) as touches,
        credits.credit
    from credits
    left join channels
        on credits.channel = channels.channel

)

select * from final
