"""An order, an item or a payment that does not add up is refused by every door: repository, bulk, raw SQL, COPY."""

# ruff: noqa: S608 - the names in the statements are the schema's own

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from platform_db.database.statement import Statement
from platform_db.database.translate import translate
from platform_db.domain.orders import Cart, CartItem
from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import RuleViolation
from platform_db.repositories.arrays import arrays, insert_from_arrays
from tests.integration.commerce.shop import DEPOT, opened_shop
from tests.parity.server_side import column_text
from tests.parity.source import Source, source_of
from tests.seed.refusals import REFUSALS
from tests.seed.rows import store
from tests.seed.superuser import superuser_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from platform_db.repositories.work import Database
    from tests.raw import Raw

    Changed = Sequence[Mapping[str, object]]

RULES: Final = (
    "ck_orders_total_positive",
    "ck_order_items_quantity_positive",
    "ck_payments_amount_positive",
    "ck_orders_total_calculation",
    "ck_order_items_total_calculation",
)
TABLES: Final = sorted({REFUSALS[rule].table for rule in RULES})
SERVERS: Final = {"id", "created_at", "updated_at"}
"""Columns that the worker leaves to the server."""


class Copying(Protocol):
    """What asyncpg does with COPY."""

    async def copy_to_table(self, table_name: str, **options: Any) -> str: ...  # noqa: ANN401 - its own options


class Doors:
    """The ways past the repositories into a table whose triggers and foreign keys are out of the way."""

    def __init__(self, database: Database, worker: Raw, superuser: Raw) -> None:
        self.database = database
        self.worker = worker
        self.superuser = superuser

    async def raw_sql(self, table: str, rows: Changed) -> None:
        """One INSERT of raw SQL a row, as background work, in one transaction."""
        async with self.worker.transaction():
            for changed in rows:
                await store(self.worker, table, changed)

    async def bulk(self, table: str, rows: Changed) -> None:
        """Every row in one statement, as the library writes many."""
        source = source_of(table)
        names = [column.name for column in source.written if column.name not in SERVERS]
        statement = Statement(insert_from_arrays(source.table, names, "row"))
        async with self.database.unit_of_work() as work:
            await work.execute(statement, arrays("row", names, [{**source.row, **changed} for changed in rows]))

    async def copy(self, table: str, rows: Changed, connection: Raw | None = None) -> None:
        """COPY FROM, as the superuser unless another connection is given."""
        source = source_of(table)
        copying = cast("Copying", connection or self.superuser)
        await copying.copy_to_table(
            table,
            source=io.BytesIO(_csv(source, rows)),
            columns=[column.name for column in source.written],
            format="csv",
            null="<null>",
        )


def _csv(source: Source, rows: Changed) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    for changed in rows:
        row = {**source.row, **changed}
        values = (column_text(column, row[column.name]) for column in source.written)
        writer.writerow(["<null>" if value is None else value for value in values])
    return text.getvalue().encode()


@pytest_asyncio.fixture(loop_scope="session")
async def doors(database: Database, worker: Raw, database_url: str) -> AsyncIterator[Doors]:
    async with superuser_of(database_url) as superuser:
        for table in TABLES:
            await superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            keys = await superuser.fetch(
                "SELECT conname FROM pg_constraint WHERE conrelid = to_regclass($1) AND contype = 'u'", table
            )
            for row in keys:
                await superuser.execute(f"ALTER TABLE {table} DROP CONSTRAINT {row[0]} CASCADE")
        yield Doors(database, worker, superuser)


async def refusal_of(act: Awaitable[None]) -> list[str]:
    """The rules under which a door refuses, by the library's error."""
    try:
        await act
    except RuleViolation as error:
        return [violation.rule for violation in error.violations]
    except asyncpg.PostgresError as error:
        found = translate(error)
        assert isinstance(found, RuleViolation), found
        return [violation.rule for violation in found.violations]
    return []


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("door", [Doors.raw_sql, Doors.bulk, Doors.copy], ids=lambda door: door.__name__)
async def test_a_door_past_the_repositories_refuses_it(
    doors: Doors, rule: str, door: Callable[[Doors, str, Changed], Awaitable[None]]
) -> None:
    refusal = REFUSALS[rule]
    count = f"SELECT count(*) FROM {refusal.table}"
    good, other = {**refusal.admitted[0], "id": 1_000_001}, {**refusal.admitted[0], "id": 1_000_002}
    for bad in refusal.refused:
        # when it comes between two rows that are right, then it is refused by its name, and they with it
        assert await refusal_of(door(doors, refusal.table, [good, {**bad, "id": 1_000_003}, other])) == [rule]
        assert await doors.superuser.fetchval(count) == 0
    # and without it they are stored
    assert await refusal_of(door(doors, refusal.table, [good, other])) == []
    assert await doors.superuser.fetchval(count) == 2


@pytest.mark.parametrize("table", TABLES)
async def test_a_service_copies_into_no_such_table(doors: Doors, table: str) -> None:
    # PostgreSQL refuses COPY FROM under row security, and background work is under it too
    with pytest.raises(asyncpg.FeatureNotSupportedError):
        await doors.copy(table, [{}], doors.worker)
    assert await doors.superuser.fetchval(f"SELECT count(*) FROM {table}") == 0


# -- the repositories --------------------------------------------------------------------


async def rows_of(worker: Raw, *tables: str) -> list[int]:
    return [await worker.fetchval(f"SELECT count(*) FROM {table}") for table in tables]


@pytest.mark.parametrize(
    ("terms", "rule"),
    [
        ({"discount": Decimal("450.00")}, "ck_orders_total_positive"),
        ({"discount": Decimal("450.01")}, "ck_orders_discount_within_subtotal"),
        ({"discount": Decimal("-0.01")}, "ck_orders_discount_non_negative"),
        ({"shipping_cost": Decimal("-540.00")}, "ck_orders_shipping_non_negative"),
        ({"expected_total": Decimal("539.99")}, "total_as_expected"),
        ({"expected_total": Decimal("-540.00")}, "total_as_expected"),
    ],
)
async def test_the_repository_places_no_order_that_does_not_add_up(
    database: Database, worker: Raw, terms: dict[str, Any], rule: str
) -> None:
    shop = await opened_shop(database, worker)
    given = {"buyer_id": shop.buyer, "items": shop.items(("freze", 1)), "shipping": DEPOT, **terms}
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work(as_user=shop.buyer) as work:
            await work.orders.place(Cart.parse(given))
    assert refused.value.rule == rule
    assert await rows_of(worker, "orders", "order_items") == [0, 0]


@pytest.mark.parametrize("quantity", [0, -1])
async def test_the_repository_places_no_order_without_pieces(database: Database, worker: Raw, quantity: int) -> None:
    shop = await opened_shop(database, worker)
    item = {"product_id": shop.products["freze"], "quantity": quantity}
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work(as_user=shop.buyer) as work:
            await work.orders.place(Cart.parse({"buyer_id": shop.buyer, "items": (item,), "shipping": DEPOT}))
    assert refused.value.rule == "ck_order_items_quantity_positive"
    assert await rows_of(worker, "orders", "order_items") == [0, 0]


@pytest.mark.parametrize("amount", [Decimal(0), Decimal("-0.01")])
async def test_the_repository_records_no_payment_of_nothing(database: Database, worker: Raw, amount: Decimal) -> None:
    shop = await opened_shop(database, worker)
    new = {"user_id": shop.buyer, "invoice_id": 1, "amount": amount, "provider": "iyzico", "provider_ref": "r"}
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work(as_user=shop.buyer) as work:
            await work.payments.record(NewPayment.parse(new))
    assert refused.value.rule == "ck_payments_amount_positive"
    assert await rows_of(worker, "payments") == [0]


async def test_the_repository_computes_what_callers_cannot_give(database: Database, worker: Raw) -> None:
    # given an order of two items
    shop = await opened_shop(database, worker)
    async with database.unit_of_work(as_user=shop.buyer) as work:
        order = await work.orders.place(shop.cart(("freze", 2), ("matkap", 3), shipping_cost="10"))
        items = await work.orders.items(order.id)
    # then its amounts are those of its items, no input has a place for another, and the model admits no other
    assert {name for name in (*Cart.model_fields, *CartItem.model_fields) if name.endswith(("total", "_cents"))} == {
        "expected_total"
    }
    assert order.total_cents == order.subtotal_cents + order.tax_cents + 1_000
    assert order.subtotal_cents == 2 * 45_000 + 3 * 1_999
    assert [item.total_price_cents for item in items] == [90_000, 5_997]
    with pytest.raises(RuleViolation) as refused:
        order.checked({"total_cents": order.total_cents + 1, "total_try_cents": order.total_cents + 1})
    assert "ck_orders_total_calculation" in {violation.rule for violation in refused.value.violations}
