"""A server for the migrations, and an empty database of it for each test."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from platform_db import migration
from platform_db.migration.clients import find_clients
from platform_db.migration.connection import connection
from tests.migrations.every_table import as_superuser, fill

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from platform_db.migration.clients import Clients
    from platform_db.operations.server import EmbeddedServer


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    """Where a way down leaves the history of the migrations."""
    folder = tmp_path / "home"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PLATFORM_DB_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def server_url(request: pytest.FixtureRequest) -> str:
    """``PLATFORM_DB_TEST_URL``, or the tests' own server, whose login is no superuser."""
    given = os.environ.get("PLATFORM_DB_TEST_URL")
    if given:
        return given
    server: EmbeddedServer = request.getfixturevalue("server")
    return server.url()


async def _made(server_url: str, like: str = "template1") -> str:
    """The URL of a new database."""
    name = f"migrations_{secrets.token_hex(6)}"
    async with connection(server_url) as opened:
        await opened.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()


async def _dropped(server_url: str, url: str) -> None:
    async with connection(server_url) as opened:
        await opened.execute(f"DROP DATABASE {urlsplit(url).path[1:]} WITH (FORCE)")


@pytest_asyncio.fixture(loop_scope="session")
async def url(server_url: str) -> AsyncIterator[str]:
    """An empty database."""
    made = await _made(server_url)
    yield made
    await _dropped(server_url, made)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def head(server_url: str) -> AsyncIterator[str]:
    """A database at the head that nobody changes: it is cloned."""
    made = await _made(server_url)
    await migration.up(made)
    yield made
    await _dropped(server_url, made)


@pytest_asyncio.fixture(loop_scope="session")
async def migrated(server_url: str, head: str) -> AsyncIterator[str]:
    """A database at the head, to be changed."""
    made = await _made(server_url, urlsplit(head).path[1:])
    yield made
    await _dropped(server_url, made)


@pytest_asyncio.fixture(loop_scope="session")
async def second(server_url: str, head: str) -> AsyncIterator[str]:
    """Another one, to compare with."""
    made = await _made(server_url, urlsplit(head).path[1:])
    yield made
    await _dropped(server_url, made)


@pytest_asyncio.fixture(loop_scope="session")
async def filled(database_url: str) -> str:
    """A migrated database of this test's own with a row in every table."""
    await fill(as_superuser(database_url))
    return database_url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server_major(superuser_url: str) -> int:
    async with connection(superuser_url) as opened:
        return int(str(await opened.fetchval("SELECT current_setting('server_version_num')::integer / 10000")))


@pytest.fixture(scope="session")
def programs(server_major: int) -> Clients:
    """The client programs that fit the tests' server."""
    return find_clients(server_major)
