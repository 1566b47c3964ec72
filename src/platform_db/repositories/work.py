"""The database as a service uses it: units of work with the repositories in them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Self

from platform_db.database import BaseDatabase, UnitOfWork
from platform_db.repositories.artefacts import ArtefactRepository
from platform_db.repositories.audit_logs import AuditTrail
from platform_db.repositories.audit_personal_data import PersonalDataRepository
from platform_db.repositories.cad_models import CadModelRepository
from platform_db.repositories.cam_runs import CamRunRepository
from platform_db.repositories.constraint_violations import ConstraintViolationRepository
from platform_db.repositories.enterprise_audit_log import RowChangeRepository
from platform_db.repositories.enterprise_config import EnterpriseConfigRepository
from platform_db.repositories.enterprise_performance_baseline import PerformanceBaselineRepository
from platform_db.repositories.erp_mes_sync import ErpMesSyncRepository
from platform_db.repositories.exchange_rates import ExchangeRateRepository
from platform_db.repositories.idempotency_keys import IdempotencyKeyRepository
from platform_db.repositories.invoices import InvoiceRepository
from platform_db.repositories.jobs import JobRepository
from platform_db.repositories.licenses import LicenseRepository
from platform_db.repositories.machines import MachineRepository
from platform_db.repositories.materials import MaterialRepository
from platform_db.repositories.notifications import NotificationRepository
from platform_db.repositories.order_transactions import OrderTransactionRepository
from platform_db.repositories.orders import OrderRepository
from platform_db.repositories.outbox_events import OutboxEventRepository
from platform_db.repositories.payment_methods import PaymentMethodRepository
from platform_db.repositories.payment_webhook_events import PaymentWebhookEventRepository
from platform_db.repositories.payments import PaymentRepository
from platform_db.repositories.products import ProductRepository
from platform_db.repositories.security_events import SecurityEventRepository
from platform_db.repositories.sessions import SessionRepository
from platform_db.repositories.sim_runs import SimRunRepository
from platform_db.repositories.tools import ToolRepository
from platform_db.repositories.users import UserRepository

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

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
    def sessions(self) -> SessionRepository:
        """Refresh tokens in use, and their devices."""
        return SessionRepository(self, self.audit)

    @cached_property
    def security_events(self) -> SecurityEventRepository:
        """What happened to accounts and addresses."""
        return SecurityEventRepository(self, self.audit)

    @cached_property
    def licenses(self) -> LicenseRepository:
        """Licences and their seats."""
        return LicenseRepository(self, self.audit)

    @cached_property
    def notifications(self) -> NotificationRepository:
        """What users are told."""
        return NotificationRepository(self, self.audit)

    @cached_property
    def idempotency_keys(self) -> IdempotencyKeyRepository:
        """Keyed requests and their first answers."""
        return IdempotencyKeyRepository(self, self.audit)

    @cached_property
    def outbox_events(self) -> OutboxEventRepository:
        """Events for other systems."""
        return OutboxEventRepository(self, self.audit)

    @cached_property
    def erp_mes_sync(self) -> ErpMesSyncRepository:
        """Ties to the records of ERP and MES systems."""
        return ErpMesSyncRepository(self, self.audit)

    @cached_property
    def configuration(self) -> EnterpriseConfigRepository:
        """Settings kept in the database."""
        return EnterpriseConfigRepository(self, self.audit)

    @cached_property
    def personal_data(self) -> PersonalDataRepository:
        """Personal values behind the log's commitments."""
        return PersonalDataRepository(self, self.audit)

    @cached_property
    def row_changes(self) -> RowChangeRepository:
        """Row changes of the financial tables, for platform_auditor."""
        return RowChangeRepository(self, self.audit)

    @cached_property
    def performance_baselines(self) -> PerformanceBaselineRepository:
        """Measured baselines."""
        return PerformanceBaselineRepository(self, self.audit)

    @cached_property
    def constraint_violations(self) -> ConstraintViolationRepository:
        """Which rules refused writes."""
        return ConstraintViolationRepository(self, self.audit)

    @cached_property
    def invoices(self) -> InvoiceRepository:
        """Drafts, issued invoices and their series."""
        return InvoiceRepository(self, self.audit)

    @cached_property
    def payments(self) -> PaymentRepository:
        """Charges and refunds."""
        return PaymentRepository(self, self.audit)

    @cached_property
    def payment_webhook_events(self) -> PaymentWebhookEventRepository:
        """What payment providers told us."""
        return PaymentWebhookEventRepository(self, self.audit)

    @cached_property
    def exchange_rates(self) -> ExchangeRateRepository:
        """Published rates to TRY."""
        return ExchangeRateRepository(self, self.audit)

    @cached_property
    def products(self) -> ProductRepository:
        """The catalogue."""
        return ProductRepository(self, self.audit)

    @cached_property
    def orders(self) -> OrderRepository:
        """Orders and their items."""
        return OrderRepository(self, self.audit)

    @cached_property
    def order_transactions(self) -> OrderTransactionRepository:
        """Attempts to collect an order's money."""
        return OrderTransactionRepository(self, self.audit)

    @cached_property
    def payment_methods(self) -> PaymentMethodRepository:
        """Stored ways to pay."""
        return PaymentMethodRepository(self, self.audit)

    @cached_property
    def cad_models(self) -> CadModelRepository:
        """CAD files, in lines of revisions."""
        return CadModelRepository(self, self.audit)

    @cached_property
    def jobs(self) -> JobRepository:
        """The queue of engineering work."""
        return JobRepository(self, self.audit)

    @cached_property
    def cam_runs(self) -> CamRunRepository:
        """Tool paths that jobs make for machines."""
        return CamRunRepository(self, self.audit)

    @cached_property
    def sim_runs(self) -> SimRunRepository:
        """Simulations of jobs."""
        return SimRunRepository(self, self.audit)

    @cached_property
    def artefacts(self) -> ArtefactRepository:
        """The files that jobs leave."""
        return ArtefactRepository(self, self.audit)

    @cached_property
    def machines(self) -> MachineRepository:
        """Machine tools and printers that work is planned on."""
        return MachineRepository(self, self.audit)

    @cached_property
    def materials(self) -> MaterialRepository:
        """Stock materials and their cutting data."""
        return MaterialRepository(self, self.audit)

    @cached_property
    def tools(self) -> ToolRepository:
        """Cutting tools and their stock."""
        return ToolRepository(self, self.audit)

    def as_user(self, who: Identity | int) -> Self:
        """Act as a signed-in user: role platform_app, own rows only."""
        super().as_user(who)
        self.audit.act_for(self.identity)
        return self

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Undo only this block when it fails, its audit entries too; the unit goes on.

        Raises
        ------
        UsageError
            A statement inside failed and its error was swallowed inside; the block is undone.
        """
        written = self.audit.mark()
        try:
            async with super().savepoint():
                yield
        except BaseException:
            self.audit.forget_after(written)
            raise

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
