"""Entries of the tamper-evident log: collected in a unit of work, written as its last statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain import commitments
from platform_db.domain.audit_logs import AuditEntry, AuditLog
from platform_db.repositories.paging import Key, Ordering, Page, checked_limit, fingerprint
from platform_db.repositories.rows import reader
from platform_db.schema.audit_logs import audit_logs, audit_personal_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from platform_db.database.executor import Executor
    from platform_db.database.identity import Identity

__all__ = ["AuditTrail", "Personal"]

_read = reader(AuditLog)
_ORDER: Final = Ordering(audit_logs, AuditLog, Key("created_at", descending=True), Key("id", descending=True))


def _unnested(*columns: tuple[str, sa.types.TypeEngine[Any]]) -> sa.TableValuedAlias:
    """The rows of one array parameter a column, in their order."""
    arrays = [sa.bindparam(name, type_=postgresql.ARRAY(kind)) for name, kind in columns]
    return (
        sa.func.unnest(*arrays)
        .table_valued(*(sa.column(name, kind) for name, kind in columns), with_ordinality="place")
        .render_derived()
    )


_entries = _unnested(
    ("action", audit_logs.c.action.type),
    ("entity_type", sa.Text()),
    ("entity_id", sa.BigInteger()),
    ("event_type", sa.Text()),
    ("payload", postgresql.JSONB()),
)
_APPEND: Final = Statement(
    sa.insert(audit_logs).from_select(
        [
            "user_id",
            "action",
            "entity_type",
            "entity_id",
            "event_type",
            "payload",
            "ip_address",
            "user_agent",
            "session_id",
        ],
        sa.select(
            sa.bindparam("user_id", type_=sa.BigInteger()),
            _entries.c.action,
            _entries.c.entity_type,
            _entries.c.entity_id,
            _entries.c.event_type,
            _entries.c.payload,
            sa.cast(sa.bindparam("ip_address", type_=postgresql.INET()), postgresql.INET()),
            sa.bindparam("user_agent", type_=sa.Text()),
            sa.bindparam("session_id", type_=sa.BigInteger()),
        ).order_by(_entries.c.place),
    ),
)

_values = _unnested(
    ("commitment", sa.Text()),
    ("subject_user_id", sa.BigInteger()),
    ("field", sa.Text()),
    ("salt", sa.LargeBinary()),
    ("value", postgresql.JSONB()),
)
_COMMIT_TO: Final = Statement(
    sa.insert(audit_personal_data).from_select(
        ["commitment", "subject_user_id", "field", "salt", "value"],
        sa.select(
            _values.c.commitment,
            _values.c.subject_user_id,
            _values.c.field,
            _values.c.salt,
            _values.c.value,
        ).order_by(_values.c.place),
    ),
)

_HISTORY: Final = (
    sa.select(audit_logs)
    .where(
        audit_logs.c.entity_type == sa.bindparam("entity_type"),
        audit_logs.c.entity_id == sa.bindparam("entity_id"),
    )
    .order_by(*_ORDER.order_by())
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
)
_FIRST_PAGE: Final = Statement(_HISTORY)
_NEXT_PAGE: Final = Statement(_HISTORY.where(_ORDER.after()))


@dataclass(frozen=True, slots=True)
class Personal:
    """Values of one person that an entry speaks of; the log keeps salted commitments to them."""

    subject_user_id: int
    values: Mapping[str, JsonValue]


@dataclass(slots=True)
class _Pending:
    entries: list[AuditEntry] = field(default_factory=list[AuditEntry])
    values: list[tuple[str, int, str, bytes, JsonValue]] = field(
        default_factory=list[tuple[str, int, str, bytes, "JsonValue"]]
    )


class AuditTrail:
    """What a unit of work did, in order."""

    def __init__(self, executor: Executor, identity: Identity | None) -> None:
        self._executor = executor
        self._identity = identity
        self._pending = _Pending()

    def act_for(self, identity: Identity | None) -> None:
        """Name the person the entries speak of."""
        self._identity = identity

    def record(self, entry: AuditEntry, personal: Personal | None = None) -> None:
        """Add an entry; it is written when the unit of work commits, and only then.

        Values in ``personal`` are stored beside the log, where they can be erased; the
        entry's payload holds SHA-256(0x03 ‖ salt ‖ canonical value) for each under
        ``personal`` (KVKK art. 7), so erasing one leaves the chain verifiable.
        """
        if personal is None or not personal.values:
            self._pending.entries.append(entry)
            return
        held: dict[str, JsonValue] = {}
        for name, value in personal.values.items():
            salt = commitments.new_salt()
            commitment = commitments.commit(value, salt)
            held[name] = commitment
            if value is not None:
                self._pending.values.append((commitment, personal.subject_user_id, name, salt, value))
            else:
                held[name] = None
        self._pending.entries.append(entry.model_copy(update={"payload": {**entry.payload, "personal": held}}))

    async def flush(self) -> None:
        """Write the entries. The chain's head stays locked until the transaction ends, so this comes last."""
        pending, self._pending = self._pending, _Pending()
        if pending.values:
            commitments_, subjects, fields, salts, values = zip(*pending.values, strict=True)
            await self._executor.execute(
                _COMMIT_TO,
                {
                    "commitment": list(commitments_),
                    "subject_user_id": list(subjects),
                    "field": list(fields),
                    "salt": list(salts),
                    "value": [orjson.dumps(value).decode() for value in values],
                },
            )
        if pending.entries:
            who = self._identity
            await self._executor.execute(
                _APPEND,
                {
                    "user_id": who.user_id if who else None,
                    "session_id": who.session_id if who else None,
                    "ip_address": who.network if who else None,
                    "user_agent": who.product if who else None,
                    "action": [entry.action for entry in pending.entries],
                    "entity_type": [entry.entity_type for entry in pending.entries],
                    "entity_id": [entry.entity_id for entry in pending.entries],
                    "event_type": [entry.event_type for entry in pending.entries],
                    "payload": [orjson.dumps(entry.payload).decode() for entry in pending.entries],
                },
            )

    async def history(
        self, entity_type: str, entity_id: int, *, after: str | None = None, limit: int = 50
    ) -> Page[AuditLog]:
        """What happened to one entity, newest first."""
        about = {"entity_type": entity_type, "entity_id": entity_id}
        kept = fingerprint("audit_logs.history", about)
        asked: dict[str, object] = {**about, "limit": checked_limit(limit) + 1}
        if after is None:
            rows = await self._executor.fetch(_FIRST_PAGE, asked)
        else:
            rows = await self._executor.fetch(_NEXT_PAGE, asked | _ORDER.parameters(after, kept))
        return _ORDER.page([_read(row) for row in rows], limit, kept)
