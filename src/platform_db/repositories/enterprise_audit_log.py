"""Row changes of the financial tables, as platform_auditor reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa
from pydantic import AwareDatetime

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import EnterpriseAuditLog
from platform_db.domain.fields import BigInteger, Instant, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, at_least, before, contains, equal
from platform_db.repositories.rows import reader
from platform_db.schema.audit_logs import enterprise_audit_log

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["RowChangeFilter", "RowChangeRepository"]

_read = reader(EnterpriseAuditLog)

_OF_TRANSACTION: Final = Statement(
    sa.select(enterprise_audit_log)
    .where(enterprise_audit_log.c.transaction_id == sa.bindparam("transaction_id", type_=sa.BigInteger()))
    .order_by(enterprise_audit_log.c.created_at, enterprise_audit_log.c.id)
)


class RowChangeFilter(Filter):
    """Which row changes a list holds; what is not given, or None, does not restrict.

    ``since`` is inclusive, ``until`` exclusive; with both, only the months between are read.
    ``wrote`` and ``replaced`` are columns with their values after and before the change
    (``{"status": "issued"}``); an INSERT keeps neither, a DELETE what it replaced.
    """

    table_name: Annotated[str | None, Text()] = None
    row_id: Annotated[str | None, Text()] = None
    user_id: Annotated[int | None, BigInteger()] = None
    wrote: Annotated[JsonObject | None, Json()] = None
    replaced: Annotated[JsonObject | None, Json()] = None
    since: Annotated[AwareDatetime | None, Instant()] = None
    until: Annotated[AwareDatetime | None, Instant()] = None


_LISTING: Final = Listing(
    enterprise_audit_log,
    EnterpriseAuditLog,
    NEWEST_FIRST,
    {
        **{name: equal(name) for name in ("table_name", "row_id", "user_id")},
        "wrote": contains("new_values", "wrote"),
        "replaced": contains("old_values", "replaced"),
        "since": at_least("created_at", "since"),
        "until": before("created_at", "until"),
    },
)
_EVERY: Final = RowChangeFilter()


class RowChangeRepository:
    """Row changes. Belongs to one unit of work and never commits.

    Only platform_auditor reads them, so the unit asks for the role:
    ``database.unit_of_work(options=TransactionOptions(role=Role.AUDITOR))``; in any other each
    method raises NotAllowed.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        self._executor = executor
        self._audit = audit

    async def page(
        self, chosen: RowChangeFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[EnterpriseAuditLog]:
        """Row changes, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        NotAllowed
            The unit of work does not act as platform_auditor.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def of_transaction(self, transaction_id: int) -> tuple[EnterpriseAuditLog, ...]:
        """Everything that one transaction changed, in order; empty where it changed no recorded row.

        Raises
        ------
        NotAllowed
            The unit of work does not act as platform_auditor.
        """
        rows = await self._executor.fetch(_OF_TRANSACTION, {"transaction_id": transaction_id})
        return tuple(_read(row) for row in rows)
