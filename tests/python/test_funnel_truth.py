"""Web, people and funnel of the sample company against what it knows of itself (funnel_truth.py)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import Warehouse
from funnel_truth import CHECKS, COUNTS, Truth

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def truth(world: Warehouse) -> Iterator[Truth]:
    """120 customers over 14 months, both CRMs and both web sources."""
    found = Truth(world.database, world.root / "truth")
    yield found
    found.close()


@pytest.mark.parametrize("name", COUNTS)
def test_there_is_something_to_compare(truth: Truth, name: str) -> None:
    assert truth.count(name) > 50


@pytest.mark.parametrize("check", CHECKS)
def test_the_marts_say_what_was_told(truth: Truth, check: str) -> None:
    wrong = truth.differences(check)
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(map(str, wrong[:15]))
