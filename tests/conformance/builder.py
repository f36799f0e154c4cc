"""Reads the case files and lands their raw rows; README.md beside it explains the notation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from .schemas import TABLES
from .stripe_life import (
    LIFE_KEYS,
    CaseError,
    Discount,
    Ledger,
    Row,
    Subscription,
    add_months,
    check_keys,
    instant,
    make_coupon,
    make_discounts,
    make_price,
    parse_interval,
)

CASES = Path(__file__).parent / "cases"
DEFAULT_AS_OF = "2027-02-01"
CASE_KEYS = (
    "id", "title", "given", "rule", "note", "as_of", "landed", "steps", "group", "stripe",
    "generic", "account_map", "fx", "raw", "patch", "redeliver", "expected", "expected_at",
    "policies", "vars", "build_fails", "incomplete",
)  # fmt: skip
EXPECTED_KEYS = (
    "movements", "reasons", "closing", "fx_impact", "original", "items", "totals",
    "movement_totals", "current", "bridge", "segments", "retention", "quarters", "cohorts", "economics",
)  # fmt: skip
TYPES = ("new", "reactivation", "expansion", "contraction", "churn")
REASONS = (
    "plan", "quantity", "price", "cross_sell", "discount", "term", "usage", "pause", "resume",
    "cancellation_voluntary", "cancellation_involuntary", "unknown",
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Cases that can share one warehouse: the same as-of steps, vars and isolation."""

    name: str
    steps: tuple[str, ...]
    variables: tuple[tuple[str, Any], ...] = ()

    @property
    def label(self) -> str:
        words = [self.name, *self.steps, *(f"{k}={v}" for k, v in self.variables)]
        return re.sub(r"[^A-Za-z0-9=.-]+", "_", "_".join(words))


@dataclass(frozen=True)
class Case:
    """One worked example; `data` is the file as it is."""

    data: dict[str, Any] = field(hash=False)
    path: Path

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def prefix(self) -> str:
        """Every id of the case starts with this: `mov01` for MOV-01."""
        return self.id.lower().replace("-", "")

    @property
    def steps(self) -> tuple[str, ...]:
        given = self.data.get("steps") or [self.data.get("as_of", DEFAULT_AS_OF)]
        return tuple(str(step) for step in given)

    def group(self, variables: Mapping[str, Any] | None = None) -> Group:
        fallback = "all" if len(self.steps) == 1 else "steps"
        name = str(self.data.get("group", fallback))
        merged = {**self.data.get("vars", {}), **(variables or {})}
        return Group(name, self.steps, tuple(sorted(merged.items())))

    def groups(self) -> set[Group]:
        """Every group whose run says something about this case."""
        return {self.group(variables) for variables, _, _ in self.expectations()}

    def customer_id(self, name: str) -> str:
        """`a` is mov01_a; `stripe:a` is stripe:mov01_a."""
        source, colon, short = name.rpartition(":")
        return f"{source}{colon}{self.prefix}_{short}"

    def owns(self, customer_id: str) -> bool:
        return customer_id.rpartition(":")[2].startswith(f"{self.prefix}_")

    def copies(self, name: str) -> list[str]:
        """The ids that a name of `expected` stands for: one, or one for each copy of it."""
        count = self._repeats().get(name, 1)
        if count == 1:
            return [self.customer_id(name)]
        return [self.customer_id(f"{name}_{n:04}") for n in range(1, count + 1)]

    def _repeats(self) -> dict[str, int]:
        found = {}
        for name, given in self.data.get("stripe", {}).get("customers", {}).items():
            found[name] = int(given.get("repeat", 1))
        for given in self.data.get("generic", ()):
            found[given["customer"]] = int(given.get("repeat", 1))
        for given in self.data.get("account_map", ()):
            found[given["account"]] = int(given.get("repeat", 1))
        return found

    def expectations(self) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
        """(vars, as-of step, expected) for the default policies and for each policy switch."""
        if "expected" in self.data:
            yield {}, self.steps[-1], self.data["expected"]
        for step, expected in self.data.get("expected_at", {}).items():
            yield {}, str(step), expected
        for policy in self.data.get("policies", ()):
            yield policy["vars"], self.steps[-1], policy["expected"]

    # Raw rows -----------------------------------------------------------------------------------

    def raw_rows(self, as_of: str) -> dict[str, list[Row]]:
        """The rows of the landing zone as the loader left it for the run as of `as_of`."""
        landed = instant(self.data.get("landed", as_of))
        ledger = Ledger(landed)
        if "stripe" in self.data:
            self._stripe(self.data["stripe"], ledger)
        for given in self.data.get("generic", ()):
            self._generic(given, ledger)
        for given in self.data.get("account_map", ()):
            self._account_map(given, ledger)
        for pair, rates in self.data.get("fx", {}).items():
            _fx(pair, rates, ledger)
        for table, rows in self.data.get("raw", {}).items():
            for row in rows:
                ledger.add(table, **_typed(table, row))
        for given in self.data.get("patch", ()):
            self._patch(given, ledger, strict=as_of == self.steps[-1])
        if self.data.get("redeliver"):
            for rows in ledger.rows.values():
                rows.extend([_synced_later(row, hours=5) for row in rows])
        return ledger.rows

    def _stripe(self, given: Mapping[str, Any], ledger: Ledger) -> None:
        check_keys(f"{self.id} stripe", given, ("prices", "coupons", "customers"))
        prices = {
            name: make_price(self.prefix, name, spec, ledger)
            for name, spec in given.get("prices", {}).items()
        }
        coupons = {
            name: make_coupon(self.prefix, name, spec, ledger)
            for name, spec in given.get("coupons", {}).items()
        }
        for name, spec in given["customers"].items():
            for customer in self.copies(name):
                self._customer(customer, spec, prices, coupons, ledger)

    def _customer(
        self, customer: str, given: Mapping[str, Any], prices: Any, coupons: Any, ledger: Ledger
    ) -> None:
        own = ("repeat", "deleted", "discounts", "subscriptions", "country", "mode")
        is_short = "start" in given
        check_keys(f"{self.id} {customer}", given, (*own, *LIFE_KEYS) if is_short else own)
        lives = given.get("subscriptions", {})
        if is_short:
            lives = {"": {key: given[key] for key in given if key in LIFE_KEYS}}
        first = min(instant(life["start"]) for life in lives.values())
        live = given.get("mode", "live") == "live"
        ledger.add(
            "stripe.customer", id=customer, name=customer, email=f"{customer}@example.com",
            address_country=given.get("country", "US"), created=first - timedelta(minutes=5),
            delinquent=False, is_deleted=bool(given.get("deleted", False)), livemode=live,
        )  # fmt: skip
        discounts: list[Discount] = make_discounts(
            given.get("discounts"), coupons, customer, None, first
        )
        for discount in discounts:
            discount.land(ledger)
        for short, life in lives.items():
            sub_id = f"sub_{customer}{'_' if short else ''}{short}"
            Subscription(sub_id, customer, life, prices, coupons, discounts, ledger).play()
        if not live:
            for table in ("invoice", "invoice_line_item", "subscription_history"):
                for row in ledger.rows.get(f"stripe.{table}", []):
                    if customer in (row.get("customer_id"), row.get("subscription_id", "")[4:]):
                        row["livemode"] = False

    def _generic(self, given: Mapping[str, Any], ledger: Ledger) -> None:
        keys = (
            "customer", "repeat", "subscription", "from", "to", "amount", "every", "currency",
            "quantity", "plan", "reason",
        )  # fmt: skip
        check_keys(f"{self.id} generic", given, keys)
        if instant(given["from"]) > ledger.landed and "landed" not in self.data:
            return
        unit, count = parse_interval(given.get("every", "month"))
        for customer in self.copies(given["customer"]):
            ledger.add(
                "generic.subscription_periods", customer_id=customer,
                subscription_id=f"{customer}_{given.get('subscription', 'main')}",
                plan_name=f"{self.prefix}_{given.get('plan', 'plan')}",
                start_date=_text(given["from"]), end_date=_text(given.get("to")),
                amount=Decimal(str(given["amount"])), billing_interval=unit, interval_count=count,
                currency=given.get("currency"), quantity=given.get("quantity"),
                cancellation_reason=given.get("reason"), customer_name=customer,
                customer_email=f"{customer}@example.com", country="US",
            )  # fmt: skip

    def _account_map(self, given: Mapping[str, Any], ledger: Ledger) -> None:
        keys = ("source", "customer", "account", "parent", "repeat", "known_from")
        check_keys(f"{self.id} account_map", given, keys)
        if instant(given.get("known_from", "2000-01-01")) > ledger.landed:
            return
        pairs = zip(self.copies(given["customer"]), self.copies(given["account"]), strict=True)
        parent = self.customer_id(given["parent"]) if "parent" in given else None
        for customer, account in pairs:
            ledger.add(
                "generic.customer_account_map", billing_source=given["source"],
                billing_customer_id=customer, account_id=account, parent_account_id=parent,
            )  # fmt: skip

    def _patch(self, given: Mapping[str, Any], ledger: Ledger, *, strict: bool) -> None:
        """Changes rows, or lands a second version of them that was synced earlier or later."""
        check_keys(f"{self.id} patch", given, ("table", "where", "set", "synced", "drop"))
        table = given["table"]
        rows = ledger.rows.get(table, [])
        wanted = _typed(table, given["where"])
        hit = [row for row in rows if all(row.get(k) == v for k, v in wanted.items())]
        if not hit and strict:
            raise CaseError(f"{self.id}: patch finds no row in {table} where {given['where']}")
        values = _typed(table, given.get("set", {}))
        for row in hit:
            if given.get("drop"):
                rows.remove(row)
            elif "synced" in given:
                hours = {"earlier": -24, "later": 24}[given["synced"]]
                rows.append(_synced_later(row, hours) | values)
            else:
                row.update(values)


def _synced_later(row: Row, hours: int) -> Row:
    return {**row, "_fivetran_synced": row["_fivetran_synced"] + timedelta(hours=hours)}


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _typed(table: str, row: Mapping[str, Any]) -> Row:
    """A raw row as YAML gives it, with dates turned into what the column holds."""
    schema = TABLES[table]
    typed: Row = {}
    for name, value in row.items():
        if name not in schema.names:
            raise CaseError(f"{table} has no column {name}")
        kind = schema.field(name).type
        if value is not None and pa.types.is_timestamp(kind):
            typed[name] = instant(value)
        elif value is not None and pa.types.is_decimal(kind):
            typed[name] = Decimal(str(value))
        else:
            typed[name] = value
    return typed


def _fx(pair: str, rates: Mapping[Any, Any], ledger: Ledger) -> None:
    """`{2025-01: 1.10}` is the rate of the month's last day and of all later month ends until the
    next entry; `{2025-01-31: 1.10}` is that day's rate only."""
    base, quote = pair.split("/")
    by_day: dict[date, Decimal] = {}
    months = sorted(str(k) for k in rates if len(str(k)) == 7)
    for month, following in zip(months, [*months[1:], None], strict=True):
        start = instant(f"{month}-01")
        stop = instant(f"{following}-01") if following else ledger.landed
        while start < stop:
            end = add_months(start, 1) - timedelta(days=1)
            by_day[end.date()] = Decimal(str(rates[month]))
            start = add_months(start, 1)
    for key, value in rates.items():
        if len(str(key)) == 10:
            by_day[instant(key).date()] = Decimal(str(value))
    for day, rate in sorted(by_day.items()):
        if day <= ledger.landed.date():
            ledger.add(
                "fx.rates", rate_date=day, base_currency=base, quote_currency=quote, rate=rate
            )


class _Loader(yaml.SafeLoader):
    """YAML that refuses a key given twice, and leaves dates and instants as text."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    if any(isinstance(key, bool) for key in keys):
        raise CaseError(f"line {node.start_mark.line + 1}: YAML reads a key as true or false")
    if len(keys) != len(set(map(str, keys))):
        raise CaseError(f"line {node.start_mark.line + 1}: a key is given twice")
    return {
        key: loader.construct_object(value, deep=True)
        for key, (_, value) in zip(keys, node.value, strict=True)
    }


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: str(node.value))


def read_yaml(path: Path) -> dict[str, Any]:
    """A case file as it is; dates are text."""
    data: dict[str, Any] = _Loader(path.read_text(encoding="utf-8")).get_single_data()
    return data


def load_case(path: Path) -> Case:
    """One case file, checked for keys that nothing would read."""
    data = read_yaml(path)
    check_keys(path.name, data, CASE_KEYS)
    if data["id"] != path.stem:
        raise CaseError(f"{path.name}: id {data['id']} is not the file's name")
    case = Case(data, path)
    for _, _, expected in case.expectations():
        check_keys(f"{path.name} expected", expected, EXPECTED_KEYS)
    return case


def load_cases() -> list[Case]:
    """Every case, in the order of the ids."""
    return [load_case(path) for path in sorted(CASES.glob("*.yml"))]


def write_landing_zone(
    cases: Iterable[Case], as_of: str, root: Path, *, backwards: bool = False
) -> None:
    """Writes `<root>/<source>/<table>/*.parquet` for the cases, as loaded for a run as of `as_of`.

    backwards: the same rows in the opposite order, for the test that order changes nothing.
    Raises CaseError where two cases give different rates for one currency pair and day.
    """
    tables: dict[str, list[Row]] = {}
    for case in cases:
        for table, rows in case.raw_rows(as_of).items():
            tables.setdefault(table, []).extend(rows)
    tables["fx.rates"] = _one_rate_a_day(tables.get("fx.rates", []))
    if any(name.startswith("stripe.") for name in tables):
        for name in TABLES:
            if name.startswith("stripe."):
                tables.setdefault(name, [])
    for name, rows in tables.items():
        source, table = name.split(".")
        folder = root / source / table
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.parquet"):
            old.unlink()
        ordered = rows[::-1] if backwards else rows
        pq.write_table(pa.Table.from_pylist(ordered, schema=TABLES[name]), folder / "rows.parquet")


def _one_rate_a_day(rows: list[Row]) -> list[Row]:
    kept: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = (row["rate_date"], row["base_currency"], row["quote_currency"])
        if key in kept and kept[key]["rate"] != row["rate"]:
            raise CaseError(f"two cases give different rates: {key}")
        kept[key] = row
    return list(kept.values())
