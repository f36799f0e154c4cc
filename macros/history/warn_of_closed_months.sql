{% macro warn_of_closed_months(results, shown=20) %}
    {#- At the end of a run that built or tested fct_closed_month_changes: a line for each customer whose
        numbers changed in a closed month, the largest change first, at most `shown` of them.
        results: the run's results, as on-run-end hooks have them. -#}
    {% set concerned = [] %}
    {% for result in (results or []) if execute %}
        {% if result.node.name in ('fct_closed_month_changes', 'closed_months_are_unchanged')
            and result.status in ('success', 'pass', 'warn') %}
            {% do concerned.append(result) %}
        {% endif %}
    {% endfor %}
    {% if concerned %}
        {% set changes = concerned[0].node.database ~ '.' if concerned[0].node.database else '' %}
        {% set changes = changes ~ generate_schema_name('marts', none) ~ '.fct_closed_month_changes' %}
        {% set rows = run_query(
            'select month, customer_id, closed_closing_mrr, current_closing_mrr, changed_mrr, '
            ~ 'count(*) over () as changes from ' ~ changes
            ~ ' order by abs(changed_mrr) desc, month, customer_id limit ' ~ shown
        ).rows %}
        {% if rows | length > 0 %}
            {% do log('Closed months have changed (' ~ rows[0][5] ~ ' customer months, '
                ~ 'marts.fct_closed_month_changes); docs/history.md says what to do:', info=true) %}
        {% endif %}
        {% for row in rows %}
            {% do log('  ' ~ (row[0] | string)[:7] ~ '  ' ~ row[1] ~ '  closed with '
                ~ '{:,.2f}'.format(row[2]) ~ ', now ' ~ '{:,.2f}'.format(row[3]) ~ ' ('
                ~ '{:+,.2f}'.format(row[4]) ~ ')', info=true) %}
        {% endfor %}
    {% endif %}
    {{ return('') }}
{% endmacro %}
