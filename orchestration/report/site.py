"""The files of the site: pages from templates, one style sheet, nothing else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration import dictionary, dictionary_pages
from orchestration.report import pages, values
from orchestration.report.definitions import Definitions, mart_page, metric_page
from orchestration.report.figures import Block, Figure, Missing, Page, Tiles
from orchestration.report.reading import Copy

TEMPLATES = Path(__file__).parent / "templates"
STYLE = "style.css"
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Place:
    """A figure of the report: what a definition links back to."""

    href: str
    title: str


def place(page: Page, block: Block) -> Place:
    """Where a figure stands."""
    return Place(f"{page.name}.html#{block.id}", f"{page.title}, {block.title}")


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
    environment.filters["inline"] = inline
    environment.filters["number"] = dictionary_pages.number
    environment.filters["first_sentence"] = dictionary_pages.first_sentence
    made = pages.make(copy)
    shown = shown_metrics(made)
    marts = shown_marts(made, shown, copy)
    context = {
        "pages": [*made, pages.DEFINITIONS, pages.MARTS],
        "run": copy.run,
        "counts": copy.counts,
        "currency": copy.currency,
        "definitions": definitions,
        "metrics": dictionary.metrics(),
        "areas": dictionary.AREAS,
        "units": dictionary.UNITS,
        "places": places_of_metrics(shown, definitions),
        "places_of_marts": places_of_marts(made),
        "marts": marts,
        "metric_page": metric_page,
        "mart_page": mart_page,
    }

    def render(template: str, page: Page, root: str = "", **more: object) -> str:
        return environment.get_template(template).render(page=page, root=root, **context, **more)

    files = {f"{page.name}.html": render("page.html.j2", page) for page in made}
    for page in (pages.DEFINITIONS, pages.MARTS):
        files[f"{page.name}.html"] = render(f"{page.name}.html.j2", page)
    for metric in dictionary.metrics().values():
        page = Page(pages.DEFINITIONS.name, metric.label, metric.definition)
        files[metric_page(metric)] = render("metric.html.j2", page, "../", metric=metric)
    for name in marts:
        mart = definitions.marts.get(name)
        meaning = mart.meaning if mart else "The project at hand does not know this mart."
        page = Page(pages.MARTS.name, name, meaning)
        files[mart_page(name)] = render("mart.html.j2", page, "../", mart=mart)
    files[STYLE] = (TEMPLATES / STYLE).read_text(encoding="utf-8")
    return files


def shown_metrics(made: Sequence[Page]) -> dict[str, list[Place]]:
    """Every `mart.column` that a page shows, with the figures that show it."""
    found: dict[str, list[Place]] = {}
    for page in made:
        for block in page.blocks:
            names: Sequence[str] = ()
            if isinstance(block, Figure):
                columns = [column.metric for column in block.table.columns if column.metric]
                names = [*block.metrics, *columns]
            elif isinstance(block, Tiles):
                names = [tile.metric for tile in block.tiles]
            for name in dict.fromkeys(names):
                found.setdefault(name, []).append(place(page, block))
    return dict(sorted(found.items(), key=lambda item: item[0].partition(".")[::-1]))


def places_of_metrics(
    shown: Mapping[str, Sequence[Place]], definitions: Definitions
) -> dict[str, list[Place]]:
    """By metric of the dictionary, the figures that show it, in any of its columns."""
    found: dict[str, dict[Place, None]] = {}
    for name, places in shown.items():
        if metric := definitions.metric(name):
            found.setdefault(metric.name, {}).update(dict.fromkeys(places))
    return {name: list(places) for name, places in found.items()}


def places_of_marts(made: Sequence[Page]) -> dict[str, list[Place]]:
    """By mart, the figures that are made of it."""
    found: dict[str, list[Place]] = {}
    for page in made:
        for block in page.blocks:
            if isinstance(block, Figure):
                for mart in block.marts:
                    found.setdefault(mart, []).append(place(page, block))
    return found


def shown_marts(made: Sequence[Page], metrics: Iterable[str], copy: Copy) -> list[str]:
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


def inline(text: str) -> Markup:
    """Text of the dictionary, whose names of columns and policies stand in backticks."""
    code = Markup("<code>{}</code>")
    parts = CODE.split(text)
    return Markup().join(code.format(part) if n % 2 else part for n, part in enumerate(parts))
