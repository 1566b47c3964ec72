"""Which orders have an invoice: each is invoiced once at a time, whoever drafts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.invoices.codes import RETURN_TYPES
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.orders import Order, OrderStatus
from platform_db.domain.orders.invoicing import demand_invoiceable
from platform_db.errors import AlreadyExists, NotAllowed
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


_INVOICED: Final = Statement(
    sa.select(orders.c.id, sa.func.order_is_invoiced(orders.c.id).label("invoiced")).where(orders.c.id == _IDS)
)
"""Asked of the database, whose guards ask the same."""


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
        An order is pending, cancelled or refunded (``ck_invoices_order_is_confirmed``).
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
        taken_by = Invoice.refusal("order_invoiced_once")
        raise AlreadyExists(message, constraint=taken_by.rule, entity=Invoice.entity, fields=taken_by.fields)


def _sold_by(draft: Mapping[str, object]) -> int | None:
    order = draft["order_id"]
    returns = draft["return_of_invoice_id"] is not None or draft["type_code"] in RETURN_TYPES
    return order if isinstance(order, int) and not returns else None
