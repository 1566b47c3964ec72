"""Every asynchronous test runs on pytest-asyncio's one loop of the session, and the report says so."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
import sqlalchemy
from pydantic import SecretStr

from platform_db.migration import runner
from platform_db.operations.server import BOOTSTRAP_ROLE, EmbeddedServer, throwaway_options
from platform_db.operations.server.cluster import ALL_ROLES_IN_MAPS_MAJOR
from platform_db.repositories.work import Database
from platform_db.settings import Settings
from tests.admission import let_every_login_in
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

LOOP_SCOPE = "session"


def pytest_report_header() -> str:
    return f"asynchronous tests: pytest-asyncio in strict mode, loop scope {LOOP_SCOPE} unless a test states its own"


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, name: str, obj: object) -> None:
    """Mark each coroutine test that carries no asyncio mark of its own, nor its module or class."""
    if not collector.funcnamefilter(name) or not _is_coroutine_test(obj):
        return
    own: list[pytest.Mark] = getattr(obj, "pytestmark", [])
    if collector.get_closest_marker("asyncio") is None and all(mark.name != "asyncio" for mark in own):
        pytest.mark.asyncio(loop_scope=LOOP_SCOPE)(obj)


def _is_coroutine_test(obj: object) -> bool:
    """Whether it is an ``async def``, also inside Hypothesis' ``given``."""
    inner = getattr(getattr(obj, "hypothesis", None), "inner_test", obj)
    return inspect.iscoroutinefunction(inner)


# -- the server ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A cluster of this test process's own, in memory where there is room; gone afterwards."""
    throwaway = EmbeddedServer(throwaway_options())
    started = throwaway.start()
    _require_cell(started.version, sqlalchemy.__version__)
    if int(started.version.partition(".")[0]) < ALL_ROLES_IN_MAPS_MAJOR:
        # An old server's ident map lists roles one by one, and tests make logins.
        let_every_login_in(throwaway)
    yield throwaway
    throwaway.destroy()


def _require_cell(server_version: str, sqlalchemy_version: str) -> None:
    """Under ``make test-matrix``: see that the cell tests what its row of the table says."""
    for name, found in (("MATRIX_SERVER", server_version), ("MATRIX_SQLALCHEMY", sqlalchemy_version)):
        wanted = os.environ.get(name)
        if wanted is not None and not f"{found}.".startswith(f"{wanted}."):
            pytest.exit(f"{name} is {wanted}, and the tests found {found}", returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """The name of a migrated database that nobody connects to: it is only cloned."""
    name = "migrated"
    asyncio.run(_migrated(server, name))
    return name


async def _migrated(server: EmbeddedServer, name: str) -> None:
    await _administer(server, f"CREATE DATABASE {name}")
    await runner.up(server.url(name))


async def _administer(server: EmbeddedServer, statement: str) -> None:
    connection = await connect(server.url())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def superuser_url(server: EmbeddedServer) -> str:
    """The cluster's superuser, for what a test must arrange and no login may."""
    return server.url(user=BOOTSTRAP_ROLE)


@pytest.fixture(scope="session")
def shared_database_url(server: EmbeddedServer, template: str) -> str:
    """A migrated database for tests that roll back what they do."""
    name = "shared"
    asyncio.run(_administer(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    return server.url(name)


_CLONES = itertools.count(1)


@pytest_asyncio.fixture(loop_scope=LOOP_SCOPE)
async def database_url(server: EmbeddedServer, template: str) -> AsyncIterator[str]:
    """The address of a migrated database of this test's own, for a login that is no superuser."""
    name = f"clone_{next(_CLONES)}"
    await _administer(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield server.url(name)
    await _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture(loop_scope=LOOP_SCOPE)
async def database(database_url: str) -> AsyncIterator[Database]:
    """The library on a migrated database of this test's own."""
    async with Database(Settings(url=SecretStr(database_url), environment="testing")) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope=LOOP_SCOPE)
async def worker(database_url: str) -> AsyncIterator[Raw]:
    """A connection past the library, as platform_worker; for raw SQL."""
    connection = await connect(database_url)
    await connection.execute("SET ROLE platform_worker")
    yield connection
    await connection.close()
