"""One constraint is taken away, told, and put back: while it is gone its rows pass, afterwards they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from platform_db.errors import RuleViolation
from platform_db.migration.drift import drift
from platform_db.migration.failures import RowsInTheWay
from platform_db.migration.steps import AddCheck, Comment, Validate
from platform_db.operations.server import BOOTSTRAP_ROLE
from platform_db.schema.catalog import catalog
from tests.conftest import LOOP_SCOPE
from tests.raw import connect as connect_raw
from tests.seed.refusals import REFUSALS
from tests.seed.rows import refused, store, without_triggers
from tests.seed.steps import run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.operations.server import EmbeddedServer
    from tests.raw import Raw

NAME: Final = "ck_orders_total_positive"
DROP: Final = f"ALTER TABLE orders DROP CONSTRAINT IF EXISTS {NAME}"
ADD: Final = AddCheck.of("orders", NAME)
BACK: Final = (ADD, Validate("orders", NAME), Comment.on_constraint("orders", NAME, str(catalog()[NAME].message)))
FREE: Final = REFUSALS[NAME].refused[0]
"""An order whose total is zero."""


@pytest_asyncio.fixture(loop_scope=LOOP_SCOPE)
async def superuser(server: EmbeddedServer, database_url: str) -> AsyncIterator[Raw]:
    name = urlsplit(database_url).path.removeprefix("/")
    connection = await connect_raw(server.url(name, user=BOOTSTRAP_ROLE))
    yield connection
    await connection.close()


async def differing(url: str) -> list[str]:
    return [difference.name for difference in (await drift(url)).differences]


async def take_in(superuser: Raw) -> None:
    """Store a free order as somebody does who goes around everything but the constraints."""
    async with superuser.transaction():
        # Guards that always fire ask of changes only, so nothing has to be taken off, and set again as it was.
        await superuser.execute("SET LOCAL session_replication_role = replica")
        await store(superuser, "orders", FREE)


async def test_a_dropped_constraint_is_told_and_put_back(database_url: str, superuser: Raw) -> None:
    # given a database whose operator dropped one constraint
    await superuser.execute(DROP)
    # then that one is told to be missing, and nothing else
    assert await differing(database_url) == [f"constraint orders.{NAME}"]
    # and when it is put back, then the database is equal again, and a second time changes nothing
    await run(database_url, *BACK)
    await run(database_url, *BACK)
    assert await differing(database_url) == []


async def test_rows_that_came_in_between_are_named_before_it_is_put_back(database_url: str, superuser: Raw) -> None:
    # given a row that came while the constraint was gone
    await superuser.execute(DROP)
    await take_in(superuser)
    # when it is put back, then the row is named and nothing has changed
    with pytest.raises(RowsInTheWay, match=r"1 row\(s\) of orders break ck_orders_total_positive: 9001"):
        await run(database_url, *BACK)
    assert await differing(database_url) == [f"constraint orders.{NAME}"]
    # and once the row is gone, it comes back, and the next such row is refused by its name
    await superuser.execute("DELETE FROM orders")
    await run(database_url, *BACK)
    assert await differing(database_url) == []
    async with superuser.transaction():
        await without_triggers(superuser, "orders")
        error = await refused(superuser, "orders", FREE)
    assert isinstance(error, RuleViolation)
    assert [violation.rule for violation in error.violations] == [NAME]


async def test_an_old_row_stays_while_new_ones_are_refused(database_url: str, superuser: Raw) -> None:
    # given an old row, and the constraint added without reading it
    await superuser.execute(DROP)
    await take_in(superuser)
    await superuser.execute(ADD.up()[0].sql)
    # when a new one like it comes, then it is refused
    async with superuser.transaction():
        await without_triggers(superuser, "orders")
        error = await refused(superuser, "orders", {**FREE, "id": 9_002, "order_number": "SIP-2026-009002"})
    assert isinstance(error, RuleViolation)
    # and the old one is there, and named when the constraint is to be validated
    assert await superuser.fetchval("SELECT count(*) FROM orders") == 1
    with pytest.raises(RowsInTheWay, match="9001"):
        await run(database_url, Validate("orders", NAME))
