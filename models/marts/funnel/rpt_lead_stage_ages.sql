with leads as (

    select * from {{ ref('fct_leads') }}
    where is_open

),

segmented as (

    select
        types.segment_type,
        {{ funnel_segment_value('leads') }} as segment_value,
        leads.current_stage,
        leads.days_in_stage,
        leads.first_call_at
    from leads
    cross join {{ every_funnel_segment_type() }}

),

final as (

    select
        segment_type,
        segment_value,
        current_stage,
        count(*) as open_leads,
        cast(median(days_in_stage) as double) as median_days,
        {{ ratio('sum(days_in_stage)', 'count(*)') }} as mean_days,
        max(days_in_stage) as longest_days,
        count(case when days_in_stage > 30 then 1 end) as leads_over_30_days,
        count(case when days_in_stage > 90 then 1 end) as leads_over_90_days,
        count(case when first_call_at is null then 1 end) as leads_never_called
    from segmented
    group by segment_type, segment_value, current_stage

)

select * from final
order by segment_type, segment_value, current_stage
