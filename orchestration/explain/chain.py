"""The chain from a line of the marts to raw rows, each step checked against the next."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from orchestration.explain.evidence import CLOSE, EvidenceFinder
from orchestration.explain.money import converted, exact_product, exact_quotient, monthly, total
from orchestration.explain.parts import Balance, Check, Explanation, Interval, Movement, Reason
from orchestration.explain.policies import Policies
from orchestration.explain.raw import RawRow, RawZone
from orchestration.explain.store import ExplainError, Row, Store

STATUS_REASONS = (
    "pause",
    "resume",
    "cancellation_voluntary",
    "cancellation_involuntary",
    "unknown",
)


class Explainer:
    """Answers questions about the marts of one store."""

    def __init__(self, store: Store, zone: RawZone, policies: Policies) -> None:
        self.store = store
        self.policies = policies
        self.finder = EvidenceFinder(store, zone, self.policies)

    def month(self, customer_id: str, month: date) -> Explanation:
        """The chain of a customer's month.

        Raises:
            ExplainError: the customer has no row in that month.
        """
        lines = self.store.rows(
            "select * from marts.fct_customer_mrr_monthly where customer_id = ? and month = ?",
            [customer_id, month],
        )
        if not lines:
            raise ExplainError(self._no_such_month(customer_id, month))
        movements = self.store.rows(
            "select * from marts.fct_mrr_movements where customer_id = ? and movement_month = ? "
            "order by movement_date",
            [customer_id, month],
        )
        previous = (month - timedelta(days=1)).replace(day=1)
        found = Explanation(
            customer=self._customer(customer_id),
            month=month,
            line=lines[0],
            opening=self._balance(customer_id, self.policies.midnight(month), previous),
            closing=self._balance(customer_id, self.policies.midnight(_next(month)), month),
            movements=[self._movement(row) for row in movements],
            rates=self._rates(customer_id, month),
            reconciliation=self._reconciliation(customer_id, month),
        )
        self._check_month(found, lines[0])
        return found

    def movement(self, movement_id: str) -> Explanation:
        """The chain of one movement.

        Raises:
            ExplainError: there is no such movement.
        """
        rows = self.store.rows(
            "select * from marts.fct_mrr_movements where movement_id = ?", [movement_id]
        )
        if not rows:
            raise ExplainError(
                f"There is no movement {movement_id} in marts.fct_mrr_movements. Ids are hashes of 32 "
                "letters and digits; --customer with --month lists those of a month."
            )
        row = rows[0]
        customer_id, day, month = row["customer_id"], row["movement_date"], row["movement_month"]
        opening = self._balance(customer_id, self.policies.midnight(day), month)
        if opening.mrr != row["opening_mrr"]:
            # Under movement_netting month a movement begins with its month.
            opening = self._balance(customer_id, self.policies.midnight(month), month)
        after = self.policies.midnight(day + timedelta(days=1))
        found = Explanation(
            customer=self._customer(customer_id),
            month=month,
            line=None,
            opening=opening,
            closing=self._balance(customer_id, after, month),
            movements=[self._movement(row)],
            rates=self._rates(customer_id, month),
            reconciliation=None,
        )
        self._check_balance(found, "opening_mrr of the movement", row["opening_mrr"], found.opening)
        self._check_balance(found, "closing_mrr of the movement", row["closing_mrr"], found.closing)
        self._check_movements(found)
        self._check_evidence(found)
        return found

    # Steps ----------------------------------------------------------------------------------------

    def _check_month(self, found: Explanation, line: Row) -> None:
        moved = total(movement.row["mrr_change"] for movement in found.movements)
        opening, closing = line["opening_mrr"], line["closing_mrr"]
        found.checks.append(
            Check(
                "closing_mrr = opening_mrr + movements + fx_impact_mrr",
                closing,
                total([opening, moved, line["fx_impact_mrr"]]),
            )
        )
        self._check_balance(found, "opening_mrr", opening, found.opening)
        self._check_balance(found, "closing_mrr", closing, found.closing)
        at_new_rate = self._balance(
            found.customer["customer_id"], found.opening.at, found.month, with_evidence=False
        )
        found.checks.append(
            Check(
                "fx_impact_mrr = what was open at this month's rate less at the last one's",
                line["fx_impact_mrr"],
                at_new_rate.mrr - found.opening.mrr,
            )
        )
        self._check_movements(found)
        self._check_evidence(found)

    @staticmethod
    def _check_balance(found: Explanation, name: str, said: Decimal, balance: Balance) -> None:
        found.checks.append(Check(f"{name} = intervals in force", said, balance.mrr))

    @staticmethod
    def _check_movements(found: Explanation) -> None:
        for movement in found.movements:
            row = movement.row
            parts = total(reason.row["mrr_change"] for reason in movement.reasons)
            named = f"{row['movement_type']} of {row['movement_date']}"
            found.checks.append(Check(f"{named} = its reasons", row["mrr_change"], parts))
            found.checks.append(
                Check(
                    f"{named} = its closing less its opening",
                    row["mrr_change"],
                    row["closing_mrr"] - row["opening_mrr"],
                )
            )

    @staticmethod
    def _check_evidence(found: Explanation) -> None:
        seen = set()
        for interval in [*found.opening.intervals, *found.closing.intervals]:
            row, rated = interval.row, interval.evidence.rated
            if row["subscription_period_id"] in seen:
                continue
            seen.add(row["subscription_period_id"])
            named = f"item {row['subscription_item_id']} from {row['valid_from']}"
            found.checks.append(
                Check(f"{named}: raw rows found", Decimal(1), Decimal(interval.evidence.is_found))
            )
            if rated.annual is not None:
                said = row["gross_annual_amount"]
                found.checks.append(
                    Check(f"{named}: gross a year = raw", said, rated.annual, rated.tolerance)
                )
            if all(discount["amount_off"] is None for discount, _ in interval.discounts):
                left = exact_product(
                    row["gross_annual_amount"],
                    *(
                        1 - exact_quotient(discount["percent_off"] or Decimal(0), Decimal(100))
                        for discount, _ in interval.discounts
                    ),
                )
                said = row["net_annual_amount"]
                found.checks.append(
                    Check(f"{named}: net a year = gross less discounts", said, left, CLOSE)
                )

    # Reading --------------------------------------------------------------------------------------

    def _customer(self, customer_id: str) -> Row:
        rows = self.store.rows(
            "select * from marts.dim_customers where customer_id = ?", [customer_id]
        )
        return rows[0] if rows else {"customer_id": customer_id, "customer_name": None}

    def _balance(
        self, customer_id: str, at: datetime, rate_month: date, *, with_evidence: bool = True
    ) -> Balance:
        """What is in force just before an instant, at the rate of a month."""
        rows = self.store.rows(
            """
            select periods.*, coalesce(rates.rate, 0) as rate
            from marts.fct_subscription_periods as periods
            left join marts.fct_fx_rates_monthly as rates
                on periods.currency = rates.currency and rates.month = ?
            where customer_id = ? and valid_from < ? and (valid_to is null or valid_to >= ?)
            order by subscription_id, subscription_item_id, valid_from
            """,
            [rate_month, customer_id, at, at],
        )
        by_currency: dict[str, list[Row]] = {}
        for row in rows:
            by_currency.setdefault(row["currency"], []).append(row)
        mrr = monthly(
            total(
                converted(total(row["net_annual_amount"] for row in same), same[0]["rate"])
                for same in by_currency.values()
            )
        )
        intervals = [self._interval(row) for row in rows] if with_evidence else []
        return Balance(at, rate_month, intervals, mrr)

    def _interval(self, row: Row) -> Interval:
        discounts = self._discounts(row).values()
        return Interval(
            row=row,
            rate=row["rate"],
            mrr=monthly(converted(row["net_annual_amount"], row["rate"])),
            evidence=self.finder.of_interval(row),
            discounts=[(discount, self.finder.discount(discount)) for discount in discounts],
        )

    def _movement(self, row: Row) -> Movement:
        reasons = self.store.rows(
            "select * from marts.fct_mrr_movement_reasons where movement_id = ? "
            "order by abs(mrr_change) desc, subscription_item_id, reason",
            [row["movement_id"]],
        )
        return Movement(row, [self._reason(reason) for reason in reasons])

    def _reason(self, row: Row) -> Reason:
        """A reason with what shows it: a line or item, discounts, versions of the subscription."""
        day = row["movement_date"]
        after = self._state(row, self.policies.midnight(day + timedelta(days=1)))
        if row["reason"] in STATUS_REASONS and after is not None:
            versions = self.finder.versions(row["subscription_id"])
            if versions:
                return Reason(row, versions)
        if row["reason"] == "discount":
            before = self._state(row, self.policies.midnight(day))
            return Reason(row, self._changed_discounts(before, after))
        return Reason(row, self.finder.of_interval(after).rows[:1] if after else [])

    def _state(self, reason: Row, before: datetime) -> Row | None:
        """The last state of a reason's item that began before an instant."""
        states = self.store.rows(
            "select * from marts.fct_subscription_periods where customer_id = ? "
            "and subscription_item_id = ? and valid_from < ? order by valid_from desc limit 1",
            [reason["customer_id"], reason["subscription_item_id"], before],
        )
        return states[0] if states else None

    def _discounts(self, state: Row | None) -> dict[str, Row]:
        rows = self.store.rows(
            "select * from marts.fct_subscription_period_discounts where subscription_period_id = ? "
            "order by discount_id",
            [state["subscription_period_id"] if state else None],
        )
        return {str(row["discount_id"]): row for row in rows}

    def _changed_discounts(self, before: Row | None, after: Row | None) -> list[RawRow]:
        """Rows of the discounts that only one of two states has; of all, where both have the same."""
        old, new = self._discounts(before), self._discounts(after)
        changed = old.keys() ^ new.keys() or new.keys()
        return [row for key in sorted(changed) for row in self.finder.discount((old | new)[key])]

    def _rates(self, customer_id: str, month: date) -> list[tuple[Row, list[RawRow]]]:
        rates = self.store.rows(
            """
            select * from marts.fct_fx_rates_monthly
            where currency in (
                select currency from marts.fct_subscription_periods where customer_id = ?
            ) and currency <> ? and month in (?, ?)
            order by currency, month
            """,
            [
                customer_id,
                self.policies.reporting_currency,
                (month - timedelta(days=1)).replace(day=1),
                month,
            ],
        )
        base = self.policies.reporting_currency
        return [(rate, self.finder.fx_rates(rate, base)) for rate in rates]

    def _reconciliation(self, customer_id: str, month: date) -> Row | None:
        if not self.store.has_table("marts", "fct_mrr_reconciliation_monthly"):
            return None
        rows = self.store.rows(
            "select * from marts.fct_mrr_reconciliation_monthly where customer_id = ? and month = ?",
            [customer_id, month],
        )
        return rows[0] if rows else None

    def _no_such_month(self, customer_id: str, month: date) -> str:
        ((first, last),) = self.store.connection.execute(
            "select min(month), max(month) from marts.fct_customer_mrr_monthly where customer_id = ?",
            [customer_id],
        ).fetchall()
        if first is None:
            return (
                f"Customer {customer_id} never had MRR: fct_customer_mrr_monthly has no row of it."
            )
        return (
            f"Customer {customer_id} has no MRR in {month:%Y-%m}: nothing opens, moves or closes. "
            f"It has rows from {first:%Y-%m} to {last:%Y-%m}, not for months away."
        )


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
