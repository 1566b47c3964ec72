"""A caller's own SQLAlchemy connection or session, and repositories in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ENUM, JSONB
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from platform_db.database import Identity, Outcome, Role, Statement
from platform_db.errors import AlreadyExists, ConfigurationError, RuleViolation, UsageError
from tests.integration.database.scene import INSERT, WHO, Address, Database, Raw, sql, stored

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

    from platform_db.database import Row

COUNT = sql("SELECT count(*) FROM items")


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    name: Mapped[str]


def engine_of(url: str, **options: object) -> AsyncEngine:
    return create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"), hide_parameters=True, **options)


@pytest_asyncio.fixture(loop_scope="session")
async def engine(address: Address, admin: Raw) -> AsyncIterator[AsyncEngine]:
    del admin
    made = engine_of(address.inheriting)
    yield made
    await made.dispose()


async def test_both_are_in_one_transaction_that_the_caller_ends(
    database: Database, engine: AsyncEngine, admin: Raw
) -> None:
    async with engine.connect() as connection:
        async with database.enlist(connection) as work:
            await work.execute(INSERT, {"name": "ours", "amount": 1})
        await connection.execute(sa.text("INSERT INTO items (name) VALUES ('theirs')"))
        assert await stored(admin) == []
        await connection.commit()

        assert work.outcome is Outcome.LEFT_TO_CALLER
        assert await stored(admin) == ["ours", "theirs"]

        async with database.enlist(connection) as work:
            await work.execute(INSERT, {"name": "undone", "amount": 1})
        await connection.rollback()

    assert await stored(admin) == ["ours", "theirs"]


async def test_the_callers_role_stays_and_the_settings_are_sent(database: Database, engine: AsyncEngine) -> None:
    identity = Identity.model_validate({"user_id": 7, "session_id": 9, "ip": "10.0.0.1", "user_agent": "it's \\"})
    async with engine.begin() as connection:
        async with database.enlist(connection, as_user=identity) as work:
            row = await work.fetch_row(WHO)
        async with database.enlist(connection) as work:
            next_row = await work.fetch_row(WHO)

    assert row is not None
    assert next_row is not None
    names = ("role", "user_id", "session_id", "ip", "user_agent")
    assert [row[name] for name in names] == ["database_test_worker", "7", "9", "10.0.0.1", "it's \\"]
    assert [next_row[name] for name in names] == ["database_test_worker", "", "", "", ""]


async def test_a_given_role_holds_until_the_transaction_ends(database: Database, address: Address) -> None:
    engine = engine_of(address.login, pool_size=1)
    async with engine.connect() as connection:
        async with database.enlist(connection, role=Role.APP, as_user=7) as work:
            row = await work.fetch_row(WHO)
        inside = await connection.scalar(sa.text("SELECT current_user::text"))
        await connection.commit()
        after = await connection.scalar(sa.text("SELECT current_user::text"))
    await engine.dispose()

    assert row is not None
    assert (row["role"], inside, after) == ("platform_app", "platform_app", "database_test_login")


async def test_a_superuser_is_refused_unless_a_role_is_given(database: Database, address: Address) -> None:
    engine = engine_of(address.superuser)
    async with engine.begin() as connection:
        with pytest.raises(ConfigurationError, match="row security"):
            async with database.enlist(connection) as work:
                await work.fetch_row(WHO)
        async with database.enlist(connection, role=Role.WORKER) as work:
            row = await work.fetch_row(WHO)
    await engine.dispose()

    assert row is not None
    assert row["role"] == "platform_worker"


@pytest.mark.parametrize("place", ["engine", "connection"])
async def test_autocommit_is_refused(database: Database, address: Address, admin: Raw, place: str) -> None:
    engine = engine_of(address.inheriting, **({"isolation_level": "AUTOCOMMIT"} if place == "engine" else {}))
    async with engine.connect() as plain:
        connection = plain
        if place == "connection":
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        with pytest.raises(ConfigurationError, match="AUTOCOMMIT"):
            async with database.enlist(connection) as work:
                await work.execute(INSERT, {"name": "a", "amount": 1})
    await engine.dispose()

    assert await stored(admin) == []


async def test_a_session_shares_objects_and_transaction(database: Database, engine: AsyncEngine, admin: Raw) -> None:
    async with AsyncSession(engine) as session:
        session.add(Item(name="object"))
        async with database.enlist(session) as work:
            # The object is written first, as before a statement of the session itself.
            assert await work.fetch_value(COUNT) == 1
            await work.execute(INSERT, {"name": "row", "amount": 1})
        assert set(await session.scalars(sa.select(Item.name))) == {"object", "row"}
        await session.commit()

    assert await stored(admin) == ["object", "row"]


async def test_a_lazy_nested_block_of_the_session_is_sent_first(
    database: Database, engine: AsyncEngine, admin: Raw
) -> None:
    async with AsyncSession(engine) as session:
        async with database.enlist(session) as work:
            await work.execute(INSERT, {"name": "a", "amount": 1})
            with pytest.raises(LookupError):
                async with session.begin_nested():
                    await work.execute(INSERT, {"name": "b", "amount": 1})
                    raise LookupError
            await work.execute(INSERT, {"name": "c", "amount": 1})
        await session.commit()

    assert await stored(admin) == ["a", "c"]


@pytest.mark.parametrize("kind", ["connection", "session"])
async def test_a_savepoint_undoes_only_itself(database: Database, engine: AsyncEngine, admin: Raw, kind: str) -> None:
    async with AsyncSession(engine) if kind == "session" else engine.connect() as target:
        async with database.enlist(target) as work:
            await work.execute(INSERT, {"name": "a", "amount": 1})
            with pytest.raises(AlreadyExists):
                async with work.savepoint():
                    await work.execute(INSERT, {"name": "b", "amount": 1})
                    await work.execute(INSERT, {"name": "a", "amount": 1})
            async with work.savepoint():
                await work.execute(INSERT, {"name": "c", "amount": 1})
        await target.commit()

    assert await stored(admin) == ["a", "c"]


async def test_a_transaction_ended_inside_the_block_is_noticed(
    database: Database, engine: AsyncEngine, admin: Raw
) -> None:
    async with engine.connect() as connection:
        with pytest.raises(UsageError, match="ended its transaction"):
            async with database.enlist(connection) as work:
                await work.execute(INSERT, {"name": "a", "amount": 1})
                await connection.commit()
                await work.execute(INSERT, {"name": "b", "amount": 1})

    assert await stored(admin) == ["a"]


async def test_errors_are_ours_and_come_without_values(database: Database, engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        with pytest.raises(RuleViolation) as caught:
            async with database.enlist(connection) as work:
                await work.execute(INSERT, {"name": "private", "amount": -1})

    assert caught.value.rule == "ck_items_amount_non_negative"
    assert "private" not in repr(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


async def test_one_statement_gives_the_same_row_on_both_ways(database: Database, engine: AsyncEngine) -> None:
    items = sa.table(
        "items",
        sa.column("name", sa.Text),
        sa.column("data", JSONB),
        sa.column("shade", ENUM("red", "green", name="shade")),
        sa.column("key", sa.Uuid),
    )
    insert = Statement(
        sa.insert(items)
        .values({name: sa.bindparam(name) for name in ("name", "data", "shade")})
        .returning(items.c.name, items.c.data, items.c.shade)
    )
    rows: list[Row | None] = []
    async with database.unit_of_work() as work:
        rows.append(await work.fetch_row(insert, {"name": "pool", "data": {"a": [1, "ı"]}, "shade": "green"}))
    async with engine.begin() as connection, database.enlist(connection) as work:
        rows.append(await work.fetch_row(insert, {"name": "theirs", "data": {"a": [1, "ı"]}, "shade": "green"}))

    assert [dict(row.items()) for row in rows if row] == [
        {"name": "pool", "data": {"a": [1, "ı"]}, "shade": "green"},
        {"name": "theirs", "data": {"a": [1, "ı"]}, "shade": "green"},
    ]


async def test_rows_stream_from_the_callers_connection(database: Database, engine: AsyncEngine) -> None:
    async with engine.begin() as connection, database.enlist(connection) as work:
        sizes = [len(rows) async for rows in work.stream(sql("SELECT generate_series(1, 7)"), batch=3)]

    assert sizes == [3, 3, 1]


async def test_the_database_need_not_be_open_for_it(
    make_database: Callable[..., Database], engine: AsyncEngine
) -> None:
    async with engine.begin() as connection, make_database().enlist(connection) as work:
        assert await work.fetch_value(COUNT) == 0
