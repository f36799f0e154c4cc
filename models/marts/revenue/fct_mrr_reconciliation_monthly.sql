with causes as (

    select * from {{ ref('int_revenue__reconciliation_causes') }}

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

amounts as (

    select
        coalesce(causes.month, customer_months.month) as month,
        coalesce(causes.customer_id, customer_months.customer_id) as customer_id,
        cast(coalesce(causes.invoiced_amount, 0) as decimal(38, 6)) as invoiced_amount,
        cast(coalesce(causes.void_and_draft_amount, 0) as decimal(38, 6)) as void_and_draft_amount,
        cast(coalesce(causes.tax_amount, 0) as decimal(38, 6)) as tax_amount,
        cast(coalesce(causes.missing_lines_amount, 0) as decimal(38, 6)) as missing_lines_amount,
        cast(coalesce(causes.one_off_amount, 0) as decimal(38, 6)) as one_off_amount,
        cast(coalesce(causes.service_amount, 0) as decimal(38, 6)) as service_amount,
        cast(coalesce(causes.usage_amount, 0) as decimal(38, 6)) as usage_amount,
        cast(
            coalesce(causes.billed_for_other_months_amount, 0) as decimal(38, 6)
        ) as billed_for_other_months_amount,
        cast(
            coalesce(causes.billed_in_other_months_amount, 0) as decimal(38, 6)
        ) as billed_in_other_months_amount,
        cast(
            coalesce(
                causes.earned_of_other_months_now - causes.billed_in_other_months_amount, 0
            ) as decimal(38, 6)
        ) as fx_amount,
        cast(coalesce(causes.not_in_mrr_amount, 0) as decimal(38, 6)) as not_in_mrr_amount,
        cast(coalesce(causes.month_length_amount, 0) as decimal(38, 6)) as month_length_amount,
        cast(
            coalesce(causes.billed_to_others_amount, 0) as decimal(38, 6)
        ) as billed_to_others_amount,
        cast(coalesce(causes.discounts_amount, 0) as decimal(38, 6)) as discounts_amount,
        cast(coalesce(causes.prorations_amount, 0) as decimal(38, 6)) as prorations_amount,
        cast(
            coalesce(causes.unbilled_changes_amount, 0) as decimal(38, 6)
        ) as unbilled_changes_amount,
        cast(coalesce(causes.unbilled_amount, 0) as decimal(38, 6)) as unbilled_amount,
        cast(coalesce(causes.not_invoiced_amount, 0) as decimal(38, 6)) as not_invoiced_amount,
        cast(coalesce(causes.usage_in_mrr_amount, 0) as decimal(38, 6)) as usage_in_mrr_amount,
        cast(coalesce(causes.within_month_amount, 0) as decimal(38, 6)) as within_month_amount,
        coalesce(customer_months.closing_mrr, 0) as closing_mrr,
        cast(coalesce(causes.rounding_limit, 0) + 0.0005 as decimal(38, 6)) as rounding_limit
    from causes
    full outer join customer_months
        on
            causes.customer_id = customer_months.customer_id
            and causes.month = customer_months.month

),

balances as (

    select
        amounts.*,
        invoiced_amount
        + void_and_draft_amount + tax_amount + missing_lines_amount + one_off_amount
        + service_amount + usage_amount
            as invoiced_recurring_amount,
        billed_for_other_months_amount + billed_in_other_months_amount + fx_amount
            as timing_and_fx_amount,
        not_in_mrr_amount + month_length_amount + billed_to_others_amount + discounts_amount
        + prorations_amount + unbilled_changes_amount + unbilled_amount + not_invoiced_amount
        + usage_in_mrr_amount
            as rule_amount
    from amounts

),

-- What the causes leave over is rounding: of their parts to 6 places, and of tax inside prices to
-- the minor unit. More than that nothing explains.
compared as (

    select
        balances.*,
        closing_mrr - invoiced_recurring_amount - timing_and_fx_amount - rule_amount
        - within_month_amount as left_over
    from balances

),

final as (

    select
        month,
        customer_id,
        invoiced_amount,
        void_and_draft_amount,
        tax_amount,
        missing_lines_amount,
        one_off_amount,
        service_amount,
        usage_amount,
        cast(invoiced_recurring_amount as decimal(38, 6)) as invoiced_recurring_amount,
        billed_for_other_months_amount,
        billed_in_other_months_amount,
        fx_amount,
        cast(invoiced_recurring_amount + timing_and_fx_amount as decimal(38, 6))
            as earned_recurring_amount,
        not_in_mrr_amount,
        month_length_amount,
        billed_to_others_amount,
        discounts_amount,
        prorations_amount,
        unbilled_changes_amount,
        unbilled_amount,
        not_invoiced_amount,
        usage_in_mrr_amount,
        cast(invoiced_recurring_amount + timing_and_fx_amount + rule_amount as decimal(38, 6))
            as accrued_mrr,
        within_month_amount,
        cast(case when abs(left_over) <= rounding_limit then left_over else 0 end as decimal(38, 6))
            as rounding_amount,
        cast(case when abs(left_over) <= rounding_limit then 0 else left_over end as decimal(38, 6))
            as unexplained_amount,
        closing_mrr
    from compared

)

select * from final
order by month, customer_id
