"""What a page is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestration.report.reading import Table
from orchestration.report.values import Kind, Value


@dataclass(frozen=True)
class Mark:
    """One entry of a legend.

    Attributes:
        label: what it stands for.
        tone: colour of the theme (`c1` to `c7`, `muted`).
        sign: character or style that tells it without colour.
    """

    label: str
    tone: str
    sign: str = "■"


@dataclass(frozen=True)
class Drawing:
    """One picture in two widths; the style sheet shows the one that fits.

    Attributes:
        wide: SVG for desktops and paper.
        narrow: SVG for phones.
        marks: legend.
    """

    wide: str
    narrow: str
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class Figure:
    """A picture with its table, or a table alone, with everything that a reader needs to trust it.

    Attributes:
        id: anchor on the page.
        title: heading.
        table: the numbers, all of them.
        marts: where they come from.
        finding: one sentence with the numbers that matter.
        drawing: None for a table alone.
        metrics: `mart.column` of the definitions; the first is shown at once.
        notes: what must be known to read it right.
        heat: true where shares are tinted by their size, and what is still to come is left blank.
        folded: true where a table without a picture is long and stays closed at first.
    """

    id: str
    title: str
    table: Table
    marts: Sequence[str]
    finding: str = ""
    drawing: Drawing | None = None
    metrics: Sequence[str] = ()
    notes: Sequence[str] = ()
    heat: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Missing:
    """A figure that cannot be shown, and what would have to land for it.

    Attributes:
        id: anchor on the page.
        title: heading.
        marts: what is empty, or not in the copy.
        needs: the raw data in words; `page.NEEDS` has the same as source names.
    """

    id: str
    title: str
    marts: Sequence[str]
    needs: str


@dataclass(frozen=True)
class Tile:
    """One figure of the overview.

    Attributes:
        metric: `mart.column`.
        label: its name.
        kind: how it is written.
        month: first day of its month, as text.
        value: of that month.
        change_mom: share of the month before's size.
        change_yoy: share of its size a year before.
        target: null where none is given.
        variance: value less target.
        is_unusual: whether the mart flags the change.
        better: `up`, `down`, or empty where neither is.
        history: values of the months up to that one, oldest first.
        spark: their picture.
    """

    metric: str
    label: str
    kind: Kind
    month: str
    value: Value
    change_mom: Value
    change_yoy: Value
    target: Value
    variance: Value
    is_unusual: bool
    better: str
    spark: str = ""


@dataclass(frozen=True)
class Tiles:
    """A group of tiles under one heading."""

    id: str
    title: str
    tiles: Sequence[Tile]


Block = Figure | Missing | Tiles


@dataclass(frozen=True)
class Page:
    """One page of the site.

    Attributes:
        name: file name without `.html`.
        title: heading and name in the navigation.
        lead: one or two sentences on what it answers.
        blocks: in order.
        alerts: what a reader should know before anything else.
    """

    name: str
    title: str
    lead: str
    blocks: Sequence[Block] = ()
    alerts: Sequence[str] = field(default_factory=tuple)
