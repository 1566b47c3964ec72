"""Who may have a seat, judged before any statement."""

from __future__ import annotations

from typing import Any

import pytest

from platform_db.domain.license_seats import checked_holder, demand_running, refuse_full
from platform_db.errors import RuleViolation


def test_a_holders_key_is_stored_as_it_is() -> None:
    assert [checked_holder(key) for key in ("user:7", " tezgâh 3 ", "x" * 255)] == ["user:7", " tezgâh 3 ", "x" * 255]


@pytest.mark.parametrize(
    ("holder", "rule"),
    [
        ("", "ck_license_seats_holder_length"),
        ("x" * 256, "ck_license_seats_holder_length"),
        (None, "license_seats_holder_not_null"),
        (7, "license_seats_holder_type"),
    ],
)
def test_a_holder_has_a_key(holder: Any, rule: str) -> None:  # noqa: ANN401 - what a caller may send
    with pytest.raises(RuleViolation) as refused:
        checked_holder(holder)
    assert (refused.value.rule, refused.value.fields) == (rule, ("holder",))


def test_a_licence_that_does_not_run_has_no_seats() -> None:
    demand_running(runs=True)
    with pytest.raises(RuleViolation) as refused:
        demand_running(runs=False)
    assert (refused.value.rule, refused.value.fields) == ("ck_license_seats_license_is_active", ("license_id",))


def test_a_full_licence_says_so_by_the_constraints_name() -> None:
    assert refuse_full().rule == "ck_licenses_seats_used_within_seats"
    assert refuse_full().fields == ("seats", "seats_used")
