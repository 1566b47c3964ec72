"""Personal values behind the audit log's commitments: what is still kept about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from platform_db.domain.audit_logs import AuditPersonalData
from platform_db.domain.fields import BigInteger
from platform_db.repositories.filters import Filter, Listing, equal
from platform_db.repositories.paging import Key
from platform_db.schema.audit_logs import audit_personal_data

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["PersonalDataRepository"]


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


class PersonalDataRepository:
    """Values that the audit log holds commitments to. Belongs to one unit of work and never commits.

    For background work (platform_worker): a user's request adds values and reads none.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def kept_about(self, user_id: int, *, after: str | None = None, limit: int = 50) -> Page[AuditPersonalData]:
        """The values kept about a person, oldest first; not those that were erased.

        What a person asks to see (KVKK art. 11) and to have erased (art. 7). ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or person.
        """
        return await _KEPT.page(self._executor, _About(subject_user_id=user_id), after=after, limit=limit)
