"""Which customer is meant: by id, by the billing source's id, by name."""

import difflib

from orchestration.explain.store import ExplainError, Row, Store


def find_customer(store: Store, asked: str) -> tuple[str, str | None]:
    """The customer id, and a note where it is another one than was asked for.

    Raises:
        ExplainError: nobody, or several, are of that id or name; the message lists who is near.
    """
    if _ids(
        store.rows("select customer_id from marts.dim_customers where customer_id = ?", [asked])
    ):
        return asked, None
    billed = _ids(
        store.rows(
            "select distinct customer_id from marts.fct_subscription_periods "
            "where billing_customer_id = ? order by 1",
            [asked],
        )
    )
    if len(billed) == 1:
        return billed[0], f"{asked} is billed for account {billed[0]}: this is the account's chain."
    if billed:
        raise ExplainError(
            f"{asked} was billed for several customers: {', '.join(billed)}. Ask for one of them."
        )
    named = _ids(
        store.rows(
            "select customer_id from marts.dim_customers where lower(customer_name) = lower(?) "
            "order by 1",
            [asked],
        )
    )
    if len(named) == 1:
        return named[0], f"'{asked}' is customer {named[0]}."
    if named:
        raise ExplainError(f"'{asked}' is the name of {len(named)} customers: {_shown(named)}.")
    raise ExplainError(_nobody(store, asked))


def _nobody(store: Store, asked: str) -> str:
    known = store.rows(
        """
        select customer_id, customer_name, customer_id as term from marts.dim_customers
        union all
        select customer_id, customer_name, customer_name from marts.dim_customers
        where customer_name is not null
        union all
        select distinct periods.customer_id, customers.customer_name, periods.billing_customer_id
        from marts.fct_subscription_periods as periods
        left join marts.dim_customers as customers on periods.customer_id = customers.customer_id
        where periods.billing_customer_id <> periods.customer_id
        """
    )
    by_term = {str(row["term"]).lower(): row for row in known}
    near = [term for term in sorted(by_term) if asked.lower() in term][:5]
    near += difflib.get_close_matches(asked.lower(), by_term, n=5, cutoff=0.6)
    lines = [f"There is no customer {asked}: not as an id, as an id in billing, nor as a name."]
    for row in {by_term[term]["customer_id"]: by_term[term] for term in near}.values():
        lines.append(
            f"  near it: {row['customer_id']} ({row['customer_name'] or 'without a name'})"
        )
    return "\n".join(lines)


def _ids(rows: list[Row]) -> list[str]:
    return [str(row["customer_id"]) for row in rows]


def _shown(ids: list[str]) -> str:
    return ", ".join(ids[:10]) + (", ..." if len(ids) > 10 else "")
