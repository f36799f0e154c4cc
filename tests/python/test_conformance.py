"""Runs the worked examples of tests/conformance through the real models, from raw rows to marts.

All cases that can stand in one warehouse share one dbt build under the default policies, and one more
for each set of policies that some case (its key `policies`) expects another result under.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from conformance.builder import REASONS, TYPES, Case, Group, load_cases, write_landing_zone
from conftest import REPOSITORY, DbtSession, Warehouse

from benchmarks import peers

ALL = load_cases()
CASES = [case for case in ALL if "build_fails" not in case.data]
FAILING = [case for case in ALL if "build_fails" in case.data]
Table = list[dict[str, Any]]
pytestmark = pytest.mark.slow

COMPARED = (
    "fct_mrr_movement_reasons",
    "fct_customer_mrr_monthly",
    "dim_customers",
    "rpt_mrr_bridge_monthly",
)


@dataclass(frozen=True)
class Marts:
    """What the marts said after one run."""

    movements: Table
    reasons: Table
    monthly: Table
    customers: Table
    bridge: Table

    @classmethod
    def read(cls, warehouse: Warehouse) -> Marts:
        return cls(
            warehouse.rows("select * from marts.fct_mrr_movements order by movement_date"),
            warehouse.rows(
                """select reasons.*, movements.customer_id, movements.movement_date
                from marts.fct_mrr_movement_reasons as reasons
                left join marts.fct_mrr_movements as movements
                    on reasons.movement_id = movements.movement_id"""
            ),
            warehouse.rows("select * from marts.fct_customer_mrr_monthly"),
            warehouse.rows("select * from marts.dim_customers"),
            warehouse.rows("select * from marts.rpt_mrr_bridge_monthly where segment_type = 'all'"),
        )


class Runs:
    """Builds each group of cases once, and keeps what the marts said after each of its steps."""

    def __init__(self, session: DbtSession) -> None:
        self.session = session
        self.done: dict[Group, dict[str, Marts] | AssertionError] = {}

    def cases(self, group: Group) -> list[Case]:
        return [case for case in CASES if group in case.groups()]

    def warehouse(self, group: Group) -> Warehouse:
        return self.session.warehouse(group.label, group.steps[-1], dict(group.variables))

    def marts(self, group: Group) -> dict[str, Marts]:
        if group not in self.done:
            try:
                self.done[group] = self._build(group)
            except AssertionError as failure:
                self.done[group] = failure
        found = self.done[group]
        if isinstance(found, AssertionError):
            pytest.fail(str(found), pytrace=False)
        return found

    def _build(self, group: Group) -> dict[str, Marts]:
        warehouse = self.warehouse(group)
        # The data tests of the whole project run on the default policies alone.
        selection = ["--select", *(f"+{mart}" for mart in COMPARED)] if group.variables else []
        found = {}
        for step in group.steps:
            write_landing_zone(self.cases(group), step, warehouse.raw)
            warehouse.build(*selection, as_of=step)
            found[step] = Marts.read(warehouse)
        return found


@pytest.fixture(scope="session")
def runs(dbt_session: DbtSession) -> Runs:
    return Runs(dbt_session)


# What a case expects, against what the marts say ------------------------------------------------


class Differences:
    """Collects what differs in one case and says it as one readable text."""

    def __init__(self, case: Case, title: str) -> None:
        self.case, self.title = case, title
        self.found: list[str] = []

    def compare(self, what: str, expected: list[str], got: list[str]) -> None:
        if expected != got:
            width = max([len(e) for e in [*expected, "expected"]]) + 2
            lines = [f"  {'expected':<{width}}| got"]
            for index in range(max(len(expected), len(got))):
                left = expected[index] if index < len(expected) else "-"
                right = got[index] if index < len(got) else "-"
                sign = " " if left == right else "*"
                lines.append(f"{sign} {left:<{width}}| {right}")
            self.found.append("\n".join([what, *lines]))

    def report(self) -> None:
        if self.found:
            data = self.case.data
            text = data.get("given") or data.get("rule") or ""
            head = f"{self.case.id}: {data['title']}\n{text}\n({self.title}, {self.case.path.name})"
            pytest.fail("\n\n".join([head, *self.found]), pytrace=False)


def plain(value: object) -> str:
    """A number without trailing zeros; null as null."""
    if value is None:
        return "null"
    text = format(Decimal(str(value)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def rounded(value: object, like: object) -> str:
    """A number rounded half up to as many places as the expected one has."""
    if value is None or like is None:
        return plain(value)
    places = len(str(like).partition(".")[2])
    quantum = Decimal(1).scaleb(-places)
    return plain(Decimal(str(value)).quantize(quantum, rounding=ROUND_HALF_UP))


def entry(text: str) -> tuple[str, str, str]:
    """`2025-01-10 new 100` as (date or month, word, amount)."""
    when, word, amount = text.split()
    return when, word, plain(amount)


def sums(rows: Table, key: Any, value: str = "mrr_change") -> dict[Any, Decimal]:
    found: dict[Any, Decimal] = {}
    for row in rows:
        found[key(row)] = found.get(key(row), Decimal(0)) + Decimal(str(row[value]))
    return found


class Checker:
    """Compares one case's expectations with the marts of its run."""

    def __init__(self, case: Case, expected: Mapping[str, Any], marts: Marts, title: str) -> None:
        self.case, self.expected, self.marts = case, expected, marts
        self.differences = Differences(case, title)
        self.movements = [r for r in marts.movements if case.owns(r["customer_id"])]
        self.reasons = [r for r in marts.reasons if case.owns(r["customer_id"] or "")]
        self.monthly = [r for r in marts.monthly if case.owns(r["customer_id"])]

    def check(self) -> None:
        for part in self.expected:
            getattr(self, f"_{part}")(self.expected[part])
        self._arithmetic()
        self.differences.report()

    def _each(self, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, value in given.items():
            for customer in self.case.copies(name):
                yield customer, value

    def _movements(self, given: Mapping[str, Any]) -> None:
        """The whole list of every customer's movements; a customer not named has none."""
        wanted = {c: [entry(line) for line in lines] for c, lines in self._each(given)}
        for customer in sorted({*wanted, *(r["customer_id"] for r in self.movements)}):
            lines = wanted.get(customer, [])
            by_month = [len(when) == 7 for when, _, _ in lines]
            got = []
            for index, row in enumerate(r for r in self.movements if r["customer_id"] == customer):
                when = str(row["movement_date"])
                short = index < len(by_month) and by_month[index]
                got.append(
                    f"{when[:7] if short else when} {row['movement_type']} {plain(row['mrr_change'])}"
                )
            self.differences.compare(f"movements of {customer}", [" ".join(e) for e in lines], got)

    def _reasons(self, given: Mapping[str, Any]) -> None:
        """All reasons of the dates that are named, summed over the items."""
        for customer, lines in self._each(given):
            wanted = sorted(entry(line) for line in lines)
            dates = {when for when, _, _ in wanted}
            rows = [r for r in self.reasons if r["customer_id"] == customer]
            got = sums(rows, lambda r: (str(r["movement_date"]), r["reason"]))
            seen = sorted(
                f"{when} {reason} {plain(amount)}"
                for (when, reason), amount in got.items()
                if when in dates and amount != 0
            )
            self.differences.compare(f"reasons of {customer}", [" ".join(e) for e in wanted], seen)

    def _items(self, given: Mapping[str, Any]) -> None:
        """What a movement is made of by subscription item."""
        for customer, dates in self._each(given):
            for when, items in dates.items():
                rows = [
                    r for r in self.reasons
                    if r["customer_id"] == customer and str(r["movement_date"]) == when
                ]  # fmt: skip
                got = sums(rows, lambda r: str(r["subscription_item_id"]).rpartition("_")[2])
                self.differences.compare(
                    f"items of {customer} on {when}",
                    [f"{name} {plain(items[name])}" for name in sorted(items)],
                    [f"{name} {plain(got[name])}" for name in sorted(got) if got[name] != 0],
                )

    def _original(self, given: Mapping[str, Any]) -> None:
        """Movements in the currency in which they were billed."""
        for customer, lines in self._each(given):
            wanted = [" ".join(entry(line)) for line in lines]
            got = [
                f"{r['movement_date']} {r['currency']} {plain(r['mrr_change_original_currency'])}"
                for r in self.movements
                if r["customer_id"] == customer
            ]
            self.differences.compare(f"original currency of {customer}", wanted, got)

    def _closing(self, given: Mapping[str, Any]) -> None:
        self._months(given, "closing_mrr")

    def _fx_impact(self, given: Mapping[str, Any]) -> None:
        self._months(given, "fx_impact_mrr")

    def _months(self, given: Mapping[str, Any], column: str) -> None:
        for customer, months in self._each(given):
            rows = {
                str(r["month"])[:7]: r[column] for r in self.monthly if r["customer_id"] == customer
            }
            self.differences.compare(
                f"{column} of {customer}",
                [f"{month} {plain(value)}" for month, value in months.items()],
                [f"{month} {plain(rows.get(month, 0))}" for month in months],
            )

    def _totals(self, given: Mapping[str, Any]) -> None:
        """Sums over the case's customers in a month; `customers` are those that close above 0."""
        for month, columns in given.items():
            rows = [r for r in self.monthly if str(r["month"])[:7] == month]
            got = {}
            for column, value in columns.items():
                if column == "customers":
                    got[column] = str(sum(1 for r in rows if r["closing_mrr"] > 0))
                else:
                    got[column] = rounded(sum((r[column] for r in rows), Decimal(0)), value)
            self.differences.compare(
                f"totals of {month}",
                [f"{column} {plain(value)}" for column, value in columns.items()],
                [f"{column} {got[column]}" for column in columns],
            )

    def _movement_totals(self, lines: list[str]) -> None:
        wanted = sorted(" ".join(entry(line)) for line in lines)
        dates = {line.split()[0] for line in lines}
        got = sums(self.movements, lambda r: (str(r["movement_date"]), r["movement_type"]))
        self.differences.compare(
            "movements of all customers",
            wanted,
            sorted(f"{d} {kind} {plain(v)}" for (d, kind), v in got.items() if d in dates),
        )

    def _current(self, given: Mapping[str, Any]) -> None:
        """Columns of dim_customers."""
        for customer, columns in self._each(given):
            rows = [r for r in self.marts.customers if r["customer_id"] == customer]
            got = rows[0] if rows else {}
            self.differences.compare(
                f"dim_customers of {customer}",
                [f"{column} {value}" for column, value in columns.items()],
                [f"{column} {_shown(got.get(column))}" for column in columns],
            )

    def _bridge(self, given: Mapping[str, Any]) -> None:
        """Company rows; as columns, or as `closing,customers | new,expansion,reactivation,...`."""
        rows = {str(r["month"])[:7]: r for r in self.marts.bridge}
        for month, columns in given.items():
            wanted = _series(columns) if isinstance(columns, str) else columns
            row = rows.get(month, {})
            self.differences.compare(
                f"bridge of {month}",
                [f"{column} {plain(value)}" for column, value in wanted.items()],
                [f"{column} {rounded(row.get(column), value)}" for column, value in wanted.items()],
            )

    def _arithmetic(self) -> None:
        """What must hold in every case: words of the vocabulary, and sums that meet."""
        by_movement = sums(self.reasons, lambda r: r["movement_id"])
        for row in self.movements:
            where = f"{row['customer_id']} {row['movement_date']} {row['movement_type']}"
            change = row["closing_mrr"] - row["opening_mrr"]
            self.differences.compare(
                f"closing - opening of {where}", [plain(row["mrr_change"])], [plain(change)]
            )
            self.differences.compare(
                f"sum of the reasons of {where}",
                [plain(row["mrr_change"])],
                [plain(by_movement.get(row["movement_id"], 0))],
            )
            self.differences.compare(
                "movement type", [], [] if row["movement_type"] in TYPES else [where]
            )
        for row in self.reasons:
            where = f"{row['customer_id']} {row['movement_date']} {row['reason']}"
            self.differences.compare("reason", [], [] if row["reason"] in REASONS else [where])
            evident = row["evidence"] and row["evidence_id"]
            self.differences.compare("evidence", [], [] if evident else [f"none: {where}"])


def _shown(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def _series(text: str) -> dict[str, str]:
    """`75,2 | 75,0,0,0,0`: closing MRR, customers | new, expansion, reactivation, contraction,
    churn; losses are written without a sign there."""
    left, right = (part.split(",") for part in text.replace(" ", "").split("|"))
    new, expansion, reactivation, contraction, churn = (Decimal(v) for v in right)
    return {
        "closing_mrr": left[0],
        "closing_customers": left[1],
        "new_mrr": plain(new),
        "expansion_mrr": plain(expansion),
        "reactivation_mrr": plain(reactivation),
        "contraction_mrr": plain(0 - contraction),
        "churn_mrr": plain(0 - churn),
    }


def _parameters(*, policies: bool) -> list[Any]:
    found = []
    for case in CASES:
        for variables, step, expected in case.expectations():
            if bool(variables) != policies:
                continue
            words = [case.id, *(f"{k}={v}" for k, v in variables.items())]
            if len(case.steps) > 1:
                words.append(step)
            found.append(pytest.param(case, variables, step, expected, id=" ".join(words)))
    return found


@pytest.mark.parametrize(("case", "variables", "step", "expected"), _parameters(policies=False))
def test_case(
    runs: Runs, case: Case, variables: dict[str, Any], step: str, expected: dict[str, Any]
) -> None:
    """A worked example under the default policies."""
    marts = runs.marts(case.group(variables))[step]
    Checker(case, expected, marts, f"as of {step}").check()


@pytest.mark.heavy
@pytest.mark.parametrize(("case", "variables", "step", "expected"), _parameters(policies=True))
def test_policy(
    runs: Runs, case: Case, variables: dict[str, Any], step: str, expected: dict[str, Any]
) -> None:
    """A worked example under another policy."""
    marts = runs.marts(case.group(variables))[step]
    Checker(case, expected, marts, f"as of {step}, {variables}").check()


@pytest.mark.heavy
@pytest.mark.parametrize("case", FAILING, ids=lambda case: case.id)
def test_case_that_must_stop(runs: Runs, case: Case) -> None:
    """Raw rows that must make the run fail, by a message that names the matter."""
    warehouse = runs.session.warehouse(case.id, case.steps[-1])
    write_landing_zone([case], case.steps[-1], warehouse.raw)
    result = warehouse.dbt("build", "--exclude-resource-types", "unit_test", check=False)
    named = " ".join([*result.failed, *(result.messages.get(n, "") for n in result.failed)])
    matter = case.data["build_fails"]
    said = re.search(matter, named or result.output, re.IGNORECASE)
    if result.returncode == 0 or not said:
        pytest.fail(
            f"{case.id}: {case.data['title']}\nexpected: a failure that names {matter!r}\n"
            f"got: exit code {result.returncode}, failed: {named or 'nothing'}",
            pytrace=False,
        )


# The case set as a whole ------------------------------------------------------------------------

MAIN = Group("all", ("2027-02-01",))
STEPS = next(case.group() for case in CASES if len(case.steps) > 1)
COMPANY = next(case.group() for case in CASES if case.data.get("group") == "company")


def _same(before: dict[str, str], after: dict[str, str], what: str) -> None:
    changed = [
        f"{table}: {before.get(table)} -> {after.get(table)}"
        for table in sorted({*before, *after})
        if before.get(table) != after.get(table)
    ]
    if changed:
        pytest.fail(f"{what} changed marts:\n" + "\n".join(changed), pytrace=False)


@pytest.mark.parametrize(
    "group",
    [MAIN, *(pytest.param(group, marks=pytest.mark.heavy) for group in (COMPANY, STEPS))],
    ids=lambda group: group.name,
)
def test_data_tests_pass_on_the_cases(runs: Runs, group: Group) -> None:
    """Identities, keys and contracts hold on all these situations at once."""
    runs.marts(group)
    warehouse = runs.warehouse(group)
    # Some cases have items without a subscription, and expect them set aside.
    result = warehouse.test("--exclude", "nothing_is_quarantined", check=False)
    failed = [f"{name}: {result.messages[name]}" for name in result.failed]
    if failed or result.returncode != 0:
        pytest.fail("\n".join(failed) or result.output[-3000:], pytrace=False)


@pytest.mark.heavy
def test_oth_05_a_second_run_changes_nothing(runs: Runs) -> None:
    """OTH-05: the same rows again give the same marts, byte for byte."""
    runs.marts(MAIN)
    warehouse = runs.warehouse(MAIN)
    before = warehouse.fingerprints()
    assert len(before) >= 6
    warehouse.build()
    _same(before, warehouse.fingerprints(), "the second run")


@pytest.mark.heavy
def test_oth_06_a_full_refresh_changes_nothing(runs: Runs) -> None:
    """OTH-06: a full refresh on the same input gives the same marts, byte for byte."""
    runs.marts(MAIN)
    warehouse = runs.warehouse(MAIN)
    before = warehouse.fingerprints()
    warehouse.build("--full-refresh")
    _same(before, warehouse.fingerprints(), "the full refresh")


def test_oth_06_runs_step_by_step_equal_a_full_refresh(runs: Runs) -> None:
    """OTH-06: two runs as of two instants leave what a full refresh makes of the last one."""
    runs.marts(STEPS)
    warehouse = runs.warehouse(STEPS)
    before = warehouse.fingerprints()
    warehouse.build("--full-refresh")
    _same(before, warehouse.fingerprints(), "the full refresh")


@pytest.mark.heavy
def test_the_order_of_raw_rows_changes_nothing(runs: Runs) -> None:
    """The same rows in the opposite order, in a warehouse of their own."""
    runs.marts(MAIN)
    before = runs.warehouse(MAIN).fingerprints()
    other = runs.session.warehouse("backwards", MAIN.steps[-1])
    write_landing_zone(runs.cases(MAIN), MAIN.steps[-1], other.raw, backwards=True)
    other.build()
    _same(before, other.fingerprints(), "the opposite order of rows")


def test_the_page_about_a_peers_method_is_current(runs: Runs) -> None:
    """docs/peers.md says what the method gives on these raw rows (`make peers` writes it)."""
    runs.marts(MAIN)
    warehouse = runs.warehouse(MAIN)
    examples = [peers.Example(case.id, case.data["title"], case.owns) for case in runs.cases(MAIN)]
    found = peers.scores(warehouse.raw, warehouse.database, MAIN.steps[-1], examples)
    path = REPOSITORY / "docs" / "peers.md"
    if os.environ.get("WRITE_PEERS"):
        path.write_text(peers.page(found), encoding="utf-8")
    assert peers.page(found) == path.read_text(encoding="utf-8"), "run `make peers`"
