"""Licences: five a user, of which one runs; few that are suspended, or over and not yet expired."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from platform_db.domain.licenses import LicenseStatus
from platform_db.repositories.licenses import LicenseFilter
from tests.plans.evidence import NOT_LEAKPROOF, OWNER, Evidence, Fill, WorkerOnly, in_both_roles

_RUNS: Final = "i < 20000"
_OVER: Final = "(i BETWEEN 20000 AND 39999 AND i % 400 = 0)"
_CANCELLED: Final = f"(NOT {_RUNS} AND NOT {_OVER} AND i % 50 = 9)"

FILL: Final = Fill(
    {
        "id": "i",
        "user_id": "i % 20000 + 1",
        "type": f"(CASE WHEN {_OVER} THEN 'basic' ELSE 'professional' END)::license_type",
        "status": (
            f"(CASE WHEN {_RUNS} OR {_OVER} THEN 'active' WHEN {_CANCELLED} THEN 'cancelled' "
            "WHEN i % 500 = 3 THEN 'suspended' ELSE 'expired' END)::license_status"
        ),
        "features": """CASE WHEN i % 2000 = 6 THEN '{"beta": true}' ELSE base.features END""",
        "starts_at": f"CASE WHEN {_RUNS} THEN now() - interval '30 days' ELSE now() - interval '10 years' END",
        "ends_at": (
            f"CASE WHEN {_RUNS} THEN now() + (i % 365 + 1) * interval '1 day' "
            "ELSE now() - (i / 1000) * interval '30 days' END"
        ),
        "auto_renew": _RUNS,
        "cancelled_at": f"CASE WHEN {_CANCELLED} THEN base.starts_at END",
        "cancellation_reason": f"CASE WHEN {_CANCELLED} THEN 'Müşteri vazgeçti' END",
    },
    # Those that renewals add come behind these, and have no seats.
    first=("SELECT setval(pg_get_serial_sequence('licenses', 'id'), 100000)",),
)

_BETA: Final = LicenseFilter(features={"beta": True})
_SUSPENDED: Final = LicenseFilter(status=LicenseStatus.SUSPENDED)
_WEEK: Final = timedelta(days=7)

EVIDENCE: Final = {
    "gin_licenses_features": (Evidence("licenses.page(features)", lambda work: work.licenses.page(_BETA)),),
    "idx_licenses_expiring_soon": (
        *in_both_roles("licenses.expiring", lambda work: work.licenses.expiring(_WEEK)),
        *in_both_roles("licenses.expiring_in", lambda work: work.licenses.expiring_in(7)),
        Evidence("licenses.renew_due", lambda work: work.licenses.renew_due(timedelta(days=1))),
    ),
    "idx_licenses_status_ends_at": (
        Evidence("licenses.due_to_expire", lambda work: work.licenses.due_to_expire()),
        Evidence("licenses.expire_due", lambda work: work.licenses.expire_due()),
        Evidence("licenses.due_for_deletion", lambda work: work.licenses.due_for_deletion()),
        Evidence("licenses.page(status)", lambda work: work.licenses.page(_SUSPENDED)),
    ),
    "idx_licenses_user_status_ends": (
        *in_both_roles("licenses.active", lambda work: work.licenses.active(OWNER)),
        Evidence("licenses.page(user_id)", lambda work: work.licenses.page(LicenseFilter(user_id=OWNER))),
        Evidence("licenses.page()", lambda work: work.licenses.page(), as_user=True),
    ),
}

_BOUND: Final = "idx_licenses_user_status_ends"
WORKER_ONLY: Final = {
    "gin_licenses_features": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("licenses.page(features)", lambda work: work.licenses.page(_BETA), as_user=True),
        _BOUND,
    ),
    "idx_licenses_status_ends_at": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("licenses.due_to_expire", lambda work: work.licenses.due_to_expire(), as_user=True),
        _BOUND,
    ),
}
