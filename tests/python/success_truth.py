"""What the sample company knows of its customers' use, answers and tickets, against what the marts say.

The truth (`sample_company.demand.care_truth`) was told before any raw row was written. Each check is a query
for differences, as in funnel_truth.py. What the data cannot tell is left out, and only that: rows whose
`is_linked` is false, and people whose address is their company's `billing@` mailbox.
"""

from __future__ import annotations

#: Months and customers of which the marts have engagement.
_PAYING = "select month, customer_id, is_complete from marts.rpt_customer_engagement_monthly"
_USES = """
    select *, date_trunc('month', used_on)::date as month from told.product_uses
    where is_linked and used_on <= date '2026-11-01'
"""

SUCCESS_CHECKS: dict[str, str] = {
    "use of the product": f"""
        with uses as ({_USES}),
        known as (
            select month, customer_id,
                count(distinct user_id) as users,
                count(distinct (user_id, used_on)) / max(day(last_day(month))) as daily,
                count(distinct event_name) filter (event_name <> 'signed_in') as features,
                7 * count(distinct used_on) filter (event_name = 'signed_in') / max(day(last_day(month)))
                    as log_ins
            from uses group by all
        ),
        -- Who never did anything since the product tells of anybody has used nothing.
        product as (select min(month) as first_month from uses)
        select paying.month, paying.customer_id, known.users, got.monthly_active_users,
            known.daily, got.daily_active_users, known.features, got.features_used,
            known.log_ins, got.login_days_per_week
        from ({_PAYING}) as paying
        inner join marts.rpt_customer_engagement_monthly as got using (month, customer_id)
        left join known using (month, customer_id)
        cross join product
        where paying.is_complete
            and paying.customer_id not in (
                select customer_id from told.product_uses where not is_linked
            )
            and (
                case when paying.month >= first_month then coalesce(known.users, 0) end
                    is distinct from got.monthly_active_users
                or case when paying.month >= first_month then coalesce(known.features, 0) end
                    is distinct from got.features_used
                or abs(coalesce(known.daily, 0) - coalesce(got.daily_active_users, 0)) > 1e-9
                or abs(coalesce(known.log_ins, 0) - coalesce(got.login_days_per_week, 0)) > 1e-9
            )
        order by all
    """,
    "users of a week": f"""
        with uses as ({_USES}),
        weeks as (
            select month, customer_id, count(distinct user_id) as users
            from uses
            where date_diff('day', used_on, last_day(month)) < 28
            group by month, customer_id, date_diff('day', used_on, last_day(month)) // 7
        ),
        known as (select month, customer_id, sum(users) / 4 as weekly from weeks group by all)
        select month, customer_id, known.weekly, got.weekly_active_users
        from marts.rpt_customer_engagement_monthly as got
        left join known using (month, customer_id)
        where got.is_complete and abs(coalesce(known.weekly, 0) - coalesce(weekly_active_users, 0)) > 1e-9
            and customer_id not in (select customer_id from told.product_uses where not is_linked)
        order by all
    """,
    "answers and who gave them": """
        select response_id, known.customer_id, got.customer_id, known.score, got.score,
            known.is_counted, got.is_counted
        from told.nps_answers as known
        full outer join marts.fct_nps_responses as got using (response_id)
        where known.score is distinct from got.score
            or known.is_counted is distinct from got.is_counted
            or known.responded_at is distinct from got.responded_at
            or (known.is_linked and known.customer_id is distinct from got.customer_id)
        order by all
    """,
    "score of a month": """
        with known as (
            select date_trunc('month', responded_at) as month, count(*) as responses,
                100 * (count(*) filter (score > 8) - count(*) filter (score < 7)) / count(*) as nps
            from told.nps_answers where is_counted group by 1
        )
        select month, known.responses, got.responses, known.nps, got.nps
        from known
        full outer join (
            from marts.rpt_nps_monthly where segment_type = 'all' and responses > 0
        ) as got using (month)
        where known.responses is distinct from got.responses or abs(known.nps - got.nps) > 1e-9
        order by all
    """,
    "answered invitations": """
        with known as (
            select date_trunc('month', sent_at) as month, count(*) as sent,
                count(*) filter (is_answered) as answered
            from told.nps_invitations group by 1
        )
        select month, known.sent, got.invitations, known.answered, got.answered_invitations
        from known
        full outer join (
            from marts.rpt_nps_monthly where segment_type = 'all' and invitations > 0
        ) as got using (month)
        where (known.sent, known.answered)
            is distinct from (got.invitations, got.answered_invitations)
        order by all
    """,
    "tickets of a customer at the close": """
        with months as (
            select month, customer_id, least(month + interval 1 month, timestamp '2026-11-01') as closes_at,
                tickets_90d, open_tickets
            from marts.fct_customer_health_monthly where is_complete
        ),
        known as (
            select months.month, months.customer_id,
                count(*) filter (created_at + interval 90 day >= closes_at) as tickets_90d,
                count(*) filter (coalesce(solved_at >= closes_at, true)) as open_tickets
            from months inner join told.tickets as tickets
                on months.customer_id = tickets.customer_id and tickets.created_at < closes_at
            group by all
        )
        select month, customer_id, known.tickets_90d, months.tickets_90d, known.open_tickets,
            months.open_tickets
        from months left join known using (month, customer_id)
        where (coalesce(known.tickets_90d, 0), coalesce(known.open_tickets, 0))
                is distinct from (coalesce(months.tickets_90d, 0), coalesce(months.open_tickets, 0))
            and customer_id not in (select customer_id from told.tickets where not is_linked)
        order by all
    """,
    # Told of all: what is paid at as-of, and which prices are sold. Which price an item has is in its row.
    "prices that are paid and no longer sold": """
        with known as (
            select distinct paid.customer_id, items.price_id
            from told.intervals as paid
            inner join input.input_subscription_items as items using (subscription_item_id)
            inner join told.prices_not_sold using (price_id)
            where paid.valid_to is null and paid.annual_net_amount > 0
        ),
        got as (
            select customer_id, subject as price_id from marts.fct_upsell_signals
            where signal = 'grandfathered_price'
        )
        select 'missing' as problem, * from (from known except from got)
        union all
        select 'too many', * from (from got except from known)
        order by all
    """,
    # What was told of moods shows in the numbers that know nothing of them.
    "bands at risk churn more, healthy ones less": """
        select health_band, lift_12m
        from marts.rpt_health_backtest
        where month = (select max(month) from marts.rpt_health_backtest) and horizon_months = 1
            and ((health_band = 'at_risk' and not lift_12m > 1.5)
                or (health_band = 'healthy' and not lift_12m < 0.9))
    """,
    "who churns answered lower": """
        select window_months, max(nps) filter (outcome = 'churned') as churned,
            max(nps) filter (outcome = 'stayed') as stayed
        from marts.rpt_nps_outcomes where window_months = 3
        group by 1 having not churned < stayed
    """,
}

SUCCESS_COUNTS: dict[str, str] = {
    "customer months with a score": """
        select count(*) from marts.rpt_customer_engagement_monthly where engagement_score is not null
    """,
    "answers": "select count(*) from marts.fct_nps_responses where customer_id is not null",
    "tickets": "select sum(tickets_90d) from marts.fct_customer_health_monthly",
    "churn of known bands": """
        select 10 * count(*) from marts.rpt_health_backtest
        where churned_customers > 0 and health_band not in ('all', 'unknown')
    """,
    "upsell signals": "select 3 * count(*) from marts.fct_upsell_signals",
    "prices that are paid and no longer sold": """
        select 20 * count(*) from marts.fct_upsell_signals where signal = 'grandfathered_price'
    """,
}
