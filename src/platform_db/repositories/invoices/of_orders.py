"""Which orders have an invoice: each is invoiced once at a time, whoever drafts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.invoices.codes import RETURN_TYPES, InvoiceStatus
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.orders import Order, OrderStatus
from platform_db.domain.orders.invoicing import demand_invoiceable
from platform_db.errors import AlreadyExists, NotAllowed
from platform_db.repositories.filters import as_written, labelled
from platform_db.schema.invoices import invoices
from platform_db.schema.orders import orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from platform_db.database.executor import Executor

__all__ = ["LOCK_ORDERS", "demand_not_invoiced", "is_invoiced"]

_IDS: Final = sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger())))

LOCK_ORDERS: Final = Statement(
    sa.select(orders.c.id, orders.c.status, orders.c.version)
    .where(orders.c.id == _IDS)
    .order_by(orders.c.id)
    .with_for_update(key_share=True)
)
"""Who drafts the invoice of an order, or cancels the order, waits for the other."""


def _live_invoice() -> sa.Exists:
    """Something invoices the order: neither cancelled, nor a return, nor returned whole.

    Drafts too. Only an issued return gives back; one of a part, or of the price, leaves the rest invoiced.
    """
    back = invoices.alias("back")
    returned: sa.Select[Any] = sa.select(sa.func.coalesce(sa.func.sum(back.c.tax_inclusive_cents), 0)).where(
        back.c.return_of_invoice_id == invoices.c.id,
        back.c.status != as_written(InvoiceStatus.DRAFT),
        back.c.status != as_written(InvoiceStatus.CANCELLED),
    )
    return sa.exists(
        sa.select(invoices.c.id).where(
            invoices.c.order_id == orders.c.id,
            invoices.c.status != as_written(InvoiceStatus.CANCELLED),
            invoices.c.return_of_invoice_id.is_(None),
            ~labelled("type_code", *RETURN_TYPES)(invoices),
            sa.or_(
                invoices.c.status == as_written(InvoiceStatus.DRAFT),
                returned.scalar_subquery() < invoices.c.tax_inclusive_cents,
            ),
        )
    )


_INVOICED: Final = Statement(sa.select(orders.c.id, _live_invoice().label("invoiced")).where(orders.c.id == _IDS))


async def is_invoiced(executor: Executor, order_id: int) -> bool:
    """Whether something invoices this order; drafts do."""
    row = await executor.fetch_row(_INVOICED, {"ids": [order_id]})
    return row is not None and bool(row["invoiced"])


async def demand_not_invoiced(executor: Executor, drafts: Iterable[Mapping[str, object]]) -> None:
    """Refuse drafts (by their columns) of orders that are not to be invoiced, or are already; lock those orders.

    Drafts of no order and returns are passed over. Two statements, none where no draft names an order.

    Raises
    ------
    RuleViolation
        An order is pending, cancelled or refunded (``invoice_of_confirmed_order``).
    AlreadyExists
        An order has an invoice, or two of the drafts are of one order.
    NotAllowed
        A user invoices an order that is being packed, or further.
    """
    named = [key for draft in drafts if (key := _sold_by(draft)) is not None]
    if not named:
        return
    asked = {"ids": named}
    locked = {row["id"]: OrderStatus(row["status"]) for row in await executor.fetch(LOCK_ORDERS, asked)}
    for status in locked.values():
        demand_invoiceable(status)
    # Asked once the orders are locked, so that what somebody else drafted meanwhile is seen.
    found = {row["id"]: bool(row["invoiced"]) for row in await executor.fetch(_INVOICED, asked)}
    if found.keys() - locked.keys():
        message = "a user invoices an order until it is packed; afterwards the shop does"
        raise NotAllowed(message, entity=Order.entity)
    taken = [key for key in sorted(set(named)) if found.get(key) or named.count(key) > 1]
    if taken:
        message = f"there is an invoice already of order {', '.join(map(str, taken))}"
        raise AlreadyExists(message, entity=Invoice.entity, fields=("order_id",))


def _sold_by(draft: Mapping[str, object]) -> int | None:
    order = draft["order_id"]
    returns = draft["return_of_invoice_id"] is not None or draft["type_code"] in RETURN_TYPES
    return order if isinstance(order, int) and not returns else None
