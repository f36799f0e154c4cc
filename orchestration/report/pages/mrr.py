"""Where recurring revenue came from and went: the bridge of a month, and its history."""

from functools import partial

from orchestration.report import charts
from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import (
    BILLING,
    by_value,
    last_settled,
    metric_columns,
    month_name,
    recent,
    said,
    shown,
)
from orchestration.report.reading import Column, Copy
from orchestration.report.values import Value

BRIDGE = "rpt_mrr_bridge_monthly"
RESTATED = "fct_mrr_restatements"
STEPS = (
    ("opening_mrr", "Opening", "c7"),
    ("new_mrr", "New", "gain"),
    ("reactivation_mrr", "Reactivation", "gain"),
    ("expansion_mrr", "Expansion", "gain"),
    ("contraction_mrr", "Contraction", "loss"),
    ("churn_mrr", "Churn", "loss"),
    ("fx_impact_mrr", "FX", "muted"),
    ("closing_mrr", "Closing", "c1"),
)
MOVEMENTS = (
    ("new_mrr", "New", "c1"),
    ("reactivation_mrr", "Reactivation", "c4"),
    ("expansion_mrr", "Expansion", "c3"),
    ("contraction_mrr", "Contraction", "c5"),
    ("churn_mrr", "Churn", "c2"),
    ("fx_impact_mrr", "FX impact", "c7"),
)
COMPANY = "segment_type = 'all'"
METRICS = [f"{BRIDGE}.{name}" for name, _, _ in STEPS]


def page(copy: Copy) -> Page:
    """Bridge of the last complete month, movements by month, MRR by segment, restated months."""
    bridge = ([BRIDGE], [BILLING])
    return Page(
        "mrr",
        "MRR",
        "Monthly recurring revenue, rolled forward: what opened, came, grew, shrank, left and "
        "closed. Losses are negative, so that the parts of a month add up.",
        [
            shown(copy, "bridge", "Bridge of the last complete month", *bridge,
                  partial(_bridge, copy)),
            shown(copy, "movements", "Movements by month", *bridge,
                  partial(_movements, copy)),
            shown(copy, "segments", "MRR by customer segment", *bridge, partial(_segments, copy)),
            shown(copy, "restated", "Months that are not what was first reported", [RESTATED],
                  [BILLING], partial(_restated, copy)),
        ],
    )  # fmt: skip


def _bridge(copy: Copy, name: str, title: str) -> Figure | None:
    names = ", ".join(step for step, _, _ in STEPS)
    table = copy.ask(
        f"""
        select month, {names}
        from marts.{BRIDGE}
        where {COMPANY} and is_complete
        order by month desc
        limit 1
        """,
        metric_columns(
            BRIDGE,
            ("month", "Month", "month"),
            *((step, label, "money") for step, label, _ in STEPS),
        ),
    )
    if not table:
        return None
    row = table.records()[0]
    finding = (
        f"{month_name(row['month'])} opened with {said(row['opening_mrr'], 'money', copy.currency)} and "
        f"closed with {said(row['closing_mrr'], 'money', copy.currency)}."
    )
    steps: list[tuple[str, Value, str]] = [(label, row[step], tone) for step, label, tone in STEPS]
    return Figure(
        name,
        title,
        table,
        [BRIDGE],
        finding,
        charts.waterfall(
            name, f"Bridge of MRR, {month_name(row['month'])}", steps, "money", finding
        ),
        ["rpt_mrr_bridge_monthly.closing_mrr", *METRICS[:-1]],
        ["Where movements are small against the totals, the axis does not begin at 0."],
    )


def _movements(copy: Copy, name: str, title: str) -> Figure | None:
    names = ", ".join(step for step, _, _ in STEPS)
    table = copy.ask(
        f"""
        select month, {names}, net_new_mrr, is_complete
        from marts.{BRIDGE}
        where {recent(BRIDGE, COMPANY)}
        order by month
        """,
        [
            *metric_columns(
                BRIDGE,
                ("month", "Month", "month"),
                *((step, label, "money") for step, label, _ in STEPS),
                ("net_new_mrr", "Net new", "money"),
            ),
            Column("is_complete", "Month is", "month_state"),
        ],
    )
    last = last_settled(table)
    finding = ""
    if last:
        finding = (
            f"Net new MRR of {month_name(last['month'])}, without FX: "
            f"{said(last['net_new_mrr'], 'money', copy.currency)}."
        )
    return Figure(
        name,
        title,
        table,
        [BRIDGE],
        finding,
        charts.bars(
            name,
            "Movements of MRR, by month",
            table.values("month"),
            [charts.Series(label, table.values(step), tone) for step, label, tone in MOVEMENTS],
            "money",
            table.is_open(),
            described=finding,
        ),
        [f"{BRIDGE}.net_new_mrr", *METRICS],
    )


def _segments(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, segment_value, closing_mrr, closing_customers, arpa, is_complete
        from marts.{BRIDGE}
        where {recent(BRIDGE, "segment_type = 'segment'")}
        order by
            case segment_value
                when 'smb' then 1 when 'mid_market' then 2 when 'enterprise' then 3 else 4
            end,
            month
        """,
        [
            *metric_columns(
                BRIDGE,
                ("month", "Month", "month"),
                ("segment_value", "Segment", "text"),
                ("closing_mrr", "MRR", "money"),
                ("closing_customers", "Customers", "count"),
                ("arpa", "ARPA", "money"),
            ),
            Column("is_complete", "Month is", "month_state"),
        ],
    )
    if not table:
        return None
    months, series = by_value(table, "month", "segment_value", "closing_mrr")
    opened = dict(zip(table.values("month"), table.is_open(), strict=True))
    order = sorted(range(len(months)), key=lambda place: str(months[place]))
    series = [
        charts.Series(one.label, [one.values[place] for place in order], one.tone) for one in series
    ]
    months = [months[place] for place in order]
    return Figure(
        name,
        title,
        table,
        [BRIDGE],
        "",
        charts.bars(
            name, f"{title}, by month", months, series, "money", [opened[at] for at in months],
            described="Closing MRR of each segment, stacked.",
        ),
        [f"{BRIDGE}.closing_mrr", f"{BRIDGE}.closing_customers", f"{BRIDGE}.arpa"],
        ["Segments are those of the customers as they are known now."],
    )  # fmt: skip


def _restated(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, first_reported_closing_mrr, current_closing_mrr, restated_mrr,
            restated_customers, restated_at
        from marts.{RESTATED}
        where is_restated
        order by month desc
        """,
        metric_columns(
            RESTATED,
            ("month", "Month", "month"),
            ("first_reported_closing_mrr", "First reported", "money"),
            ("current_closing_mrr", "Now", "money"),
            ("restated_mrr", "Restated", "money"),
            ("restated_customers", "Customers", "count"),
            ("restated_at", "Restated at", "time"),
        ),
    )
    months = copy.counts[RESTATED]
    finding = (
        f"{len(table.rows)} of {months} reported months are restated."
        if table
        else f"All {months} reported months still say what they said first."
    )
    return Figure(name, title, table, [RESTATED], finding, metrics=[f"{RESTATED}.restated_mrr"])
