"""PgBouncer in transaction mode before a server of these tests' own."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from platform_db import migration
from platform_db.operations.server import DATABASE, LOGIN_ROLE, EmbeddedServer, throwaway_options
from tests.admission import let_every_login_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POOL_SIZE: Final = 3
"""Fewer than the clients that a test sets to work at once, so that they share sessions."""
START_SECONDS: Final = 10.0

CONFIGURATION: Final = """\
[databases]
* = host={socket}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {pool_size}
logfile = {folder}/log
{further}
"""


@dataclass(frozen=True, slots=True)
class Pooled:
    """A migrated database: the address of the server itself, and the one behind PgBouncer."""

    direct: str
    pooled: str


@pytest.fixture(scope="session")
def program() -> str:
    """``PGBOUNCER``, or what PATH has; skipped visibly where there is none."""
    found = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.skip("there is no pgbouncer on PATH: install it, or set PGBOUNCER to the program")
    return found


@pytest.fixture(scope="session")
def pooled_server(program: str) -> Iterator[EmbeddedServer]:
    """A migrated server that admits PgBouncer, which never runs as root."""
    del program
    server = EmbeddedServer(throwaway_options())
    try:
        server.start()
        let_every_login_in(server)
        asyncio.run(_migrate(server.url()))
        yield server
    finally:
        server.destroy()


async def _migrate(url: str) -> None:
    await migration.up(url)


@pytest.fixture(
    scope="session",
    params=["", "ignore_startup_parameters = search_path,lock_timeout,statement_timeout"],
    ids=["as installed", "ignoring parameters"],
)
def address(
    request: pytest.FixtureRequest,
    program: str,
    pooled_server: EmbeddedServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pooled]:
    """The database behind a PgBouncer of this configuration."""
    info = pooled_server.start()
    owner = info.data.stat()
    folder = tmp_path_factory.mktemp("pgbouncer")
    port = _free_port()
    values = {"socket": info.socket, "port": port, "folder": folder, "pool_size": POOL_SIZE, "further": request.param}
    (folder / "pgbouncer.ini").write_text(CONFIGURATION.format_map(values), encoding="utf-8")
    (folder / "users").write_text(f'"{LOGIN_ROLE}" ""\n', encoding="utf-8")
    _give(folder, owner.st_uid)
    command = [program, "--quiet", "--user", pwd.getpwuid(owner.st_uid).pw_name, str(folder / "pgbouncer.ini")]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        _await(running, port)
        yield Pooled(pooled_server.url(), f"postgresql://{LOGIN_ROLE}@127.0.0.1:{port}/{DATABASE}?sslmode=disable")
    finally:
        running.kill()
        running.communicate()


def _give(folder: Path, owner: int) -> None:
    """Let the account of the server reach a folder of pytest's, which is closed to others."""
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, owner)
    for parent in folder.parents[:2]:
        parent.chmod(0o711)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(running: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while running.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    running.kill()
    pytest.fail(f"pgbouncer did not start: {running.communicate()[1]}")
