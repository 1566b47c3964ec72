"""Receiving, applying and forgetting what payment providers told us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.payments import webhook_events
from platform_db.domain.payments.reports import ProviderReport, Step
from platform_db.domain.payments.webhook_events import (
    DeliveredEvent,
    PaymentWebhookEvent,
    Receipt,
    ReceiptOutcome,
)
from platform_db.errors import Conflict, NotFound, PlatformError, RuleViolation
from platform_db.repositories.filters import Filter
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.payment_webhook_events.statements import (
    BY_EVENT,
    CLAIM,
    DELETE,
    IGNORE,
    LEFT_OPEN,
    LISTING,
    RECEIVE,
    ROWS,
    TRY,
    WebhookEventFilter,
)
from platform_db.repositories.payments import PaymentRepository
from platform_db.repositories.repository import Repository

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["PaymentWebhookEventRepository"]

ReadReport = Callable[[PaymentWebhookEvent], ProviderReport | None]
"""How a service reads the body of an event: None where it says nothing about a payment."""

_OF_ONE_EVENT: Final = (RuleViolation, Conflict, NotFound)
"""What one event can be refused for. What is transient, or a fault of ours, undoes the unit."""


class PaymentWebhookEventRepository(Repository[PaymentWebhookEvent, WebhookEventFilter]):
    """Webhook events, oldest first in lists. Belongs to one unit of work and never commits.

    The service checks the signature before it calls :meth:`receive`, and tells by a function
    what a body says; this package reads no provider's JSON. For background work
    (platform_worker): a user's request may neither read nor add events.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, ROWS, LISTING)
        self._payments = PaymentRepository(executor, audit)

    async def by_event(self, provider: str, event_id: str) -> PaymentWebhookEvent:
        """The event that a provider knows by this id, compared byte by byte.

        Raises
        ------
        NotFound
            It was not delivered.
        NotAllowed
            The unit of work acts for a user.
        """
        return ROWS.found(await self._executor.fetch_row(BY_EVENT, {"provider": provider, "event_id": event_id}))

    async def of_payment(
        self, payment_id: int, *, after: str | None = None, limit: int = 50
    ) -> Page[PaymentWebhookEvent]:
        """What was told of a payment, oldest first.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit or the id is out of range, or the cursor belongs to another list or payment.
        NotAllowed
            The unit of work acts for a user.
        """
        return await self.page(WebhookEventFilter.checked(payment_id=payment_id), after=after, limit=limit)

    async def left_open(self, *, after: str | None = None, limit: int = 50) -> Page[PaymentWebhookEvent]:
        """Events that were tried 20 times and that nobody closed, oldest first: they wait for a person.

        :meth:`claim` gives them no more. Mend what keeps them and :meth:`apply` them, or
        :meth:`ignore` them. ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list.
        NotAllowed
            The unit of work acts for a user.
        """
        return await LEFT_OPEN.page(self._executor, Filter(), after=after, limit=limit)

    # -- receiving ----------------------------------------------------------------------

    async def receive(self, delivered: DeliveredEvent) -> Receipt:
        """Store an event; delivered again, it is the event stored first.

        Of many deliveries of one event at once, one is ``received`` and the others were
        ``seen_before``. Commit before the provider is answered.

        Raises
        ------
        IdempotencyMismatch
            The id came before with another type or body; ``fields`` names which.
        NotAllowed
            The unit of work acts for a user.
        """
        row = await self._executor.fetch_row(RECEIVE, delivered.columns)
        if row is not None:
            return Receipt(ROWS.read(row), ReceiptOutcome.RECEIVED)
        first = await self.by_event(delivered.provider, delivered.event_id)
        return Receipt(webhook_events.same_or_mismatch(first, delivered), ReceiptOutcome.SEEN_BEFORE)

    # -- applying -----------------------------------------------------------------------

    async def apply(self, event: PaymentWebhookEvent, report: ProviderReport) -> PaymentWebhookEvent:
        """Apply what an event reports, once: an event that was applied or ignored already comes back as it is.

        Amount and currency are compared with the recorded payment. The event is afterwards
        ``processed``, with its payment; ``ignored``, where it changes nothing any more (a
        failure told after the money came); or ``failed``, with the reason in ``last_error`` and
        the payment as it was: then it is due again after a rest, see :meth:`claim`. Event and
        payment stay locked until the unit of work ends: apply one event in a unit.

        Raises
        ------
        Deadlock
            Somebody records the same refund, or moves another payment of the invoice, at this
            moment; trying the unit of work again helps.
        NotFound
            There is no such event.
        NotAllowed
            The unit of work acts for a user.
        """
        row = await self._executor.fetch_row(TRY, {"id": event.id})
        if row is None:
            return await self.get(event.id)
        return await self._settle(ROWS.read(row), lambda _: report)

    async def process_due(self, read: ReadReport, limit: int = 1) -> tuple[PaymentWebhookEvent, ...]:
        """Claim the oldest events that are due and settle each as :meth:`apply` does; as they are afterwards.

        ``read`` makes a report of an event's body, or gives None for a kind of event that says
        nothing about a payment: it is ignored. A body that ``read`` cannot read, whatever it
        raises, fails that event alone. ``limit`` is 1 to 1000. The payments of a batch and what
        they pay stay locked, in the order of the events, until the unit of work ends: above 1,
        two batches may wait for each other in a circle, so let :meth:`Database.run` try again.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        Deadlock
            As :meth:`apply`; or another batch holds one of the payments.
        NotAllowed
            The unit of work acts for a user.
        """
        return tuple([await self._settle(event, read) for event in await self.claim(limit)])

    async def ignore(self, event: PaymentWebhookEvent, why: str) -> PaymentWebhookEvent:
        """Close an event that nobody will apply, and say why, without values of persons.

        Raises
        ------
        RuleViolation
            It was applied or ignored already (``ck_payment_webhook_events_transition_allowed``),
            or the reason is empty.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = webhook_events.ignored(event, why, None)
        ignored = await ROWS.run(self._executor, IGNORE, event, {"why": changes["last_error"]})
        before = {"status": event.status}
        self._audit.note(AuditAction.UPDATE, "webhook.ignored", ignored, before, {"status": ignored.status})
        return ignored

    async def claim(self, limit: int = 10) -> tuple[PaymentWebhookEvent, ...]:
        """Take the oldest events that are to be applied, and count the attempt; oldest first.

        :meth:`process_due` begins so, and settles them.

        They are this unit's until it ends, and nobody waits for them: others claim the next
        ones. A unit that rolls back, or whose process dies, gives them back as they were. An
        event that was tried and is still open rests for a minute before it is given again,
        twice as long after each attempt, a day at most, by the server's clock. After 20
        attempts it is not given any more, and :meth:`left_open` lists it.

        Raises
        ------
        RuleViolation
            The limit is not 1 to 1000.
        NotAllowed
            The unit of work acts for a user.
        """
        rows = await self._executor.fetch(CLAIM, {"limit": checked_limit(limit)})
        return tuple(sorted(map(ROWS.read, rows), key=lambda event: (event.created_at, event.id)))

    # -- forgetting ---------------------------------------------------------------------

    async def delete_old(self, limit: int = 1000) -> int:
        """Delete events that were applied or ignored more than two years ago; how many.

        By the server's clock. Events that are still open stay, however old. Repeat while it
        gives ``limit``, which is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        NotAllowed
            The unit of work acts for a user.
        """
        deleted = await self._executor.execute(DELETE, {"limit": checked_limit(limit)})
        self._audit.note_sweep(AuditAction.DELETE, "webhook.deleted", PaymentWebhookEvent.entity, deleted)
        return deleted

    async def _settle(self, tried: PaymentWebhookEvent, read: ReadReport) -> PaymentWebhookEvent:
        try:
            report = read(tried)
        except Exception as unread:  # noqa: BLE001 - of the caller's reader; one body must not hold up the queue
            # Its text may quote the body.
            why = webhook_events.words_of(unread) if isinstance(unread, PlatformError) else type(unread).__name__
            return await self._become(tried, webhook_events.failed(tried, f"not readable: {why}"))
        if report is None:
            return await self._become(tried, webhook_events.ignored(tried, "says nothing about a payment", None))
        try:
            async with self._executor.savepoint():
                followed = await self._payments.apply(tried.provider, report)
        except _OF_ONE_EVENT as refused:
            return await self._become(tried, webhook_events.failed(tried, webhook_events.words_of(refused)))
        if followed.step is Step.NOTHING:
            changes = webhook_events.ignored(tried, str(followed.why), followed.payment.id)
        else:
            changes = webhook_events.processed(tried, followed.payment.id)
        return await self._become(tried, changes)

    async def _become(self, tried: PaymentWebhookEvent, changes: Mapping[str, object]) -> PaymentWebhookEvent:
        return await ROWS.change(self._executor, tried, changes)
