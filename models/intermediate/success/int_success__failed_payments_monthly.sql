with versions as (

    select * from {{ ref('input_subscription_versions') }}

),

invoices as (

    select
        *,
        coalesce(due_at, {{ add_days('created_at', policy('payment_term_days')) }}) as overdue_from
    from {{ ref('input_invoices') }}
    where status in ('open', 'paid', 'uncollectible') and total_amount > 0

),

intervals as (

    select * from {{ ref('int_revenue__intervals_united') }}

),

company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

-- Who holds a subscription last is who its payments are of.
owners as (

    select
        subscription_id,
        max_by(customer_id, valid_from) as customer_id
    from intervals
    where subscription_id is not null
    group by subscription_id

),

ordered as (

    select
        versions.*,
        lag(status) over (
            partition by subscription_id order by version_started_at
        ) as status_before
    from versions

),

-- Versions that follow one another without an end to the failure are one failed payment.
failures as (

    select
        subscription_id,
        'payment_failed' as failure,
        version_started_at as failed_from,
        {{ add_days('version_started_at', 90) }} as failed_to
    from ordered
    where
        status in ('past_due', 'unpaid')
        and (status_before is null or status_before not in ('past_due', 'unpaid'))

    union all

    select
        subscription_id,
        'invoice_overdue' as failure,
        overdue_from as failed_from,
        coalesce(paid_at, {{ far_future() }}) as failed_to
    from invoices
    where paid_at is null or paid_at > overdue_from

),

failures_counted as (

    select
        owners.customer_id,
        company_months.month,
        count(case when failures.failure = 'payment_failed' then 1 end) as payments_failed,
        count(case when failures.failure = 'invoice_overdue' then 1 end) as invoices_overdue
    from failures
    inner join owners
        on failures.subscription_id = owners.subscription_id
    inner join company_months
        on
            failures.failed_from < company_months.closes_at
            and failures.failed_to >= company_months.closes_at
    group by owners.customer_id, company_months.month

),

-- Of a customer without a history of its subscriptions nobody knows.
known as (

    select
        owners.customer_id,
        min(versions.version_started_at) as known_from
    from versions
    inner join owners
        on versions.subscription_id = owners.subscription_id
    group by owners.customer_id

),

final as (

    select
        known.customer_id,
        company_months.month,
        coalesce(failures_counted.payments_failed, 0) as payments_failed,
        coalesce(failures_counted.invoices_overdue, 0) as invoices_overdue
    from known
    inner join company_months
        on known.known_from < company_months.closes_at
    left join failures_counted
        on
            known.customer_id = failures_counted.customer_id
            and company_months.month = failures_counted.month

)

select * from final
