"""What the views say of known documents, exactly, and who may read it."""

from __future__ import annotations

import json
import operator
from contextlib import asynccontextmanager
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from platform_db.domain.invoices.returns import InvoiceReturn
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.users import NewUser
from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts
from platform_db.schema.roles import Role
from platform_db.schema.views import views
from tests.invoice_examples import DAY, MANY_SIDED, SERIES, WITHHELD, draft, issue_document, line
from tests.parity.examples.products import ROW as PRODUCT
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.repositories.work import Database
    from tests.raw import Raw

MONTH = DAY.replace(day=1)
TABLES = {
    "invoice_amounts": "invoices",
    "invoice_line_amounts": "invoice_lines",
    "payment_amounts": "payments",
    "order_amounts": "orders",
    "order_item_amounts": "order_items",
    "order_transaction_amounts": "order_transactions",
    "product_prices": "products",
}


@asynccontextmanager
async def acting(url: str, role: str, user_id: int | None = None) -> AsyncGenerator[Raw]:
    connection = await connect(url)
    try:
        await connection.execute(f"SET ROLE {role}")
        await connection.execute("SELECT set_config('app.user_id', $1, false)", "" if user_id is None else str(user_id))
        yield connection
    finally:
        await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def books(database: Database) -> tuple[int, int]:
    """Two users: one with two sales, a withheld one, a return, a draft and a cancelled one; one with a sale in USD."""
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
        first = (await work.users.register(NewUser(email="muhasebe@ornek-imalat.com.tr"))).id
        other = (await work.users.register(NewUser(email="ihracat@ornek-imalat.com.tr"))).id
    async with database.unit_of_work() as work:
        sale = await work.invoices.issue(await work.invoices.draft(draft(first)), SERIES)
        reduced = issue_document(lines=[line(kdv_rate="10", unit_price="0.05", quantity="1")])
        await work.invoices.issue(await work.invoices.draft(draft(first, reduced)), SERIES)
        await work.invoices.issue(await work.invoices.draft(draft(first, WITHHELD)), SERIES)
        await work.invoices.draft(draft(first))
        void = await work.invoices.issue(await work.invoices.draft(draft(first)), SERIES)
        await work.invoices.cancel(void, "Mükerrer")
        await work.invoices.issue(await work.invoices.draft(draft(other, MANY_SIDED)), SERIES)
        back = await work.invoices.draft_return(sale, InvoiceReturn(issue_date=DAY))
        await work.invoices.issue(back, SERIES)
    return first, other


async def test_amounts_are_in_lira_with_two_places(database_url: str, books: tuple[int, int]) -> None:
    async with acting(database_url, "platform_readonly") as analyst:
        rows = await analyst.fetch(
            "SELECT concat_ws(' ', tax_exclusive, kdv, withheld, payable, paid, open) FROM invoice_amounts "
            "WHERE user_id = $1 AND status = 'issued' ORDER BY sequence",
            books[0],
        )
        cheap = await analyst.fetchval(
            "SELECT concat_ws(' ', unit_price, gross, net, kdv) FROM invoice_line_amounts WHERE unit_price = 0.05"
        )
    assert [row[0] for row in rows] == [
        "20000.00 4000.00 0.00 24000.00 0.00 24000.00",
        "0.05 0.01 0.00 0.06 0.00 0.06",
        "18000.00 3600.00 1800.00 19800.00 0.00 19800.00",
        "20000.00 4000.00 0.00 24000.00 0.00 24000.00",
    ]
    assert cheap == "0.05 0.05 0.05 0.01"


async def test_kdv_is_summed_by_month_return_and_rate(
    database: Database, database_url: str, books: tuple[int, int]
) -> None:
    # Given the one invoice in USD, of which each subtotal is converted and rounded to the kuruş
    async with database.unit_of_work(as_user=books[1]) as work:
        (foreign,) = (await work.invoices.page()).items
        parts = (await work.invoices.document(foreign.id)).tax_subtotals
    rate = Decimal("40.123456")
    assert foreign.exchange_rate == rate
    in_try = {
        part.rate: tuple(
            (cents * rate).quantize(Decimal(1), ROUND_HALF_UP) / 100 for cents in (part.base_cents, part.amount_cents)
        )
        for part in parts
        if part.tax_code == "0015"
    }
    # When an analyst reads the summary
    async with acting(database_url, "platform_readonly") as analyst:
        rows = await analyst.fetch(
            "SELECT month, is_return, rate, invoice_count, base_try, kdv_try FROM kdv_period_summary "
            "ORDER BY is_return, rate"
        )
    # Then drafts and the cancelled invoice are left out, and the return stands apart
    assert [tuple(row[:6]) for row in rows] == [
        (MONTH, False, Decimal(0), 1, *in_try[Decimal(0)]),
        (
            MONTH,
            False,
            Decimal(10),
            2,
            Decimal("0.05") + in_try[Decimal(10)][0],
            Decimal("0.01") + in_try[Decimal(10)][1],
        ),
        (MONTH, False, Decimal(20), 3, *map(operator.add, in_try[Decimal(20)], (38_000, 7_600))),
        (MONTH, True, Decimal(20), 1, Decimal(20_000), Decimal(4_000)),
    ]


async def test_money_at_the_end_of_its_type_keeps_every_kurus(database_url: str) -> None:
    async with acting(database_url, "platform_worker") as worker:
        columns = {name: value for name, value in PRODUCT.items() if name != "id"}
        names, values = ", ".join(columns), ", ".join(f"(row).{name}" for name in columns)
        user = await worker.fetchval("INSERT INTO users (email) VALUES ('satici@ornek-imalat.com.tr') RETURNING id")
        await worker.execute(
            f"INSERT INTO products ({names}) SELECT {values} FROM (SELECT jsonb_populate_record(NULL::products, "  # noqa: S608
            "$1::text::jsonb || jsonb_build_object('sale_price_cents', 9223372036854775807)) AS row) AS made",
            json.dumps(
                {**columns, "vendor_id": user, "created_by_user_id": user, "updated_by_user_id": user}, default=str
            ),
        )
        assert str(await worker.fetchval("SELECT sale_price FROM product_prices")) == "92233720368547758.07"


async def test_a_user_reads_only_its_own_rows(database_url: str, books: tuple[int, int]) -> None:
    first, other = books
    async with acting(database_url, "platform_app", other) as app:
        assert await app.fetchval("SELECT count(*) FROM invoice_amounts") == 1
        assert await app.fetchval("SELECT count(DISTINCT invoice_id) FROM invoice_line_amounts") == 1
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.fetch("SELECT * FROM kdv_period_summary")
    async with acting(database_url, "platform_app") as nobody:
        assert await nobody.fetchval("SELECT count(*) FROM invoice_amounts") == 0
    assert first != other


async def test_no_view_shows_a_personal_column(database_url: str) -> None:
    personal = {(view, column) for view, table in TABLES.items() for column in facts(metadata.tables[table]).personal}
    async with acting(database_url, "platform_readonly") as analyst:
        shown = await analyst.fetch(
            "SELECT table_name, column_name, has_table_privilege(table_name, 'SELECT') AS reads "
            "FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ANY($1)",
            [view.name for view in views()],
        )
    assert {row["table_name"] for row in shown} == {view.name for view in views()}
    assert all(row["reads"] for row in shown)
    assert not {(row["table_name"], row["column_name"]) for row in shown} & personal


@pytest.mark.parametrize("view", [view.name for view in views()])
async def test_every_reader_reads_every_view(database_url: str, view: str) -> None:
    readers = next(each.readers for each in views() if each.name == view)
    for role in Role:
        async with acting(database_url, role, 1) as reader:
            if role in readers or role is Role.OWNER:
                assert await reader.fetchval(f"SELECT count(*) FROM {view}") == 0  # noqa: S608 - its own name
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await reader.fetch(f"SELECT count(*) FROM {view}")  # noqa: S608 - its own name
