"""Figures that are declared, not programmed: what to ask, what to call it, how to draw it, how to say it.

    Plan("win-rate", "Win rate", SALES, [CRM],
         [("month", "Month", "month"), ("win_rate", "Win rate", "share"), OPEN_MONTH],
         where=recent(SALES, ALL), finding="{month}: {win_rate}.",
         chart=lines("Win rate, by month", "share", part("win_rate", "Month alone")),
         metrics=["win_rate"])

Words in braces are columns of the last settled row (of the first, where rows have no state), as a
person writes them; `{currency}` is that of the copy. What no plan can say is a function beside it.
"""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from string import Formatter

from orchestration.report import charts
from orchestration.report.figures import Drawing, Figure, Missing
from orchestration.report.pages.common import by_value, last_settled, month_name, said, shown
from orchestration.report.reading import Column, Copy, Table
from orchestration.report.values import Kind, Value

STATES = ("month_state", "cost_state")
OPEN_MONTH = Column("is_complete", "Month is", "month_state")
OPEN_COSTS = Column("is_complete", "Costs are", "cost_state")
MATURITY = Column("is_mature", "Cohort is", "maturity")
LOOKS = (("c1", "o"), ("c2", "s"), ("c3", "^"), ("c4", "D"), ("c5", "v"), ("c6", "P"), ("c7", "o"))
# Width of a query's lines.
WIDTH = 92

Listed = Column | tuple[str, str, Kind]


@dataclass(frozen=True)
class Answer:
    """What a plan's query gave.

    Attributes:
        copy: whom it was asked.
        table: at least one row, unless the plan may be empty.
        row: the one whose values sentences tell; None where no month is settled.
    """

    copy: Copy
    table: Table
    row: Mapping[str, Value] | None

    def say(self, text: str) -> str:
        """A sentence with its words filled in; empty where none of them has a value."""
        named = [word for _, word, _, _ in Formatter().parse(text) if word and word != "currency"]
        row = self.row or {}
        told = [word for word in named if word != "month"] or named
        if named and all(row.get(word) is None for word in told):
            return ""
        words = {column.name: self._word(column) for column in self.table.columns if row}
        return text.format(**words, currency=self.copy.currency)

    def _word(self, column: Column) -> str:
        value = (self.row or {}).get(column.name)
        if column.kind == "month":
            return month_name(value)
        return said(value, column.kind, self.copy.currency)


Chart = Callable[[str, Answer, str], Drawing | None]
Finding = Callable[[Answer], str]


def never(_copy: Copy) -> bool:
    """For figures that are missing where there is no row."""
    return False


def always(_copy: Copy) -> bool:
    """For figures that say what no row means."""
    return True


@dataclass(frozen=True)
class Part:
    """One line, or one colour of bars: a column, its name, and its look where it is not the next."""

    column: str
    label: str
    look: tuple[str, str] | None = None


def part(column: str, label: str, tone: str = "", marker: str = "o") -> Part:
    """A part of a chart; without a tone it has the next look."""
    return Part(column, label, (tone, marker) if tone else None)


@dataclass(frozen=True)
class Plan:
    """One figure.

    Attributes:
        id: anchor on the page.
        title: heading.
        mart: where it comes from.
        needs: kinds of raw data without which there is none (keys of `common.NEEDS`).
        columns: of the table; three words are a column of the mart, which is its own definition.
        where: condition on rows; `:open_month` is the month under way.
        order: of rows.
        sql: the whole query, where it is not a plain choice of rows of the mart.
        finding: the sentence below the heading.
        chart: the picture; None for a table alone.
        metrics: definitions, the first of them shown at once; without a dot they are of the mart.
        notes: what must be known to read it right.
        also: other marts that it reads.
        folded: whether a table without a picture stays closed at first.
        may_be_empty: whether no row is an answer too, on a copy.
    """

    id: str
    title: str
    mart: str
    needs: Sequence[str]
    columns: Sequence[Listed]
    where: str = ""
    order: str = "month"
    sql: str = ""
    finding: str | Finding = ""
    chart: Chart | None = None
    metrics: Sequence[str] = ()
    notes: Sequence[str] = ()
    also: Sequence[str] = ()
    folded: bool = False
    may_be_empty: Callable[[Copy], bool] = never

    def make(self, copy: Copy) -> Figure | Missing:
        """The figure of a copy, or what is missing for it."""
        marts = [self.mart, *self.also]
        return shown(copy, self.id, self.title, marts, self.needs, partial(self._figure, copy))

    def query(self) -> str:
        """The query, before months are filled in."""
        if self.sql:
            return self.sql
        names = "select " + ", ".join(column.name for column in self._columns())
        select = textwrap.wrap(names, WIDTH, subsequent_indent="    ", break_on_hyphens=False)
        where = [f"where {self.where}"] if self.where else []
        return "\n".join([*select, f"from marts.{self.mart}", *where, f"order by {self.order}"])

    def _columns(self) -> list[Column]:
        return [
            column if isinstance(column, Column) else Column(*column, self._metric(column[0]))
            for column in self.columns
        ]

    def _metric(self, name: str) -> str:
        return name if "." in name else f"{self.mart}.{name}"

    def _figure(self, copy: Copy, name: str, title: str) -> Figure | None:
        query = self.query().replace(":open_month", f"date '{copy.open_month}'")
        table = copy.ask(query, self._columns())
        if not table and not self.may_be_empty(copy):
            return None
        answer = Answer(copy, table, _told(table))
        finding = (
            answer.say(self.finding) if isinstance(self.finding, str) else self.finding(answer)
        )
        return Figure(
            name,
            title,
            table,
            [self.mart, *self.also],
            finding,
            self.chart(name, answer, finding) if self.chart and table else None,
            [self._metric(metric) for metric in self.metrics],
            self.notes,
            folded=self.folded,
        )


def _told(table: Table) -> Mapping[str, Value] | None:
    """The row whose values are told: the last settled one, or the first where rows have no state."""
    states = [column.name for column in table.columns if column.kind in STATES]
    if states:
        return last_settled(table, states[0])
    return next(iter(table.records()), None)


def lines(
    title: str,
    kind: Kind,
    *parts: Part,
    axis: str = "",
    level: float | None = None,
    described: str = "",
) -> Chart:
    """Lines over the table's first column."""

    def draw(name: str, answer: Answer, finding: str) -> Drawing:
        table = answer.table
        return charts.lines(
            name, answer.say(title), _firsts(table), _series(table, parts), kind, table.is_open(),
            axis, level, _described(answer, described, finding, title),
        )  # fmt: skip

    return draw


def bars(title: str, kind: Kind, *parts: Part, targets: str = "", described: str = "") -> Chart:
    """Bars over the table's first column, stacked."""

    def draw(name: str, answer: Answer, finding: str) -> Drawing:
        table = answer.table
        return charts.bars(
            name, answer.say(title), _firsts(table), _series(table, parts), kind, table.is_open(),
            table.values(targets) if targets else None, _described(answer, described, finding, title),
        )  # fmt: skip

    return draw


def ranks(
    title: str,
    kind: Kind,
    *parts: Part,
    label: Callable[[Mapping[str, Value]], str] | None = None,
    described: str = "",
    only: Callable[[Mapping[str, Value]], bool] | None = None,
    most: int | None = None,
) -> Chart:
    """Horizontal bars, a row of the table each, named by the first column.

    Args:
        title: of the picture.
        kind: how values are written.
        parts: colours of bars, side by side.
        label: name of a row, where it is not the first column.
        described: what is read out instead of the picture; else the finding.
        only: which rows are drawn; the table has all.
        most: how many of them, from the top.
    """

    def draw(name: str, answer: Answer, finding: str) -> Drawing | None:
        drawn = [row for row in answer.table.rows if not only or only(_record(answer.table, row))]
        table = replace(answer.table, rows=drawn[:most])
        if not table:
            return None
        first = table.columns[0]
        rows = table.records()
        labels = [label(row) if label else said(row[first.name], first.kind) for row in rows]
        return charts.ranks(
            name, answer.say(title), labels, _series(table, parts), kind, table.is_open(),
            _described(answer, described, finding, title),
        )  # fmt: skip

    return draw


def stacked(
    title: str,
    kind: Kind,
    group: str,
    amount: str,
    described: str = "",
    tones: Mapping[str, str] | None = None,
) -> Chart:
    """Bars over the table's first column, a colour for each value of another one."""

    def draw(name: str, answer: Answer, finding: str) -> Drawing:
        places, series, is_open = _grouped(answer.table, group, amount, tones or {})
        return charts.bars(
            name, answer.say(title), places, series, kind, is_open,
            described=_described(answer, described, finding, title),
        )  # fmt: skip

    return draw


def lines_by(title: str, kind: Kind, group: str, amount: str, described: str = "") -> Chart:
    """Lines over the table's first column, one for each value of another one."""

    def draw(name: str, answer: Answer, finding: str) -> Drawing:
        places, series, is_open = _grouped(answer.table, group, amount, {})
        return charts.lines(
            name, answer.say(title), places, series, kind, is_open,
            described=_described(answer, described, finding, title),
        )  # fmt: skip

    return draw


def _described(answer: Answer, described: str, finding: str, title: str) -> str:
    return answer.say(described) or finding or answer.say(title)


def _record(table: Table, row: Sequence[Value]) -> Mapping[str, Value]:
    return dict(zip([column.name for column in table.columns], row, strict=True))


def _firsts(table: Table) -> list[Value]:
    return table.values(table.columns[0].name)


def _series(table: Table, parts: Sequence[Part]) -> list[charts.Series]:
    return [
        charts.Series(one.label, table.values(one.column), *(one.look or LOOKS[number]))
        for number, one in enumerate(parts)
    ]


def _grouped(
    table: Table, group: str, amount: str, tones: Mapping[str, str]
) -> tuple[list[Value], list[charts.Series], list[bool]]:
    """Groups in the order in which rows name them, places in their own."""
    first = table.columns[0].name
    places, series = by_value(table, first, group, amount)
    order = sorted(range(len(places)), key=lambda place: str(places[place]))
    is_open = dict(zip(table.values(first), table.is_open(), strict=True))
    return (
        [places[place] for place in order],
        [
            charts.Series(
                one.label,
                [one.values[place] for place in order],
                tones.get(one.label, one.tone),
                one.marker,
            )
            for one in series
        ],
        [is_open[places[place]] for place in order],
    )
