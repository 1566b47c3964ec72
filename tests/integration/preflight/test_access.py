"""As whom preflight reads: never as one that row security hides rows from; never with a lock that holds writers up."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from platform_db.errors import NotAllowed, UsageError
from platform_db.migration.connection import connection
from platform_db.operations.preflight import chosen_tables, preflight
from platform_db.operations.preflight.session import Session
from tests.integration.preflight.planting import Ground
from tests.parity.source import source_of
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.raw import Raw


@pytest_asyncio.fixture(loop_scope="session")
async def owner(database_url: str) -> AsyncIterator[Raw]:
    """The owner of a migrated database's tables, in which order 7 breaks a rule."""
    opened = await connect(database_url)
    await opened.execute("SET ROLE platform_owner")
    await opened.execute("ALTER TABLE orders DISABLE TRIGGER USER")
    await opened.execute("ALTER TABLE orders DROP CONSTRAINT ck_orders_shipping_non_negative")
    await opened.execute("ALTER TABLE orders DROP CONSTRAINT ck_orders_total_calculation")
    users, orders = source_of("users"), source_of("orders")
    ground = Ground(database_url, opened)
    await ground.plant(users.table, [{**users.row, "id": orders.row["buyer_id"]}])
    await ground.plant(orders.table, [{**orders.row, "id": 7, "shipping_cents": -1}])
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(database_url: str, superuser_url: str) -> AsyncIterator[str]:
    """The address of the database for a login without any right; its name is the user of the address."""
    name = f"reader_{secrets.token_hex(6)}"
    administrator = await connect(superuser_url)
    await administrator.execute(f"CREATE ROLE {name} LOGIN NOINHERIT PASSWORD 'x'")
    parts = urlsplit(database_url)
    yield parts._replace(netloc=f"{name}:x@{parts.netloc.rpartition('@')[2]}").geturl()
    inside = await connect(urlsplit(superuser_url)._replace(path=parts.path).geturl())
    await inside.execute(f"DROP OWNED BY {name}")
    await inside.close()
    await administrator.execute(f"DROP ROLE {name}")
    await administrator.close()


def name_of(url: str) -> str:
    return str(urlsplit(url).username)


async def role_and_rows(url: str) -> tuple[str, list[object]]:
    """As whom the orders were read, and which of them break a rule."""
    report = await preflight(url, chosen_tables(["orders"]))
    return report.role, [row.key["id"] for each in report.findings for row in each.samples if "shipping" in each.name]


async def grant(superuser_url: str, sql: str) -> None:
    administrator = await connect(superuser_url)
    await administrator.execute(sql)
    await administrator.close()


async def test_it_reads_as_the_role_that_may_do_least(owner: Raw, database_url: str) -> None:
    del owner
    assert await role_and_rows(database_url) == ("platform_auditor", [7])


async def test_a_member_of_one_role_reads_as_that(owner: Raw, stranger: str, superuser_url: str) -> None:
    del owner
    await grant(superuser_url, f"GRANT platform_worker TO {name_of(stranger)}")

    assert await role_and_rows(stranger) == ("platform_worker", [7])


async def test_a_login_that_row_security_hides_rows_from_is_refused(owner: Raw, stranger: str) -> None:
    # Given a login that may SELECT, for which there is no policy
    await owner.execute(f"GRANT SELECT ON orders, users TO {name_of(stranger)}")

    with pytest.raises(NotAllowed, match="hide rows of orders, users from this login"):
        await role_and_rows(stranger)


async def test_a_policy_that_shows_some_rows_is_not_enough(owner: Raw, stranger: str) -> None:
    name = name_of(stranger)
    await owner.execute(f"GRANT SELECT ON orders, users TO {name}")
    await owner.execute(f"CREATE POLICY few ON orders FOR SELECT TO {name} USING (id < 7)")
    await owner.execute(f"CREATE POLICY every ON users FOR SELECT TO {name} USING (true)")

    with pytest.raises(NotAllowed, match="hide rows of orders from this login"):
        await role_and_rows(stranger)


async def test_a_policy_that_takes_rows_away_is_noticed(owner: Raw, database_url: str) -> None:
    # Given a restrictive policy for every role but the owner
    await owner.execute(
        "CREATE POLICY less ON orders AS RESTRICTIVE TO platform_worker, platform_auditor USING (id < 7)"
    )

    assert await role_and_rows(database_url) == ("platform_owner", [7])


async def test_a_login_that_may_not_read_a_column_is_refused(owner: Raw, stranger: str, superuser_url: str) -> None:
    del owner
    await grant(superuser_url, f"GRANT platform_readonly TO {name_of(stranger)}")

    with pytest.raises(NotAllowed, match="orders, users"):
        await role_and_rows(stranger)


async def test_the_right_to_read_is_enough_where_there_is_no_row_security(owner: Raw, stranger: str) -> None:
    await owner.execute("ALTER TABLE orders DISABLE ROW LEVEL SECURITY; ALTER TABLE users DISABLE ROW LEVEL SECURITY")
    await owner.execute(f"GRANT SELECT ON orders, users TO {name_of(stranger)}")

    assert await role_and_rows(stranger) == (name_of(stranger), [7])


async def test_nothing_can_be_written_where_it_reads(owner: Raw, database_url: str) -> None:
    del owner
    async with connection(database_url) as opened:
        session = Session(opened, "platform_owner")
        async with session.transaction():
            with pytest.raises(UsageError, match="read only"):
                await session.ask("UPDATE orders SET notes = 'x'")


async def test_writers_go_on_while_a_table_is_read(owner: Raw, database_url: str) -> None:
    async with connection(database_url) as opened:
        session = Session(opened, "platform_owner")
        async with session.transaction():
            before = (await session.ask("SELECT notes FROM orders"))[0][0]

            await owner.execute("SET lock_timeout = '1s'")
            await owner.execute("UPDATE orders SET shipping_cents = 5000, notes = 'written meanwhile'")

            # The transaction still sees what it saw
            assert (await session.ask("SELECT notes FROM orders"))[0][0] == before
    assert await owner.fetchval("SELECT notes FROM orders") == "written meanwhile"
