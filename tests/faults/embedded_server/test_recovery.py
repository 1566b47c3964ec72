"""The next start always works, whatever the last one left."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from platform_db.errors import ConfigurationError
from platform_db.operations.server import EmbeddedServer
from platform_db.operations.server import server as server_module
from tests.faults.embedded_server.clusters import fetchval, processes_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.embedded_server.clusters import Clusters

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


async def test_a_start_right_after_kill_9_of_the_postmaster_recovers_what_was_committed(clusters: Clusters) -> None:
    # given a running server with a committed row and an open connection
    server = clusters.server(settings=DURABLE)
    server.start()
    await fetchval(server.url(), "CREATE TABLE kept AS SELECT 42 AS answer")
    idle = asyncio.create_task(fetchval(server.url(), "SELECT pg_sleep(60)"))
    await asyncio.sleep(0.2)
    # when its first process is killed and a start follows at once
    os.kill(processes_of(server)[0].pid, signal.SIGKILL)
    info = server.start()
    # then there is a new server under the same address, and the row is there
    assert info.started
    assert await fetchval(info.url, "SELECT answer FROM kept") == 42
    with pytest.raises(Exception, match="connection"):
        await idle


async def test_a_busy_orphan_of_a_killed_server_does_not_keep_the_next_from_starting(clusters: Clusters) -> None:
    # given a connection deep in a computation, which does not notice the death of its server
    server = clusters.server()
    server.start()
    busy = asyncio.create_task(fetchval(server.url(), "SELECT sum(sqrt(n)) FROM generate_series(1, 100000000000) n"))
    await asyncio.sleep(0.3)
    postmaster, *children = processes_of(server)
    # when the server is killed
    os.kill(postmaster.pid, signal.SIGKILL)
    info = server.start()
    # then the orphan is ended and a new server runs
    assert info.started
    assert not {child.pid for child in children} & {process.pid for process in processes_of(server)}
    with pytest.raises(Exception, match="connection"):
        await busy


def test_a_start_after_kill_9_of_every_process_recovers(clusters: Clusters) -> None:
    server = clusters.server()
    server.start()
    for process in processes_of(server):
        os.kill(process.pid, signal.SIGKILL)
    assert server.start().started


@pytest.mark.parametrize("seen", ["data.unfinished-*/PG_VERSION", "data/postmaster.pid"])
def test_a_start_killed_half_way_is_completed_by_the_next(clusters: Clusters, seen: str) -> None:
    # given a process killed in the middle of its first start: during initdb, or before the database was made
    starting = subprocess.Popen(
        [sys.executable, "-m", "platform_db", "server", "start"], env=clusters.environment(), cwd="/"
    )
    deadline = time.monotonic() + 20
    while not list(clusters.folder.glob(f"home/{seen}")) and time.monotonic() < deadline:
        time.sleep(0.001)
    starting.kill()
    starting.wait()
    # when the next one starts
    server = clusters.server()
    server.start()
    # then the server is whole, and nothing of the first attempt is left
    assert asyncio.run(_database(server)) == "platform_db"
    assert not list(clusters.folder.glob("home/data.unfinished-*"))


async def _database(server: EmbeddedServer) -> object:
    return await fetchval(server.url(), "SELECT current_database()")


@pytest.mark.parametrize(
    "content",
    ["", "1\n", f"{os.getpid()}\n/elsewhere\n1700000000\n5432\n", "no number\n", "99999999\n/elsewhere\n"],
    ids=["truncated", "first process", "a stranger", "garbage", "nobody"],
)
def test_a_postmaster_pid_that_names_no_server_is_no_obstacle(clusters: Clusters, content: str) -> None:
    # given a stopped server whose pid files are stale
    server = clusters.server()
    info = server.start()
    server.stop()
    _write_as_owner(info.data / "postmaster.pid", content)
    _write_as_owner(info.socket / ".s.PGSQL.5432.lock", content)
    # when, then
    assert server.start().started


def _write_as_owner(path: Path, content: str) -> None:
    path.write_text(content)
    owner = path.parent.stat()
    os.chown(path, owner.st_uid, owner.st_gid)


def test_a_truncated_postmaster_pid_of_a_running_server_does_not_hide_it(clusters: Clusters) -> None:
    server = clusters.server()
    info = server.start()
    _write_as_owner(info.data / "postmaster.pid", "")
    assert not server.start().started
    assert server.stop()
    assert processes_of(server) == []


def test_a_server_that_somebody_else_started_on_the_data_is_refused(clusters: Clusters) -> None:
    # given a postmaster started by hand
    server = clusters.server()
    info = server.start()
    server.stop()
    assert info.binaries is not None
    owner = info.data.stat()
    by_hand = subprocess.Popen(
        [str(info.binaries / "postgres"), "-D", str(info.data), "-c", "listen_addresses=", "-k", str(info.socket)],
        user=owner.st_uid,
        group=owner.st_gid,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    try:
        deadline = time.monotonic() + 20
        while not (info.socket / ".s.PGSQL.5432").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        # when, then its files are left alone
        with pytest.raises(ConfigurationError, match=rf"another PostgreSQL \(process {by_hand.pid}\)"):
            server.start()
        assert (info.data / "postmaster.pid").read_text().splitlines()[0] == str(by_hand.pid)
    finally:
        by_hand.send_signal(signal.SIGINT)
        by_hand.wait()
    assert server.start().started


def test_a_half_made_data_folder_is_set_aside(clusters: Clusters) -> None:
    # given a folder that initdb began and never finished
    data = clusters.folder / "home" / "data"
    (data / "base").mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    # when
    info = clusters.server().start()
    # then the server has a whole one, and the old one is kept
    assert info.data == data
    assert [path.name for path in data.parent.glob("data.set-aside-*/data/PG_VERSION")] == ["PG_VERSION"]


def test_damaged_data_is_refused_and_left_alone(clusters: Clusters) -> None:
    # given data that was whole once
    server = clusters.server()
    info = server.start()
    server.stop()
    (info.data / "global" / "pg_control").unlink()
    # when, then
    with pytest.raises(ConfigurationError, match="damaged"):
        server.start()
    assert (info.data / "PG_VERSION").exists()


def test_a_server_whose_socket_was_swept_away_is_started_anew(
    clusters: Clusters, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a running server that nobody can reach any more
    server = clusters.server()
    info = server.start()
    shutil.rmtree(info.socket)
    assert server.status().state == "unready"
    monkeypatch.setattr(server_module, "SILENT_SECONDS", 0.3)
    # when, then the address stays what it was
    again = server.start()
    assert again.started
    assert again.url == info.url


def test_a_failed_start_shows_the_servers_own_words(clusters: Clusters) -> None:
    # given a setting that PostgreSQL refuses
    refused = clusters.server(settings={"shared_buffers": "a lot"})
    # when, then
    with pytest.raises(ConfigurationError, match='invalid value for parameter "shared_buffers"'):
        refused.start()
    # and nothing stands in the way of a right one
    assert clusters.server().start().started


def test_settings_that_the_server_decides_itself_are_refused(clusters: Clusters) -> None:
    with pytest.raises(ConfigurationError, match="listen_addresses, port"):
        clusters.server(settings={"port": "5433", "listen_addresses": "*"}).start()


def test_a_server_that_fast_stop_cannot_end_is_killed(clusters: Clusters) -> None:
    # given a stopped (frozen) postmaster, which reacts to nothing but SIGKILL
    server = clusters.server()
    server.start()
    os.kill(processes_of(server)[0].pid, signal.SIGSTOP)
    impatient = EmbeddedServer(replace(server.options, timeout=0.3))
    # when
    begin = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server_module, "KILL_SECONDS", 2.0)
        assert impatient.force_stop()
    # then
    assert time.monotonic() - begin < 10
    assert processes_of(server) == []
    assert server.start().started
