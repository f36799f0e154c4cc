"""From a matplotlib canvas to SVG that stands in a page: themed, labelled, the same bytes each time."""

import html
import io
import re

from matplotlib.figure import Figure as Canvas

# Colours that nobody would choose stand for those of the theme until the picture is drawn.
TONES = {
    "c1": "#f0a001",
    "c2": "#f0a002",
    "c3": "#f0a003",
    "c4": "#f0a004",
    "c5": "#f0a005",
    "c6": "#f0a006",
    "c7": "#f0a007",
    "gain": "#f0a00a",
    "loss": "#f0a00b",
    "muted": "#f0a010",
    "text": "#f0a011",
    "grid": "#f0a012",
    "surface": "#f0a013",
}
NAMES = {code: name for name, code in TONES.items()}
CODE = re.compile("|".join(NAMES))
ATTRIBUTE = re.compile(r'(fill|stroke)="(#f0a0[0-9a-f]{2})"')


def render(canvas: Canvas, name: str, title: str, described: str, css_class: str) -> str:
    """The canvas as one `<svg>` element.

    Args:
        canvas: what was drawn.
        name: prefix of every id, unique in the page.
        title: what it shows, read out instead of the picture.
        described: the same at length, with the numbers that matter.
        css_class: class beside `chart`.
    """
    file = io.StringIO()
    canvas.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<style[^>]*>.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = text.replace("url(#", f"url(#{name}-")
    text = re.sub(r'(?:xlink:)?href="#', f'href="#{name}-', text)
    text = re.sub(r"'DejaVu Sans'[^;\"]*", "sans-serif", text)
    # A variable is certain to be understood in a style, not in an attribute.
    text = ATTRIBUTE.sub(lambda m: f'style="{m[1]}: {m[2]}"', text)
    text = CODE.sub(lambda m: f"var(--{NAMES[m[0]]})", text)
    box = re.search(r'viewBox="([^"]+)"', text)
    if box is None:
        raise ValueError("matplotlib wrote an SVG without a viewBox.")
    ids = f"{name}-title {name}-desc"
    head = (
        f'<svg class="chart {css_class}" viewBox="{box[1]}" role="img" aria-labelledby="{ids}">'
        f'<title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-desc">{html.escape(described)}</desc>'
    )
    body = text[text.index(">") + 1 :]
    return re.sub(r"\n\s*", "\n", head + body)
