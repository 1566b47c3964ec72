"""The database as a service uses it: units of work with the repositories in them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from platform_db.database import BaseDatabase, UnitOfWork
from platform_db.repositories.audit_logs import AuditTrail
from platform_db.repositories.invoices import InvoiceRepository
from platform_db.repositories.payments import PaymentRepository
from platform_db.repositories.users import UserRepository

if TYPE_CHECKING:
    from platform_db.database.identity import Identity

__all__ = ["Database", "Work"]


class Work(UnitOfWork):
    """One transaction with its repositories: committed at the end of its block, rolled back on any exception.

    For one task at a time. Audit entries are written last, as part of the transaction.

    >>> async def greet(database: Database, user_id: int) -> str | None:
    ...     async with database.unit_of_work(as_user=user_id) as work:
    ...         return (await work.users.get(user_id)).full_name
    """

    @cached_property
    def audit(self) -> AuditTrail:
        """Entries of the tamper-evident log, written at the end of the unit."""
        return AuditTrail(self, self.identity)

    @cached_property
    def users(self) -> UserRepository:
        """Accounts."""
        return UserRepository(self, self.audit)

    @cached_property
    def invoices(self) -> InvoiceRepository:
        """Drafts, issued invoices and their series."""
        return InvoiceRepository(self, self.audit)

    @cached_property
    def payments(self) -> PaymentRepository:
        """Charges and refunds."""
        return PaymentRepository(self, self.audit)

    def as_user(self, who: Identity | int) -> Self:
        """Act as a signed-in user: role platform_app, own rows only."""
        super().as_user(who)
        self.audit.act_for(self.identity)
        return self

    async def _before_commit(self) -> None:
        await self.audit.flush()


class Database(BaseDatabase[Work]):
    """A pool of connections that gives units of work with every repository.

    Made of :class:`~platform_db.settings.Settings` that have a URL;
    :func:`~platform_db.operations.connect.opened_database` also finds the server and looks
    whether it is migrated. One object serves a whole process, every event loop of it.

    >>> async def first_page(settings: Settings, user_id: int) -> int:
    ...     async with Database(settings) as database:
    ...         async with database.unit_of_work(as_user=user_id) as work:
    ...             return len((await work.invoices.page(limit=20)).items)
    """

    work_type = Work
