"""Users: seven roles and five states; one in a thousand an administrator, as many locked, as many with a rare wish."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from platform_db.domain.users import UserRole, UserStatus
from platform_db.repositories.users import UserFilter
from tests.plans.evidence import Call, Evidence, Fill, WorkerOnly

FILL: Final = Fill(
    {
        "id": "i",
        "email": "'person' || i || '@example.com'",
        "phone": "'+90532' || lpad(i::text, 7, '0')",
        "role": (
            "(CASE WHEN i % 1000 = 0 THEN 'admin' WHEN i % 1000 = 1 THEN 'system' WHEN i % 50 = 2 THEN 'vendor' "
            "WHEN i % 20 = 3 THEN 'operator' WHEN i % 10 = 4 THEN 'viewer' WHEN i % 4 = 1 THEN 'buyer' "
            "ELSE 'engineer' END)::user_role"
        ),
        "status": (
            "(CASE WHEN i % 500 = 3 THEN 'deleted' WHEN i % 250 = 2 THEN 'suspended' WHEN i % 50 = 7 THEN 'pending' "
            "WHEN i % 50 = 9 THEN 'inactive' ELSE 'active' END)::user_status"
        ),
        "deleted_at": "CASE WHEN i % 500 = 3 THEN now() - (i / 500 % 60) * interval '1 day' END",
        "locked_until": "CASE WHEN i % 1000 = 11 THEN now() + (i / 1000) * interval '1 minute' END",
        "last_login_at": "CASE WHEN i % 4 > 0 THEN timestamptz '2025-01-01' + (i % 499) * interval '1 day' END",
        "tax_number": "(1000000000 + i / 2)::text",
        "metadata": """CASE WHEN i % 1000 = 13 THEN '{"beta": true}' WHEN i % 3 = 0 THEN base.metadata END""",
        "created_at": "timestamptz '2025-01-01' + i * interval '5 minutes'",
    },
)

_KEY: Final = "the owner is the row itself, which its key finds"


def _app(statement: str, call: Call) -> WorkerOnly:
    return WorkerOnly(_KEY, Evidence(statement, call, as_user=True), "pk_users")


_CALLS: Final[dict[str, tuple[str, Call]]] = {
    "uq_users_email": ("users.by_email", lambda work: work.users.by_email("Person7@example.com")),
    "gin_users_metadata": (
        "users.page(preferences)",
        lambda work: work.users.page(UserFilter(preferences={"beta": True})),
    ),
    "idx_users_created_at": ("users.page()", lambda work: work.users.page()),
    "idx_users_last_login": (
        "users.count(signed_in_since)",
        lambda work: work.users.count(UserFilter(signed_in_since=datetime(2026, 5, 12, tzinfo=UTC))),
    ),
    "idx_users_locked_until": ("users.locked", lambda work: work.users.locked()),
    "idx_users_role_status": (
        "users.count(role, status)",
        lambda work: work.users.count(UserFilter(role=UserRole.VENDOR, status=UserStatus.SUSPENDED)),
    ),
    "idx_users_status": ("users.due_for_anonymising", lambda work: work.users.due_for_anonymising()),
    "idx_users_tax_number": (
        "users.page(tax_number)",
        lambda work: work.users.page(UserFilter(tax_number="1000000333")),
    ),
}

EVIDENCE: Final = {
    **{index: (Evidence(*shown),) for index, shown in _CALLS.items()},
    "idx_users_status": (
        Evidence(*_CALLS["idx_users_status"]),
        Evidence("users.anonymise_due", lambda work: work.users.anonymise_due()),
    ),
    "idx_users_role_status": (
        Evidence("users.counts", lambda work: work.users.counts()),
        Evidence(*_CALLS["idx_users_role_status"]),
        Evidence("users.count(role)", lambda work: work.users.count(UserFilter(role=UserRole.ADMIN))),
    ),
}
WORKER_ONLY: Final = {index: _app(*shown) for index, shown in _CALLS.items()}
