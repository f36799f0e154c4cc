with versions as (

    select * from {{ ref('input_subscription_versions') }}

),

subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

counted_lines as (

    select * from {{ ref('int_revenue__counted_lines_selected') }}
    where
        {{ policy_is('new_mrr_start', 'first_payment') }}
        or {{ 'false' if policy('auto_churn_days') is none else 'true' }}

),

-- An invoice that does not name its subscription is of the one that its lines name.
lines_by_invoice as (

    select
        invoice_id,
        max(subscription_id) as subscription_id
    from counted_lines
    group by invoice_id

),

invoices as (

    select
        coalesce(all_invoices.subscription_id, lines_by_invoice.subscription_id)
            as subscription_id,
        all_invoices.created_at,
        all_invoices.paid_at,
        all_invoices.total_amount
    from {{ ref('input_invoices') }} as all_invoices
    left join lines_by_invoice
        on all_invoices.invoice_id = lines_by_invoice.invoice_id
    where
        all_invoices.status not in ('draft', 'void', 'deleted')
        and coalesce(all_invoices.subscription_id, lines_by_invoice.subscription_id) is not null

),

-- auto_churn_days: N days after the date of an invoice until it is paid.
overdue as (

    select
        subscription_id,
        {{ add_days('created_at', policy('auto_churn_days') or 0) }} as blocked_from,
        coalesce(paid_at, {{ far_future() }}) as blocked_to,
        'unpaid' as cause
    from invoices
    where {{ 'false' if policy('auto_churn_days') is none else 'total_amount > 0' }}

),

-- churn_recognition cancel_request: from the request until it is taken back, or for good.
asked_to_cancel as (

    select
        subscription_id,
        case
            when is_first_version then coalesce(cancel_requested_at, version_started_at)
            else version_started_at
        end as blocked_from,
        coalesce(version_ended_at, {{ far_future() }}) as blocked_to,
        'cancel_request' as cause
    from versions
    where
        {{ policy_is('churn_recognition', 'cancel_request') }}
        and (
            is_cancel_at_period_end
            or cancel_at is not null
            or (status = 'canceled' and cancel_requested_at is not null)
        )

),

-- new_mrr_start first_payment: until the first invoice of the subscription is paid.
first_payments as (

    select
        subscription_id,
        min(paid_at) as first_paid_at
    from invoices
    where paid_at is not null and total_amount > 0
    group by subscription_id

),

not_paid_yet as (

    select
        subscriptions.subscription_id,
        timestamp '1900-01-01 00:00:00' as blocked_from,
        coalesce(first_payments.first_paid_at, {{ far_future() }}) as blocked_to,
        'not_paid' as cause
    from subscriptions
    left join first_payments
        on subscriptions.subscription_id = first_payments.subscription_id
    where {{ policy_is('new_mrr_start', 'first_payment') }}

),

final as (

    select * from overdue
    union all
    select * from asked_to_cancel
    union all
    select * from not_paid_yet

)

select * from final
where blocked_from < blocked_to
