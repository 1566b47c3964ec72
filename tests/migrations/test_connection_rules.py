"""Who is let through to migrate, what a refusal says, and what the log keeps of every attempt."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

import pytest
from pydantic import SecretStr

from platform_db import migration
from platform_db.errors import ConfigurationError, ConnectionLost, PlatformError
from platform_db.migration import connection as connections
from platform_db.migration.connection import connect, connection
from platform_db.operations.server import EmbeddedServer, throwaway_options
from platform_db.repositories.work import Database
from platform_db.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG: Final = "platform_db.connections"
SECRET: Final = "Zq7@:/?#%Zq7"
MARK: Final = "Zq7"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def attempts(log: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Level and text of each attempt, its seconds replaced."""
    lines = [record for record in log.records if record.name == LOG]
    return [(line.levelname, re.sub(r"seconds=\d+\.\d{3}$", "seconds=…", line.getMessage())) for line in lines]


def with_password(url: str, database: str | None = None) -> str:
    """The address with a password, which a socket's server does not ask for."""
    parts = urlsplit(url)
    name = parts.path if database is None else f"/{database}"
    return parts._replace(netloc=f"{parts.username}:{quote(SECRET, safe='')}@", path=name).geturl()


def closed_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


# -- production ---------------------------------------------------------------------------


@pytest.mark.parametrize("sslmode", ["", "?sslmode=require", "?sslmode=verify-full&sslmode=disable"])
async def test_production_demands_a_verified_server(
    sslmode: str, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PLATFORM_DB_ENVIRONMENT", "production")
    url = f"postgresql://erp:{quote(SECRET, safe='')}@127.0.0.1:{closed_port()}/shop{sslmode}"
    for act in (migration.status, migration.up, connect):
        with pytest.raises(ConfigurationError, match="must carry sslmode=verify-full in production"):
            await act(url)
    # Nobody was asked
    assert attempts(log) == []


async def test_a_verified_server_is_asked_in_production(
    monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture, tmp_path: os.PathLike[str]
) -> None:
    # Given the root certificate is not there, which is what everybody meets first
    monkeypatch.setenv("PLATFORM_DB_ENVIRONMENT", "production")
    monkeypatch.setenv("HOME", str(tmp_path))
    url = f"postgresql://erp@127.0.0.1:{closed_port()}/shop?sslmode=verify-full"
    # When, then
    with pytest.raises(ConfigurationError, match="needs a root certificate: sslrootcert=FILE"):
        await migration.status(url)
    with pytest.raises(ConnectionLost, match="a certificate file that the database URL names, is not there"):
        await migration.status(f"{url}&sslrootcert={tmp_path}/ca.pem")
    assert [line.rpartition("outcome=")[2] for _, line in attempts(log)] == [
        "ConfigurationError seconds=…",
        "ConnectionLost seconds=…",
    ]


# -- the log ------------------------------------------------------------------------------


async def test_every_attempt_of_a_migration_is_logged(url: str, log: pytest.LogCaptureFixture) -> None:
    parts = urlsplit(url)
    found = re.search(r"host=([^&]+)&port=(\d+)", parts.query)
    assert found is not None
    where = f"connection host='{found[1]}' port='{found[2]}'"
    who = f"user='{parts.username}' sslmode=''"
    # When one succeeds, one names no database there is, and one no server
    await migration.status(with_password(url))
    with pytest.raises(ConfigurationError, match="does not exist on the server"):
        await migration.status(with_password(url, "nowhere"))
    port = closed_port()
    with pytest.raises(ConnectionLost, match="cannot be reached: Connect"):
        await migration.status(f"postgresql://erp:{quote(SECRET, safe='')}@127.0.0.1:{port}/shop?sslmode=disable")
    nowhere = f"connection host='127.0.0.1' port='{port}'"
    # Then each is one line, and none holds a part of the password
    assert attempts(log) == [
        ("INFO", f"{where} database='{parts.path[1:]}' {who} outcome=connected seconds=…"),
        ("WARNING", f"{where} database='nowhere' {who} outcome=ConfigurationError seconds=…"),
        (
            "WARNING",
            f"{nowhere} database='shop' user='erp' sslmode='disable' outcome=ConnectionLost seconds=…",
        ),
    ]
    assert MARK not in log.text


async def test_the_pool_logs_its_attempts_alike(database_url: str, log: pytest.LogCaptureFixture) -> None:
    settings = Settings(url=SecretStr(with_password(database_url)), environment="testing", pool_min_size=2)
    async with Database(settings) as database:
        await database.health()
    with pytest.raises(ConfigurationError):
        await Database(settings.with_url(with_password(database_url, "nowhere"))).open()
    assert [(level, re.sub(r".*outcome=", "", line)) for level, line in attempts(log)] == [
        ("INFO", "connected seconds=…"),
        ("INFO", "connected seconds=…"),
        ("WARNING", "ConfigurationError seconds=…"),
    ]
    assert MARK not in log.text


async def test_an_attempt_that_is_given_up_is_logged(
    log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a server that takes the connection and says nothing
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 0.2)
    silent = socket.create_server(("127.0.0.1", 0))
    url = f"postgresql://erp@127.0.0.1:{silent.getsockname()[1]}/shop"
    # When it is waited for in vain, or the caller leaves
    with pytest.raises(ConnectionLost, match=r"did not accept a connection within 0\.2 s"):
        await migration.status(url)
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 60.0)
    leaving = asyncio.create_task(migration.status(url))
    await asyncio.sleep(0.1)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    silent.close()
    # Then
    assert [re.sub(r".*outcome=", "", line) for _, line in attempts(log)] == [
        "StatementTimeout seconds=…",
        "cancelled seconds=…",
    ]


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://erp:{SECRET}@127.0.0.1/shop",
        f"postgresql://erp@127.0.0.1:1/shop?password={SECRET}",
        f"postgresql://erp:{MARK}@127.0.0.1:{MARK}/shop",
        f"postgresql://erp:{MARK}@[::1/shop",
        f"postgresql://erp:{MARK}\u2100@127.0.0.1/shop",
        f"postgresql://127.0.0.1:1/shop?password={MARK}&{MARK}",
        f"postgresql://erp:{MARK}@127.0.0.1:1,127.0.0.1:2/shop?target_session_attrs={MARK}",
        f"postgresql://erp:{MARK}@127.0.0.1:1/shop?sslmode={MARK}x&password={MARK}",
        f"postgresql://erp:{MARK}@%2Fnowhere%2F{'x' * 9}/shop",
    ],
)
async def test_a_hostile_url_is_never_quoted(url: str, log: pytest.LogCaptureFixture) -> None:
    told: list[str] = []
    with pytest.raises(PlatformError) as refused:
        await migration.up(url)
    told.append(str(refused.value))
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    with pytest.raises(PlatformError) as refused:
        await Database(Settings.load(url=url, connect_timeout=1.0)).open()
    told.append(str(refused.value))
    # A value of sslmode is none of the password
    text = "\n".join([*told, log.text]).replace(f"sslmode='{MARK}x'", "")
    assert MARK not in text


# -- servers and rights -------------------------------------------------------------------


async def test_an_old_server_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = r"^PostgreSQL 99 or later is needed; the server is 1[5-8]"
    with monkeypatch.context() as older:
        older.setattr(connections, "OLDEST_SERVER", 99)
        with pytest.raises(ConfigurationError, match=told):
            await migration.up(url)


async def test_a_login_that_may_not_connect_is_told_what_to_grant(url: str) -> None:
    login, name = f"stranger_{os.getpid()}", urlsplit(url).path[1:]
    async with connection(url) as opened:
        await opened.execute(f"CREATE ROLE {login} LOGIN; REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    try:
        with pytest.raises(ConfigurationError, match=r"^the login may not connect to this database: run GRANT CONNECT"):
            await migration.up(url.replace(f"//{urlsplit(url).username}@", f"//{login}@"))
    finally:
        async with connection(url) as opened:
            await opened.execute(f"DROP ROLE {login}")


async def test_a_read_only_database_is_refused(url: str) -> None:
    # Given a database that an administrator closed
    async with connection(url) as opened:
        await opened.execute(f"ALTER DATABASE {urlsplit(url).path[1:]} SET default_transaction_read_only = on")
    # When, then
    with pytest.raises(ConfigurationError, match=r"are read only here .*pg_db_role_setting tells"):
        await migration.up(url)
    assert (await migration.status(url)).current is None


@pytest.fixture
def standby() -> Iterator[str]:
    """The address of a server that follows another (which it waits for), as a hot standby does."""
    server = EmbeddedServer(throwaway_options())
    try:
        info = server.start()
        server.stop()
        signal = info.data / "standby.signal"
        signal.touch()
        owner = info.data.stat()
        shutil.chown(signal, owner.st_uid, owner.st_gid)
        yield server.start().url
    finally:
        server.destroy()


async def test_a_replica_is_refused(standby: str) -> None:
    assert (await migration.status(standby)).current is None
    with pytest.raises(ConfigurationError, match=r"^the server is a replica .hot standby. and takes no changes"):
        await migration.up(standby)
