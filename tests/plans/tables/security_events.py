"""Security events: nine in ten about an account, one in five hundred open; denser the later, as under attack."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_interface
from typing import Final

from platform_db.domain.security_events import SecurityEventType, SecuritySeverity
from platform_db.repositories.security_events import SecurityEventFilter
from tests.plans.evidence import NOT_LEAKPROOF, OWNER, Evidence, Fill, WorkerOnly, in_both_roles

_SEEN: Final = "(now() - power(i / 100000.0, 3) * interval '764 days')"
_OPEN: Final = "i % 500 = 16"

FILL: Final = Fill(
    {
        "id": "i",
        "user_id": "CASE WHEN i % 10 > 0 THEN i % 1000 + 1 END",
        "resolved_by_user_id": f"CASE WHEN {_OPEN} THEN NULL WHEN i % 5000 = 6 THEN 900 ELSE i % 40 + 1 END",
        "type": (
            "CASE WHEN i % 100 = 16 THEN 'brute_force' WHEN i % 5 = 2 THEN 'login_failed' "
            "WHEN i % 200 = 6 THEN 'login_suspicious' WHEN i % 50 < 15 THEN "
            "(enum_range(NULL::security_event_type))[1 + i % 50] ELSE 'login_succeeded' END"
        ),
        "severity": "(CASE WHEN i % 1000 = 16 THEN 'critical' WHEN i % 20 = 6 THEN 'high' ELSE 'low' END)"
        "::security_severity",
        "ip_address": "CASE WHEN i % 25 > 0 THEN ('10.' || i % 200 || '.' || i / 200 % 250 || '.1')::inet END",
        "resolution_note": f"CASE WHEN NOT {_OPEN} THEN base.resolution_note END",
        "resolved_at": f"CASE WHEN NOT {_OPEN} THEN {_SEEN} + interval '1 hour' END",
        "created_at": _SEEN,
        "updated_at": "now()",
    },
)

_ADDRESS: Final = ip_interface("10.7.3.1")
_RESOLVED_BY: Final = SecurityEventFilter(resolved_by_user_id=900)
_BRUTE_FORCE: Final = SecurityEventFilter(type=SecurityEventType.BRUTE_FORCE)

EVIDENCE: Final = {
    "idx_security_events_created_at": (
        Evidence("security_events.page()", lambda work: work.security_events.page()),
        Evidence("security_events.due_for_deletion", lambda work: work.security_events.due_for_deletion()),
        Evidence("security_events.delete_old", lambda work: work.security_events.delete_old()),
    ),
    "idx_security_events_ip_created": in_both_roles(
        "security_events.count_from_address",
        lambda work: work.security_events.count_from_address(
            _ADDRESS, SecurityEventType.LOGIN_FAILED, timedelta(minutes=15)
        ),
    ),
    "idx_security_events_resolved_by_user_id": in_both_roles(
        "security_events.page(resolved_by)", lambda work: work.security_events.page(_RESOLVED_BY)
    ),
    "idx_security_events_type": (
        Evidence("security_events.page(type)", lambda work: work.security_events.page(_BRUTE_FORCE)),
    ),
    "idx_security_events_unresolved": in_both_roles(
        "security_events.unresolved", lambda work: work.security_events.unresolved(SecuritySeverity.CRITICAL)
    ),
    "idx_security_events_user_type": (
        *in_both_roles(
            "security_events.count_about",
            lambda work: work.security_events.count_about(
                OWNER, SecurityEventType.LOGIN_SUSPICIOUS, timedelta(hours=1)
            ),
        ),
        Evidence("security_events.page()", lambda work: work.security_events.page(), as_user=True),
    ),
}

_BOUND: Final = "idx_security_events_user_type"
WORKER_ONLY: Final = {
    "idx_security_events_created_at": WorkerOnly(
        "a list of every user's events",
        Evidence("security_events.page()", lambda work: work.security_events.page(), as_user=True),
        _BOUND,
    ),
    "idx_security_events_type": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("security_events.page(type)", lambda work: work.security_events.page(_BRUTE_FORCE), as_user=True),
        _BOUND,
    ),
}
