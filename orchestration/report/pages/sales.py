"""What sales won and lost, how long it took, and by whom."""

from functools import partial

from orchestration.report import charts
from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import (
    CRM,
    last_settled,
    metric_columns,
    month_name,
    recent,
    said,
    shown,
)
from orchestration.report.reading import Column, Copy

SALES = "rpt_sales_performance_monthly"
ALL = "owner_id = 'all'"


def page(copy: Copy) -> Page:
    """Won and lost, win rate, velocity and cycle, and the reps."""
    sales = ([SALES], [CRM])
    return Page(
        "sales",
        "Sales",
        "Opportunities won and lost, how long they took and what they brought. Renewals are left "
        "out.",
        [
            shown(copy, "closed", "Won and lost by month", *sales, partial(_closed, copy)),
            shown(copy, "win-rate", "Win rate", *sales, partial(_win_rate, copy)),
            shown(copy, "velocity", "Sales velocity", *sales, partial(_velocity, copy)),
            shown(copy, "reps", "Reps in the last complete month", *sales, partial(_reps, copy)),
        ],
    )  # fmt: skip


def _closed(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, won, lost, won_lost_ratio, won_amount, lost_amount, average_selling_price,
            created_opportunities, open_opportunities, is_complete
        from marts.{SALES}
        where {recent(SALES, ALL)}
        order by month
        """,
        [
            *metric_columns(
                SALES,
                ("month", "Month", "month"),
                ("won", "Won", "count"),
                ("lost", "Lost", "count"),
                ("won_lost_ratio", "Won / lost", "number"),
                ("won_amount", "Won amount", "money"),
                ("lost_amount", "Lost amount", "money"),
                ("average_selling_price", "Average price", "money"),
                ("created_opportunities", "Created", "count"),
                ("open_opportunities", "Open at the end", "count"),
            ),
            Column("is_complete", "Month is", "month_state"),
        ],
    )
    if not table:
        return None
    last = last_settled(table)
    finding = ""
    if last:
        finding = (
            f"{month_name(last['month'])}: {said(last['won'], 'count')} won, "
            f"{said(last['lost'], 'count')} lost."
        )
    return Figure(
        name,
        title,
        table,
        [SALES],
        finding,
        charts.bars(
            name,
            "Opportunities won and lost, by month of the close",
            table.values("month"),
            [
                charts.Series("Won", table.values("won"), "c1"),
                charts.Series("Lost", table.values("lost"), "c2"),
            ],
            "count",
            table.is_open(),
            described=finding,
        ),
        [f"{SALES}.won", f"{SALES}.lost", f"{SALES}.won_amount", f"{SALES}.average_selling_price"],
    )


def _win_rate(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, win_rate, win_rate_12m, win_rate_amount, created_win_rate, is_complete
        from marts.{SALES}
        where {recent(SALES, ALL)}
        order by month
        """,
        [
            *metric_columns(
                SALES,
                ("month", "Month", "month"),
                ("win_rate", "Win rate", "share"),
                ("win_rate_12m", "Over 12 months", "share"),
                ("win_rate_amount", "By amount", "share"),
                ("created_win_rate", "Of those created", "share"),
            ),
            Column("is_complete", "Month is", "month_state"),
        ],
    )
    if not table:
        return None
    last = last_settled(table)
    finding = (
        f"Over the twelve months to {month_name(last['month'])}: "
        f"{said(last['win_rate_12m'], 'share')}."
        if last
        else ""
    )
    return Figure(
        name,
        title,
        table,
        [SALES],
        finding,
        charts.lines(
            name,
            "Win rate, by month of the close",
            table.values("month"),
            [
                charts.Series("Over 12 months", table.values("win_rate_12m"), "c1"),
                charts.Series("Month alone", table.values("win_rate"), "c5", "s"),
            ],
            "share",
            table.is_open(),
            described=finding,
        ),
        [f"{SALES}.win_rate_12m", f"{SALES}.win_rate", f"{SALES}.win_rate_amount",
         f"{SALES}.created_win_rate"],
    )  # fmt: skip


def _velocity(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, sales_velocity, average_selling_price_12m, mean_cycle_days_12m,
            median_cycle_days, revenue_per_lead, is_complete
        from marts.{SALES}
        where {recent(SALES, ALL)}
        order by month
        """,
        [
            *metric_columns(
                SALES,
                ("month", "Month", "month"),
                ("sales_velocity", "Velocity a day", "money"),
                ("average_selling_price_12m", "Average price, 12 months", "money"),
                ("mean_cycle_days_12m", "Mean cycle, 12 months", "days"),
                ("median_cycle_days", "Median cycle", "days"),
                ("revenue_per_lead", "Revenue per lead", "money"),
            ),
            Column("is_complete", "Month is", "month_state"),
        ],
    )
    if not table:
        return None
    last = last_settled(table)
    finding = ""
    if last:
        finding = (
            f"{month_name(last['month'])}: {said(last['sales_velocity'], 'money', copy.currency)} a day "
            f"to expect; a sale takes {said(last['mean_cycle_days_12m'], 'days')} days on average."
        )
    return Figure(
        name,
        title,
        table,
        [SALES],
        finding,
        charts.lines(
            name,
            "Sales velocity, amount a day, by month",
            table.values("month"),
            [charts.Series("Velocity", table.values("sales_velocity"), "c1")],
            "money",
            table.is_open(),
            described=finding,
        ),
        [f"{SALES}.sales_velocity", f"{SALES}.mean_cycle_days_12m", f"{SALES}.revenue_per_lead"],
    )


def _reps(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select
            coalesce(rep_name, case owner_id when 'all' then 'Everybody' else owner_id end) as rep,
            won, lost, win_rate, win_rate_12m, won_amount, mean_cycle_days_12m, open_opportunities,
            calls, emails, meetings, demos, activities_per_won, month
        from marts.{SALES}
        where month = (select max(month) from marts.{SALES} where is_complete)
        order by owner_id = 'all' desc, won_amount desc, owner_id
        """,
        [
            Column("rep", "Rep", "text", f"{SALES}.rep_name"),
            *metric_columns(
                SALES,
                ("won", "Won", "count"),
                ("lost", "Lost", "count"),
                ("win_rate", "Win rate", "share"),
                ("win_rate_12m", "12 months", "share"),
                ("won_amount", "Won amount", "money"),
                ("mean_cycle_days_12m", "Mean cycle, 12 months", "days"),
                ("open_opportunities", "Open", "count"),
                ("calls", "Calls", "count"),
                ("emails", "E-mails", "count"),
                ("meetings", "Meetings", "count"),
                ("demos", "Demos", "count"),
                ("activities_per_won", "Activities / won", "number"),
                ("month", "Month", "month"),
            ),
        ],
    )
    if not table:
        return None
    month = month_name(table.records()[0]["month"])
    return Figure(
        name, title, table, [SALES], f"{month}, by amount won.",
        metrics=[f"{SALES}.win_rate", f"{SALES}.activities_per_won"],
    )  # fmt: skip
