"""Whose door an order went to is forgotten when the legal term is over."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.instants import ISTANBUL
from platform_db.domain.invoices.party_rules import ANONYMISED, TERM_YEARS
from platform_db.domain.orders import Order, OrderStatus
from platform_db.domain.orders.inputs import ANONYMISED_PHONE
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import labelled
from platform_db.repositories.invoices.statements import TODAY
from platform_db.repositories.orders.reading import OrderReading
from platform_db.repositories.orders.statements import ROWS
from platform_db.repositories.paging import checked_limit
from platform_db.schema.orders import orders

__all__ = ["OrderRetention"]

_MASK: Final = sa.literal_column(f"'{ANONYMISED}'", sa.Text())
_ERASED: Final = ("shipping_email", "shipping_state", "shipping_postal_code", "notes", "tracking_number")
_FIRST_KEPT: Final = sa.func.make_timestamptz(
    sa.cast(sa.extract("year", TODAY), sa.Integer()) - TERM_YEARS, 1, 1, 0, 0, 0, str(ISTANBUL)
)
_ANONYMISE: Final = Statement(
    sa.update(orders)
    .where(
        first_free(
            orders,
            # Every status: so the index by status and age serves it.
            labelled("status", *OrderStatus)(orders),
            orders.c.created_at < _FIRST_KEPT,
            orders.c.shipping_name != _MASK,
            order=(orders.c.created_at, orders.c.id),
        )
    )
    .values(
        {
            **dict.fromkeys(("shipping_name", "shipping_address", "shipping_city"), _MASK),
            **dict.fromkeys(_ERASED, sa.null()),
            "shipping_phone": sa.literal_column(f"'{ANONYMISED_PHONE}'", sa.Text()),
            "shipping_events": sa.literal_column("'[]'::jsonb"),
            "cancellation_reason": sa.case((orders.c.cancellation_reason.is_not(None), _MASK)),
        }
    )
    .returning(*orders.c)
)


class OrderRetention(OrderReading):
    """What takes the persons out of orders, once the law lets it go."""

    async def anonymise_due(self, limit: int = 100) -> tuple[Order, ...]:
        """Make at most ``limit`` orders anonymous whose legal term is over, oldest first.

        Ten full years after the year in which they were placed (TTK art. 82), by Istanbul's day
        and the database's clock: name, address and reason become ``[anonymised]``, phone, e-mail,
        notes, tracking number and the courier's reports go; amounts, items, country and number
        stay. Call it again until nothing comes back. What somebody is changing is passed over.
        One audit entry tells count and ids. ``limit`` is 1 to 1000. Background work
        (platform_worker).

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        rows = await self._executor.fetch(_ANONYMISE, {"limit": checked_limit(limit)})
        found = tuple(sorted(map(ROWS.read, rows), key=lambda order: (order.created_at, order.id)))
        ids = [order.id for order in found]
        self._audit.note_sweep(AuditAction.UPDATE, "order.swept_anonymised", Order.entity, len(found), ids=ids)
        return found
