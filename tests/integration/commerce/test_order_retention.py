"""Ten years after its year an order says what was bought, and no longer whose door it went to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.domain.orders import ShippingEvent
from platform_db.errors import RuleViolation
from platform_db.operations.retention import Swept, retain
from tests.integration.commerce.shop import shipped
from tests.integration.commerce.test_order_operations import AT

if TYPE_CHECKING:
    from platform_db.domain.orders import Order
    from platform_db.repositories.work import Database
    from tests.integration.commerce.shop import Shop
    from tests.raw import Raw

MASK = "[anonymised]"
_AGED = """
    SET ROLE platform_owner;
    ALTER TABLE orders DISABLE TRIGGER orders_touch;
    UPDATE orders SET created_at = make_timestamptz(
        extract(year FROM now() AT TIME ZONE 'Europe/Istanbul')::int - 10, 1, 1, 0, 0, 0, 'Europe/Istanbul'
    ) - interval '{before}'
    WHERE id = {order};
    ALTER TABLE orders ENABLE TRIGGER orders_touch;
    SET ROLE platform_worker
"""


async def old(database: Database, shop: Shop, worker: Raw, *, before: str) -> Order:
    """A cancelled order, placed so long before the first day that is kept."""
    async with database.unit_of_work() as work:
        sent = await shipped(work, await work.orders.place(shop.cart(("freze", 1), notes="Zili çalın")))
        await work.orders.append_shipping_event(sent.id, ShippingEvent(status="Yolda", at=AT, place="Ümraniye"))
        order = await work.orders.cancel(await work.orders.get(sent.id), "Ad Soyad vazgeçti")
    await worker.execute(_AGED.format(before=before, order=order.id))
    async with database.unit_of_work() as work:
        return await work.orders.get(order.id)


async def test_the_recipient_goes_and_the_amounts_stay(database: Database, shop: Shop, worker: Raw) -> None:
    # given two orders past the term, and one placed on the first day that is kept
    second, first = [await old(database, shop, worker, before=before) for before in ("1 second", "1 year")]
    kept = await old(database, shop, worker, before="0 seconds")

    # when they are swept one by one
    async with database.unit_of_work() as work:
        swept = [(await work.orders.anonymise_due(1))[0] for _ in range(2)]
        assert await work.orders.anonymise_due() == ()

    # then the oldest came first, and nobody is named any more
    assert [order.id for order in swept] == [first.id, second.id]
    gone = swept[0]
    persons = ("name", "phone", "email", "address", "city", "state", "postal_code", "country")
    assert [getattr(gone, f"shipping_{name}") for name in persons] == [
        MASK,
        "+902000000000",
        None,
        MASK,
        MASK,
        None,
        None,
        "TR",
    ]
    told = (gone.notes, gone.tracking_number, gone.cancellation_reason, gone.shipping_events)
    assert told == (None, None, MASK, [])
    same = {name for name in type(gone).model_fields if name.endswith(("_cents", "_at"))} - {"updated_at"}
    assert gone.model_dump(include={*same, "order_number", "buyer_id"}) == first.model_dump(
        include={*same, "order_number", "buyer_id"}
    )
    async with database.unit_of_work() as work:
        assert await work.orders.get(kept.id) == kept
        entries = (await work.audit.page(limit=3)).items
    told_of = [entry.payload for entry in entries if entry.event_type == "order.swept_anonymised"]
    assert told_of == [{"after": {"ids": [order.id], "count": 1}} for order in reversed(swept)]


async def test_the_sweep_of_all_tables_has_it(database: Database, shop: Shop, worker: Raw) -> None:
    await old(database, shop, worker, before="1 day")

    assert await retain(database, ["orders"], batch=1) == (Swept("orders", 1),)
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation):
            await work.orders.anonymise_due(0)
