"""The report: its numbers are those of the marts, and a real browser shows it as it is meant.

The browser tests need Chromium (`apt-get install chromium`) and fail without it.
"""

from __future__ import annotations

import pkgutil
import posixpath
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import REPOSITORY, Warehouse
from playwright.sync_api import Browser
from report_checks import (
    CHROMIUM,
    DESKTOP,
    PHONE,
    NoBrowserError,
    browser,
    chromium,
    look,
    read,
    watch,
)

from orchestration import dictionary, publishing
from orchestration.durable import exclusive_lock
from orchestration.report import REPORT, ReportError, build_report, building, pages, values
from orchestration.report.definitions import metric_page, read_definitions
from orchestration.report.pages import OPTIONAL
from orchestration.report.pages.common import NEEDS, NPS
from orchestration.report.pages.plan import Plan
from orchestration.report.reading import month_of
from orchestration.settings import Settings
from orchestration.yaml_files import read_yaml

AS_OF = "2026-11-01"
PAGES = (
    "index", "mrr", "retention", "funnel", "channels", "payback", "sales", "quality",
    "definitions", "marts",
)  # fmt: skip
KPIS = "marts.rpt_saas_kpis_monthly"
# Of the pages of metrics and marts, one with everything and one that is long; a heavy test has all.
SOME_WORDS = (
    "definitions/closing_mrr",
    "definitions/nps_low",
    "marts/rpt_sales_performance_monthly",
)


@dataclass(frozen=True)
class Site:
    """A built report and the copy that it is of."""

    settings: Settings
    manifest: Path
    folder: Path

    @property
    def pages(self) -> list[str]:
        """Names of the pages of the navigation."""
        return sorted(path.stem for path in self.folder.glob("*.html"))

    @property
    def every_page(self) -> list[str]:
        """Those, and one for each metric and each mart."""
        files = (path.relative_to(self.folder) for path in self.folder.rglob("*.html"))
        return sorted(path.with_suffix("").as_posix() for path in files)

    @property
    def figures(self) -> list[str]:
        """Names of those that show figures."""
        return [name for name in self.pages if name not in ("definitions", "marts")]

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        with publishing.connect(self.settings.serving_path) as con:
            con.execute("set timezone = 'UTC'")
            return con.execute(query).fetchall()


def settings_of(root: Path) -> Settings:
    return Settings.from_environment(
        {
            "SAAS_METRICS_SERVING_PATH": str(root / "serving"),
            "SAAS_METRICS_WAREHOUSE_PATH": str(root / "saas_warehouse.duckdb"),
            "DBT_TARGET_PATH": str(root / "target"),
        }
    )


def publish(warehouse: Path, settings: Settings) -> None:
    publishing.publish(
        warehouse=warehouse, serving=settings.serving_path, run_id="the-run", as_of=AS_OF
    )


@pytest.fixture(scope="module")
def site(world: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Site:
    settings = settings_of(tmp_path_factory.mktemp("report"))
    publish(world.database, settings)
    manifest = world.session.root / "target" / "manifest.json"
    if not manifest.exists():  # another process built the world
        world.dbt("parse")
    index = build_report(settings, manifest=manifest)
    return Site(settings, manifest, index.parent)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


def text(value: Any) -> str | None:
    """A value as `<data>` holds it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


# --- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (None, "money", "—"),
        (Decimal("0.000000"), "money", "0.00"),
        (Decimal("-0.001000"), "money", "0.00"),
        (Decimal("1234567.895000"), "money", "1,234,567.90"),
        (Decimal("-1234.565000"), "money", "\N{MINUS SIGN}1,234.57"),
        (0.25, "share", "25.0 %"),
        (0.0, "share", "0.0 %"),
        (1.005, "share", "100.5 %"),
        (68.789, "percent", "68.8 %"),
        (0, "count", "0"),
        (12345, "count", "12,345"),
        (date(2026, 9, 1), "month", "Sep 2026"),
        (datetime(2026, 9, 1, 6, 5), "time", "2026-09-01 06:05 UTC"),
        (False, "month_state", "under way"),
        (False, "maturity", "still maturing"),
        ("at_risk", "code", "at risk"),
        ("spring_sale", "text", "spring_sale"),
    ],
)
def test_values_are_rounded_where_a_person_reads_them(value: Any, kind: Any, shown: str) -> None:
    assert values.cell(value, kind).text == shown


def test_the_exact_value_stands_behind_the_rounded_one() -> None:
    assert values.cell(Decimal("49153.724824"), "money").exact == "49153.724824"
    assert values.cell(None, "money").exact is None
    assert values.headline(Decimal("49153.724824"), "money") == "49,154"
    assert values.headline(Decimal("501.568621"), "money") == "501.57"
    assert values.signed(Decimal("5"), "money") == "+5.00"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(values.NotANumberError):
        values.cell(value, "share")


# --- numbers ------------------------------------------------------------------------------------


def test_every_page_is_there_and_every_link_leads_somewhere(site: Site) -> None:
    marts = publishing.served(site.settings.serving_path).marts
    optional = [
        maker.__name__.rpartition(".")[2]
        for maker, needed in OPTIONAL.items()
        if any(mart in marts for mart in needed)
    ]
    assert site.pages == sorted([*PAGES, *optional])
    assert (site.folder / "style.css").exists()
    found = {f"{name}.html": read(site.folder / f"{name}.html") for name in site.every_page}
    for name, page in found.items():
        for link in page.links:
            file, _, anchor = link.partition("#")
            at = posixpath.normpath(posixpath.join(posixpath.dirname(name), file)) if file else name
            if link == "data:," or at == "style.css":
                continue
            target = found[at]
            assert not anchor or anchor in target.ids, f"{name}: {link}"


def test_every_mart_and_metric_has_a_page_that_says_what_the_dictionary_says(site: Site) -> None:
    marts = publishing.served(site.settings.serving_path).marts
    assert {f"marts/{name}" for name in marts} <= set(site.every_page)
    listed = read(site.folder / "quality.html")
    assert {f"marts/{name}.html" for name in marts} <= set(listed.links)
    assert [row[0] for row in listed.tables["published"]] == sorted(marts)
    for metric in dictionary.metrics().values():
        html = unescape((site.folder / "definitions" / f"{metric.name}.html").read_text())
        told = [metric.definition, metric.formula, *metric.pitfalls, *metric.policies]
        told += [other.how for other in metric.elsewhere]
        told += [example.text for example in metric.examples]
        for text in told:
            assert text.replace("`", "") in re.sub(r"</?code>", "", html), (metric.name, text)
        for column in metric.all_columns:
            assert f'href="../marts/{column.mart}.html#{column.name}"' in html
    page = (site.folder / "marts" / "rpt_sales_performance_monthly.html").read_text()
    assert '<tr id="win_rate_12m">' in page
    assert 'href="../definitions/win_rate.html"' in page
    assert 'href="../sales.html#win-rate"' in page


def test_every_table_is_the_answer_to_the_query_that_it_shows(site: Site) -> None:
    asked = 0
    for name in site.figures:
        page = read(site.folder / f"{name}.html")
        for section, query in page.queries.items():
            rows = site.sql(query)
            shown = page.tables.get(section, [])
            assert len(shown) == len(rows), section
            for cells, row in zip(shown, rows, strict=True):
                for cell, value in zip(cells, row, strict=True):
                    wanted = text(value)
                    if cell == "" and wanted is None:  # still to come, in a triangle
                        continue
                    if isinstance(value, bool | str):
                        continue  # words
                    if isinstance(value, float):
                        assert cell is not None
                        assert float(cell) == value, (section, cells)
                    else:
                        assert cell == wanted, (section, cells)
            asked += 1
    assert asked >= 25


def test_the_tiles_are_those_of_the_last_settled_month(site: Site) -> None:
    html = (site.folder / "index.html").read_text()
    for column, settled in (
        ("closing_mrr", "is_complete"),
        ("closing_customers", "is_complete"),
        ("logo_churn_rate", "is_complete"),
        ("cac_fully_loaded", "is_cost_complete"),
        ("payback_months", "is_cost_complete"),
        ("health_score", "is_complete"),
        ("programme_return_12m", "is_cost_complete"),
    ):
        ((value, mom),) = site.sql(
            f"select {column}, {column}_change_mom from {KPIS} where {settled} "
            "order by month desc limit 1"
        )
        tile = html.split(f'id="kpi-{column}"')[1].split("</ul>")[0]
        assert value is not None
        assert f'<data value="{text(value)}"' in tile, column
        if mom is not None:
            assert f'<data value="{mom!r}">' in tile, column


def test_the_coverage_of_roles_is_that_of_open_deals(site: Site) -> None:
    ((covered,),) = site.sql(
        "select avg(role_coverage) from marts.fct_opportunity_committees where status = 'open'"
    )
    tile = (site.folder / "index.html").read_text().split('id="kpi-role_coverage"')[1]
    assert 0 < covered < 1
    assert f'<data value="{covered!r}"' in tile.split("</li>")[0]


def test_the_exposure_of_the_report_names_the_marts_that_it_shows(site: Site) -> None:
    sources = r'<p class="source">From (.*?) · run'
    shown = {
        mart
        for name in site.figures
        for told in re.findall(sources, (site.folder / f"{name}.html").read_text())
        for mart in re.findall(r"<code>(\w+)</code>", told)
    }
    path = REPOSITORY / "models" / "semantic" / "exposures.yml"
    (exposure,) = [block for block in read_yaml(path)["exposures"] if block["name"] == "report"]
    assert {f"ref('{mart}')" for mart in shown} == set(exposure["depends_on"])


def test_the_triangle_is_the_mart_turned(site: Site) -> None:
    page = read(site.folder / "retention.html")
    cells = {
        (row[0], int(age)): float(cell)
        for row in page.tables["triangle-mrr"]
        for age, cell in zip(page.columns["triangle-mrr"][2:], row[2:], strict=True)
        if cell
    }
    mart = {
        (month.isoformat(), age): rate
        for month, age, rate in site.sql(
            "select cohort_month, months_since, mrr_retention_rate from marts.rpt_cohort_retention "
            "where segment_type = 'all' and is_complete and months_since <= 24 "
            "and mrr_retention_rate is not null"
        )
    }
    assert len(mart) > 80
    assert cells == mart


def test_what_is_open_is_said_in_words_and_marked(site: Site) -> None:
    (open_months,) = site.sql(f"select count(*) from {KPIS} where not is_complete")[0]
    assert open_months == 1
    page = read(site.folder / "index.html")
    words = [row[-1] for row in page.tables["mrr-target"]]
    assert words.count("under way") == open_months
    html = (site.folder / "funnel.html").read_text()
    young = site.sql(
        "select count(*) from marts.rpt_funnel_cohort_monthly where segment_type = 'all' "
        "and from_stage = 'lead' and to_stage = 'customer' and not is_mature"
    )[0][0]
    assert young > 0
    section = html.split('id="lead-to-customer"')[1].split("</section>")[0]
    assert section.count("still maturing</td>") == young
    assert section.count('<tr class="open">') == young
    assert "pattern" in section.split("<details")[0]


def test_every_figure_says_its_run_its_mart_and_what_it_means(site: Site) -> None:
    for name in site.figures:
        html = (site.folder / f"{name}.html").read_text()
        for part in html.split("<section ")[1:]:
            section = part.split("</section>")[0]
            if 'class="group"' in section.split(">")[0]:
                assert section.count('href="definitions/') == section.count('class="tile"')
                continue
            assert 'href="marts/' in section
            if 'id="published"' in section:
                continue
            assert "run 1 · as of 2026-11-01" in section
            if "<figure>" in section:
                assert '<p class="definition"><a href="' in section
        assert "Not described" not in html
        assert "not described" not in html


def test_the_same_copy_gives_the_same_bytes(site: Site) -> None:
    def files(folder: Path) -> dict[str, bytes]:
        found = [path for path in folder.rglob("*") if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}

    before = files(site.folder)
    assert len(before) > 150
    assert files(build_report(site.settings, manifest=site.manifest).parent) == before


@pytest.mark.parametrize(
    ("as_of", "zone", "month"),
    [
        ("2026-11-01", "America/New_York", date(2026, 11, 1)),
        ("2026-10-31T12:00:00", "UTC", date(2026, 10, 1)),
        ("2026-11-01T01:00:00Z", "UTC", date(2026, 11, 1)),
        ("2026-11-01T01:00:00Z", "America/New_York", date(2026, 10, 1)),
        ("unknown", "UTC", date(2026, 12, 1)),
    ],
)
def test_the_month_under_way_is_that_of_the_reporting_time_zone(
    as_of: str, zone: str, month: date
) -> None:
    assert month_of(as_of, "2026-12-03T00:00:00Z", zone) == month


# --- a copy with little in it -------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """A published copy of one mart that the report does not know, and an empty one that it does."""
    settings = settings_of(tmp_path)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create schema marts")
        con.execute("create table marts.fct_things as select 1 as id")
        con.execute("create table marts.fct_leads (created_at timestamp)")
        con.execute("create table marts.rpt_funnel_monthly (month date, is_complete boolean)")
    publish(settings.warehouse_path, settings)
    return settings


def test_an_empty_mart_is_a_page_that_says_what_is_missing(small: Settings, site: Site) -> None:
    index = build_report(small, manifest=site.manifest)
    funnel = index.with_name("funnel.html").read_text()
    assert "<code>rpt_funnel_monthly</code></a> is empty" in funnel
    assert "<code>rpt_funnel_cohort_monthly</code></a> is not in this copy" in funnel
    unknown = index.parent / "marts" / "fct_things.html"
    assert "does not know this mart" in unknown.read_text()
    assert "of a CRM (hubspot or salesforce)" in funnel
    assert "is not in this copy" in index.read_text()
    assert "<svg" not in funnel + index.read_text()


def test_what_is_said_to_be_missing_are_sources_of_the_project(site: Site) -> None:
    manifest = site.manifest.read_text()
    for kind, (_, sources) in NEEDS.items():
        if kind == NPS and "success" not in site.pages:
            continue
        for source in sources:
            assert (
                f'"source_name": "{source}"' in manifest or f'"source_name":"{source}"' in manifest
            )


def test_a_number_that_is_none_stops_the_report(site: Site, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute(
            "create schema marts; create table marts.rpt_lead_stage_ages as "
            "select 'all' as segment_type, 'lead' as current_stage, 1 as open_leads, "
            "cast('nan' as double) as median_days, 1 as longest_days, 1 as leads_over_30_days, "
            "1 as leads_over_90_days, 1 as leads_never_called"
        )
    publish(settings.warehouse_path, settings)
    with pytest.raises(ReportError, match="nan"):
        build_report(settings, manifest=site.manifest)
    assert not (settings.serving_path / REPORT).exists()


def test_the_dictionary_says_what_a_metric_is_where_it_knows_it(site: Site) -> None:
    definitions = read_definitions(site.manifest)
    found = definitions.metric("rpt_sales_performance_monthly.win_rate")
    assert found is not None
    assert metric_page(found) == "definitions/win_rate.html"
    assert definitions.link("rpt_sales_performance_monthly.win_rate_12m") == metric_page(found)
    assert definitions.link("dim_dates.month") == "marts/dim_dates.html#month"
    assert definitions.short("rpt_sales_performance_monthly.win_rate") == found.definition
    # Another form of it says what it is; two columns of one name are two figures.
    form = "rpt_sales_performance_monthly.win_rate_12m"
    assert definitions.short(form) == definitions.of(form) != ""
    assert "account" in definitions.short("fct_account_engagement_monthly.engagement_score")
    assert "account" not in definitions.short("rpt_customer_success_monthly.engagement_score")
    assert definitions.metric("dim_dates.month") is None


def test_every_planned_figure_says_its_definition() -> None:
    modules = [
        import_module(f"{pages.__name__}.{m.name}") for m in pkgutil.iter_modules(pages.__path__)
    ]
    groups = [value for m in modules for value in vars(m).values() if isinstance(value, tuple)]
    plans = [plan for group in groups for plan in group if isinstance(plan, Plan)]
    assert len(plans) > 25
    assert not [plan.title for plan in plans if not plan.metrics]


# --- swapping -----------------------------------------------------------------------------------


def test_a_report_that_fails_leaves_the_one_before(
    small: Settings, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build_report(small, manifest=site.manifest)
    before = index.resolve()
    real = Path.write_text
    written = []

    def full_disk(self: Path, data: str, encoding: str | None = None) -> int:
        written.append(self.name)
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        return real(self, data, encoding=encoding)

    monkeypatch.setattr(Path, "write_text", full_disk)
    with pytest.raises(ReportError, match="No space left"):
        build_report(small, manifest=site.manifest)
    monkeypatch.undo()
    assert index.resolve() == before
    after = build_report(small, manifest=site.manifest)
    assert after == index
    assert after.resolve() != before
    # The one before is kept for who reads it; what the failure left behind is gone.
    sites = sorted(path.name for path in (small.serving_path / "reports").iterdir())
    assert sites == ["000001-1", "000001-2"]
    build_report(small, manifest=site.manifest)
    sites = sorted(path.name for path in (small.serving_path / "reports").iterdir())
    assert sites == ["000001-2", "000001-3"]


def test_one_builder_at_a_time(small: Settings, site: Site) -> None:
    with (
        exclusive_lock(small.serving_path / building.LOCK_FILE),
        pytest.raises(ReportError, match="Another process"),
    ):
        build_report(small, manifest=site.manifest)


def test_what_is_no_report_of_ours_is_left_alone(small: Settings, site: Site) -> None:
    own = small.serving_path / REPORT
    own.mkdir()
    (own / "mine.txt").touch()
    with pytest.raises(ReportError, match="in the way"):
        build_report(small, manifest=site.manifest)
    assert (own / "mine.txt").exists()


def test_without_a_published_copy_there_is_no_report(site: Site, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="Nothing is published"):
        build_report(settings_of(tmp_path), manifest=site.manifest)


# --- in a browser -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_are_right_in_a_browser(
    site: Site, chrome: Browser, size: tuple[int, int], scheme: Any
) -> None:
    """No error, nothing from outside, no overflow; shapes in their plots; contrast; outline."""
    context = chrome.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
    )
    watched = watch(context, site.folder)
    names = [*site.pages, *SOME_WORDS]
    wrong = {name: found for name in names if (found := look(watched, f"{name}.html"))}
    context.close()
    assert not wrong, "\n".join(
        f"{name}: {line}" for name, found in wrong.items() for line in found
    )


@pytest.mark.heavy
def test_every_page_of_words_is_right_in_a_browser(site: Site, chrome: Browser) -> None:
    context = chrome.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    watched = watch(context, site.folder)
    names = set(site.every_page) - set(site.pages)
    assert len(names) > 100
    wrong = {name: found for name in names if (found := look(watched, f"{name}.html"))}
    context.close()
    assert not wrong


@pytest.mark.slow
def test_bars_are_as_high_as_their_numbers(site: Site, chrome: Browser) -> None:
    context = chrome.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    page = watch(context, site.folder).open("index.html")
    heights = page.evaluate(
        """() => [...document.querySelectorAll('#mrr-target svg.wide [id*="-data-0-"]')]
            .map(e => e.getBoundingClientRect().height)"""
    )
    context.close()
    mrr = [
        float(value)
        for (value,) in site.sql(
            f"select closing_mrr from {KPIS} where closing_mrr > 0 order by month"
        )
    ]
    assert len(heights) == len(mrr) > 10
    scale = max(heights) / max(mrr)
    assert [height / scale for height in heights] == pytest.approx(
        mrr, rel=0.01, abs=max(mrr) / 200
    )


@pytest.mark.slow
def test_readable_without_javascript_and_on_paper(site: Site, chrome: Browser) -> None:
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    watched = watch(context, site.folder)
    page = watched.open("retention.html")
    ((rate,),) = site.sql(
        "select nrr_12m from marts.rpt_retention_monthly where segment_type = 'all' and is_complete "
        "order by month desc limit 1"
    )
    assert rate is not None
    assert f"net revenue retention was {rate * 100:.1f} %" in page.inner_text("main")
    assert page.locator("svg.narrow").first.is_visible()
    assert not page.locator("svg.wide").first.is_visible()
    table = page.locator("#retention-12m table")
    assert not table.is_visible()
    page.locator("#retention-12m details.numbers summary").click()
    assert table.is_visible()
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("svg.wide").first.is_visible()
    assert not page.locator("nav").is_visible()
    assert not watched.said
    context.close()


# A4, upright, with Chromium's own margins of a centimetre, at 96 pixels an inch.
PAPER_WIDTH = 718


@pytest.mark.slow
def test_no_page_is_wider_than_paper(site: Site, chrome: Browser) -> None:
    context = chrome.new_context(viewport={"width": PAPER_WIDTH, "height": 1000})
    watched = watch(context, site.folder)
    too_wide = {}
    for path in sorted(site.folder.glob("*.html")):
        page = watched.open(path.name)
        page.emulate_media(media="print")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PAPER_WIDTH:
            too_wide[path.name] = width
    context.close()
    assert not too_wide


SABOTAGE = {
    "external request": lambda html: html.replace(
        "</main>", '<script src="https://cdn.example.com/charts.js"></script></main>'
    ),
    "NaN": lambda html: html.replace("<figure>", '<figure><svg class="chart wide" viewBox="0 0 9 9">'
        '<title>x</title><desc>x</desc><g id="x-plot"><path d="M 0 0 L 9 9"/></g>'
        '<g id="x-data-0"><path d="M 0 NaN L 9 9" stroke="#000"/></g></svg>', 1),
    "console": lambda html: html.replace(
        "</main>", "<script>console.error('broken')</script></main>"
    ),
    "outside its plot": lambda html: html.replace('id="mrr-target-wide-data-0-3">',
        'id="mrr-target-wide-data-0-3" transform="translate(0 -900)">', 1),
    "overflow": lambda html: html.replace("</main>", '<p style="width: 3000px">wide</p></main>'),
    "contrast": lambda html: html.replace("</main>", '<p style="color: #ccc">pale</p></main>'),
    "picture without a table": lambda html: html.replace('<details class="numbers">', "<div hidden>"),
    "outline": lambda html: html.replace("<h2", "<h3", 1).replace("</h2>", "</h3>", 1),
}  # fmt: skip


@pytest.mark.slow
def test_a_page_that_is_broken_on_purpose_is_caught(
    site: Site, chrome: Browser, tmp_path: Path
) -> None:
    context = chrome.new_context(
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, color_scheme="light"
    )
    whole = (site.folder / "index.html").read_text()
    shutil.copy(site.folder / "style.css", tmp_path)
    watched = watch(context, tmp_path)
    for what, breaks in SABOTAGE.items():
        broken = breaks(whole)
        assert broken != whole, what
        (tmp_path / "index.html").write_text(broken)
        assert any(what in line for line in look(watched, "index.html")), what
    context.close()


def test_without_a_browser_the_tests_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(NoBrowserError, match="apt-get install chromium"):
        chromium()
    assert "chromium" in (REPOSITORY / ".ci" / "run").read_text()
    assert CHROMIUM[0] == "chromium"
