"""The files of the site: pages from templates, one style sheet, nothing else."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration.report import pages, values
from orchestration.report.definitions import Definitions
from orchestration.report.figures import Figure, Missing, Page, Tiles
from orchestration.report.reading import Copy

TEMPLATES = Path(__file__).parent / "templates"
STYLE = "style.css"


def render_site(copy: Copy, definitions: Definitions) -> dict[str, str]:
    """All files of the site by name."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["picture"] = Markup
    environment.filters["signed"] = values.signed
    environment.filters["headline"] = values.headline
    environment.filters["cell"] = values.cell
    environment.globals["heat"] = heat
    environment.tests["figure"] = lambda block: isinstance(block, Figure)
    environment.tests["missing"] = lambda block: isinstance(block, Missing)
    environment.tests["tiles"] = lambda block: isinstance(block, Tiles)
    made = pages.make(copy)
    metrics = shown_metrics(made)
    marts = shown_marts(made, metrics, copy)
    context = {
        "pages": [*made, pages.DEFINITIONS, pages.MARTS],
        "run": copy.run,
        "counts": copy.counts,
        "currency": copy.currency,
        "definitions": definitions,
        "metrics": metrics,
        "marts": marts,
    }
    files = {
        f"{page.name}.html": environment.get_template("page.html.j2").render(page=page, **context)
        for page in made
    }
    for page in (pages.DEFINITIONS, pages.MARTS):
        template = environment.get_template(f"{page.name}.html.j2")
        files[f"{page.name}.html"] = template.render(page=page, **context)
    files[STYLE] = (TEMPLATES / STYLE).read_text(encoding="utf-8")
    return files


def shown_metrics(made: Sequence[Page]) -> dict[str, list[tuple[Page, str]]]:
    """Every metric that a page shows, with the places: page and anchor."""
    found: dict[str, list[tuple[Page, str]]] = {}
    for page in made:
        for block in page.blocks:
            names: Sequence[str] = ()
            if isinstance(block, Figure):
                columns = [column.metric for column in block.table.columns if column.metric]
                names = [*block.metrics, *columns]
            elif isinstance(block, Tiles):
                names = [tile.metric for tile in block.tiles]
            for name in dict.fromkeys(names):
                found.setdefault(name, []).append((page, block.id))
    return dict(sorted(found.items(), key=lambda item: item[0].partition(".")[::-1]))


def shown_marts(
    made: Sequence[Page], metrics: dict[str, list[tuple[Page, str]]], copy: Copy
) -> list[str]:
    """Every mart that is named anywhere, and every published one."""
    named = {name.partition(".")[0] for name in metrics}
    for page in made:
        for block in page.blocks:
            if isinstance(block, Figure | Missing):
                named.update(block.marts)
    return sorted(named | set(copy.counts))


def heat(value: values.Value) -> str:
    """Class of a tinted cell for a share; deepest from 1 on."""
    if value is None or isinstance(value, str):
        return ""
    share = float(values.exact(value))
    return f"h{max(0, min(9, int(share * 10)))}"
