"""The sample company with the world around it: web, people, funnel, accounts and customer success
against what it knows of itself (funnel_truth.py); the dictionary, its questions and the semantic layer
against its marts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import bi_measures
import duckdb
import pytest
from conftest import REPOSITORY, DbtSession, Warehouse
from funnel_truth import CHECKS, COUNTS, Truth
from metric_checks import formula_differences, layer_differences, layer_values

from orchestration import dictionary
from orchestration.dictionary import Metric, Question
from orchestration.metrics import MetricsError, SemanticLayer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def warehouse(world: Warehouse) -> Warehouse:
    """120 customers over 14 months, both CRMs, both web sources, ads and ledger."""
    return world


@pytest.fixture(scope="module")
def truth(warehouse: Warehouse) -> Iterator[Truth]:
    found = Truth(warehouse.database, warehouse.root / "truth")
    yield found
    found.close()


@pytest.mark.parametrize("name", COUNTS)
def test_there_is_something_to_compare(truth: Truth, name: str) -> None:
    assert truth.count(name) > 50


def test_few_but_some_are_synced_or_come_by_themselves(truth: Truth) -> None:
    """Of what is rare enough for its check to be empty by accident."""
    for sql in (
        "select count(*) from told.opportunities where records = 2",
        "select count(*) from told.signups",
        "select count(*) from told.people where member_kind = 'email' and member_id like 'former.%'",
    ):
        assert truth.ask(sql)[0][0] > 2


@pytest.mark.parametrize("check", CHECKS)
def test_the_marts_say_what_was_told(truth: Truth, check: str) -> None:
    wrong = truth.differences(check)
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(map(str, wrong[:15]))


@pytest.mark.parametrize(
    "mart",
    [
        "rpt_funnel_monthly", "rpt_funnel_cohort_monthly", "rpt_sales_performance_monthly",
        "fct_attribution", "rpt_web_traffic_monthly",
    ],
)  # fmt: skip
def test_measures_for_superset_are_the_marts_own(warehouse: Warehouse, mart: str) -> None:
    assert bi_measures.differences(warehouse.database, mart) == []


# The dictionary ---------------------------------------------------------------------------------------
METRICS = dictionary.metrics()


@pytest.fixture(scope="module")
def marts(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize(
    "metric", [m for m in METRICS.values() if m.sql or m.sum_of], ids=lambda m: m.name
)
def test_the_formula_of_the_dictionary_is_that_of_the_mart(
    marts: duckdb.DuckDBPyConnection, metric: Metric
) -> None:
    assert not formula_differences(marts, metric)


def test_the_rows_of_the_company_can_be_told_from_the_others(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    for metric in METRICS.values():
        columns = ", ".join({c.name for c in metric.all_columns if c.mart == metric.home.mart})
        marts.execute(f"select {columns} from marts.{metric.home.mart} where {metric.company}")


@pytest.mark.parametrize("asked", dictionary.questions(), ids=lambda q: q.question)
def test_every_question_has_an_answer(marts: duckdb.DuckDBPyConnection, asked: Question) -> None:
    assert marts.execute(asked.sql).fetchall()


# The semantic layer -----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def layer(dbt_session: DbtSession, warehouse: Warehouse) -> SemanticLayer:
    return SemanticLayer(dbt_session.root / "target" / "semantic_manifest.json")


def test_the_semantic_layer_says_what_the_marts_say(
    marts: duckdb.DuckDBPyConnection, layer: SemanticLayer
) -> None:
    """Every metric that has a column in a report, month by month."""
    compared = [
        METRICS[name]
        for name in layer.names()
        if name in METRICS and METRICS[name].home.mart.startswith("rpt_")
    ]
    assert len(compared) > 40
    wrong = {m.name: found for m in compared if (found := layer_differences(marts, layer, m))}
    assert not wrong
    said = {m.name for m in compared if any(layer_values(marts, layer, m.name).values())}
    assert not {m.name for m in compared} - said, "these were compared on nothing"


def test_a_balance_of_a_quarter_is_that_of_its_last_month(
    marts: duckdb.DuckDBPyConnection, layer: SemanticLayer
) -> None:
    """Semi-additive over time; flows add up, and ratios are those of the sums."""
    by_month, by_quarter = (
        {
            name: layer_values(marts, layer, name, grain)
            for name in ("closing_mrr", "opening_mrr", "closing_customers", "new_mrr", "arpa")
        }
        for grain in ("month", "quarter")
    )
    first, second, last = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
    for name in ("closing_mrr", "closing_customers", "arpa"):
        assert by_quarter[name][first] == pytest.approx(by_month[name][last]), name
    assert by_quarter["opening_mrr"][first] == pytest.approx(by_month["opening_mrr"][first])
    months = [by_month["new_mrr"][month] or 0 for month in (first, second, last)]
    assert by_quarter["new_mrr"][first] == pytest.approx(sum(months))
    assert by_month["closing_mrr"][first] != by_month["closing_mrr"][last]


@pytest.mark.parametrize(
    ("name", "dimension", "mart", "column", "where"),
    [
        (
            "leads", "lead__channel", "rpt_funnel_monthly", "leads",
            "segment_type = 'channel'",
        ),
        ("sessions", "session__channel", "rpt_web_traffic_monthly", "sessions", "channel <> 'all'"),
        (
            "unique_visitors", "session__channel", "rpt_web_traffic_monthly", "unique_visitors",
            "channel <> 'all'",
        ),
        ("won_opportunities", "sales_rep", "rpt_sales_performance_monthly", "won",
         "owner_id not in ('all', 'unknown')"),
        ("won_opportunities", "account__country", "rpt_market_monthly", "won",
         "segment_type = 'country' and segment_value <> 'unknown'"),
        ("closing_customers", "customer__industry", "rpt_market_monthly", "closing_customers",
         "segment_type = 'industry' and segment_value <> 'unknown'"),
        ("closing_customers", "customer__sales_model", "rpt_market_monthly", "closing_customers",
         "segment_type = 'sales_model' and segment_value <> 'unknown'"),
    ],
)  # fmt: skip
def test_a_metric_cut_by_a_dimension_is_that_of_the_report(
    marts: duckdb.DuckDBPyConnection,
    layer: SemanticLayer,
    name: str,
    dimension: str,
    mart: str,
    column: str,
    where: str,
) -> None:
    key = {
        "rpt_funnel_monthly": "segment_value",
        "rpt_market_monthly": "segment_value",
        "rpt_web_traffic_monthly": "channel",
        "rpt_sales_performance_monthly": "owner_id",
    }[mart]
    sql = layer.sql([name], ["metric_time__month", dimension])
    compared, wrong = marts.execute(
        f"""
        select count(*), count(*) filter (where coalesce(asked.{name}, 0) <> reports.{column})
        from (select * from marts.{mart} where {where}) as reports
        left join ({sql}) as asked
            on reports.month = asked.metric_time__month and reports.{key} = asked.{dimension}
        """
    ).fetchall()[0]
    assert compared > 20
    assert wrong == 0


@pytest.mark.parametrize(
    ("name", "dimension", "mart", "key", "where"),
    [
        ("lead_to_customer_rate", "lead__channel", "rpt_funnel_monthly", "segment_value",
         "segment_type = 'channel'"),
        ("lead_to_mql_rate", "lead__segment", "rpt_funnel_monthly", "segment_value",
         "segment_type = 'segment'"),
        ("win_rate", "sales_rep", "rpt_sales_performance_monthly", "owner_id",
         "owner_id not in ('all', 'unknown')"),
        ("revenue_per_lead", "sales_rep", "rpt_sales_performance_monthly", "owner_id",
         "owner_id not in ('all', 'unknown')"),
        ("nps", "nps_response__plan", "rpt_nps_monthly", "segment_value",
         "segment_type = 'plan'"),
        ("nps", "nps_response__sales_model", "rpt_nps_monthly", "segment_value",
         "segment_type = 'sales_model'"),
        ("win_rate", "account__country", "rpt_market_monthly", "segment_value",
         "segment_type = 'country' and segment_value <> 'unknown'"),
        ("win_rate", "account__ownership", "rpt_market_monthly", "segment_value",
         "segment_type = 'ownership' and segment_value <> 'unknown'"),
        ("average_selling_price", "account__segment", "rpt_market_monthly", "segment_value",
         "segment_type = 'segment' and segment_value <> 'unknown'"),
        ("arpa", "customer__country", "rpt_market_monthly", "segment_value",
         "segment_type = 'country' and segment_value <> 'unknown'"),
    ],
)  # fmt: skip
def test_a_ratio_cut_by_a_dimension_is_null_where_the_report_is_and_0_where_it_is(
    marts: duckdb.DuckDBPyConnection,
    layer: SemanticLayer,
    name: str,
    dimension: str,
    mart: str,
    key: str,
    where: str,
) -> None:
    sql = layer.sql([name], ["metric_time__month", dimension])
    compared, wrong = marts.execute(
        f"""
        select count(*), count(*) filter (
            where round(asked.{name}, 6) is distinct from round(cast(reports.{name} as double), 6)
        )
        from (select * from marts.{mart} where {where}) as reports
        left join ({sql}) as asked
            on reports.month = asked.metric_time__month and reports.{key} = asked.{dimension}
        """
    ).fetchall()[0]
    assert compared > 20
    assert wrong == 0


def test_the_customers_dimensions_join(
    marts: duckdb.DuckDBPyConnection, layer: SemanticLayer
) -> None:
    """By the segment that customers have now, so only in sum what the bridge says."""
    sql = layer.sql(["closing_mrr"], ["metric_time__month", "customer__segment"])
    wrong = marts.execute(
        f"""
        select bridge.month, bridge.closing_mrr, cut.closing_mrr
        from marts.rpt_mrr_bridge_monthly as bridge
        inner join (
            select metric_time__month as month, sum(closing_mrr) as closing_mrr, count(*) as parts
            from ({sql})
            group by all
        ) as cut on bridge.month = cut.month
        where bridge.segment_type = 'all' and bridge.closing_mrr <> cut.closing_mrr
        """
    ).fetchall()
    assert not wrong
    assert len(marts.execute(f"select distinct customer__segment from ({sql})").fetchall()) > 2


def test_accounts_that_were_seen_are_those_of_the_mart(
    marts: duckdb.DuckDBPyConnection, layer: SemanticLayer
) -> None:
    """Target accounts apart from the rest, each with the mean of its scores."""
    sql = layer.sql(
        ["active_accounts", "account_engagement_score", "account_meetings"],
        ["metric_time__month", "account_month__is_target_account"],
    )
    compared, wrong = marts.execute(
        f"""
        select count(*), count(*) filter (
            where (asked.active_accounts is distinct from seen.accounts)
                or (asked.account_meetings is distinct from seen.meetings)
                or abs(asked.account_engagement_score - seen.score) > 0.000001
        )
        from (
            select month, is_target_account, count(*) as accounts, sum(meetings) as meetings,
                avg(engagement_score) as score
            from marts.fct_account_engagement_monthly
            group by all
        ) as seen
        full join ({sql}) as asked
            on seen.month = asked.metric_time__month
            and seen.is_target_account = asked.account_month__is_target_account
        """
    ).fetchall()[0]
    assert compared > 10
    assert wrong == 0


def test_deals_of_one_person_and_of_several_are_all_deals(
    marts: duckdb.DuckDBPyConnection, layer: SemanticLayer
) -> None:
    sql = layer.sql(["won_opportunities"], ["opportunity__is_single_threaded"])
    cut = dict(marts.execute(sql).fetchall())
    ((won,),) = marts.execute(
        "select count(*) from marts.fct_opportunities "
        "where status = 'won' and opportunity_type <> 'renewal'"
    ).fetchall()
    assert {True, False} <= set(cut)
    assert sum(cut.values()) == won


def test_credit_of_new_customers_is_whole(
    marts: duckdb.DuckDBPyConnection, layer: SemanticLayer
) -> None:
    sql = layer.sql(["attributed_customers"])
    credited = marts.execute(f"select attributed_customers from ({sql})").fetchall()[0][0]
    new = marts.execute(
        "select count(*) from marts.fct_mrr_movements where movement_type = 'new'"
    ).fetchall()[0][0]
    assert credited == pytest.approx(new)


def test_every_saved_query_has_rows(marts: duckdb.DuckDBPyConnection, layer: SemanticLayer) -> None:
    saved = [query.name for query in layer.manifest.saved_queries]
    assert len(saved) > 5
    for name in saved:
        assert marts.execute(layer.sql(saved_query=name)).fetchall(), name


@pytest.mark.heavy
def test_the_command_of_metricflow_says_the_same(
    dbt_session: DbtSession, warehouse: Warehouse, tmp_path: Path
) -> None:
    """`mf` reads target/ of the project that it is in: a project of links, with the session's. It
    wants the file for itself, so it has a copy."""
    database = Path(shutil.copy(warehouse.database, tmp_path))
    for name in (
        "dbt_project.yml",
        "profiles.yml",
        "models",
        "macros",
        "seeds",
        "snapshots",
        "tests",
    ):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    (tmp_path / "target").mkdir()
    manifest = (dbt_session.root / "target" / "semantic_manifest.json").read_text(encoding="utf-8")
    (tmp_path / "target" / "semantic_manifest.json").write_text(manifest, encoding="utf-8")
    environment = dbt_session.environment(warehouse.as_of) | {
        "DBT_PROFILES_DIR": str(tmp_path), "DBT_LOG_PATH": str(tmp_path / "logs"),
        "PYTHONPATH": str(REPOSITORY), "SAAS_METRICS_WAREHOUSE_PATH": str(database),
    }  # fmt: skip
    done = subprocess.run(
        [
            sys.executable, "-m", "orchestration.mf", "query", "--metrics", "closing_mrr,quick_ratio",
            "--group-by", "metric_time__month", "--csv", str(tmp_path / "said.csv"),
        ],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    compared, wrong = warehouse.query(
        f"""
        select count(*), count(*) filter (
            where abs(said.closing_mrr - bridge.closing_mrr) > 0.000001
            or abs(coalesce(said.quick_ratio, 0) - coalesce(bridge.quick_ratio, 0)) > 0.000001
        )
        from read_csv('{tmp_path / "said.csv"}') as said
        inner join marts.rpt_mrr_bridge_monthly as bridge
            on cast(said.metric_time__month as date) = bridge.month
        where bridge.segment_type = 'all'
        """
    )[0]
    assert compared > 10
    assert wrong == 0


def test_what_the_layer_does_not_know_is_said(layer: SemanticLayer) -> None:
    with pytest.raises(MetricsError, match="closing_mr"):
        layer.sql(["closing_mr"])
    assert "customer__segment" in layer.dimensions(["closing_mrr", "arpa"])
