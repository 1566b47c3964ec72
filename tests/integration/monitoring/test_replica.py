"""A standby and its primary; and what only a server that allows it holds, prepared transactions."""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING

import pytest_asyncio

from platform_db.operations import monitoring
from platform_db.operations.server import BOOTSTRAP_ROLE, EmbeddedServer, throwaway_options
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from platform_db.operations.monitoring.answers import Replica

PREPARING = {"max_prepared_transactions": "5"}


async def trust_everybody(url: str) -> None:
    """Let the standby's account in too; nobody else reaches the socket, which lies in a folder of this user's own."""
    connection = await connect(url)
    try:
        file = await connection.fetchval("SHOW hba_file")
        with open(file, "w", encoding="utf-8") as rules:  # noqa: ASYNC230, PTH123 - two lines of a test
            rules.write("local all all trust\nlocal replication all trust\n")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


def copied(primary: Path, standby: Path) -> None:
    """Copy a stopped server's data, to follow it from now on."""
    owner = primary.stat()
    shutil.copytree(primary, standby, symlinks=True)
    (standby / "standby.signal").touch()
    for path in (standby, *standby.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pair() -> AsyncIterator[tuple[str, str]]:
    """The URLs of a primary and of its standby; neither is migrated."""
    primary = EmbeddedServer(throwaway_options(PREPARING))
    started = await asyncio.to_thread(primary.start)
    superuser = primary.url(user=BOOTSTRAP_ROLE)
    settings = {**PREPARING, "primary_conninfo": f"host={started.socket} port=5432 user={BOOTSTRAP_ROLE}"}
    standby = EmbeddedServer(throwaway_options(settings))
    try:
        await asyncio.to_thread(primary.stop)
        assert standby.options.home is not None
        copied(started.data, standby.options.home / "data")
        await asyncio.to_thread(primary.start)
        await trust_everybody(superuser)
        await asyncio.to_thread(standby.start)
        yield superuser, standby.url(user=BOOTSTRAP_ROLE)
    finally:
        await asyncio.to_thread(standby.destroy)
        await asyncio.to_thread(primary.destroy)


async def streaming(url: str) -> tuple[Replica, ...]:
    async with asyncio.timeout(30):
        while True:
            rows = (await monitoring.observe(url)).replicas.rows
            if [row.state for row in rows] == ["streaming"]:
                return rows
            await asyncio.sleep(0.05)


async def test_a_primary_tells_how_far_its_standby_is_behind(pair: tuple[str, str]) -> None:
    (replica,) = await streaming(pair[0])
    assert (replica.sync_state, type(replica.replay_lag_bytes)) == ("async", int)


async def test_a_standby_tells_its_own_lag_and_everything_that_it_may_read(pair: tuple[str, str]) -> None:
    primary, standby = pair
    await streaming(primary)
    found = await monitoring.observe(standby)
    (own,) = found.replicas.rows
    assert (own.application_name, own.state) == ("this server", "standby")
    assert own.replay_lag_bytes is not None
    assert found.connections.rows[0].in_this_database == 1


async def test_a_database_that_is_not_migrated_is_told(pair: tuple[str, str]) -> None:
    found = await monitoring.observe(pair[0])
    assert (found.summary.rows, found.summary.unknown) == ((), "it is not there: run `platform-db migrate up`")
    assert found.tables.rows == ()


async def test_a_prepared_transaction_is_told(pair: tuple[str, str]) -> None:
    connection = await connect(pair[0])
    try:
        await connection.execute("BEGIN; CREATE TABLE half_done (id bigint); PREPARE TRANSACTION 'left by a crash'")
        found = await monitoring.observe(pair[0], long_seconds=0)
        (told,) = found.long_transactions.rows
        assert (told.pid, told.login, told.state, told.command) == (None, BOOTSTRAP_ROLE, "prepared", None)
        await connection.execute("ROLLBACK PREPARED 'left by a crash'")
        assert (await monitoring.observe(pair[0], long_seconds=0)).long_transactions.rows == ()
    finally:
        await connection.close()
