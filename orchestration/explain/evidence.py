"""The raw rows behind an interval of recurring revenue, and what they come to."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orchestration.explain.money import exact_product, exact_quotient, major
from orchestration.explain.policies import Policies
from orchestration.explain.pricing import Rated, per_year, period_amount
from orchestration.explain.raw import RawRow, RawZone
from orchestration.explain.store import Row, Store

LINE = "stripe.invoice_line_item"
VERSIONS = "stripe.subscription_history"
CLOSE = Decimal("0.000001")


@dataclass(frozen=True)
class Evidence:
    """The raw rows that show something, and the year's amount that they come to."""

    kind: str
    id: str
    rated: Rated
    rows: list[RawRow] = field(default_factory=list)

    @property
    def is_found(self) -> bool:
        """Whether the row that the id names is in the raw data."""
        return bool(self.rows)


class EvidenceFinder:
    """Looks up raw rows by the ids that the marts name."""

    def __init__(self, store: Store, zone: RawZone, policies: Policies) -> None:
        self.store, self.zone, self.policies = store, zone, policies

    def of_interval(self, interval: Row) -> Evidence:
        """The rows behind an interval of fct_subscription_periods."""
        kind, found_id = interval["evidence"], str(interval["evidence_id"])
        if kind in ("invoice_line", "usage_line"):
            return self._invoice_line(kind, found_id, interval)
        if kind == "direct":
            return self._handed_in(found_id, interval)
        return self._listed_item(kind, found_id, interval)

    def versions(self, subscription_id: str) -> list[RawRow]:
        """The versions of a subscription, in the order of time."""
        rows = self.zone.rows(VERSIONS, "id", subscription_id, ("id", "_fivetran_start"))
        return sorted(rows, key=lambda row: str(row.get("_fivetran_start", "")))

    def discount(self, discount: Row) -> list[RawRow]:
        """The rows of a discount and of its coupon."""
        rows = []
        for table in ("discount", "subscription_discount", "customer_discount"):
            found = self.zone.rows(
                f"stripe.{table}", "id", str(discount["discount_id"]), ("id", "type")
            )
            rows += [row for row in found if row.get("type") != "INVOICE"]
        return rows + self.zone.rows("stripe.coupon", "id", str(discount["coupon_id"]), ("id",))

    def fx_rates(self, rate: Row, reporting_currency: str) -> list[RawRow]:
        """Rows of fx.rates of a rate's day that name its currency, else all of that day."""
        if rate["rate_date"] is None:
            return []
        rows = self.zone.rows(
            "fx.rates", "rate_date", str(rate["rate_date"]),
            ("rate_date", "base_currency", "quote_currency"),
        )  # fmt: skip
        pair = {rate["currency"], reporting_currency}
        return [row for row in rows if _pair(row) == pair] or rows

    def _price(self, price_id: str | None) -> tuple[RawRow | None, list[RawRow]]:
        """The price, else the plan, of an id, and its tiers."""
        if not price_id:
            return None, []
        for table in ("stripe.price", "stripe.plan"):
            for row in self.zone.rows(table, "id", price_id, ("id",)):
                return row, self.zone.rows("stripe.tier", "id", price_id, ("id", "index"))
        return None, []

    def _invoice_line(self, kind: str, found_id: str, interval: Row) -> Evidence:
        invoice_id, _, line_id = found_id.partition("/")
        lines = [
            row
            for row in self.zone.rows(
                LINE, "invoice_id", invoice_id, ("invoice_id", "unique_id", "id")
            )
            if row.get("unique_id", row.get("id")) == line_id
            and not str(row.get("id", "")).startswith("sub")
        ]
        if not lines:
            return Evidence(kind, found_id, Rated(None, "the line is not in the raw data"))
        line = lines[0]
        invoices = self.zone.rows("stripe.invoice", "id", invoice_id, ("id",))
        price, tiers = self._price(line.get("price_id", line.get("plan_id")))
        rows = [*lines, *invoices, *([price] if price else []), *tiers]
        rated = self._line_rated(kind, line, price, tiers)
        if rated.annual is not None and invoices and self._has_tax_inside(interval):
            rated = self._without_tax(rated, line, invoices[0], price)
        return Evidence(kind, found_id, rated, rows)

    def _line_rated(
        self, kind: str, line: RawRow, price: RawRow | None, tiers: list[RawRow]
    ) -> Rated:
        if kind == "usage_line":
            return Rated(None, "usage is the sum of a month's lines")
        if price is None:
            return Rated(None, "the line's price has not landed")
        currency = str(line.get("currency", "")).upper()
        if line.get("proration"):
            if str(price.get("currency", "")).upper() != currency:
                return Rated(None, "a proration in another currency than its price's")
            period = period_amount(price, tiers, int(line.get("quantity", 1)))
            if period.annual is None:
                return period
            rated = per_year(period.annual, price, self.policies)
            how = f"proration: {period.how} = {rated.how}"
        else:
            rated = per_year(major(line.get("amount", 0), currency), price, self.policies)
            how = rated.how
        return Rated(rated.annual, how)

    def _without_tax(
        self, rated: Rated, line: RawRow, invoice: RawRow, price: RawRow | None
    ) -> Rated:
        """Takes the tax inside a renewal's price out, as its invoice has it, to the minor unit."""
        tax, gross = Decimal(invoice.get("tax", 0)), Decimal(invoice.get("total", 0))
        how = f"{rated.how}, without the tax inside"
        if line.get("proration") or price is None or rated.annual is None or gross == 0:
            return Rated(None, how)
        cent = major(1, str(line.get("currency")))
        once = per_year(cent, price, self.policies).annual or Decimal(0)
        net = exact_quotient(exact_product(rated.annual, gross - tax), gross)
        return Rated(net, f"{rated.how} x {gross - tax} / {gross} without tax", once)

    def _listed_item(self, kind: str, found_id: str, interval: Row) -> Evidence:
        rows = self.zone.rows("stripe.subscription_item", "id", found_id, ("id",))
        if kind == "snapshot":
            rows = [*self._snapshot_versions(found_id), *rows]
        price, tiers = self._price(interval["plan_id"])
        if price is None:
            return Evidence(kind, found_id, Rated(None, "the item's price has not landed"), rows)
        rows = [*rows, price, *tiers]
        if str(price.get("currency", "")).upper() != interval["currency"]:
            return Evidence(kind, found_id, Rated(None, "billed in another currency"), rows)
        period = period_amount(price, tiers, int(interval["quantity"] or 0))
        if period.annual is None:
            return Evidence(kind, found_id, period, rows)
        rated = per_year(period.annual, price, self.policies)
        how = f"{period.how} = {rated.how}"
        if self._has_tax_inside(interval):
            return Evidence(kind, found_id, Rated(None, f"{how}, tax inside taken out"), rows)
        return Evidence(kind, found_id, Rated(rated.annual, how), rows)

    def _snapshot_versions(self, item_id: str) -> list[RawRow]:
        if not self.store.has_table("snapshots", "subscription_items_snapshot"):
            return []
        found = self.store.rows(
            "select * from snapshots.subscription_items_snapshot "
            "where subscription_item_id = ? order by dbt_valid_from",
            [item_id],
        )
        where = "warehouse table snapshots.subscription_items_snapshot"
        return [
            RawRow("snapshots.subscription_items_snapshot", where, _present(row)) for row in found
        ]

    def _handed_in(self, found_id: str, interval: Row) -> Evidence:
        """Rows of generic.subscription_periods that have the interval's start, term and amount."""
        rows = []
        rated = Rated(None, "the period is not in the raw data")
        for row in self.zone.rows(
            "generic.subscription_periods", "customer_id", str(interval["billing_customer_id"])
        ):
            if (
                str(row.get("subscription_id", row.get("customer_id")))
                != interval["subscription_id"]
            ):
                continue
            unit = str(row.get("billing_interval", "")).strip().lower()
            count = int(row.get("interval_count", 1))
            if (unit, count) != (interval["billing_interval"], interval["interval_count"]):
                continue
            term = RawRow(row.table, row.file, {"interval": unit, "interval_count": count})
            worth = per_year(Decimal(str(row.get("amount", 0))), term, self.policies)
            starts = str(row.get("start_date", ""))[:10]
            days = {str(interval["valid_from"].date())}
            days.add(str(self.policies.local_date(interval["valid_from"])))
            same = worth.annual is not None and (
                abs(worth.annual - interval["gross_annual_amount"]) <= CLOSE
            )
            if starts in days and same:
                rows.append(row)
                rated = worth
        return Evidence("direct", found_id, rated, rows)

    def _has_tax_inside(self, interval: Row) -> bool:
        return bool(
            self.store.rows(
                "select 1 from marts.fct_invoice_lines where subscription_item_id = ? "
                "and is_tax_inclusive limit 1",
                [interval["subscription_item_id"]],
            )
        )


def _pair(row: RawRow) -> set[str]:
    return {
        str(row.get(column, "")).strip().upper() for column in ("base_currency", "quote_currency")
    }


def _present(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
