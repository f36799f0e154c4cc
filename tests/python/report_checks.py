"""What a page of the report must hold, asked of a real browser and of its bytes.

`look` opens a page and gives back a list of what is wrong, so that a page that somebody has broken on
purpose can be asked the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

DESKTOP, PHONE = (1280, 900), (390, 844)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

# Runs in the page; gives a list of what is wrong with it.
CHECKS = r"""
() => {
  const wrong = [];
  const say = (...parts) => { if (wrong.length < 40) wrong.push(parts.join(' ')); };
  const seen = (e) => e.checkVisibility() && e.getClientRects().length > 0;
  const near = (e) => (e.closest('[id]') || {}).id || e.tagName;

  // Width
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width)
    say('overflow: the page is', document.documentElement.scrollWidth, 'wide in', width);

  // Outline
  const levels = [...document.querySelectorAll('h1,h2,h3')].map(h => Number(h.tagName[1]));
  if (levels.filter(l => l === 1).length !== 1) say('outline: not one h1');
  levels.forEach((l, n) => { if (n && l > levels[n - 1] + 1) say('outline: h', l, 'after h', levels[n - 1]); });
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  ids.forEach((id, n) => { if (ids.indexOf(id) !== n) say('id twice:', id); });
  if (document.querySelector('script')) say('script: there is one');
  document.querySelectorAll('img:not([alt])').forEach(e => say('image without alt text'));

  // Pictures
  const shapes = 'path, use, line, rect, polyline, circle';
  for (const svg of document.querySelectorAll('svg')) {
    if (!svg.querySelector('title')?.textContent.trim()) say('picture without a title:', near(svg));
    if (!svg.querySelector('desc')) say('picture without a description:', near(svg));
    for (const shape of svg.querySelectorAll(shapes))
      for (const a of shape.attributes)
        if (/nan|inf/i.test(a.value) && /^(d|x|y|x1|x2|y1|y2|points|width|height|transform)$/.test(a.name))
          say('NaN in', near(shape), a.name);
    if (!seen(svg) || svg.classList.contains('spark')) continue;
    const frame = svg.getBoundingClientRect();
    const plot = svg.querySelector('[id$="-plot"]')?.getBoundingClientRect();
    if (!plot) { say('picture without a plot:', near(svg)); continue; }
    const data = [...svg.querySelectorAll('[id*="-data-"]')];
    if (!data.length) say('picture without data:', near(svg));
    let left = Infinity, right = -Infinity;
    for (const part of data) {
      const box = part.getBoundingClientRect();
      left = Math.min(left, box.left); right = Math.max(right, box.right);
      if (box.left < plot.left - 8 || box.right > plot.right + 8
          || box.top < plot.top - 8 || box.bottom > plot.bottom + 8)
        say('outside its plot:', part.id);
    }
    if (right - left < 0.25 * plot.width && data.length > 2) say('data spans little of', near(svg));
    const texts = [...svg.querySelectorAll('text')].map(t => [t, t.getBoundingClientRect()]);
    for (const [t, r] of texts) {
      if (r.left < frame.left - 4 || r.right > frame.right + 4 || r.right > width)
        say('text outside its picture:', near(svg), t.textContent);
    }
    for (let a = 0; a < texts.length; a++) for (let b = 0; b < a; b++) {
      const [p, q] = [texts[a][1], texts[b][1]];
      const x = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (x > 2 && y > 4) say('texts overlap:', near(svg), texts[a][0].textContent, '|', texts[b][0].textContent);
    }
  }
  for (const figure of document.querySelectorAll('figure'))
    if (!figure.parentElement.querySelector('details table tbody tr'))
      say('picture without a table:', near(figure));

  // Contrast, by WCAG
  const parse = (text) => {
    let m = text.match(/^rgba?\(([^)]+)\)/);
    if (m) { const v = m[1].split(/[ ,\/]+/).map(Number); return [v[0] / 255, v[1] / 255, v[2] / 255, v[3] ?? 1]; }
    m = text.match(/^color\(srgb ([^)]+)\)/);
    if (m) { const v = m[1].split(/[ \/]+/).map(Number); return [v[0], v[1], v[2], v[3] ?? 1]; }
    return null;
  };
  const light = ([r, g, b]) => {
    const f = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = parse(getComputedStyle(at).backgroundColor);
      if (c && c[3] > 0.99) return c;
    }
    return [1, 1, 1, 1];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || judged.has(e) || !seen(e)) continue;
    judged.add(e);
    const style = getComputedStyle(e);
    const svg = e.closest('svg');
    const colour = parse(svg ? style.fill : style.color);
    if (!colour) { say('colour not understood:', near(e), svg ? style.fill : style.color); continue; }
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    const got = ratio(colour, ground(e));
    if (got < least) say('contrast', got.toFixed(2), near(e), JSON.stringify(node.textContent.trim().slice(0, 30)));
  }
  for (const part of document.querySelectorAll('svg [id*="-data-"] path, svg path[id*="-data-"]')) {
    if (!seen(part)) continue;
    const style = getComputedStyle(part);
    for (const name of ['fill', 'stroke']) {
      const c = parse(style[name]);
      if (!c || c[3] < 0.99 || (name === 'stroke' && parseFloat(style.strokeWidth) < 1)) continue;
      const hatch = ratio(c, ground(part.closest('figure') || document.body));
      if (hatch > 1.01 && hatch < 3) say('contrast of a shape', hatch.toFixed(2), near(part));
    }
  }
  return wrong;
}
"""


class NoBrowserError(RuntimeError):
    """There is no Chromium; the message says what to install."""


def chromium() -> str:
    """Path of the machine's Chromium.

    Raises:
        NoBrowserError: there is none.
    """
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    raise NoBrowserError(
        "The report is tested in a real browser and none was found (looked for "
        f"{', '.join(CHROMIUM)}). Install it: `apt-get install chromium`, or your system's package."
    )


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    path = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        try:
            yield opened
        finally:
            opened.close()


@dataclass
class Watched:
    """A page, and what it asked for and complained of."""

    page: Page
    site: Path
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.said.append(f"page error: {error}"))
        self.page.on("request", lambda request: self._on_request(request.url))

    def _on_console(self, message: object) -> None:
        kind = getattr(message, "type", "")
        if kind in ("error", "warning"):
            self.said.append(f"console {kind}: {getattr(message, 'text', '')}")

    def _on_request(self, url: str) -> None:
        if not url.startswith((self.site.as_uri() + "/", "data:")):
            self.said.append(f"external request: {url}")

    def open(self, name: str) -> Page:
        self.page.goto((self.site / name).as_uri())
        return self.page


def watch(context: BrowserContext, site: Path) -> Watched:
    """A new page that reaches nothing outside the site."""
    context.route(
        "**/*",
        lambda route: (
            route.continue_() if route.request.url.startswith(("file:", "data:")) else route.abort()
        ),
    )
    return Watched(context.new_page(), site.resolve())


def look(watched: Watched, name: str) -> list[str]:
    """Opens a page of the site and gives back what is wrong with it."""
    watched.said.clear()
    page = watched.open(name)
    found: list[str] = page.evaluate(CHECKS)
    return [*watched.said, *found]


@dataclass
class Read:
    """One HTML file as its bytes say: links, ids, and tables by the section that they stand in."""

    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    tables: dict[str, list[list[str | None]]] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Values are those of `<data>`, else the text; a dash without a value is None."""

    def __init__(self) -> None:
        super().__init__()
        self.read = Read()
        self._section = ""
        self._cell: list[str] | None = None
        self._value: str | None = None
        self._none = False
        self._body = self._query = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.read.ids.add(str(found["id"]))
        if tag in ("a", "link") and found.get("href"):
            self.read.links.append(str(found["href"]))
        if tag == "section":
            self._section = str(found.get("id") or "")
        elif tag == "thead":
            self._body = False
            self.read.columns[self._section] = []
        elif tag == "tbody":
            self._body = True
            self.read.tables[self._section] = []
        elif tag == "tr" and self._body:
            self.read.tables[self._section].append([])
        elif tag in ("td", "th"):
            self._cell, self._value, self._none = [], None, False
        elif tag == "data":
            self._value = found.get("value")
        elif tag == "span" and found.get("class") == "none":
            self._none = True
        elif tag == "pre":
            self._query = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._query = False
        if tag == "table":
            self._body = False
        if tag not in ("td", "th") or self._cell is None:
            return
        text = "".join(self._cell).strip()
        value = None if self._none else self._value if self._value is not None else text
        if self._body:
            self.read.tables[self._section][-1].append(value)
        else:
            self.read.columns[self._section].append(text)
        self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)
        if self._query:
            self.read.queries[self._section] = self.read.queries.get(self._section, "") + data


def read(path: Path) -> Read:
    """What a file of the site says."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.read
