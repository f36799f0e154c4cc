{% macro funnel_stages() %}
    {#- The stages that a lead passes in this order, after `lead`: each is a column `<stage>_at`. -#}
    {{ return(['mql', 'sql', 'opportunity', 'customer']) }}
{% endmacro %}

{% macro funnel_transitions() %}
    {#- From which stage to which conversion is reported, with whether the stages are in order. Of those
        that are not, a step counts only where it comes after the one it is counted from. -#}
    {{ return([
        ('lead', 'mql', true), ('mql', 'sql', true), ('sql', 'opportunity', true),
        ('opportunity', 'customer', true), ('lead', 'customer', true),
        ('lead', 'first_call', false), ('demo', 'trial', false), ('trial', 'customer', false),
    ]) }}
{% endmacro %}

{% macro stage_column(stage) -%}
    {#- The column of fct_leads that says when a stage was reached. -#}
    {{ 'created_at' if stage == 'lead' else stage ~ '_at' }}
{%- endmacro %}

{% macro stage_reached_at(stage) -%}
    {#- When a lead reached a stage: its first entry into it or, where skipped stages are filled in, into
        any stage from it on; never before the lead was there. Reads `<stage>_entered_at`. -#}
    {%- set stages = funnel_stages() -%}
    {%- set counted = stages[stages.index(stage):] if policy('backfill_skipped_stages') else [stage] -%}
    {%- set entries = [far_future()] -%}
    {%- for one in counted -%}
        {%- do entries.append('coalesce(' ~ one ~ '_entered_at, ' ~ far_future() ~ ')') -%}
    {%- endfor -%}
    {%- if policy('backfill_skipped_stages') -%}
        {#- The CRM may call somebody a customer before billing does. -#}
        {%- do entries.append('coalesce(crm_customer_at, ' ~ far_future() ~ ')') -%}
    {%- endif -%}
    {%- set first_entry = 'least(' ~ entries | join(', ') ~ ')' -%}
    case
        when {{ first_entry }} < {{ far_future() }}
            then greatest(created_at, {{ first_entry }})
    end
{%- endmacro %}

{% macro funnel_segment_types() %}
    {#- What reports of the funnel are cut by, beside 'all': columns of fct_leads. -#}
    {{ return(['lead_source', 'channel', 'segment', 'owner', 'deal_size_band', 'sales_model']) }}
{% endmacro %}

{% macro every_funnel_segment_type() -%}
    {#- For a cross join: the relation `types` of 'all' and the segment types of the funnel. -#}
    (
        values ('all')
        {%- for type in funnel_segment_types() %}, ('{{ type }}'){% endfor %}
    ) as types (segment_type)
{%- endmacro %}

{% macro funnel_segment_value(relation) -%}
    {#- The segment of a lead of `relation` for the type of `types`. -#}
    case types.segment_type
        when 'all' then 'all'
        {%- for type in funnel_segment_types() %}
        when '{{ type }}'
            then coalesce({{ relation }}.{{ 'owner_id' if type == 'owner' else type }}, 'unknown')
        {%- endfor %}
    end
{%- endmacro %}

{% macro median_of_counts(value, running, total) -%}
    {#- The median of values that stand for many rows each, exact, as a double. running: how many rows
        there are up to and with this value; total: how many in all. -#}
    (
        cast(
            min(case when 2 * {{ running }} >= {{ total }} then {{ value }} end)
            + min(case when 2 * {{ running }} > {{ total }} then {{ value }} end) as double
        ) / 2
    )
{%- endmacro %}

{% macro business_seconds_up_to(instant, day) -%}
    {#- Business seconds from the first day of int_funnel__business_days to an instant. day: alias of
        the row of the instant's local day. -#}
    (
        {{ day }}.business_seconds_before + case
            when {{ day }}.opens_at is null then 0
            when {{ instant }} <= {{ day }}.opens_at then 0
            when {{ instant }} >= {{ day }}.closes_at then {{ day }}.business_seconds
            else {{ seconds_between(day ~ '.opens_at', instant) }}
        end
    )
{%- endmacro %}

{% macro counts_for_lead(instant) -%}
    {#- Whether what an account did counts for a lead of `identified`: the lead was there and still its
        person's latest one, or it is the account's first lead. -#}
    {{ instant }} < coalesce(identified.next_lead_at, {{ far_future() }})
    and ({{ instant }} >= identified.created_at or identified.is_first_lead_of_account)
{%- endmacro %}

{% macro sales_model(is_sold, segment) -%}
    {#- How somebody was sold to. is_sold: SQL of whether sales had to do with it; segment: SQL. -#}
    case
        when not ({{ is_sold }}) then 'self_service'
        when {{ segment }} = 'enterprise' then 'enterprise'
        else 'transactional'
    end
{%- endmacro %}

{% macro is_mature_cohort(cohort_month) -%}
    {#- Whether the window of everybody who entered a stage in a month was over at as-of. -#}
    cast({{ add_days(
        add_months(cohort_month, 1), policy('funnel_window_days')
    ) }} as date) <= {{ as_of_date() }}
{%- endmacro %}

{% macro first_paid_instant(started_at, first_day) -%}
    {#- When a customer first paid. started_at: the instant at which its first paid time begins; first_day:
        the day of its first movement of MRR. Where billing tells no instant of that day, all of the day
        that as-of has seen comes before. -#}
    case
        when
            {{ reporting_date(started_at) }} = {{ first_day }}
            and {{ started_at }} > {{ local_to_utc(first_day) }}
            then {{ started_at }}
        else least(
            {{ local_to_utc(add_days(first_day, 1)) }} - interval '1' second, {{ as_of() }}
        )
    end
{%- endmacro %}
