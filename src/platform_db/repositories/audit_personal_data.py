"""Personal values behind the audit log's commitments: what is still kept about a person, and its erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction, AuditPersonalData
from platform_db.domain.fields import BigInteger
from platform_db.domain.users import User
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import Filter, Listing, equal
from platform_db.repositories.paging import Key, checked_limit
from platform_db.schema.audit_logs import audit_personal_data
from platform_db.schema.users import users

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["PersonalDataRepository", "erase_values"]


class _About(Filter):
    subject_user_id: Annotated[int, BigInteger()]


_KEPT: Final = Listing(
    audit_personal_data,
    AuditPersonalData,
    (Key("id"),),
    {"subject_user_id": equal("subject_user_id")},
    name="kept",
    only=(lambda table: table.c.erased_at.is_(None),),
)
_ERASED: Final[Mapping[str, sa.ColumnElement[Any]]] = {
    "salt": sa.null(),
    "value": sa.null(),
    "erased_at": sa.func.now(),
}
_ERASE: Final = Statement(
    sa.update(audit_personal_data)
    .where(
        audit_personal_data.c.subject_user_id
        == sa.any_(sa.bindparam("subjects", type_=postgresql.ARRAY(sa.BigInteger()))),
        audit_personal_data.c.erased_at.is_(None),
    )
    .values(_ERASED)
)


_OF_NOBODY: Final = (
    audit_personal_data.c.erased_at.is_(None),
    sa.exists()
    .where(users.c.id == audit_personal_data.c.subject_user_id, users.c.anonymised_at.is_not(None))
    .correlate(audit_personal_data),
)
_ERASE_OF_NOBODY: Final = Statement(
    sa.update(audit_personal_data)
    .where(first_free(audit_personal_data, *_OF_NOBODY, order=(audit_personal_data.c.id,)))
    .values(_ERASED)
)


async def erase_values(executor: Executor, user_ids: Sequence[int]) -> int:
    """Erase every value and salt that is kept about these persons; how many there were.

    The caller records it. What the unit of work itself has still to write is not erased.
    """
    return await executor.execute(_ERASE, {"subjects": list(user_ids)})


class PersonalDataRepository:
    """Values that the audit log holds commitments to. Belongs to one unit of work and never commits.

    For background work (platform_worker): a user's request adds values and reads none.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        self._executor = executor
        self._audit = audit

    async def kept_about(self, user_id: int, *, after: str | None = None, limit: int = 50) -> Page[AuditPersonalData]:
        """The values kept about a person, oldest first; not those that were erased.

        What a person asks to see (KVKK art. 11) and to have erased (art. 7). ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit or the id is out of range, or the cursor belongs to another list or person.
        """
        return await _KEPT.page(self._executor, _About.checked(subject_user_id=user_id), after=after, limit=limit)

    async def erase(self, user_id: int) -> int:
        """Erase every value that the log's commitments stand for about a person; how many there were (KVKK art. 7).

        The account itself stays as it is, and the log verifiable: it holds the commitments, which
        say nothing without value and salt. There is no way back; again it erases nothing.
        """
        erased = await erase_values(self._executor, [user_id])
        if erased:
            self._audit.record(
                {
                    "action": AuditAction.DELETE,
                    "entity_type": User.entity,
                    "entity_id": user_id,
                    "event_type": "personal_data.erased",
                    "payload": {"after": {"values_erased": erased}},
                }
            )
        return erased

    async def erase_of_anonymised(self, limit: int = 100) -> int:
        """Erase values that the log took in after their person was made anonymous; how many, at most ``limit``.

        An order or licence outlives its account, and what happens to it is still told. First those
        kept longest; what another transaction has locked is passed over. One audit entry tells
        the count. Call it until it gives 0. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        NotAllowed
            The unit of work acts for a user.
        """
        erased = await self._executor.execute(_ERASE_OF_NOBODY, {"limit": checked_limit(limit)})
        entity = AuditPersonalData.entity
        self._audit.note_sweep(AuditAction.DELETE, "personal_data.swept_erased", entity, erased)
        return erased
