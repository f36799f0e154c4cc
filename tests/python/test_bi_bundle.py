"""The files of bi/superset/: their shape, that they name what the marts have, and what measures say.

That they are not stale is in test_policies.py, where dbt has been asked; that Superset takes them is in
test_superset.py; measures on whole companies are in test_truth.py, test_acquisition.py and
test_funnel_truth.py.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from orchestration.bi import bundle
from orchestration.bi.dashboard import WIDTH
from orchestration.bi.metrics import SpecError, metrics
from orchestration.cli import program
from orchestration.settings import PROJECT_DIR
from orchestration.yaml_files import read_yaml

FILES = {
    str(path.relative_to(bundle.FOLDER)): read_yaml(path)
    for path in sorted(bundle.FOLDER.rglob("*.yaml"))
}
SPEC = bundle.spec()


def of(folder: str) -> dict[str, dict[str, Any]]:
    return {path: content for path, content in FILES.items() if path.startswith(f"{folder}/")}


def contracts() -> dict[str, dict[str, str]]:
    """Type by column of each mart, from the YAML beside its model."""
    return {
        model["name"]: {column["name"]: column["data_type"] for column in model["columns"]}
        for path in (PROJECT_DIR / "models" / "marts").rglob("*.yml")
        for model in read_yaml(path).get("models", [])
    }


DATASETS = {content["table_name"]: content for content in of("datasets").values()}
MARTS = contracts()


# --- shape --------------------------------------------------------------------------------------


def test_every_mart_has_a_dataset_and_every_column_is_in_its_contract() -> None:
    assert DATASETS.keys() - {"_publish"} == MARTS.keys()
    assert len(MARTS) > 40
    for name, columns in MARTS.items():
        dataset = DATASETS[name]
        assert [column["column_name"] for column in dataset["columns"]] == list(columns), name
        assert all(column["description"] for column in dataset["columns"]), name
        assert dataset["description"]
        assert dataset["schema"] == "marts"
        assert dataset["main_dttm_col"] in {None, *columns}


def test_every_part_has_an_identity_of_its_own_that_others_refer_to() -> None:
    parts = [content for folder in ("datasets", "charts", "dashboards", "databases")
             for content in of(folder).values()]  # fmt: skip
    identities = [str(UUID(part["uuid"])) for part in parts]
    assert len(set(identities)) == len(identities)
    assert {part["version"] for part in parts} == {"1.0.0"}
    (database,) = of("databases").values()
    assert {dataset["database_uuid"] for dataset in DATASETS.values()} == {database["uuid"]}
    datasets = {dataset["uuid"]: dataset for dataset in DATASETS.values()}
    charts = {chart["uuid"]: chart for chart in of("charts").values()}
    assert {chart["dataset_uuid"] for chart in charts.values()} <= datasets.keys()
    (dashboard,) = of("dashboards").values()
    shown = [one["meta"]["uuid"] for one in dashboard["position"].values()
             if isinstance(one, dict) and one["type"] == "CHART"]  # fmt: skip
    assert sorted(shown) == sorted(charts)


def test_superset_reads_every_file() -> None:
    hidden = [path for path in FILES if Path(path).name.startswith(("_", "."))]
    assert hidden == []


def test_the_layout_is_a_tree_whose_rows_are_full() -> None:
    (dashboard,) = of("dashboards").values()
    position = {key: one for key, one in dashboard["position"].items() if isinstance(one, dict)}
    for key, one in position.items():
        for child in one.get("children", []):
            assert position[child]["parents"][-1] == key
        if one["type"] == "ROW":
            widths = [position[child]["meta"]["width"] for child in one["children"]]
            assert sum(widths) == WIDTH


def test_charts_name_columns_and_measures_that_are_there() -> None:
    datasets = {dataset["uuid"]: dataset for dataset in DATASETS.values()}
    for chart in of("charts").values():
        dataset, params = datasets[chart["dataset_uuid"]], chart["params"]
        columns = {column["column_name"]: column for column in dataset["columns"]}
        measures = {metric["metric_name"] for metric in dataset["metrics"]}
        groups = params.get("groupby") or []
        named = [groups] if isinstance(groups, str) else list(groups)
        named += params.get("all_columns", [])
        named += [params["x_axis"]] if params.get("x_axis") else []
        assert set(named) <= columns.keys(), chart["slice_name"]
        asked = {*params.get("metrics", []), *([params["metric"]] if "metric" in params else [])}
        assert asked <= measures, chart["slice_name"]
        assert asked or params["query_mode"] == "raw"
        for condition in params["adhoc_filters"]:
            assert condition["subject"] in columns, chart["slice_name"]
        # A month that is not over, and a cohort that can still convert, are no facts yet.
        unfinished = {"is_complete", "is_mature"} & columns.keys()
        assert unfinished <= {condition["subject"] for condition in params["adhoc_filters"]}


def test_nothing_writes_and_no_password_is_there() -> None:
    for path in (bundle.DATABASE_FILE, bundle.POSTGRES_FILE):
        database = FILES[path]
        assert not database["allow_dml"]
        assert not database["allow_ctas"]
        assert not database["allow_cvas"]
    assert FILES[bundle.DATABASE_FILE]["sqlalchemy_uri"].endswith("?access_mode=read_only")
    assert FILES[bundle.POSTGRES_FILE]["uuid"] == FILES[bundle.DATABASE_FILE]["uuid"]
    assert ":XXXXXXXXXX@" in FILES[bundle.POSTGRES_FILE]["sqlalchemy_uri"]


def test_the_archive_has_every_file_and_the_address_asked_for(tmp_path: Path) -> None:
    def pack(name: str, *more: str) -> dict[str, str]:
        done = CliRunner().invoke(
            program.cli, ["superset", str(tmp_path / name), *more],
            env={"SAAS_METRICS_SERVING_PATH": str(tmp_path / "serving")},
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        with zipfile.ZipFile(tmp_path / name) as archive:
            return {path: archive.read(path).decode() for path in archive.namelist()}

    first = pack("a.zip")
    assert first.keys() == {
        "saas_metrics/metadata.yaml",
        *(f"saas_metrics/{path}" for path in FILES if not path.startswith("postgres/")),
    }
    assert yaml.safe_load(first["saas_metrics/metadata.yaml"])["type"] == "Dashboard"
    there = yaml.safe_load(first["saas_metrics/databases/published_marts.yaml"])["sqlalchemy_uri"]
    served = tmp_path / "serving" / "saas_metrics_serving.duckdb"
    assert there == f"duckdb:///{served}?access_mode=read_only"
    pack("b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    other = pack("c.zip", "--uri", "postgresql+psycopg2://bi_reader@db/marts")
    assert "bi_reader@db/marts" in other["saas_metrics/databases/published_marts.yaml"]


def test_the_lock_of_superset_names_no_index() -> None:
    lock = (PROJECT_DIR / "bi" / "superset-requirements.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock)
    assert len(entries) > 100
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in lock


def test_superset_calls_no_other_host() -> None:
    assert "://" not in (PROJECT_DIR / "bi" / "superset_config.py").read_text(encoding="utf-8")


# --- measures -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def marts() -> duckdb.DuckDBPyConnection:
    """Empty marts as their contracts have them; a few rows of the bridge."""
    con = duckdb.connect()
    con.execute("create schema marts")
    for name, columns in MARTS.items():
        listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        con.execute(f"create table marts.{name} ({listed})")
    con.execute(
        """
        insert into marts.rpt_mrr_bridge_monthly
            by name
        select cast(month as date) as month, segment_type, segment_value, new_mrr,
            0 as expansion_mrr, 0 as contraction_mrr, churn_mrr, closing_mrr, closing_customers
        from (values
            ('2026-01-01', 'all', 'all', 300, 0, 300, 3),
            ('2026-01-01', 'plan', 'Basic', 100, 0, 100, 2),
            ('2026-01-01', 'plan', 'Pro', 200, 0, 200, 1),
            ('2026-02-01', 'all', 'all', 60, -40, 320, 3),
            ('2026-02-01', 'plan', 'Basic', 60, 0, 160, 3),
            ('2026-02-01', 'plan', 'Pro', 0, -40, 160, 0)
        ) as rows (month, segment_type, segment_value, new_mrr, churn_mrr, closing_mrr,
            closing_customers)
        """
    )
    return con


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_measure_runs_and_is_null_or_zero_of_nothing(
    marts: duckdb.DuckDBPyConnection, name: str
) -> None:
    measures = DATASETS[name]["metrics"]
    assert measures[0]["expression"] == "COUNT(*)"
    if name in MARTS:
        listed = ", ".join(measure["expression"] for measure in measures)
        got = marts.execute(f"select {listed} from marts.{name} where false").fetchone()
        assert got == (0, *[None] * (len(measures) - 1))


def measure(con: duckdb.DuckDBPyConnection, name: str, where: str, by: str = "") -> list[Any]:
    (found,) = [m for m in metrics(SPEC["datasets"]["rpt_mrr_bridge_monthly"]) if m.name == name]
    rows = con.execute(
        f"select {found.expression} from marts.rpt_mrr_bridge_monthly where {where} "
        + (f"group by {by} order by {by}" if by else "")
    ).fetchall()
    return [value if value is None else float(value) for (value,) in rows]


@pytest.mark.parametrize(
    ("name", "where", "by", "expected"),
    [
        # Every segment type is the company again: their sum would be twice too much.
        ("new_mrr", "true", "", [None]),
        ("new_mrr", "segment_type = 'all'", "", [360]),
        ("new_mrr", "segment_type = 'plan'", "segment_value", [160, 200]),
        ("new_mrr", "true", "segment_type", [360, 360]),
        # What is there at the end of two months is not their sum.
        ("closing_mrr", "segment_type = 'all'", "", [None]),
        ("closing_mrr", "segment_type = 'plan'", "month", [300, 320]),
        ("closing_customers", "segment_type = 'plan'", "month", [3, 3]),
        # A ratio of sums, never a mean of ratios; null where the denominator is 0.
        ("arpa", "segment_type = 'plan' and month = '2026-01-01'", "", [100]),
        (
            "arpa",
            "segment_type = 'plan' and month = '2026-02-01'",
            "segment_value",
            [160 / 3, None],
        ),
        ("arpa", "segment_type = 'plan'", "", [None]),
        ("quick_ratio", "segment_type = 'all'", "", [9]),
        ("quick_ratio", "segment_type = 'all'", "month", [None, 1.5]),
    ],
)
def test_a_measure_is_right_or_null(
    marts: duckdb.DuckDBPyConnection, name: str, where: str, by: str, expected: list[float | None]
) -> None:
    assert measure(marts, name, where, by) == [
        value if value is None else pytest.approx(value) for value in expected
    ]


def test_a_rate_of_a_mart_is_shown_for_one_row_only(marts: duckdb.DuckDBPyConnection) -> None:
    (rate,) = [m for m in metrics(SPEC["datasets"]["rpt_retention_monthly"])
               if m.name == "logo_churn_rate"]  # fmt: skip
    sql = f"select {rate.expression} from (select unnest(?) as logo_churn_rate)"
    assert marts.execute(sql, [[0.25]]).fetchone() == (0.25,)
    assert marts.execute(sql, [[0.25, 0.5]]).fetchone() == (None,)


def test_segmented_marts_guard_every_measure() -> None:
    for name, said in SPEC["datasets"].items():
        if "segment_type" in MARTS[name]:
            assert "segment_type" in said["one"], name
        assert set(re.findall(r"^\w+", "\n".join(said.get("one", [])), re.M)) <= MARTS[name].keys()


@pytest.mark.parametrize(
    ("said", "expected"),
    [({"metrics": {"a": {"stock": "b"}}}, "names no period"), ({"metrics": {"a": {}}}, "neither")],
)
def test_a_measure_of_no_known_kind_is_refused(said: dict[str, Any], expected: str) -> None:
    with pytest.raises(SpecError, match=expected):
        metrics(said)


def test_a_mart_that_is_not_there_is_refused() -> None:
    with pytest.raises(SpecError, match="fct_nothing"):
        bundle.files({"nodes": {}}, {**SPEC, "datasets": {"fct_nothing": {}}})
