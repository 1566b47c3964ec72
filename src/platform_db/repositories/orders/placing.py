"""Placing orders from carts, and giving pending ones other items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.order_transactions import OrderTransaction, collected
from platform_db.domain.orders import placing
from platform_db.domain.orders.inputs import SHIPPING
from platform_db.domain.products import Product
from platform_db.errors import RuleViolation
from platform_db.repositories.arrays import arrays
from platform_db.repositories.audit_logs import Personal
from platform_db.repositories.order_transactions.reading import OF_ORDER
from platform_db.repositories.orders import statements
from platform_db.repositories.orders.reading import OrderReading
from platform_db.repositories.orders.statements import ROWS
from platform_db.repositories.payloads import before_and_after, given
from platform_db.repositories.rows import reader
from platform_db.schema.orders import PERSONAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import JsonValue

    from platform_db.domain.order_transactions import Collected
    from platform_db.domain.orders import Cart, CartItem, Order
    from platform_db.domain.orders.placing import OrderRows

__all__ = ["OrderPlacing"]

_read_product = reader(Product)
_read_transaction = reader(OrderTransaction)

_TOLD_OF_PLACING: Final = (
    "order_number",
    "status",
    "currency",
    "exchange_rate",
    "subtotal_cents",
    "discount_cents",
    "shipping_cents",
    "tax_cents",
    "total_cents",
)
_PERSONAL: Final = PERSONAL | {*SHIPPING, "courier"}
"""Values that the audit log keeps as commitments only: what is personal, and all else of the way to the door."""


class OrderPlacing(OrderReading):
    """What writes orders with their items and their stock."""

    async def place(self, cart: Cart) -> Order:
        """Place an order: its pieces leave the stock and its items are stored, all of it or nothing.

        Prices, KDV rates, names and stock are read once, under the locks that also take the
        pieces, so nobody sells what is not there. Three statements, however many items. The
        same cart again gives the order placed first.

        Raises
        ------
        RuleViolation
            With every item that cannot be had, at ``items.<place>``: not on sale
            (``products_on_sale``), priced in another currency, or short
            (``ck_products_stock_quantity_non_negative``). The discount exceeds the subtotal;
            the total is not the expected one (``total_as_expected``). Nothing was taken.
        IdempotencyMismatch
            The number belongs to an order of another cart.
        StillReferenced
            There is no such buyer.
        NotAllowed
            The unit of work acts for another user.
        """
        offered = await self._locked_products(item.product_id for item in cart.items)
        try:
            rows = placing.placed(cart, offered)
        except RuleViolation:
            # The cart may have been placed already, and have taken the last pieces itself.
            first = await self._of_number(cart.order_number)
            if first is None:
                raise
            return await self._same(first, cart)
        row = await self._executor.fetch_row(statements.PLACE, {**rows.order, **_taken(rows)})
        if row is None:
            return await self._same(await self._of_number(cart.order_number), cart)
        order = ROWS.read(row)
        await self._store_items(order, rows)
        after = {**given(order, _TOLD_OF_PLACING), "items": _told(rows.items)}
        self._audit.note(AuditAction.CREATE, "order.placed", order, {}, after)
        return order

    async def replace_items(self, order: Order, items: Sequence[CartItem]) -> Order:
        """Give a pending order other items at today's prices; the stock moves by the difference.

        Discount and shipping cost stay. Attempts to collect wait meanwhile. Background work
        (platform_worker); six statements.

        Raises
        ------
        RuleViolation
            The order is not pending (``ck_orders_terms_are_fixed``); there are no items, or too
            many (``cart_has_items``); the total would be less than what is collected, or is being
            collected (``ck_orders_total_covers_attempts``); as :meth:`place`.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        await self._lock(order)
        held = await self.items(order.id)
        offered = await self._locked_products(item.product_id for item in (*held, *items))
        rows = placing.replaced(order, held, items, offered, await self._collected(order))
        wanted = {f"new_{name}": value for name, value in rows.order.items()}
        changed = await ROWS.run(self._executor, statements.REPLACE, order, {**wanted, **_taken(rows)})
        await self._store_items(changed, rows)
        before = {name: getattr(order, name) for name in rows.order}
        self._note(
            "order.items_replaced",
            changed,
            {**before, "items": _told(dict(item) for item in held)},
            {**rows.order, "items": _told(rows.items)},
        )
        return changed

    async def _lock(self, order: Order) -> None:
        locked = await self.get_for_update(order.id)
        if locked.version != order.version:
            raise await ROWS.stale(self._executor, order)

    async def _locked_products(self, ids: Iterable[int]) -> dict[int, Product]:
        rows = await self._executor.fetch(statements.LOCK_PRODUCTS, {"ids": sorted(set(ids))})
        return {product.id: product for product in map(_read_product, rows)}

    async def _collected(self, order: Order) -> Collected:
        rows = await self._executor.fetch(OF_ORDER, {"order_id": order.id})
        return collected(map(_read_transaction, rows))

    async def _of_number(self, order_number: str) -> Order | None:
        row = await self._executor.fetch_row(statements.BY_NUMBER, {"order_number": order_number})
        return None if row is None else ROWS.read(row)

    async def _same(self, first: Order | None, cart: Cart) -> Order:
        items = () if first is None else await self.items(first.id)
        return placing.same_or_mismatch(first, items, cart)

    async def _store_items(self, order: Order, rows: OrderRows) -> None:
        items = arrays("item", placing.ITEM, rows.items)
        await self._executor.execute(statements.INSERT_ITEMS, {"order_id": order.id, **items})

    def _note(self, event: str, order: Order, before: Mapping[str, object], after: Mapping[str, object]) -> None:
        sides = {"before": before, "after": after}
        plain = [{name: value for name, value in side.items() if name not in _PERSONAL} for side in sides.values()]
        personal = {
            f"{side}.{name}": cast("JsonValue", value)
            for side, values in sides.items()
            for name, value in values.items()
            if name in _PERSONAL and value is not None
        }
        entry = {
            "action": AuditAction.UPDATE,
            "entity_type": order.entity,
            "entity_id": order.id,
            "event_type": event,
            "payload": before_and_after(*plain),
        }
        self._audit.record(entry, Personal(order.buyer_id, personal))


def _taken(rows: OrderRows) -> dict[str, object]:
    moved = [{"id": product, "stock_quantity": pieces} for product, pieces in rows.taken.items()]
    return arrays("taken", statements.TAKEN, moved)


def _told(items: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    return [{name: item[name] for name in ("product_id", "quantity", "unit_price_cents")} for item in items]
