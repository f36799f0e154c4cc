"""How a customer's MRR, or one movement, comes about.

Prints the chain from the line of the mart over movements, reasons and intervals to the raw rows, with
the files that they stand in, and checks that the amounts add up.

Exit codes: 0 they do; 1 they do not; 2 the question cannot be answered.
"""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
import yaml

from orchestration.explain.chain import Explainer
from orchestration.explain.lookup import find_customer
from orchestration.explain.policies import Policies
from orchestration.explain.raw import RawZone
from orchestration.explain.render import as_json, text
from orchestration.explain.store import ExplainError, open_store
from orchestration.settings import Settings, SettingsError

DOES_NOT_ADD_UP, CANNOT_SAY = 1, 2


def _month(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(f"{value}-01" if value.count("-") == 1 else value).replace(day=1)
    except ValueError as error:
        raise click.BadParameter(f"'{value}' is no month such as 2026-03.") from error


def _vars(_: click.Context, __: click.Parameter, value: str) -> dict[str, Any]:
    try:
        given = yaml.safe_load(value) or {}
    except yaml.YAMLError as error:
        raise click.BadParameter(f"'{value}' is no YAML: {error}") from error
    if not isinstance(given, dict):
        raise click.BadParameter(f"'{value}' is no mapping such as '{{week_factor: 48}}'.")
    return given


@click.command(help=__doc__)
@click.option("--customer", help="Customer id, id in billing, or name; needs --month.")
@click.option("--month", callback=_month, help="Month such as 2026-03.")
@click.option("--movement", help="Id of a movement (movement_id of fct_mrr_movements).")
@click.option("--json", "wants_json", is_flag=True, help="One JSON object instead of text.")
@click.option(
    "--from",
    "wanted",
    type=click.Choice(["auto", "warehouse", "published"]),
    default="auto",
    show_default=True,
    help="Marts to read; auto takes the published copy where the warehouse cannot be opened.",
)
@click.option(
    "--raw",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Landing zone.  [default: SAAS_METRICS_RAW_PATH]",
)
@click.option(
    "--vars", "run_vars", callback=_vars, default="{}",
    help="The vars that dbt got when it built the marts, as YAML.",
)  # fmt: skip
def main(
    customer: str | None,
    month: date | None,
    movement: str | None,
    wants_json: bool,
    wanted: str,
    raw: Path | None,
    run_vars: dict[str, Any],
) -> None:
    """The command line."""
    if bool(movement) == bool(customer) or bool(customer) != bool(month):
        raise click.UsageError("Give --customer and --month, or --movement.")
    try:
        settings = Settings.from_environment()
        store = open_store(settings, wanted)
        zone = RawZone(raw or settings.raw_path, store)
        explainer = Explainer(store, zone, Policies.from_project(run_vars))
        if movement:
            found = explainer.movement(movement)
        else:
            customer_id, note = find_customer(store, str(customer))
            found = explainer.month(customer_id, month or date.min)
            found.notes.extend([note] if note else [])
    except (ExplainError, SettingsError) as error:
        click.echo(str(error), err=True)
        sys.exit(CANNOT_SAY)
    show = as_json if wants_json else text
    click.echo(show(found, store.origin, explainer.policies.reporting_currency), nl=wants_json)
    store.close()
    sys.exit(0 if found.adds_up else DOES_NOT_ADD_UP)


if __name__ == "__main__":
    main()
