"""The policy page is as the macros have it, and what is not a policy is refused at the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import DbtSession

from orchestration import dictionary_pages
from orchestration.bi import bundle
from orchestration.generated_docs import catalogue, left_over, pages

pytestmark = pytest.mark.slow


def test_no_generated_page_is_stale() -> None:
    """Policies, the dictionary, the bundle for Superset; files that nothing makes fail too."""
    made = dict(pages())
    stale = [
        path.name
        for path, page in made.items()
        if not path.exists() or path.read_text(encoding="utf-8") != page
    ]
    assert not stale, "run `make docs`"
    assert not left_over(made), "run `make docs`"


def test_a_page_that_nothing_makes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, kept, gone in (
        (dictionary_pages, "kept.md", "gone.md"),
        (bundle, "kept.yaml", "gone.yaml"),
    ):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
        (tmp_path / kept).touch()
        (tmp_path / gone).touch()
    made = [tmp_path / "kept.md", tmp_path / "kept.yaml"]
    assert [path.name for path in left_over(made)] == ["gone.md", "gone.yaml"]


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
