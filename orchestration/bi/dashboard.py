"""Charts and the dashboard, in the words of Superset 6."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orchestration.bi.datasets import CERTIFIED, VERSION, identity

WIDTH = 12
KINDS = {
    "trend": "big_number",
    "lines": "echarts_timeseries_line",
    "stacked_bars": "echarts_timeseries_bar",
    "area": "echarts_area",
    "heatmap": "heatmap_v2",
    "table": "table",
    "rows": "table",
}
Formats = Mapping[tuple[str, str], str]


def charts(spec: Mapping[str, Any], formats: Formats) -> Iterator[dict[str, Any]]:
    """Every chart of the dashboard.

    Args:
        spec: the part `dashboard` of bi/superset.yml.
        formats: of each measure, by dataset and name.
    """
    for row in spec["rows"]:
        for chart in row["charts"]:
            yield _chart(chart, formats)


def dashboard(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The dashboard: rows of charts of equal width."""
    return {
        "dashboard_title": spec["title"],
        "description": spec["description"],
        "slug": spec["slug"],
        "css": "",
        "certified_by": CERTIFIED["certified_by"],
        "certification_details": CERTIFIED["details"],
        "published": True,
        "uuid": identity("dashboard", spec["slug"]),
        "position": _position(spec),
        "metadata": {"cross_filters_enabled": False, "color_scheme": "supersetColors"},
        "version": VERSION,
    }


def _chart(chart: Mapping[str, Any], formats: Formats) -> dict[str, Any]:
    dataset, viz = str(chart["dataset"]), KINDS[chart["kind"]]
    return {
        "slice_name": chart["name"],
        "viz_type": viz,
        "certified_by": CERTIFIED["certified_by"],
        "certification_details": CERTIFIED["details"],
        "params": {"viz_type": viz, **_params(chart, formats)},
        "uuid": identity("chart", str(chart["name"])),
        "version": VERSION,
        "dataset_uuid": identity("dataset", dataset),
    }


def _params(chart: Mapping[str, Any], formats: Formats) -> dict[str, Any]:
    measures: list[str] = chart.get("metrics", [])
    shown = formats[chart["dataset"], measures[0]] if measures else ""
    params: dict[str, Any] = {"adhoc_filters": list(_filters(chart)), "row_limit": 10000}
    time = {
        "x_axis": chart.get("time"),
        "granularity_sqla": chart.get("time"),
        "time_grain_sqla": "P1M",
    }
    match chart["kind"]:
        case "trend":
            return {**params, **time, "metric": measures[0], "y_axis_format": shown,
                    "compare_lag": 1, "compare_suffix": "month on month",
                    "show_trend_line": True, "start_y_axis_at_zero": True,
                    "time_format": "%B %Y"}  # fmt: skip
        case "lines" | "stacked_bars" | "area":
            return {**params, **time, "metrics": measures, "groupby": chart.get("by", []),
                    "stack": None if chart["kind"] == "lines" else "Stack",
                    "y_axis_format": shown, "x_axis_time_format": "%b %Y", "rich_tooltip": True,
                    "show_legend": True, "legendType": "plain", "legendOrientation": "top",
                    "orientation": "vertical", "truncate_metric": True}  # fmt: skip
        case "heatmap":
            return {**params, "metric": measures[0], "x_axis": chart["x"],
                    "groupby": chart["by"][0], "y_axis_format": shown, "value_bounds": [0, None],
                    "normalize_across": "heatmap", "legend_type": "continuous",
                    "linear_color_scheme": "superset_seq_1", "sort_x_axis": "alpha_asc",
                    "sort_y_axis": "alpha_desc", "show_legend": True, "xscale_interval": -1,
                    "yscale_interval": -1, "time_grain_sqla": "P1M",
                    # Of both axes.
                    "x_axis_time_format": "%b %Y"}  # fmt: skip
        case "table":
            return {**params, "query_mode": "aggregate", "groupby": chart["by"],
                    "metrics": measures, "order_desc": True, "table_timestamp_format": "%Y-%m-%d",
                    "column_config": {name: {"d3NumberFormat": formats[chart["dataset"], name]}
                                      for name in measures}}  # fmt: skip
        case _:
            return {
                **params,
                "query_mode": "raw",
                "all_columns": chart["columns"],
                "show_cell_bars": False,
            }


def _filters(chart: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    conditions = [("==", "EQUALS", item) for item in chart.get("only", {}).items()]
    conditions += [("!=", "NOT_EQUALS", item) for item in chart.get("without", {}).items()]
    for operator, word, (column, value) in conditions:
        yield {
            "clause": "WHERE",
            "expressionType": "SIMPLE",
            "subject": column,
            "operator": operator,
            "operatorId": word,
            "comparator": value,
        }


def _position(spec: Mapping[str, Any]) -> dict[str, Any]:
    rows: Sequence[Mapping[str, Any]] = spec["rows"]
    names = [f"ROW-{number}" for number in range(1, len(rows) + 1)]
    above = ["ROOT_ID", "GRID_ID"]
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": names, "parents": above[:1]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": spec["title"]}},
    }
    number = 0
    for name, row in zip(names, rows, strict=True):
        inside = []
        for chart in row["charts"]:
            number += 1
            inside.append(f"CHART-{number}")
            position[inside[-1]] = {
                "type": "CHART",
                "id": inside[-1],
                "children": [],
                "parents": [*above, name],
                "meta": {
                    # Superset puts its own number here when it imports.
                    "chartId": number,
                    "uuid": identity("chart", str(chart["name"])),
                    "sliceName": chart["name"],
                    "width": WIDTH // len(row["charts"]),
                    "height": row["height"],
                },
            }
        position[name] = {
            "type": "ROW",
            "id": name,
            "children": inside,
            "parents": above,
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
    return position
