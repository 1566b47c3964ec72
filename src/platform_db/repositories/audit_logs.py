"""Entries of the tamper-evident log: collected in a unit of work, written as its last statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final

import orjson
import sqlalchemy as sa
from pydantic import AwareDatetime
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain import commitments
from platform_db.domain.audit_logs import AuditAction, AuditEntry, AuditLog, EventType
from platform_db.domain.columns import columns_of
from platform_db.domain.fields import BigInteger, Instant, Json
from platform_db.domain.json_values import JsonObject
from platform_db.repositories.arrays import arrays, insert_from_arrays
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, at_least, before, contains, equal
from platform_db.repositories.paging import Key, Ordering, Page, checked_limit, fingerprint
from platform_db.repositories.payloads import before_and_after, exact
from platform_db.repositories.rows import reader
from platform_db.schema.audit_logs import audit_logs, audit_personal_data
from platform_db.schema.metadata import facts, metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from platform_db.database.executor import Executor
    from platform_db.database.identity import Identity
    from platform_db.domain.models import Identified

__all__ = ["AuditFilter", "AuditTrail", "Personal"]

_read = reader(AuditLog)
_About: Final = columns_of(AuditLog, ("entity_type", "entity_id"))
_ORDER: Final = Ordering(audit_logs, AuditLog, *NEWEST_FIRST)


_WRITTEN: Final = tuple(AuditEntry.model_fields)
_APPEND: Final = Statement(
    insert_from_arrays(
        audit_logs,
        _WRITTEN,
        "entry",
        user_id=sa.bindparam("user_id", type_=sa.BigInteger()),
        session_id=sa.bindparam("session_id", type_=sa.BigInteger()),
        ip_address=sa.cast(sa.bindparam("ip_address", type_=postgresql.INET()), postgresql.INET()),
        user_agent=sa.bindparam("user_agent", type_=sa.Text()),
    ),
)

_KEPT: Final = ("commitment", "subject_user_id", "field", "salt", "value")
_COMMIT_TO: Final = Statement(insert_from_arrays(audit_personal_data, _KEPT, "personal"))

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


class AuditFilter(Filter):
    """Which entries a list holds; what is not given, or None, does not restrict.

    ``since`` is inclusive, ``until`` exclusive; ``holds`` is a part of the payload (``@>``).
    """

    user_id: Annotated[int | None, BigInteger()] = None
    action: AuditAction | None = None
    event_type: Annotated[str | None, EventType] = None
    holds: Annotated[JsonObject | None, Json()] = None
    since: Annotated[AwareDatetime | None, Instant()] = None
    until: Annotated[AwareDatetime | None, Instant()] = None


_LISTING: Final = Listing(
    audit_logs,
    AuditLog,
    NEWEST_FIRST,
    {
        **{name: equal(name) for name in ("user_id", "action", "event_type")},
        "holds": contains("payload", "holds"),
        "since": at_least("created_at", "since"),
        "until": before("created_at", "until"),
    },
    leading=(Key("action"),),
)
_EVERY: Final = AuditFilter()


@dataclass(frozen=True, slots=True)
class Personal:
    """Values of one person that an entry speaks of; the log keeps salted commitments to them."""

    subject_user_id: int
    values: Mapping[str, JsonValue]


_MASK: Final = "[personal]"
"""What stands for a personal value; record_row_change() writes the same."""


def _masked(values: Mapping[str, object], hidden: frozenset[str]) -> dict[str, object]:
    return {name: _MASK if name in hidden and value is not None else value for name, value in values.items()}


Mark = tuple[int, int, Exception | None]
"""A place in a trail: how many entries and personal values came before it, and what could not be recorded."""


@dataclass(slots=True)
class _Pending:
    entries: list[AuditEntry] = field(default_factory=list[AuditEntry])
    values: list[dict[str, object]] = field(default_factory=list[dict[str, object]])


class AuditTrail:
    """What a unit of work did, in order."""

    def __init__(self, executor: Executor, identity: Identity | None) -> None:
        self._executor = executor
        self._identity = identity
        self._pending = _Pending()
        self._failure: Exception | None = None

    def act_for(self, identity: Identity | None) -> None:
        """Name the person the entries speak of."""
        self._identity = identity

    def record(self, entry: AuditEntry | Mapping[str, object], personal: Personal | None = None) -> None:
        """Add an entry; it is written when the unit of work commits, and only then.

        What cannot be recorded cannot be stored: the unit fails, even if the error is caught.

        Values in ``personal`` are stored beside the log, where they can be erased; the
        entry's payload holds SHA-256(0x03 ‖ salt ‖ canonical value) for each under
        ``personal`` (KVKK art. 7), so erasing one leaves the chain verifiable.

        Raises
        ------
        RuleViolation
            The entry is too large, or breaks another rule of the log.
        """
        try:
            self._add(entry if isinstance(entry, AuditEntry) else AuditEntry.parse(entry), personal)
        except Exception as failure:
            self._failure = failure
            raise

    def _add(self, entry: AuditEntry, personal: Personal | None) -> None:
        if personal is None or not personal.values:
            self._pending.entries.append(entry)
            return
        held: dict[str, JsonValue] = {}
        for name, given_value in personal.values.items():
            value = exact(given_value)
            salt = commitments.new_salt()
            commitment = commitments.commit(value, salt)
            held[name] = commitment
            if value is not None:
                kept = (commitment, personal.subject_user_id, name, salt, orjson.dumps(value).decode())
                self._pending.values.append(dict(zip(_KEPT, kept, strict=True)))
            else:
                held[name] = None
        self._pending.entries.append(entry.model_copy(update={"payload": {**entry.payload, "personal": held}}))

    def note(
        self,
        action: AuditAction,
        event: str,
        row: Identified,
        before: Mapping[str, object],
        after: Mapping[str, object],
    ) -> None:
        """Add an entry about a row: columns as they were, and as they are.

        What the table calls personal is told by name alone: ``[personal]`` stands for a value,
        as in the row changes, and None for none (KVKK art. 4).
        """
        hidden = facts(metadata.tables[row.entity]).personal
        self.record(
            {
                "action": action,
                "entity_type": row.entity,
                "entity_id": row.id,
                "event_type": event,
                "payload": before_and_after(_masked(before, hidden), _masked(after, hidden)),
            }
        )

    def note_sweep(self, action: AuditAction, event: str, entity: str, count: int, **about: object) -> None:
        """Add the one entry of a sweep: how many rows it changed, and what it was about. None where it changed none."""
        if count:
            payload = before_and_after({}, {**about, "count": count})
            self.record({"action": action, "entity_type": entity, "event_type": event, "payload": payload})

    def mark(self) -> Mark:
        """Where the trail is now."""
        return len(self._pending.entries), len(self._pending.values), self._failure

    def forget_after(self, mark: Mark) -> None:
        """Drop what was added since: it did not happen."""
        entries, values, self._failure = mark
        del self._pending.entries[entries:]
        del self._pending.values[values:]

    async def flush(self) -> None:
        """Write the entries. The chain's head stays locked until the transaction ends, so this comes last."""
        if self._failure is not None:
            raise self._failure
        pending, self._pending = self._pending, _Pending()
        if pending.values:
            await self._executor.execute(_COMMIT_TO, arrays("personal", _KEPT, pending.values))
        if pending.entries:
            who = self._identity
            caller: dict[str, object] = {
                "user_id": who.user_id if who else None,
                "session_id": who.session_id if who else None,
                "ip_address": who.network if who else None,
                "user_agent": who.product if who else None,
            }
            entries = [dict(entry) for entry in pending.entries]
            await self._executor.execute(_APPEND, caller | arrays("entry", _WRITTEN, entries))

    async def page(self, chosen: AuditFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[AuditLog]:
        """Entries, newest first; a user (platform_app) sees the own acts, background work all.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def history(
        self, entity_type: str, entity_id: int, *, after: str | None = None, limit: int = 50
    ) -> Page[AuditLog]:
        """What happened to one entity, newest first.

        Raises
        ------
        RuleViolation
            No entity is named so; the limit is out of range, or the cursor belongs to another list.
        """
        about = {"entity_type": entity_type, "entity_id": entity_id}
        _About.parse(about)
        kept = fingerprint("audit_logs.history", about)
        asked: dict[str, object] = {**about, "limit": checked_limit(limit) + 1}
        if after is None:
            rows = await self._executor.fetch(_FIRST_PAGE, asked)
        else:
            rows = await self._executor.fetch(_NEXT_PAGE, asked | _ORDER.parameters(after, kept))
        return _ORDER.page([_read(row) for row in rows], limit, kept)
