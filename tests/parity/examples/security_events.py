"""A security event, and what each rule of ``security_events`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_interface
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_SEEN: Final = datetime(2026, 5, 4, 3, 12, tzinfo=UTC)
_JUST_BEFORE: Final = datetime(2026, 5, 4, 3, 11, 59, 999999, tzinfo=UTC)
_RESOLVED: Final = datetime(2026, 5, 4, 8, 40, tzinfo=UTC)

ROW: Final = {
    "id": 5_001,
    "user_id": 41,
    "resolved_by_user_id": 2,
    "type": "brute_force",
    "severity": "high",
    "ip_address": ip_interface("198.51.100.23"),
    "user_agent": "python-requests/2.32",
    "resolution_note": "Adres engellendi, kullanıcı arandı",
    "details": {"attempts": 25, "window_minutes": 15},
    "resolved_at": _RESOLVED,
    "created_at": _SEEN,
    "version": 2,
    "updated_at": _RESOLVED,
}

_OPEN: Final = {"resolved_at": None, "resolved_by_user_id": None, "resolution_note": None}

EXAMPLES: Final = {
    "ck_security_events_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_security_events_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_security_events_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_security_events_updated_after_created": Example({"updated_at": _JUST_BEFORE}, {"updated_at": _SEEN}),
    "ck_security_events_user_agent_length": Example(
        {"user_agent": "ü" * 501}, {"user_agent": "ü" * 500}, ({"user_agent": ""},)
    ),
    "ck_security_events_resolution_note_length": Example(
        {"resolution_note": "ş" * 1001}, {"resolution_note": "ş" * 1000}, ({"resolution_note": ""},)
    ),
    "ck_security_events_details_object": Example({"details": []}, {"details": {}}),
    "ck_security_events_details_size": Example({"details": json_object(65_537)}, {"details": json_object(65_536)}),
    "ck_security_events_resolved_at_finite": Example({"resolved_at": END}, {"resolved_at": LAST}),
    "ck_security_events_resolved_has_resolver": Example(
        {"resolved_by_user_id": None}, {"resolved_by_user_id": 41}, ({**_OPEN, "resolved_by_user_id": 2},)
    ),
    "ck_security_events_note_only_when_resolved": Example({**_OPEN, "resolution_note": "-"}, _OPEN),
    "ck_security_events_resolved_after_created": Example({"resolved_at": _JUST_BEFORE}, {"resolved_at": _SEEN}),
}
