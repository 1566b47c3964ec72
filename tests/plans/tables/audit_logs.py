"""The audit log: 16 chains, every user's acts; rare acts and events once in ten thousand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from platform_db.domain.audit_logs import AuditAction
from platform_db.repositories.audit_logs import AuditFilter
from tests.plans.evidence import NOT_LEAKPROOF, OWNER, Evidence, Fill, WorkerOnly, in_both_roles

FILL: Final = Fill(
    {
        "id": "i",
        "chain_id": "i % 16",
        "seq": "i / 16 + 2",
        "prev_chain_hash": "encode(sha256(('before ' || i)::bytea), 'hex')",
        "chain_hash": "encode(sha256(i::text::bytea), 'hex')",
        "user_id": "CASE WHEN i % 10 > 0 THEN i % 1000 + 1 END",
        "action": "CASE WHEN i % 500 = 6 THEN 'export' WHEN i % 5 > 0 THEN 'update' "
        "ELSE (enum_range(NULL::audit_action))[1 + i / 5 % 20] END",
        "entity_type": "(ARRAY['invoices', 'payments', 'users', 'orders'])[1 + i % 4]",
        "entity_id": "i / 4",
        "event_type": (
            "CASE WHEN i % 20 = 1 THEN NULL WHEN i % 10000 = 6 THEN 'user.anonymised' ELSE 'invoice.issued' END"
        ),
        "payload": "jsonb_build_object('after', jsonb_build_object('number', 'ABC' || i))",
        "created_at": "timestamptz '2026-01-01' + i * interval '1 minute'",
    },
)

_EXPORTS: Final = AuditFilter(action=AuditAction.EXPORT)
_ANONYMISED: Final = AuditFilter(event_type="user.anonymised")
_HOLDS: Final = AuditFilter(holds={"after": {"number": "ABC7006"}})
_WEEK: Final = AuditFilter(
    since=datetime(2026, 2, 3, tzinfo=UTC),
    until=datetime(2026, 2, 10, tzinfo=UTC),
)

EVIDENCE: Final = {
    "brin_audit_logs_created_at": (Evidence("audit.page(since, until)", lambda work: work.audit.page(_WEEK)),),
    "gin_audit_logs_payload": (Evidence("audit.page(holds)", lambda work: work.audit.page(_HOLDS)),),
    "idx_audit_logs_action": (Evidence("audit.page(action)", lambda work: work.audit.page(_EXPORTS)),),
    "idx_audit_logs_entity_created": in_both_roles("audit.history", lambda work: work.audit.history("users", 251)),
    "idx_audit_logs_event_type": in_both_roles("audit.page(event_type)", lambda work: work.audit.page(_ANONYMISED)),
    "idx_audit_logs_user_created": (
        Evidence("audit.page(user_id)", lambda work: work.audit.page(AuditFilter(user_id=OWNER))),
        Evidence("audit.page()", lambda work: work.audit.page(), as_user=True),
    ),
}

_BOUND: Final = "idx_audit_logs_user_created"
WORKER_ONLY: Final = {
    "brin_audit_logs_created_at": WorkerOnly(
        "a span of every user's acts",
        Evidence("audit.page(since, until)", lambda work: work.audit.page(_WEEK), as_user=True),
        _BOUND,
    ),
    "gin_audit_logs_payload": WorkerOnly(
        NOT_LEAKPROOF, Evidence("audit.page(holds)", lambda work: work.audit.page(_HOLDS), as_user=True), _BOUND
    ),
    "idx_audit_logs_action": WorkerOnly(
        NOT_LEAKPROOF, Evidence("audit.page(action)", lambda work: work.audit.page(_EXPORTS), as_user=True), _BOUND
    ),
}
