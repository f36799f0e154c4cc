{% set steps = [
    ('invoiced', 'balance', 'invoiced_amount'),
    ('void_and_draft', 'cause', 'void_and_draft_amount'),
    ('tax', 'cause', 'tax_amount'),
    ('missing_lines', 'cause', 'missing_lines_amount'),
    ('one_off', 'cause', 'one_off_amount'),
    ('service', 'cause', 'service_amount'),
    ('usage', 'cause', 'usage_amount'),
    ('invoiced_recurring', 'balance', 'invoiced_recurring_amount'),
    ('billed_for_other_months', 'cause', 'billed_for_other_months_amount'),
    ('billed_in_other_months', 'cause', 'billed_in_other_months_amount'),
    ('fx', 'cause', 'fx_amount'),
    ('earned_recurring', 'balance', 'earned_recurring_amount'),
    ('not_in_mrr', 'cause', 'not_in_mrr_amount'),
    ('month_length', 'cause', 'month_length_amount'),
    ('billed_to_others', 'cause', 'billed_to_others_amount'),
    ('discounts', 'cause', 'discounts_amount'),
    ('prorations', 'cause', 'prorations_amount'),
    ('unbilled_changes', 'cause', 'unbilled_changes_amount'),
    ('unbilled', 'cause', 'unbilled_amount'),
    ('not_invoiced', 'cause', 'not_invoiced_amount'),
    ('usage_in_mrr', 'cause', 'usage_in_mrr_amount'),
    ('accrued_mrr', 'balance', 'accrued_mrr'),
    ('within_month', 'cause', 'within_month_amount'),
    ('rounding', 'cause', 'rounding_amount'),
    ('unexplained', 'cause', 'unexplained_amount'),
    ('closing_mrr', 'balance', 'closing_mrr'),
] %}

with customer_months as (

    select * from {{ ref('fct_mrr_reconciliation_monthly') }}

),

months as (

    select
        month,
        {% for step, _, amount in steps %}
            sum({{ amount }}) as {{ step }}_total,
            count(case when {{ amount }} <> 0 then 1 end) as {{ step }}_customers,
        {% endfor %}
        {{ local_to_utc(add_months('month', 1)) }} <= {{ as_of() }} as is_complete
    from customer_months
    group by month

),

steps as (

    select
        listed.step_order,
        listed.step,
        listed.step_type
    from (
        values
        {% for step, step_type, _ in steps %}
            ({{ loop.index }}, '{{ step }}', '{{ step_type }}'){{ ',' if not loop.last }}
        {% endfor %}
    ) as listed (step_order, step, step_type)

),

final as (

    select
        months.month,
        cast(steps.step_order as int) as step_order,
        steps.step,
        steps.step_type,
        cast(
            case steps.step
                {% for step, _, _ in steps %}
                    when '{{ step }}' then months.{{ step }}_total
                {% endfor %}
            end as decimal(38, 6)
        ) as amount,
        cast(
            case steps.step
                {% for step, _, _ in steps %}
                    when '{{ step }}' then months.{{ step }}_customers
                {% endfor %}
            end as bigint
        ) as customers,
        months.is_complete
    from months
    cross join steps

)

select * from final
order by month, step_order
