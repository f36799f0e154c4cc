"""The policy page is as the macros have it, and what is not a policy is refused at the start."""

from __future__ import annotations

import pytest
from conftest import DbtSession

from orchestration.generated_docs import (
    POLICIES,
    catalogue,
    left_over,
    policies_page,
    superset_files,
)

pytestmark = pytest.mark.slow


def test_the_page_and_the_bundle_for_superset_are_not_stale() -> None:
    assert POLICIES.read_text(encoding="utf-8") == policies_page(), "run `make docs`"
    # dbt has just written the manifest that the bundle is made from.
    made = superset_files()
    stale = [
        path.name
        for path, text in made.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    assert stale == [], "run `make docs`"
    assert left_over(made) == [], "run `make docs`"


def test_presets_hold_known_policies_and_values() -> None:
    found = catalogue()
    for name, policies in found["presets"].items():
        for policy, value in policies.items():
            allowed = found["policies"][policy]["values"]
            assert not isinstance(allowed, list) or value in allowed, (name, policy, value)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"churn_recognition": "never"},
            "Allowed: subscription_end, paid_through, cancel_request.",
        ),
        ({"gap_grace_days": -1}, "Allowed: a whole number of days, 0 or more."),
        ({"week_factor": 0}, "Allowed: a number above 0."),
        ({"policy_preset": "acme"}, "Allowed: default, stripe_2025, chartmogul, profitwell."),
    ],
)
def test_unknown_values_stop_the_run(
    dbt_session: DbtSession, variables: dict[str, object], expected: str
) -> None:
    name = "policy-" + "-".join(variables)
    result = dbt_session.warehouse(name, "2026-02-01", variables).build(
        "--select", "dim_dates", check=False
    )
    assert result.returncode != 0
    assert expected in result.output
