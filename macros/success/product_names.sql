{% macro product_names_known() -%}
    {#- CTE `known` (month, known_logins, known_features, known_milestones): events of each kind that any
        customer had used by the month's end, since what nobody has used yet, nobody lacks. From CTEs
        `first_uses` and `company_months`. -#}
names_known as (

    select
        event_name,
        event_kind,
        min(first_used_on) as first_used_on
    from first_uses
    group by event_name, event_kind

),

known as (

    select
        company_months.month,
        count(case when names_known.event_kind = 'log_in' then 1 end) as known_logins,
        count(case when names_known.event_kind <> 'log_in' then 1 end) as known_features,
        count(case when names_known.event_kind = 'milestone' then 1 end) as known_milestones
    from company_months
    inner join names_known
        on company_months.month >= {{ month_start('names_known.first_used_on') }}
    group by company_months.month

)
{%- endmacro %}
