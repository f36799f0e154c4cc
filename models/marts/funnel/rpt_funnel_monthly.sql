{%- set stages = {
    'leads': 'created_at', 'mqls': 'mql_at', 'sqls': 'sql_at', 'first_calls': 'first_call_at',
    'demos_booked': 'demo_booked_for', 'demos': 'demo_at', 'trials': 'trial_at',
    'opportunities': 'opportunity_at', 'customers': 'customer_at',
    'account_customers': 'account_customer_at', 'lost_leads': 'lost_at',
    'demo_trials': 'case when trial_at >= demo_at then trial_at end',
    'trial_customers': 'case when customer_at >= trial_at then customer_at end'
} -%}
{%- set without_lead = {
    'trials_without_lead': 'trial_at', 'trial_customers_without_lead': 'customer_at'
} -%}
with leads as (

    select * from {{ ref('fct_leads') }}

),

trials as (

    select * from {{ ref('int_funnel__trials_without_lead') }}

),

-- One row per lead, or trial without one, and thing that happened to it, in the month of it.
entries as (

    {% for measure, instant in stages.items() %}
        select
            {{ month_start(reporting_date(instant)) }} as month,
            '{{ measure }}' as measure,
            is_called_within_sla,
            lead_source,
            channel,
            segment,
            owner_id,
            deal_size_band,
            sales_model
        from leads
        where ({{ instant }}) is not null

        union all

    {% endfor %}
    {% for measure, instant in without_lead.items() %}
        select
            {{ month_start(reporting_date(instant)) }} as month,
            '{{ measure }}' as measure,
            false as is_called_within_sla,
            cast(null as string) as lead_source,
            cast(null as string) as channel,
            cast(null as string) as segment,
            cast(null as string) as owner_id,
            cast(null as string) as deal_size_band,
            sales_model
        from trials
        where {{ instant }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

segmented as (

    select
        entries.month,
        types.segment_type,
        {{ funnel_segment_value('entries') }} as segment_value,
        entries.measure,
        entries.is_called_within_sla
    from entries
    cross join {{ every_funnel_segment_type() }}

),

counted as (

    select
        month,
        segment_type,
        segment_value,
        {% for measure in stages.keys() | list + without_lead.keys() | list %}
            count(case when measure = '{{ measure }}' then 1 end) as {{ measure }},
        {% endfor %}
        count(case when measure = 'leads' and is_called_within_sla then 1 end)
            as leads_called_within_sla
    from segmented
    group by month, segment_type, segment_value

),

final as (

    select
        month,
        segment_type,
        segment_value,
        {% for measure in stages.keys() | list + without_lead.keys() | list %}
            cast({{ measure }} as bigint) as {{ measure }},
        {% endfor %}
        cast(leads_called_within_sla as bigint) as leads_called_within_sla,
        {{ ratio('mqls', 'leads') }} as lead_to_mql_rate,
        {{ ratio('sqls', 'mqls') }} as mql_to_sql_rate,
        {{ ratio('opportunities', 'sqls') }} as sql_to_opportunity_rate,
        {{ ratio('customers', 'opportunities') }} as opportunity_to_customer_rate,
        {{ ratio('customers', 'leads') }} as lead_to_customer_rate,
        {{ ratio('first_calls', 'leads') }} as lead_to_first_call_rate,
        {{ ratio('leads_called_within_sla', 'leads') }} as called_within_sla_rate,
        {{ ratio('demos', 'demos_booked') }} as demo_show_rate,
        {{ ratio('demo_trials', 'demos') }} as demo_to_trial_rate,
        {{ ratio('demo_trials', 'demos_booked') }} as booked_demo_to_trial_rate,
        {{ ratio('trial_customers', 'trials') }} as trial_to_customer_rate,
        {{ ratio('trial_customers_without_lead', 'trials_without_lead') }}
            as trial_to_customer_rate_without_lead,
        month < {{ month_start(as_of_date()) }} as is_complete
    from counted

)

select * from final
order by month, segment_type, segment_value
