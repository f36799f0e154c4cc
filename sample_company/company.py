"""The whole company: scripted and bulk customers, reference rows, and the truth beside them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sample_company import bulk, demand, generic_rows
from sample_company.arrival import arrived
from sample_company.costs import Growth, simulate
from sample_company.dirt import stale_copies, with_unknown_columns
from sample_company.fx import Rates
from sample_company.plans import CURRENCIES, build_catalogue
from sample_company.reference_rows import catalogue_rows, rate_rows
from sample_company.situations import SITUATIONS
from sample_company.stripe_life import Customer
from sample_company.tables import SCHEMAS
from sample_company.timeline import DAY, FOREVER, Ints, add_months, seconds
from sample_company.truth import Intervals, compute, decimals, interval_schema
from sample_company.world import World
from sample_company.writer import (
    LandingZone,
    TruthFiles,
    build,
    claim,
    from_rows,
    timestamps,
    write_marker,
)

#: Customers made at a time.
CHUNK = 20_000
#: Customers told one by one; the others are made by the thousand.
SCRIPTED_SHARE, SCRIPTED_MOST = 0.45, 2_500
GENERIC_SHARE = 0.1
STALE_SHARE = 0.004

#: Customers that the world around knows at most.
BUYERS_MOST = 3_000
#: Sources outside of Stripe whose rows a first landing does not have before they are synced.
_LANDED_IN_TIME = ("fx", "google_ads", "linkedin_ads", "facebook_ads", "finance")

Progress = Callable[[int, int, int], None]
#: Billing source, billing customer, account, and the account above it.
MapRow = tuple[str, str, str, str | None]


@dataclass
class Summary:
    """What was written."""

    out: Path
    truth: Path
    customers: int
    rows: dict[str, int] = field(default_factory=dict)
    truth_rows: dict[str, int] = field(default_factory=dict)

    @property
    def total_rows(self) -> int:
        """Raw rows of all tables."""
        return sum(self.rows.values())


def generate(
    out: Path,
    *,
    customers: int,
    months: int,
    seed: int,
    until: datetime,
    truth: Path | None = None,
    world: Collection[str] = (),
    landed_by: datetime | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Write a landing zone under out, and its truth (default: the directory truth beside it).

    until is the as-of instant (naive: UTC): nothing that happens later is in the landing zone. The
    company is so many months old then. world names the sources (of demand.SOURCES) that tell of the
    world around billing: visits, people, leads. With landed_by only those billing rows are written
    that the loader had brought by that instant (see arrival). The same arguments give the same bytes.
    progress is called with (customers done, customers, rows written). Raises ForeignDirectoryError
    where one of the directories holds something else, ValueError on arguments out of range.
    """
    if unknown := set(world) - set(demand.SOURCES):
        raise ValueError(f"world knows {sorted(demand.SOURCES)}, not {sorted(unknown)}")
    if customers < 1 or months < 1:
        raise ValueError("customers and months must be at least 1")
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    out = Path(out)
    truth = Path(truth) if truth is not None else out.parent / "truth"
    arguments: dict[str, Any] = {
        "customers": customers,
        "months": months,
        "seed": seed,
        "until": until.astimezone(UTC).isoformat(),
    }
    if world:
        arguments["world"] = sorted(world)
    if landed_by is not None:
        landed_by = landed_by if landed_by.tzinfo else landed_by.replace(tzinfo=UTC)
        if landed_by >= until:
            raise ValueError("landed_by must lie before until")
        arguments["landed_by"] = landed_by.astimezone(UTC).isoformat()
    if truth.resolve() == out.resolve():
        raise ValueError("the truth must not be written into the landing zone")
    claim(out, arguments)
    claim(truth, arguments)
    company = _Company(out, truth, months, seed, seconds(until))
    company.world = frozenset(world)
    company.landed_by = None if landed_by is None else seconds(landed_by)
    summary = company.run(customers, progress or _silent)
    write_marker(out, arguments, sorted({source for source, _ in SCHEMAS} | set(world)))
    write_marker(truth, arguments, company.truth.close())
    return summary


@dataclass
class _Paid:
    """Days since 1970 of an account's first revenue and last churn, and whole dollars at first."""

    first_day: int | None = None
    gone_day: int | None = None
    mrr: int = 0


def _silent(_done: int, _total: int, _rows: int) -> None:
    """No progress wanted."""


class _Company:
    def __init__(self, out: Path, truth: Path, months: int, seed: int, as_of: int) -> None:
        self.seed, self.as_of = seed, as_of
        self.origin = add_months(as_of, -months)
        self.landing, self.truth = LandingZone(out), TruthFiles(truth)
        self.summary = Summary(out, truth, 0)
        self.rates = Rates.simulate(self._random(1), self.origin // DAY - 70, as_of)
        share = 0.2 + 0.2 * (seed % 4)
        connected = self.origin + int((as_of - self.origin) * share) // DAY * DAY
        self.span = bulk.Span(self.origin, as_of, seed, connected)
        self.book = build_catalogue()
        self.growth = Growth()
        self.world: frozenset[str] = frozenset()
        self.landed_by: int | None = None
        self.buyers: list[demand.Buyer] = []
        self.paid: dict[str, _Paid] = {}

    def _random(self, *salt: int) -> np.random.Generator:
        return np.random.default_rng([self.seed & 0xFFFF_FFFF, *salt])

    def run(self, customers: int, progress: Progress) -> Summary:
        scripted = min(int(customers * SCRIPTED_SHARE), SCRIPTED_MOST)
        generic = int(customers * GENERIC_SHARE)
        self._reference()
        # Lives of several billing customers can be one more than asked for.
        done = self._scripted(scripted)
        common = max(customers - done - generic, 0)
        progress(done, customers, self.landing.total)
        number = 0
        while common > 0 or generic > 0:
            size, plain = min(common, CHUNK), min(generic, CHUNK // 8 + 1)
            self._chunk(number, size, plain)
            common, generic, number = common - size, generic - plain, number + 1
            done += size + plain
            progress(done, customers, self.landing.total)
        self._costs()
        if self.world:
            self._demand()
        self.summary.customers = done
        self.summary.rows = dict(sorted(self.landing.rows.items()))
        return self.summary

    # Raw rows -----------------------------------------------------------------------------------
    def _land(
        self, source: str, table: str, data: pa.Table, salt: int, extra: bool = False
    ) -> None:
        """Write rows, the stale copies of some of them, and perhaps unknown columns."""
        if self.landed_by is not None and source in _LANDED_IN_TIME:
            data = arrived({table: data}, self.landed_by)[table]
        if data.num_rows == 0:
            return
        if "_fivetran_synced" in data.schema.names:
            rng = self._random(5, salt, sum(table.encode()))
            stale = stale_copies(table, data, STALE_SHARE, rng)
            data = pa.concat_tables([data, stale]).combine_chunks()
        self.landing.write(source, table, with_unknown_columns(data) if extra else data)

    def _reference(self) -> None:
        for table, rows in catalogue_rows(self.book, self.origin).items():
            self._land("stripe", table, from_rows("stripe", table, rows), 0)
        self._land("fx", "rates", from_rows("fx", "rates", rate_rows(self.rates)), 0)
        retired = [p.id for p in self.book.prices.values() if p.is_deleted or not p.is_sold]
        self.truth.write("prices_not_sold", pa.table({"price_id": retired}))

    def _costs(self) -> None:
        costs = simulate(self._random(6), self.growth, self.rates, self.origin, self.as_of)
        for (source, table), data in sorted(costs.tables.items()):
            self._land(source, table, data, 3)
        for (source, table), rows in sorted(costs.rows.items()):
            self._land(source, table, from_rows(source, table, rows), 3)
        for name, data in (("costs", costs.truth), ("gross_margins", costs.margins)):
            self.truth.write(name, data)
            self.summary.truth_rows[name] = data.num_rows

    # Scripted lives -----------------------------------------------------------------------------
    def _scripted(self, target: int) -> int:
        world = World(
            self.as_of, self.origin, self.seed, self.book, random.Random(self.seed * 7 + 1)
        )
        customers = self._tell(world, target)
        testing = World(
            self.as_of, self.origin, self.seed, self.book, random.Random(self.seed * 7 + 2)
        )
        testing.live, testing.counter = False, 1 << 33
        self._tell(testing, max(3, target // 40))
        tables = {name: list(rows) for name, rows in world.rows.items()}
        for name, rows in testing.rows.items():
            tables.setdefault(name, []).extend(rows)
        for name, data in self._arrived(
            {name: from_rows("stripe", name, rows) for name, rows in sorted(tables.items())}
        ).items():
            self._land("stripe", name, data, 1, extra=True)
        self._land_map(_map_rows(world), salt=1)
        owners: dict[str, int] = {}
        parts = []
        for owner, _, _, start, end, annual, currency in world.revenue:
            code = owners.setdefault(owner, len(owners))
            parts.append((code, CURRENCIES.index(currency), start, end, annual))
        columns = np.array(parts, dtype=np.int64).reshape(-1, 5)
        intervals = Intervals(*(columns[:, n].copy() for n in range(5)))
        names = pa.array(list(owners), pa.string())
        self._write_truth(
            intervals,
            names,
            pa.array([row[1] for row in world.revenue], pa.string()),
            pa.array([row[2] for row in world.revenue], pa.string()),
        )
        tags: dict[str, set[str]] = defaultdict(set)
        for customer_id, found in world.tags.items():
            tags[world.account(customer_id)] |= found
        for row in world.rows["customer"]:
            if ("stripe", row["id"]) not in world.accounts:
                self._buyer(row["id"], row, row["created"])
        self._write_tags(sorted(tags), [sorted(tags[name]) for name in sorted(tags)])
        return customers

    def _tell(self, world: World, target: int) -> int:
        """Tell lives until there are so many customers; every situation comes round in turn."""
        order = list(SITUATIONS)
        world.rng.shuffle(order)
        total, turn = 0, 0
        while total < target:
            people: list[Customer] = []
            situation = order[turn % len(order)]
            situation(world, people)
            for customer in people:
                world.tag(customer.id, f"life_{situation.__name__}")
                customer.finish(world.account(customer.id))
            total, turn = total + len(people), turn + 1
        return total

    def _land_map(self, rows: list[MapRow], salt: int) -> None:
        if not rows:
            return
        synced = np.full(len(rows), self.as_of)
        data = build(
            "generic",
            "customer_account_map",
            len(rows),
            {
                "billing_source": pa.array([row[0] for row in rows]),
                "billing_customer_id": pa.array([row[1] for row in rows]),
                "account_id": pa.array([row[2] for row in rows]),
                "parent_account_id": pa.array([row[3] for row in rows], pa.string()),
                "_fivetran_synced": synced,
            },
        )
        self._land("generic", "customer_account_map", data, salt)

    # Bulk ---------------------------------------------------------------------------------------
    def _chunk(self, number: int, size: int, plain: int) -> None:
        intervals, names, subscriptions, items = [], [], [], []
        tags: dict[str, list[Ints]] = defaultdict(list)
        offset = 0
        map_rows: list[MapRow] = []
        if size:
            chunk = bulk.simulate(self._random(2, number), self.span, number, size)
            for table, data in self._arrived(chunk.tables).items():
                self._land("stripe", table, data, 10 + number)
            map_rows += [("stripe", *pair, None) for pair in chunk.map_rows]
            intervals.append(chunk.intervals)
            names.append(chunk.names)
            subscriptions.append(chunk.subscription_ids)
            items.append(chunk.item_ids)
            for name, who in chunk.tags.items():
                tags[name].append(who)
            offset = len(chunk.names)
        if plain:
            borrowed = self._borrow(number, plain, chunk) if size else []
            made = generic_rows.simulate(
                self._random(3, number), self.span, number, plain, borrowed
            )
            if borrowed:
                chunk.names = names[0] = _prefixed(chunk.names, "stripe", set(borrowed))
                tags["same_id_in_two_sources"].append(offset + np.arange(len(borrowed)))
            self._land("generic", "subscription_periods", made.periods, 10 + number)
            found = made.intervals
            owner = found.customer + offset
            if size:
                owner, moved, merged = self._merge(number, owner, offset, plain, chunk, made)
                map_rows += moved
                tags["bulk_merged_across_sources"].append(merged)
            found.customer = owner
            intervals.append(found)
            names.append(made.names)
            subscriptions.append(made.subscription_ids)
            items.append(made.subscription_ids)
            for name, who in made.tags.items():
                tags[name].append(who + offset)
        self._land_map(map_rows, 10 + number)
        everyone = pa.concat_arrays(names)
        self._write_truth(
            Intervals.concat(intervals),
            everyone,
            pa.concat_arrays(subscriptions),
            pa.concat_arrays(items),
        )
        self._write_bulk_tags(everyone, tags)
        if size and self.world and number == 0:
            mapped = {customer for customer, _ in chunk.map_rows}
            rows = chunk.tables["customer"].select(["id", "email", "name", "address_country"])
            created = chunk.tables["customer"].column("created").cast(pa.int64()).to_pylist()
            for place, row in enumerate(rows.to_pylist()):
                if row["id"] not in mapped:
                    self._buyer(chunk.names[place].as_py(), row, created[place] // 1_000_000)

    def _arrived(self, tables: Mapping[str, pa.Table]) -> Mapping[str, pa.Table]:
        """The billing rows of some customers, those that were brought in time."""
        return tables if self.landed_by is None else arrived(tables, self.landed_by)

    # The world around billing ---------------------------------------------------------------------
    def _buyer(self, account: str, row: Mapping[str, Any], created: int) -> None:
        """A customer that the world around can tell of: one that pays or paid."""
        paid = self.paid.pop(account, None)
        if paid is None or not self.world or paid.first_day is None:
            return
        if len(self.buyers) < BUYERS_MOST:
            self.buyers.append(
                demand.Buyer(
                    account,
                    row["id"],
                    row["email"],
                    row["name"],
                    row["address_country"],
                    created,
                    paid.first_day,
                    paid.mrr,
                    paid.gone_day,
                )
            )

    def _note_paid(self, movements: pa.Table) -> None:
        """When customers first paid, and since when they do not any more."""
        table = movements.select(["customer_id", "movement_date", "movement_type", "closing_mrr"])
        days = table.column("movement_date").cast(pa.int32()).to_pylist()
        for row, day in zip(table.to_pylist(), days, strict=True):
            known = self.paid.setdefault(row["customer_id"], _Paid())
            if row["movement_type"] == "new":
                known.first_day, known.mrr = day, int(row["closing_mrr"])
            known.gone_day = day if row["closing_mrr"] == 0 else None

    def _demand(self) -> None:
        made = demand.simulate(self.seed, self.buyers, self.origin, self.as_of, self.world)
        for source, table, data in made.tables:
            self._land(source, table, data, 4)
        for name, data in made.truth.items():
            self.truth.write(name, data)
            self.summary.truth_rows[name] = data.num_rows

    def _borrow(self, number: int, plain: int, chunk: bulk.Chunk) -> list[str]:
        """Ids of paying Stripe customers that the other system gives to customers of its own."""
        mapped = {customer for customer, _ in chunk.map_rows}
        paying = self._random(6, number).permutation(np.unique(chunk.intervals.customer))
        found = [chunk.names[int(who)].as_py() for who in paying[: max(1, plain // 50)]]
        return [name for name in found if name.startswith("cus_") and name not in mapped]

    def _merge(
        self,
        number: int,
        owner: Ints,
        offset: int,
        plain: int,
        chunk: bulk.Chunk,
        made: generic_rows.GenericChunk,
    ) -> tuple[Ints, list[MapRow], Ints]:
        """Some generic customers belong to a Stripe customer's account."""
        rng = self._random(4, number)
        chosen = np.flatnonzero(rng.random(plain) < 0.05)
        mapped = {customer for customer, _ in chunk.map_rows}
        target = owner.copy()
        rows: list[MapRow] = []
        kept = []
        partners = rng.permutation(offset)[: len(chosen)]
        for who, partner in zip(chosen, partners, strict=False):
            stripe_id = chunk.names[int(partner)].as_py()
            generic_id = made.names[int(who)].as_py()
            if not stripe_id.startswith("cus_") or stripe_id in mapped:
                continue
            if not generic_id.startswith("gen-"):
                continue
            # The account goes by the Stripe customer's id: only the other one is mapped.
            rows.append(("generic", generic_id, stripe_id, None))
            target[owner == offset + who] = partner
            kept.append(int(partner))
        return target, rows, np.array(sorted(kept), dtype=np.int64)

    # Truth --------------------------------------------------------------------------------------
    def _write_truth(
        self, intervals: Intervals, names: pa.Array, subscriptions: pa.Array, items: pa.Array
    ) -> None:
        monthly, movements = compute(intervals, names, self.rates, self.as_of)
        self.growth.add(monthly)
        if self.world and len(self.buyers) < BUYERS_MOST:
            self._note_paid(movements)
        is_open = intervals.end >= FOREVER
        shown = np.flatnonzero(
            (intervals.start <= self.as_of)
            & (intervals.annual > 0)
            & (intervals.start < intervals.end)
        )
        rows = pa.array(shown)
        codes = pa.array(CURRENCIES)
        audit = pa.table(
            [
                names.take(pa.array(intervals.customer[shown])),
                subscriptions.take(rows),
                items.take(rows),
                timestamps(intervals.start[shown]),
                timestamps(np.where(is_open, 0, intervals.end)[shown], is_open[shown]),
                decimals(np.ascontiguousarray(intervals.annual[shown])),
                codes.take(pa.array(intervals.currency[shown])),
            ],
            schema=interval_schema(),
        )
        for name, data in (
            ("customer_month", monthly),
            ("movements", movements),
            ("intervals", audit),
        ):
            self.truth.write(name, data)
            self.summary.truth_rows[name] = self.summary.truth_rows.get(name, 0) + data.num_rows

    def _write_tags(self, names: Iterable[str], tags: list[list[str]]) -> None:
        data = pa.table(
            {
                "customer_id": pa.array(list(names), pa.string()),
                "tags": pa.array(tags, pa.list_(pa.string())),
            }
        )
        self.truth.write("situations", data)

    def _write_bulk_tags(self, names: pa.Array, tags: Mapping[str, list[Ints]]) -> None:
        labels = sorted(tags)
        who = np.concatenate([np.concatenate(tags[name]) for name in labels])
        sizes = [sum(len(part) for part in tags[name]) for name in labels]
        code = np.repeat(np.arange(len(labels)), sizes)
        order = np.lexsort((code, who))
        who, code = who[order], code[order]
        first = np.flatnonzero(np.diff(who, prepend=-1))
        offsets = np.append(first, len(who)).astype(np.int32)
        values = pa.array(labels).take(pa.array(code))
        data = pa.table(
            {
                "customer_id": names.take(pa.array(who[first])),
                "tags": pa.ListArray.from_arrays(pa.array(offsets), values),
            }
        )
        self.truth.write("situations", data)


def _map_rows(world: World) -> list[MapRow]:
    return [
        (*key, world.stated.get(key, account), world.parents.get(account))
        for key, account in world.accounts.items()
    ]


def _prefixed(names: pa.Array, source: str, clashing: set[str]) -> pa.Array:
    """The ids, those that another source gives away too with their source before them."""
    texts = names.to_pylist()
    return pa.array([f"{source}:{name}" if name in clashing else name for name in texts])
