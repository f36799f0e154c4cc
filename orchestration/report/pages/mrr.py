"""Where recurring revenue came from and went: the bridge of a month, and its history."""

from orchestration.report import charts
from orchestration.report.figures import Drawing, Page
from orchestration.report.pages.common import BILLING, recent
from orchestration.report.pages.plan import OPEN_MONTH, Answer, Plan, always, bars, part, stacked
from orchestration.report.reading import Copy
from orchestration.report.values import Kind

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
COLUMNS: tuple[tuple[str, str, Kind], ...] = (
    ("month", "Month", "month"),
    *((step, label, "money") for step, label, _ in STEPS),
)
METRICS = [step for step, _, _ in STEPS]


def _waterfall(name: str, answer: Answer, finding: str) -> Drawing:
    (row,) = answer.table.records()
    steps = [(label, row[step], tone) for step, label, tone in STEPS]
    return charts.waterfall(name, answer.say("Bridge of MRR, {month}"), steps, "money", finding)


def _restated(answer: Answer) -> str:
    months = answer.copy.counts[RESTATED]
    if not answer.table:
        return f"All {months} reported months still say what they said first."
    return f"{len(answer.table.rows)} of {months} reported months are restated."


FIGURES = (
    Plan(
        "bridge", "Bridge of the last complete month", BRIDGE, [BILLING], COLUMNS,
        "segment_type = 'all' and is_complete",
        order="month desc\nlimit 1",
        finding="{month} opened with {opening_mrr} and closed with {closing_mrr}.",
        chart=_waterfall,
        metrics=["closing_mrr", *METRICS[:-1]],
        notes=["Where movements are small against the totals, the axis does not begin at 0."],
    ),
    Plan(
        "movements", "Movements by month", BRIDGE, [BILLING],
        [*COLUMNS, ("net_new_mrr", "Net new", "money"), OPEN_MONTH],
        recent(BRIDGE, "segment_type = 'all'"),
        finding="Net new MRR of {month}, without FX: {net_new_mrr}.",
        chart=bars("Movements of MRR, by month", "money",
                   part("new_mrr", "New", "c1"),
                   part("reactivation_mrr", "Reactivation", "c4"),
                   part("expansion_mrr", "Expansion", "c3"),
                   part("contraction_mrr", "Contraction", "c5"),
                   part("churn_mrr", "Churn", "c2"),
                   part("fx_impact_mrr", "FX impact", "c7")),
        metrics=["net_new_mrr", *METRICS],
    ),
    Plan(
        "segments", "MRR by customer segment", BRIDGE, [BILLING],
        [
            ("month", "Month", "month"),
            ("segment_value", "Segment", "code"),
            ("closing_mrr", "MRR", "money"),
            ("closing_customers", "Customers", "count"),
            ("arpa", "ARPA", "money"),
            OPEN_MONTH,
        ],
        recent(BRIDGE, "segment_type = 'segment'"),
        order="""
    case segment_value
        when 'smb' then 1 when 'mid_market' then 2 when 'enterprise' then 3 else 4
    end,
    month""",
        chart=stacked("MRR by customer segment, by month", "money", "segment_value", "closing_mrr",
                      "Closing MRR of each segment, stacked."),
        metrics=["closing_mrr", "closing_customers", "arpa"],
        notes=["Segments are those of the customers as they are known now."],
    ),
    Plan(
        "restated", "Months that are not what was first reported", RESTATED, [BILLING],
        [
            ("month", "Month", "month"),
            ("first_reported_closing_mrr", "First reported", "money"),
            ("current_closing_mrr", "Now", "money"),
            ("restated_mrr", "Restated", "money"),
            ("restated_customers", "Customers", "count"),
            ("restated_at", "Restated at", "time"),
        ],
        "is_restated",
        order="month desc",
        finding=_restated,
        metrics=["restated_mrr"],
        may_be_empty=always,
    ),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """Bridge of the last complete month, movements by month, MRR by segment, restated months."""
    return Page(
        "mrr",
        "MRR",
        "Monthly recurring revenue, rolled forward: what opened, came, grew, shrank, left and "
        "closed. Losses are negative, so that the parts of a month add up.",
        [figure.make(copy) for figure in FIGURES],
    )
