"""The statements of orders, each built once.

Products are locked before orders are written, in the order of their ids, by whoever takes
pieces or gives them back: two carts of the same products never wait for each other in a ring.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.order_transactions import OPEN_STATUSES
from platform_db.domain.orders import Order, OrderStatus
from platform_db.domain.orders.placing import AMOUNTS, ITEM, PLACED
from platform_db.domain.orders.states import UNDER_WAY
from platform_db.repositories.arrays import given_rows, insert_from_arrays
from platform_db.repositories.filters import labelled
from platform_db.repositories.rows import Rows
from platform_db.repositories.windows import ago
from platform_db.schema.order_items import order_items
from platform_db.schema.order_transactions import order_transactions
from platform_db.schema.orders import orders
from platform_db.schema.products import products

__all__ = [
    "APPEND_EVENT",
    "BY_NUMBER",
    "BY_TRACKING_NUMBER",
    "CANCEL",
    "CANCEL_UNPAID",
    "CONFIRM",
    "DELIVER",
    "INSERT_ITEMS",
    "ITEMS",
    "LOCK_PRODUCTS",
    "LOCK_UNPAID",
    "MOVE",
    "PLACE",
    "REPLACE",
    "ROWS",
    "SHIP",
    "TAKEN",
]

ROWS: Final = Rows(orders, Order, "order")
TAKEN: Final = ("id", "stock_quantity")
"""A product and how many pieces leave its stock: the arrays ``taken_…``."""


def _bind(column: sa.Column[Any], name: str | None = None) -> sa.BindParameter[Any]:
    return sa.bindparam(name or column.name, type_=column.type)


BY_NUMBER: Final = Statement(sa.select(orders).where(orders.c.order_number == _bind(orders.c.order_number)))
BY_TRACKING_NUMBER: Final = Statement(
    sa.select(orders).where(orders.c.tracking_number == _bind(orders.c.tracking_number)).order_by(orders.c.id)
)
ITEMS: Final = Statement(
    sa.select(order_items)
    .where(order_items.c.order_id == _bind(order_items.c.order_id))
    .order_by(order_items.c.line_number)
)

LOCK_PRODUCTS: Final = Statement(
    sa.select(products)
    .where(products.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger()))))
    .order_by(products.c.id)
    .with_for_update(key_share=True)
)


def _take(written: sa.CTE) -> sa.CTE:
    """Move the pieces of the arrays ``taken_…``, if the order was written."""
    given = given_rows(products, TAKEN, "taken")
    return (
        sa.update(products)
        .where(products.c.id == given.c.taken_id, sa.exists(sa.select(written.c.id)))
        .values(stock_quantity=products.c.stock_quantity - given.c.taken_stock_quantity)
        .cte("taken")
    )


def _place() -> sa.Select[Any]:
    placed = (
        postgresql.insert(orders)
        .values({name: _bind(orders.c[name]) for name in PLACED})
        .on_conflict_do_nothing(index_elements=["order_number"])
        .returning(*orders.c)
        .cte("placed")
    )
    return sa.select(placed).add_cte(_take(placed))


def _replace() -> sa.Select[Any]:
    changed = (
        sa.update(orders)
        .where(ROWS.key, ROWS.as_read)
        .values({name: _bind(orders.c[name], f"new_{name}") for name in AMOUNTS})
        .returning(*orders.c)
        .cte("changed")
    )
    removed = sa.delete(order_items).where(order_items.c.order_id == changed.c.id).cte("removed")
    return sa.select(changed).add_cte(removed, _take(changed))


def _cancel() -> sa.Select[Any]:
    given_up = _changed("status", "cancellation_reason", cancelled_at=sa.func.now())
    return _giving_back(given_up.returning(*orders.c).cte("cancelled"))


_COLLECTING: Final = sa.select(order_transactions.c.id).where(
    order_transactions.c.order_id == orders.c.id,
    sa.or_(
        order_transactions.c.paid_cents > order_transactions.c.refunded_cents,
        labelled("status", *OPEN_STATUSES)(order_transactions),
    ),
)
_UNPAID: Final = (labelled("status", OrderStatus.PENDING)(orders), ~sa.exists(_COLLECTING))


def _cancel_unpaid() -> sa.Select[Any]:
    """Cancel those of the locked orders that no money came for, or may still come for."""
    locked = orders.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger())))
    given_up = (
        sa.update(orders)
        .where(locked, *_UNPAID)
        .values(
            status=OrderStatus.CANCELLED,
            cancelled_at=sa.func.now(),
            cancellation_reason=_bind(orders.c.cancellation_reason),
        )
    )
    return _giving_back(given_up.returning(*orders.c).cte("cancelled"))


def _giving_back(cancelled: sa.CTE) -> sa.Select[Any]:
    """Every piece is back in stock; the rows that were cancelled are the only ones that give."""
    held = (
        sa.select(order_items.c.product_id, sa.func.sum(order_items.c.quantity).label("pieces"))
        .where(order_items.c.order_id == cancelled.c.id)
        .group_by(order_items.c.product_id)
        .subquery("held")
    )
    locked = (
        sa.select(products.c.id, held.c.pieces)
        .join(held, held.c.product_id == products.c.id)
        .order_by(products.c.id)
        .with_for_update(key_share=True, of=products)
        .cte("locked")
    )
    returned = (
        sa.update(products)
        .where(products.c.id == locked.c.id)
        .values(stock_quantity=products.c.stock_quantity + locked.c.pieces)
        .cte("returned")
    )
    return sa.select(cancelled).add_cte(returned)


def _changed(*columns: str, **stamps: sa.ColumnElement[Any]) -> sa.Update:
    given = {name: _bind(orders.c[name], f"new_{name}") for name in columns}
    return sa.update(orders).where(ROWS.key, ROWS.as_read).values({**given, **stamps})


def _not_before(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """The transaction's now; this transaction may have begun before the one that set the stamp before."""
    return sa.func.greatest(sa.func.now(), column)


PLACE: Final = Statement(_place())
"""The order and its stock; no row where the number is taken, and then no stock is."""

INSERT_ITEMS: Final = Statement(
    # Row security reads the order as the statement began, so order and items cannot share one.
    insert_from_arrays(order_items, ITEM, "item", order_id=_bind(order_items.c.order_id)).inline()
)
REPLACE: Final = Statement(_replace())
MOVE: Final = Statement(_changed("status").returning(*orders.c))
CONFIRM: Final = Statement(_changed("status", confirmed_at=sa.func.now()).returning(*orders.c))
SHIP: Final = Statement(
    _changed(
        "status",
        "courier",
        "tracking_number",
        "estimated_delivery",
        shipped_at=_not_before(orders.c.confirmed_at),
    ).returning(*orders.c)
)
DELIVER: Final = Statement(_changed("status", delivered_at=_not_before(orders.c.shipped_at)).returning(*orders.c))
CANCEL: Final = Statement(_cancel())
LOCK_UNPAID: Final = Statement(
    sa.select(orders.c.id)
    .where(*_UNPAID, orders.c.created_at <= ago())
    .order_by(orders.c.created_at, orders.c.id)
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
    .with_for_update(skip_locked=True)
)
"""The oldest orders that nobody pays for, as the statement began; an attempt may have started since."""

CANCEL_UNPAID: Final = Statement(_cancel_unpaid())
"""Under the locks of ``LOCK_UNPAID`` nobody starts an attempt, and what was started before them is seen."""


def _append_event() -> sa.Update:
    event = sa.bindparam("event", type_=postgresql.JSONB())
    reported = sa.column("event", postgresql.JSONB())
    told = sa.func.jsonb_array_elements(orders.c.shipping_events).table_valued(reported).render_derived(name="told")
    return (
        sa.update(orders)
        .where(
            ROWS.key,
            labelled("status", *UNDER_WAY)(orders),
            ~sa.exists(sa.select(told.c.event).where(told.c.event == event)),
        )
        .values(shipping_events=orders.c.shipping_events.op("||")(sa.func.jsonb_build_array(event)))
        .returning(*orders.c)
    )


APPEND_EVENT: Final = Statement(_append_event())
"""One append is one statement, so that couriers who report at once lose nothing; the same report is kept once."""
