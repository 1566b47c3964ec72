"""An event is resolved once; thresholds say from when something is no accident."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from platform_db.domain.security_events import (
    ANOMALY,
    BRUTE_FORCE,
    NewSecurityEvent,
    Resolution,
    SecurityEvent,
    SecurityEventType,
    SecuritySeverity,
    Threshold,
    resolved,
)
from platform_db.errors import RuleViolation
from tests.parity.examples.security_events import ROW

OPEN = {"resolved_at": None, "resolved_by_user_id": None, "resolution_note": None}
RULE = ("ck_security_events_resolution_is_final", ("resolved_at", "resolved_by_user_id", "resolution_note"))


def stored(**changes: object) -> SecurityEvent:
    return SecurityEvent.parse({**ROW, **changes})


def rules(refusal: pytest.ExceptionInfo[RuleViolation]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.rule, each.fields) for each in refusal.value.violations]


def test_an_open_event_is_resolved() -> None:
    assert resolved(stored(**OPEN), Resolution(resolved_by_user_id=2, resolution_note="Adres engellendi")) == {
        "resolved_by_user_id": 2,
        "resolution_note": "Adres engellendi",
    }
    assert resolved(stored(**OPEN), Resolution(resolved_by_user_id=2)) == {
        "resolved_by_user_id": 2,
        "resolution_note": None,
    }


@pytest.mark.parametrize("by", [2, 3])
def test_a_resolved_event_is_not_resolved_again_even_the_same_way(by: int) -> None:
    again = Resolution(resolved_by_user_id=by, resolution_note=str(ROW["resolution_note"]))
    with pytest.raises(RuleViolation) as refusal:
        resolved(stored(), again)
    assert rules(refusal) == [RULE]


@pytest.mark.parametrize("change", [OPEN, {"resolved_by_user_id": 3}, {"resolution_note": None}])
def test_a_resolution_is_final(change: dict[str, object]) -> None:
    with pytest.raises(RuleViolation) as refusal:
        stored().checked(change)
    assert rules(refusal) == [RULE]


def test_a_note_has_a_length() -> None:
    with pytest.raises(RuleViolation) as refusal:
        Resolution.parse({"resolved_by_user_id": 2, "resolution_note": "ş" * 1001})
    assert refusal.value.rule == "ck_security_events_resolution_note_length"


def test_an_event_needs_type_and_severity_only() -> None:
    new = NewSecurityEvent(type=SecurityEventType.BRUTE_FORCE, severity=SecuritySeverity.HIGH)
    assert (new.user_id, new.ip_address, new.user_agent, new.details) == (None, None, None, {})


def test_thresholds_are_those_of_the_field() -> None:
    assert (BRUTE_FORCE.events, BRUTE_FORCE.within) == (5, timedelta(minutes=15))
    assert (ANOMALY.events, ANOMALY.within) == (3, timedelta(hours=1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"events": 0, "within": timedelta(hours=1)},
        {"events": 1, "within": timedelta(0)},
        {"events": 1, "within": timedelta(days=367)},
    ],
)
def test_a_threshold_has_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Threshold(**wrong)
