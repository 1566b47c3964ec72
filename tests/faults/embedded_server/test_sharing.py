"""One home, one server: processes share it, and it ends when it is stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from platform_db.errors import Conflict
from platform_db.operations.server import EmbeddedServer, database_url, ensure_started
from tests.faults.embedded_server.clusters import fetchval, processes_of, run_platform_db

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.faults.embedded_server.clusters import Clusters

HOLD_A_LEASE = """
import sys
from platform_db.operations.server import embedded_server
with embedded_server().lease():
    print("held", flush=True)
    sys.stdin.read()
"""

FORK_WITH_A_LEASE = """
import os, signal
from platform_db.operations.server import embedded_server
server = embedded_server()
lease = server.lease()
print(len(server.status().leases), flush=True)
child = os.fork()
if child == 0:
    signal.pause()
lease.release()
lease.release()
print(len(server.status().leases))
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
print(len(server.status().leases))
"""


def test_processes_that_start_at_once_on_a_fresh_home_share_one_server(clusters: Clusters) -> None:
    # given nothing; when three processes start at the same moment
    starting = [
        subprocess.Popen(
            [sys.executable, "-m", "platform_db", "server", "start", "--json"],
            env=clusters.environment(),
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
        )
        for _ in range(3)
    ]
    printed = [process.communicate()[0] for process in starting]
    # then all end well, one of them started it, and there is one postmaster
    assert [process.returncode for process in starting] == [0, 0, 0]
    assert sum('"started": true' in line for line in printed) == 1
    assert len([process for process in processes_of(clusters.server()) if process.is_postmaster]) == 1


async def test_the_server_outlives_its_starter_and_is_found_by_others(clusters: Clusters) -> None:
    code, started = run_platform_db("server", "start", environment=clusters.environment())
    assert (code, started["started"], started["running"]) == (0, True, True)
    server = clusters.server()
    assert server.url() == started["url"]
    assert await fetchval(server.url(), "SELECT 1") == 1
    assert not server.start().started


def test_the_commands_tell_what_is_there(clusters: Clusters) -> None:
    environment = clusters.environment()
    assert run_platform_db("server", "status", environment=environment)[0] == 1
    assert run_platform_db("server", "url", environment=environment) == (1, {"running": False})
    clusters.server().start()
    code, status = run_platform_db("server", "status", environment=environment)
    assert (code, status["state"], status["leases"]) == (0, "running", [])
    assert run_platform_db("server", "url", environment=environment) == (
        0,
        {"url": clusters.server().url(), "external": False},
    )
    assert run_platform_db("server", "stop", environment=environment) == (0, {"stopped": True, "running": False})
    assert run_platform_db("server", "stop", environment=environment) == (0, {"stopped": False, "running": False})
    assert run_platform_db("server", "status", environment=environment)[0] == 1


@pytest.fixture
def user_of_the_server(clusters: Clusters) -> Generator[subprocess.Popen[str]]:
    """Another process that holds a lease."""
    using = subprocess.Popen(
        [sys.executable, "-c", HOLD_A_LEASE],
        env=clusters.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
    )
    with using:
        assert using.stdout is not None
        assert using.stdout.readline() == "held\n"
        yield using
        using.kill()


def test_stop_is_refused_while_another_process_holds_a_lease(
    clusters: Clusters, user_of_the_server: subprocess.Popen[str]
) -> None:
    # given a server in use by another process, and by this one
    server = clusters.server()
    with server.lease():
        # when, then
        with pytest.raises(Conflict, match=rf"1 other process\(es\): {user_of_the_server.pid} \("):
            server.stop()
        holders = {holder.pid for holder in server.status().leases}
        assert holders == {user_of_the_server.pid, os.getpid()}
        code, _ = run_platform_db("server", "stop", environment=clusters.environment())
        assert code == 1
        assert server.status().running
        # when the other one is killed, its lease ends; this process's own does not hinder it
        user_of_the_server.kill()
        user_of_the_server.wait()
        assert server.stop()


def test_a_forced_stop_asks_nobody(clusters: Clusters, user_of_the_server: subprocess.Popen[str]) -> None:
    assert user_of_the_server.poll() is None
    code, stopped = run_platform_db("server", "stop", "--force", environment=clusters.environment())
    assert (code, stopped) == (0, {"stopped": True, "running": False})
    assert processes_of(clusters.server()) == []


def test_a_forked_child_shares_the_lease_of_its_parent(clusters: Clusters) -> None:
    # given a process that forks while it holds a lease; when it releases, then when the child ends
    done = subprocess.run(
        [sys.executable, "-c", FORK_WITH_A_LEASE],
        check=True,
        env=clusters.environment(),
        capture_output=True,
        text=True,
        cwd="/",
    )
    # then the lease lasts as long as one of them uses the server
    assert done.stdout.split() == ["1", "1", "0"]
    assert clusters.server().stop()


async def test_with_a_url_nothing_is_started(clusters: Clusters, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a URL and a home where a server would go
    url = "postgresql://app:geheim@db.invalid/platform_db"
    monkeypatch.setenv("PLATFORM_DB_HOME", str(clusters.folder / "home"))
    # when, then
    assert await database_url(url) == url
    assert not (clusters.folder / "home").exists()
    code, started = run_platform_db("server", "start", environment={**clusters.environment(), "PLATFORM_DB_URL": url})
    assert code == 0
    assert started == {
        "started": False,
        "external": True,
        "url": "postgresql://app:***@db.invalid/platform_db",
    }
    assert not (clusters.folder / "home").exists()


async def test_without_a_url_a_coroutine_gets_a_server_and_holds_a_lease(
    clusters: Clusters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATFORM_DB_HOME", str(clusters.folder / "home"))
    url = await database_url(None)
    assert await fetchval(url, "SELECT current_user::text") == "platform_db"
    assert (await ensure_started()).url == url
    assert [holder.pid for holder in EmbeddedServer().status().leases] == [os.getpid()]
    assert clusters.server().stop()


async def test_the_address_serves_sqlalchemy_too(shared: Clusters) -> None:
    server = shared.server()
    engine = create_async_engine(make_url(server.url()).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        found = (await connection.execute(text("SELECT current_database(), current_user"))).one()
    await engine.dispose()
    assert tuple(found) == ("platform_db", "platform_db")
