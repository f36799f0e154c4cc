{%- set counts = [
    'responses', 'promoters', 'passives', 'detractors', 'invitations', 'answered_invitations'
] -%}
with responses as (

    select * from {{ ref('int_success__nps_responses_placed') }}
    where is_counted

),

invitations as (

    select * from {{ ref('int_success__nps_invitations_placed') }}

),

events as (

    select
        month,
        category,
        cast(null as boolean) as is_answered,
        {{ segment_types() | join(', ') }}
    from responses

    union all

    select
        month,
        cast(null as string) as category,
        is_answered,
        {{ segment_types() | join(', ') }}
    from invitations

),

months_summed as (

    select
        events.month,
        types.segment_type,
        {{ segment_value('events') }} as segment_value,
        count(events.category) as responses,
        count(case when events.category = 'promoter' then 1 end) as promoters,
        count(case when events.category = 'passive' then 1 end) as passives,
        count(case when events.category = 'detractor' then 1 end) as detractors,
        count(events.is_answered) as invitations,
        count(case when events.is_answered then 1 end) as answered_invitations
    from events
    cross join {{ every_segment_type() }}
    group by events.month, types.segment_type, {{ segment_value('events') }}

),

lives as (

    select
        segment_type,
        segment_value,
        min(month) as first_month
    from months_summed
    group by segment_type, segment_value

),

-- Months without anything are there: the window of three goes through them.
spine as (

    select
        cast(series.month as date) as month,
        lives.segment_type,
        lives.segment_value
    from lives
    cross join
        lateral unnest(
            {{ month_series('lives.first_month', month_start(as_of_date())) }}
        ) as series (month)

),

filled as (

    select
        {% for column in counts -%}
            coalesce(months_summed.{{ column }}, 0) as {{ column }},
        {% endfor -%}
        spine.month,
        spine.segment_type,
        spine.segment_value
    from spine
    left join months_summed
        on
            spine.month = months_summed.month
            and spine.segment_type = months_summed.segment_type
            and spine.segment_value = months_summed.segment_value

),

final as (

    select
        {% for column in counts -%}
            {{ column }},
        {% endfor -%}
        {% for column in counts[:4] -%}
            cast(sum({{ column }}) over three_months as bigint) as {{ column }}_3m,
        {% endfor -%}
        month,
        segment_type,
        segment_value
    from filled
    window three_months as (
        partition by segment_type, segment_value order by month
        rows between 2 preceding and current row
    )

)

select * from final
