"""Orders: placed from a cart, moved to the door, given up, invoiced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.orders import Order, operations
from platform_db.domain.orders.invoicing import demand_not_live, invoice_draft_of
from platform_db.domain.orders.placing import demand_tax
from platform_db.repositories.invoices import InvoiceRepository
from platform_db.repositories.invoices.of_orders import LOCK_ORDERS, is_invoiced
from platform_db.repositories.orders import statements
from platform_db.repositories.orders.placing import OrderPlacing
from platform_db.repositories.orders.retention import OrderRetention
from platform_db.repositories.orders.statements import ROWS
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.windows import SPAN, checked_span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from platform_db.database.statement import Statement
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.domain.orders import ShippingAddress, ShippingEvent
    from platform_db.domain.orders.invoicing import OrderInvoice

__all__ = ["OrderRepository"]

_ENTITY: Final = Order.entity


class OrderRepository(OrderPlacing, OrderRetention):
    """Orders with their items. Belongs to one unit of work and never commits.

    As a user (platform_app) it sees the orders that the user placed, and their items; the
    user places orders, and until one is packed changes its address or cancels it. All else
    is background work (platform_worker). Every operation leaves an audit entry, where what
    leads to a person's door stands as commitments. The list's order is newest first.
    """

    async def change_address(self, order: Order, address: ShippingAddress) -> Order:
        """Send an order elsewhere, until it is packed.

        Raises
        ------
        RuleViolation
            It is being packed, or further (``address_before_packing``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        wanted = operations.addressed(order, address)
        if not wanted:
            return order
        changed = await ROWS.change(self._executor, order, wanted)
        before = {name: getattr(order, name) for name in wanted}
        self._note("order.address_changed", changed, before, wanted)
        return changed

    async def confirm(self, order: Order) -> Order:
        """Take an order: from now on its amounts are fixed.

        Raises
        ------
        RuleViolation
            It is not pending (``ck_orders_transition_allowed``), or its tax is not what follows
            from its items, discount and shipping cost (``ck_orders_tax_follows_from_items``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.confirmed(order)
        demand_tax(order, await self.items(order.id))
        return await self._moved(statements.CONFIRM, "order.confirmed", order, changes)

    async def start_processing(self, order: Order) -> Order:
        """Note that somebody has begun to pack a confirmed order.

        Raises
        ------
        RuleViolation
            It is not confirmed (``ck_orders_transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._moved(statements.MOVE, "order.processing", order, operations.processing(order))

    async def ship(
        self, order: Order, courier: str, tracking_number: str | None = None, expected: datetime | None = None
    ) -> Order:
        """Note that the parcel left; ``expected`` is when it should arrive (aware), None keeps what was told.

        Raises
        ------
        RuleViolation
            It is not being packed (``ck_orders_transition_allowed``), or courier or number is too long.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.shipped(order, courier, tracking_number, expected)
        return await self._moved(statements.SHIP, "order.shipped", order, changes)

    async def deliver(self, order: Order) -> Order:
        """Note that the parcel arrived.

        Raises
        ------
        RuleViolation
            It is not shipped (``ck_orders_transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._moved(statements.DELIVER, "order.delivered", order, operations.delivered(order))

    async def append_shipping_event(self, order_id: int, event: ShippingEvent) -> Order:
        """Add a courier's report; those that come at once are all kept, and the same report once.

        Needs no version: nothing that was there changes.

        Raises
        ------
        RuleViolation
            The parcel never left (``shipping_events_of_parcel``), or there is no more room
            (``ck_orders_shipping_events_size``).
        NotFound
            There is no such order.
        """
        row = await self._executor.fetch_row(statements.APPEND_EVENT, {"id": order_id, "event": event.stored})
        if row is None:
            # Locked, so that what is told is true, and a parcel that left in between has its report.
            order = await self.get_for_update(order_id)
            if event.stored in order.shipping_events:
                return order
            operations.demand_under_way(order)
            row = await self._executor.fetch_row(statements.APPEND_EVENT, {"id": order_id, "event": event.stored})
        order = ROWS.found(row)
        count = len(order.shipping_events)
        self._note("order.shipping_event_added", order, {"events": count - 1}, {"events": count})
        return order

    async def cancel(self, order: Order, reason: str) -> Order:
        """Give an order up, until it is delivered; every piece is in stock again, exactly once.

        Attempts to collect that are open stay so: give them up too. What was collected is
        refunded first: whoever cancels while money comes waits until it is here. Money that
        comes after is recorded all the same, and is to be refunded.

        Raises
        ------
        RuleViolation
            It is delivered or at an end (``ck_orders_transition_allowed``), money is still
            held (``ck_orders_cancelled_holds_no_money``), or it has an invoice that is neither
            cancelled nor returned whole, drafts too (``ck_orders_cancelled_has_no_invoice``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        # Who drafts its invoice holds this lock; a buyer cannot lock a packed order, nor cancel it.
        locked = await self._executor.fetch_row(LOCK_ORDERS, {"ids": [order.id]})
        if locked is not None and locked["version"] != order.version:
            raise await ROWS.stale(self._executor, order)
        changes = operations.cancelled(order, reason, await self._collected(order))
        demand_not_live(invoiced=await is_invoiced(self._executor, order.id))
        return await self._moved(statements.CANCEL, "order.cancelled", order, changes)

    async def cancel_unpaid(self, older_than: timedelta, reason: str, limit: int = 100) -> tuple[Order, ...]:
        """Cancel the oldest pending orders that nobody pays for; their pieces are in stock again.

        Those placed at least ``older_than`` ago (the database's clock) that hold no money and
        have no attempt without an answer. At most ``limit``, 1 to 1000; what somebody else is
        changing is passed over. One audit entry tells the count. Background work
        (platform_worker).

        Raises
        ------
        RuleViolation
            The span, the limit or the reason is out of range.
        """
        operations.demand_reason(reason)
        due = {SPAN: checked_span(older_than), "limit": checked_limit(limit)}
        ids = [row["id"] for row in await self._executor.fetch(statements.LOCK_UNPAID, due)]
        asked = {"ids": ids, "cancellation_reason": reason}
        cancelled = tuple(map(ROWS.read, await self._executor.fetch(statements.CANCEL_UNPAID, asked)))
        self._audit.note_sweep(AuditAction.UPDATE, "order.swept_unpaid", _ENTITY, len(cancelled))
        return tuple(sorted(cancelled, key=lambda order: order.id))

    async def mark_refunded(self, order: Order) -> Order:
        """Note that all the money of a shipped order went back. Stock does not move: the goods may be anywhere.

        Raises
        ------
        RuleViolation
            It was not shipped (``ck_orders_transition_allowed``), nothing was collected, or
            some of it is still held (``ck_orders_refunded_when_money_is_back``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.refunded(order, await self._collected(order))
        return await self._moved(statements.MOVE, "order.refunded", order, changes)

    async def draft_invoice(self, order: Order, terms: OrderInvoice) -> Invoice:
        """Draft the invoice of a confirmed order; issue it like any other draft.

        The order is locked until the unit of work ends, so it has one invoice at a time,
        drafts too. One that is cancelled, or that issued returns give back whole, makes room
        for the next.

        Raises
        ------
        RuleViolation
            As :func:`~platform_db.domain.orders.invoicing.invoice_draft_of`.
        AlreadyExists
            There is an invoice of it.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        await self._lock(order)
        draft = invoice_draft_of(order, await self.items(order.id), terms)
        return await InvoiceRepository(self._executor, self._audit).draft(draft)

    async def _moved(self, statement: Statement, event: str, order: Order, changes: Mapping[str, object]) -> Order:
        wanted = {f"new_{name}": value for name, value in changes.items()}
        changed = await ROWS.run(self._executor, statement, order, wanted)
        moved = {name: value for name, value in changes.items() if value != getattr(order, name)}
        self._note(event, changed, {name: getattr(order, name) for name in moved}, moved)
        return changed
