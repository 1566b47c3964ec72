"""A database of its own, its logins, and a wire to it that can be cut."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_db.settings import Settings
from tests.integration.database.scene import (
    CATALOG,
    INHERITING_LOGIN,
    LOGIN,
    SCHEMA,
    Address,
    Database,
    Raw,
    connect,
    url_of,
)
from tests.integration.database.wire import Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


@pytest.fixture(scope="session")
def server_url(superuser_url: str, template: str) -> str:
    """The superuser's address, once the migrations have made the roles: the login is then a member of them."""
    del template
    return superuser_url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(server_url: str) -> AsyncIterator[Address]:
    name = f"database_tests_{os.getpid()}"
    server = await connect(server_url)
    for role, rights in (
        ("platform_app", "NOLOGIN"),
        ("platform_worker", "NOLOGIN"),
        (LOGIN, "LOGIN NOINHERIT"),
        (INHERITING_LOGIN, "LOGIN INHERIT"),
    ):
        await server.execute(
            f"DO $$ BEGIN CREATE ROLE {role} {rights}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
    await server.execute(f"CREATE DATABASE {name}")
    # Only a superuser can set it; a second would pass in every test that makes one.
    await server.execute(f"ALTER DATABASE {name} SET deadlock_timeout = '50ms'")
    superuser = url_of(server_url, database=name)
    tables = await connect(superuser)
    await tables.execute(SCHEMA)
    await tables.close()
    yield Address(
        login=url_of(server_url, database=name, user=LOGIN),
        superuser=superuser,
        inheriting=url_of(server_url, database=name, user=INHERITING_LOGIN),
    )
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def admin(address: Address) -> AsyncIterator[Raw]:
    """Give a superuser's connection beside the library's, on emptied tables."""
    connection = await connect(address.superuser)
    await connection.execute("TRUNCATE items, owned RESTART IDENTITY")
    yield connection
    await connection.close()


@pytest.fixture
def make_database(address: Address) -> Callable[..., Database]:
    """Make databases that differ in their settings; the test opens them."""

    def make(**settings: object) -> Database:
        values: dict[str, object] = {"url": address.login, "application_name": "database tests", "pool_max_size": 8}
        return Database(Settings.load(**(values | settings)), catalog=lambda: CATALOG)

    return make


@pytest_asyncio.fixture(loop_scope="session")
async def database(make_database: Callable[..., Database], admin: Raw) -> AsyncIterator[Database]:
    del admin
    async with make_database() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def wire(address: Address, admin: Raw) -> AsyncIterator[Wire]:
    del admin
    async with Wire(address.login) as proxy:
        yield proxy
