"""The company at a glance: headline figures against targets and earlier periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.report import charts
from orchestration.report.figures import Block, Figure, Missing, Page, Tile, Tiles
from orchestration.report.pages.common import (
    BILLING,
    last_settled,
    month_name,
    needs,
    recent,
    said,
)
from orchestration.report.pages.plan import OPEN_MONTH, Plan, bars, part
from orchestration.report.reading import Column, Copy, Table
from orchestration.report.values import Kind, Value

KPIS = "rpt_saas_kpis_monthly"
SPARK_MONTHS = 13
COMMITTEES = "fct_opportunity_committees"
ACCOUNTS = "target-accounts"
CLOSING, COSTED = "is_complete", "is_cost_complete"


@dataclass(frozen=True)
class Kpi:
    """One column of the mart.

    Attributes:
        name: the column.
        label: heading.
        kind: how it is written.
        better: `up`, `down`, or empty where neither is.
        state: column that says whether its month is settled.
    """

    name: str
    label: str
    kind: Kind
    better: str = "up"
    state: str = CLOSING


GROUPS: tuple[tuple[str, str, tuple[Kpi, ...]], ...] = (
    (
        "recurring-revenue",
        "Recurring revenue",
        (
            Kpi("closing_mrr", "MRR", "money"),
            Kpi("closing_arr", "ARR", "money"),
            Kpi("net_new_mrr", "Net new MRR", "money"),
            Kpi("new_mrr", "New MRR", "money"),
            Kpi("expansion_mrr", "Expansion MRR", "money"),
            Kpi("contraction_mrr", "Contraction MRR", "money"),
            Kpi("churn_mrr", "Churn MRR", "money"),
            Kpi("quick_ratio", "Quick ratio", "number"),
        ),
    ),
    (
        "customers",
        "Customers",
        (
            Kpi("closing_customers", "Customers", "count"),
            Kpi("new_customers", "New customers", "count"),
            Kpi("churned_customers", "Churned customers", "count", "down"),
            Kpi("logo_churn_rate", "Logo churn", "share", "down"),
            Kpi("arpa", "ARPA", "money"),
            Kpi("ltv", "LTV", "money", "up", COSTED),
        ),
    ),
    (
        "efficiency",
        "Acquisition and efficiency",
        (
            Kpi("spend_total", "Sales and marketing", "money", "", COSTED),
            Kpi("cac_fully_loaded", "CAC, fully loaded", "money", "down", COSTED),
            Kpi("new_cac_ratio", "New CAC ratio", "number", "down", COSTED),
            Kpi("payback_months", "CAC payback", "months", "down", COSTED),
            Kpi("ltv_to_cac", "LTV to CAC", "number", "up", COSTED),
            Kpi("magic_number", "Magic number", "number", "up", COSTED),
            Kpi("burn_multiple", "Burn multiple", "number", "down", COSTED),
            Kpi("rule_of_40_ebitda", "Rule of 40, EBITDA", "percent", "up", COSTED),
            Kpi("rule_of_40_fcf", "Rule of 40, free cash", "percent", "up", COSTED),
        ),
    ),
    (
        "customer-success",
        "Customer success",
        (
            Kpi("nps_3m", "NPS, 3 months", "days"),
            Kpi("health_score", "Health score", "days"),
            Kpi("engagement_score", "Engagement score", "days"),
        ),
    ),
    (
        ACCOUNTS,
        "Target accounts",
        (
            Kpi("target_win_rate_12m", "Win rate, 12 months", "share"),
            Kpi("programme_return_12m", "Programme return", "share", "up", COSTED),
        ),
    ),
)
# Groups that not every company has: shown where any of their figures is known.
OPTIONAL = ("customer-success", ACCOUNTS)
AGAINST_TARGET = Plan(
    "mrr-target", "MRR against its target", KPIS, [BILLING],
    [
        ("month", "Month", "month"),
        ("closing_mrr", "MRR", "money"),
        ("closing_mrr_target", "Target", "money"),
        ("closing_mrr_variance", "Less target", "money"),
        OPEN_MONTH,
    ],
    recent(KPIS, "true"),
    finding="MRR was {closing_mrr} at the end of {month}.",
    chart=bars("MRR against its target, by month", "money", part("closing_mrr", "MRR"),
               targets="closing_mrr_target"),
    metrics=["closing_mrr", "closing_mrr_target", "closing_mrr_variance"],
)  # fmt: skip
ALL = [kpi for _, _, kpis in GROUPS for kpi in kpis]


def page(copy: Copy) -> Page:
    """Tiles, MRR against its target, and all months in one table."""
    title = "Overview"
    lead = (
        "The last complete month of each figure, against the month and the year before and "
        "against its target. Changes are shares of the size before: 5 % to 6 % is +20 %."
    )
    if not copy.has(KPIS):
        return Page(
            "index", title, lead, [Missing("kpis", "Headline figures", [KPIS], needs(BILLING))]
        )
    table = _kpis(copy)
    groups: list[Block] = [
        Tiles(name, heading, tiles)
        for name, heading, kpis in GROUPS
        if (tiles := _tiles(copy, name, kpis, table))
    ]
    blocks = [
        *groups[:1],
        AGAINST_TARGET.make(copy),
        *groups[1:],
        _all_months(table),
    ]
    return Page("index", title, lead, blocks, _alerts(table, copy.currency))


def _kpis(copy: Copy) -> Table:
    """Each figure with its changes, target and flag, for the months of the history."""
    parts = ("", "_change_mom", "_change_yoy", "_target", "_variance", "_is_unusual")
    names = [f"{kpi.name}{part}" for kpi in ALL for part in parts]
    columns = [Column("month", "Month", "month"), *(Column(name, name) for name in names)]
    columns += [Column(CLOSING, CLOSING, "month_state"), Column(COSTED, COSTED, "cost_state")]
    listed = ", ".join(column.name for column in columns)
    return copy.ask(
        f"select {listed} from marts.{KPIS} where {recent(KPIS, 'true')} order by month", columns
    )


def _tiles(copy: Copy, group: str, kpis: Sequence[Kpi], table: Table) -> list[Tile]:
    """The tiles of a group; none where it is optional and nothing of it is known."""
    if group in OPTIONAL and not any(
        value is not None for kpi in kpis for value in table.values(kpi.name)
    ):
        return []
    tiles = [_tile(kpi, table) for kpi in kpis]
    if group == ACCOUNTS and copy.has(COMMITTEES):
        tiles.append(_coverage(copy))
    return tiles


def _coverage(copy: Copy) -> Tile:
    """Roles are known as they are today, so that there is no month before to compare with."""
    average = f"select avg(role_coverage) from marts.{COMMITTEES} where status = 'open'"
    return Tile(
        metric=f"{COMMITTEES}.role_coverage",
        label="Role coverage, open deals",
        kind="share",
        month="at as-of",
        value=copy.value(average),
        change_mom=None,
        change_yoy=None,
        target=None,
        variance=None,
        is_unusual=False,
        better="up",
    )


def _tile(kpi: Kpi, table: Table) -> Tile:
    row = last_settled(table, kpi.state)
    months = [each for each in table.records() if row and _before(each["month"], row["month"])]
    values = [each[kpi.name] for each in months][-SPARK_MONTHS:]
    got = row or {}
    month = got.get("month")
    return Tile(
        metric=f"{KPIS}.{kpi.name}",
        label=kpi.label,
        kind=kpi.kind,
        month=f"{month:%b %Y}" if isinstance(month, date) else "no complete month",
        value=got.get(kpi.name),
        change_mom=got.get(f"{kpi.name}_change_mom"),
        change_yoy=got.get(f"{kpi.name}_change_yoy"),
        target=got.get(f"{kpi.name}_target"),
        variance=got.get(f"{kpi.name}_variance"),
        is_unusual=bool(got.get(f"{kpi.name}_is_unusual")),
        better=kpi.better,
        spark=_spark(kpi, values),
    )


def _before(month: Value, last: Value) -> bool:
    return isinstance(month, date) and isinstance(last, date) and month <= last


def _spark(kpi: Kpi, values: Sequence[Value]) -> str:
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    return charts.spark(
        f"spark-{kpi.name}",
        f"{kpi.label}, {len(values)} months",
        values,
        f"From {said(known[0], kpi.kind)} to {said(known[-1], kpi.kind)}.",
    )


def _all_months(table: Table) -> Figure:
    """Every headline figure by month, newest first, without changes and targets."""
    names = ["month", *(kpi.name for kpi in ALL), CLOSING, COSTED]
    columns = [
        Column("month", "Month", "month"),
        *(Column(kpi.name, kpi.label, kpi.kind, f"{KPIS}.{kpi.name}") for kpi in ALL),
        Column(CLOSING, "Month is", "month_state"),
        Column(COSTED, "Costs are", "cost_state"),
    ]
    rows = [tuple(row[name] for name in names) for row in reversed(table.records())]
    sql = (
        f"select\n    {', '.join(names)}\nfrom marts.{KPIS}\n"
        f"where {recent(KPIS, 'true')}\norder by month desc"
    )
    return Figure(
        "all-months",
        "All headline figures by month",
        Table(sql, columns, rows),
        [KPIS],
        folded=True,
        notes=["Where costs are not booked yet, figures made of costs are too low."],
    )


def _alerts(table: Table, currency: str) -> list[str]:
    """Months that are under way or not booked, and figures that changed unusually."""
    alerts = []
    for row in table.records():
        month = month_name(row["month"])
        if not row[CLOSING]:
            alerts.append(f"{month} is under way: its figures are marked and will change.")
        elif not row[COSTED]:
            alerts.append(f"The costs of {month} are not all booked: CAC and payback are too low.")
    last = last_settled(table)
    for kpi in ALL:
        if last and kpi.state == CLOSING and last[f"{kpi.name}_is_unusual"]:
            value = said(last[kpi.name], kpi.kind, currency)
            alerts.append(f"{kpi.label} changed unusually in {month_name(last['month'])}: {value}.")
    return alerts
