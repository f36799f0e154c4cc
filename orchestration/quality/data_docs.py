"""Data Docs: the pages that Great Expectations makes of a gate's answers, one folder a run.

    <quality>/data_docs/index.html              the kept runs, newest first
    <quality>/data_docs/<run>/<layer>/          the pages of one gate, a page a table

The list of tables is ours: that of Great Expectations is empty without scripts from elsewhere. The pages as they are made fetch styles, scripts and a logo from half a dozen hosts. Those references
are taken out and one style sheet is put in their place: the pages need no network and tell nobody
that they were opened.
"""

import html
import json
import re
import shutil
from pathlib import Path

from orchestration.quality.results import Outcome, Report

FOLDER = "data_docs"
FACTS = "report.json"
STYLE = Path(__file__).parent / "data_docs.css"
# Tags that fetch from elsewhere, and links that lead there.
REMOTE_TAGS = re.compile(
    r"<script[^>]*\bsrc=[\"']?https?://[^>]*>\s*</script>"
    r"|<link[^>]*\bhref=[\"']?https?://[^>]*>"
    r"|<(?:img|source)[^>]*\bsrc(?:set)?=[\"']?https?://[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
SCRIPTS = re.compile(r"<script\b.*?</script>", re.IGNORECASE | re.DOTALL)
REMOTE_STYLES = re.compile(r"url\([\"']?https?://[^)]*\)", re.IGNORECASE)
# Links to other hosts, and to pages of suites, which are not made.
DEAD_LINKS = re.compile(
    r"<a\b[^>]*\bhref=[\"']?(?:https?://|[^\"'>]*/expectations/)[^>]*>(.*?)</a>", re.I | re.DOTALL
)
# Pictures and fonts that only the remote styles used: 4 MB a run.
UNUSED = ("static",)


def directory(quality_path: Path, run_id: str, layer: str, stamp: str) -> Path:
    """Where a gate's pages go; empty when it is returned.

    Args:
        quality_path: as in the settings.
        run_id: id of the run.
        layer: `raw` or `marts`.
        stamp: when, in a form that sorts; of a run that has a folder already its own stays.
    """
    root = quality_path / FOLDER
    found = [path for path in root.glob(f"*_{run_id}") if path.is_dir()]
    path = (found[0] if found else root / f"{stamp}_{run_id}") / layer
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def finish(quality_path: Path, site: Path, report: Report, keep: int) -> None:
    """Makes the pages of a gate stand alone, writes the list of runs, removes old ones."""
    style = f"<style>{STYLE.read_text(encoding='utf-8')}</style></head>"
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(stand_alone(text, style), encoding="utf-8")
    for name in UNUSED:
        shutil.rmtree(site / name, ignore_errors=True)
    (site / "index.html").write_text(tables_page(site, report), encoding="utf-8")
    facts = {
        "run_id": report.run_id,
        "layer": report.layer,
        "as_of": report.as_of,
        "checked_at": report.checked_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "summary": report.summary(),
        "passed": report.passed,
        "lines": report.lines(),
    }
    (site / FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    root = quality_path / FOLDER
    runs = sorted((path for path in root.iterdir() if path.is_dir()), reverse=True)
    for old in runs[keep:]:
        shutil.rmtree(old, ignore_errors=True)
    (root / "index.html").write_text(index(root, runs[:keep]), encoding="utf-8")


def stand_alone(text: str, style: str) -> str:
    """A page without anything that is fetched from, or leads to, another host."""
    text = REMOTE_TAGS.sub("", text)
    text = SCRIPTS.sub("", text)
    text = REMOTE_STYLES.sub("none", text)
    text = DEAD_LINKS.sub(r"\1", text)
    return text.replace("</head>", style, 1)


def tables_page(site: Path, report: Report) -> str:
    """The page that lists the tables of a gate, what blocks first."""
    by_name = {
        page.stem.removeprefix("duckdb-"): page for page in site.glob("validations/**/*.html")
    }
    rows = []
    for dataset in sorted({result.dataset for result in report.results}):
        results = [result for result in report.results if result.dataset == dataset]
        asked = [result for result in results if result.outcome != Outcome.SKIPPED]
        told = [result for result in asked if result.message]
        mark = "blocked" if any(r.blocks for r in results) else "warned" if told else "passed"
        mark = mark if asked else "not landed"
        name, page = html.escape(dataset), by_name.get(dataset)
        if page is not None:
            name = f"<a href='{html.escape(str(page.relative_to(site)))}'>{name}</a>"
        details = "".join(f"<li>{html.escape(result.message)}</li>" for result in told)
        cell = f"{len(asked)}" + (f"<ul>{details}</ul>" if details else "")
        order = ("blocked", "warned", "passed", "not landed").index(mark)
        rows.append((order, f"<td>{name}</td><td class='{mark}'>{mark}</td><td>{cell}</td>"))
    body = "".join(f"<tr>{row}</tr>" for _, row in sorted(rows))
    title = f"Gate on {report.layer}: {html.escape(report.summary())}"
    facts = f"as of {html.escape(report.as_of)}, run {html.escape(report.run_id)}"
    return _page(
        title,
        f"<p><a href='../../index.html'>All runs</a> &middot; {facts}</p><table class='runs'>"
        f"<tr><th>table</th><th>outcome</th><th>checks</th></tr>{body}</table>",
    )


def index(root: Path, runs: list[Path]) -> str:
    """The page that lists the kept runs."""
    rows = []
    for run in runs:
        for path in sorted(run.glob(f"*/{FACTS}"), reverse=True):
            facts = json.loads(path.read_text(encoding="utf-8"))
            link = (path.parent / "index.html").relative_to(root)
            mark = "passed" if facts["passed"] else "blocked"
            details = "".join(f"<li>{html.escape(line)}</li>" for line in facts["lines"])
            rows.append(
                f"<tr><td>{html.escape(facts['checked_at'])}</td>"
                f"<td>{html.escape(facts['layer'])}</td><td class='{mark}'>{mark}</td>"
                f"<td><a href='{html.escape(str(link))}'>{html.escape(facts['summary'])}</a>"
                f"<ul>{details}</ul></td><td>{html.escape(facts['as_of'])}</td>"
                f"<td>{html.escape(facts['run_id'])}</td></tr>"
            )
    names = ("checked", "gate", "outcome", "checks", "as of", "run")
    head = "".join(f"<th>{name}</th>" for name in names)
    return _page("Data quality", f"<table class='runs'><tr>{head}</tr>{''.join(rows)}</table>")


def _page(title: str, body: str) -> str:
    return (
        f"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>{title}</title>"
        f"<style>{STYLE.read_text(encoding='utf-8')}</style></head><body class='runs'>"
        f"<h1>{title}</h1>{body}</body></html>\n"
    )
