"""What sales won and lost, how long it took, and by whom."""

from orchestration.report.figures import Page
from orchestration.report.pages.common import CRM, recent
from orchestration.report.pages.plan import OPEN_MONTH, Plan, bars, lines, part
from orchestration.report.reading import Column, Copy

SALES = "rpt_sales_performance_monthly"
COMPANY = recent(SALES, "owner_id = 'all'")

FIGURES = (
    Plan(
        "closed", "Won and lost by month", SALES, [CRM],
        [
            ("month", "Month", "month"),
            ("won", "Won", "count"),
            ("lost", "Lost", "count"),
            ("won_lost_ratio", "Won / lost", "number"),
            ("won_amount", "Won amount", "money"),
            ("lost_amount", "Lost amount", "money"),
            ("average_selling_price", "Average price", "money"),
            ("created_opportunities", "Created", "count"),
            ("open_opportunities", "Open at the end", "count"),
            OPEN_MONTH,
        ],
        COMPANY,
        finding="{month}: {won} won, {lost} lost.",
        chart=bars("Opportunities won and lost, by month of the close", "count",
                   part("won", "Won"), part("lost", "Lost")),
        metrics=["won", "lost", "won_amount", "average_selling_price"],
    ),
    Plan(
        "win-rate", "Win rate", SALES, [CRM],
        [
            ("month", "Month", "month"),
            ("win_rate", "Win rate", "share"),
            ("win_rate_12m", "Over 12 months", "share"),
            ("win_rate_amount", "By amount", "share"),
            ("created_win_rate", "Of those created", "share"),
            OPEN_MONTH,
        ],
        COMPANY,
        finding="Over the twelve months to {month}: {win_rate_12m}.",
        chart=lines("Win rate, by month of the close", "share",
                    part("win_rate_12m", "Over 12 months"),
                    part("win_rate", "Month alone", "c5", "s")),
        metrics=["win_rate_12m", "win_rate", "win_rate_amount", "created_win_rate"],
    ),
    Plan(
        "velocity", "Sales velocity", SALES, [CRM],
        [
            ("month", "Month", "month"),
            ("sales_velocity", "Velocity a day", "money"),
            ("average_selling_price_12m", "Average price, 12 months", "money"),
            ("mean_cycle_days_12m", "Mean cycle, 12 months", "days"),
            ("median_cycle_days", "Median cycle", "days"),
            ("revenue_per_lead", "Revenue per lead", "money"),
            OPEN_MONTH,
        ],
        COMPANY,
        finding="{month}: {sales_velocity} a day to expect; a sale takes {mean_cycle_days_12m} days "
                "on average.",
        chart=lines("Sales velocity, amount a day, by month", "money",
                    part("sales_velocity", "Velocity")),
        metrics=["sales_velocity", "mean_cycle_days_12m", "revenue_per_lead"],
    ),
    Plan(
        "reps", "Reps in the last complete month", SALES, [CRM],
        [
            Column("rep", "Rep", "text", f"{SALES}.rep_name"),
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
        ],
        sql=f"""
        select
            coalesce(rep_name, case owner_id when 'all' then 'Everybody' else owner_id end) as rep,
            won, lost, win_rate, win_rate_12m, won_amount, mean_cycle_days_12m, open_opportunities,
            calls, emails, meetings, demos, activities_per_won, month
        from marts.{SALES}
        where month = (select max(month) from marts.{SALES} where is_complete)
        order by owner_id = 'all' desc, won_amount desc, owner_id
        """,
        finding="{month}, by amount won.",
        metrics=["win_rate", "activities_per_won"],
    ),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """Won and lost, win rate, velocity and cycle, and the reps."""
    return Page(
        "sales",
        "Sales",
        "Opportunities won and lost, how long they took and what they brought. Renewals are left "
        "out.",
        [figure.make(copy) for figure in FIGURES],
    )
