{%- set keys = 'cohort_month, segment_type, segment_value, from_stage, to_stage' -%}
with leads as (

    select * from {{ ref('fct_leads') }}

),

-- One row per lead and stage that it entered, with the day on which it reached the other one.
steps as (

    {% for from_stage, to_stage, is_ordered in funnel_transitions() %}
        {%- set from_at = stage_column(from_stage) -%}
        {%- set to_at = stage_column(to_stage) -%}
        {%- set is_whole_way = from_stage == 'lead' and to_stage == 'customer' %}
        select
            '{{ from_stage }}' as from_stage,
            '{{ to_stage }}' as to_stage,
            {{ reporting_date(from_at) }} as entered_date,
            {{ reporting_date(to_at) if is_ordered else
                'case when ' ~ to_at ~ ' >= ' ~ from_at ~ ' then ' ~ reporting_date(to_at) ~ ' end'
            }} as reached_date,
            {{ 'is_first_lead_of_account' if is_whole_way else 'cast(null as boolean)' }}
                as is_account_entered,
            {{ 'is_account_conversion' if is_whole_way else 'cast(null as boolean)' }}
                as is_account_converted,
            lead_source,
            channel,
            segment,
            owner_id,
            deal_size_band,
            sales_model
        from leads
        where {{ from_at }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

segmented as (

    select
        {{ month_start('steps.entered_date') }} as cohort_month,
        types.segment_type,
        {{ funnel_segment_value('steps') }} as segment_value,
        steps.from_stage,
        steps.to_stage,
        {{ days_between('steps.entered_date', 'steps.reached_date') }} as days,
        steps.is_account_entered,
        steps.is_account_converted
    from steps
    cross join {{ every_funnel_segment_type() }}

),

counted as (

    select
        {{ keys }},
        days,
        count(*) as entered,
        sum(case when is_account_entered then 1 when not is_account_entered then 0 end)
            as entered_accounts,
        sum(case when is_account_converted then 1 when not is_account_converted then 0 end)
            as converted_accounts
    from segmented
    group by {{ keys }}, days

),

-- Who had reached the other stage before has converted, but took no time over it.
running as (

    select
        *,
        sum(case when days >= 0 then entered else 0 end) over (
            partition by {{ keys }} order by days
        ) as running,
        sum(case when days >= 0 then entered else 0 end) over (partition by {{ keys }}) as timed
    from counted

),

cohorts as (

    select
        {{ keys }},
        sum(entered) as entered,
        sum(case when days is not null then entered else 0 end) as converted,
        sum(case when days <= {{ policy('funnel_window_days') }} then entered else 0 end)
            as converted_within_window,
        sum(case when days >= 0 then entered else 0 end) as timed,
        sum(case when days >= 0 then days * entered end) as total_days,
        {{ median_of_counts('case when days >= 0 then days end', 'running', 'timed') }}
            as median_days,
        sum(entered_accounts) as entered_accounts,
        sum(converted_accounts) as converted_accounts
    from running
    group by {{ keys }}

),

final as (

    select
        cohort_month,
        segment_type,
        segment_value,
        from_stage,
        to_stage,
        cast(entered as bigint) as entered,
        cast(converted as bigint) as converted,
        {{ ratio('converted', 'entered') }} as conversion_rate,
        cast(converted_within_window as bigint) as converted_within_window,
        {{ ratio('converted_within_window', 'entered') }} as conversion_rate_within_window,
        median_days,
        {{ ratio('total_days', 'timed') }} as mean_days,
        cast(timed as bigint) as timed,
        cast(entered_accounts as bigint) as entered_accounts,
        cast(converted_accounts as bigint) as converted_accounts,
        {{ is_mature_cohort('cohort_month') }} as is_mature
    from cohorts

)

select * from final
order by cohort_month, segment_type, segment_value, from_stage, to_stage
