"""A backup holds every row, and refuses what it cannot do whole."""

from __future__ import annotations

import asyncio
import os
import re
import stat
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import pytest

from platform_db.errors import ConfigurationError, LockTimeout, PlatformError, UsageError
from platform_db.migration import backup as backups
from platform_db.migration import clients
from platform_db.migration.backup import backup
from platform_db.migration.clients import ClientFailed, Clients, find_clients
from platform_db.migration.connection import connection
from platform_db.migration.head import revisions
from platform_db.operations.server import LOGIN_ROLE
from tests.migrations.every_table import as_superuser, rows_of
from tests.parity.source import TABLES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

HEAD: Final = revisions()[-1]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# -- what a backup is ---------------------------------------------------------------------


async def test_every_row_of_every_table_is_in_it(filled: str, programs: Clients, tmp_path: Path) -> None:
    # Given a database where row security is forced and every table holds a row
    before = await rows_of(as_superuser(filled))
    assert {table for table in TABLES if before.get(table, (1, ""))[0] == 0} == set()
    # When a login that is no superuser backs it up
    path = tmp_path / "erp.dump"
    taken = await backup(filled, path)
    # Then the file is complete, private and alone
    assert (taken.path, taken.size, taken.revision) == (path, path.stat().st_size, HEAD)
    assert taken.program_major == programs.major
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names_in(tmp_path) == [path.name]
    # And the data of each table has as many lines as the table has rows
    script = await programs.run("pg_restore", "--data-only", "--file=-", str(path))
    copied = re.findall(r"^COPY public\.(\w+) [^\n]*\n(.*?)^\\\.$", script, re.MULTILINE | re.DOTALL)
    found = {table: lines.count("\n") for table, lines in copied}
    assert found == {name: count for name, (count, _) in before.items() if name in found}
    assert set(TABLES) - {"enterprise_audit_log"} <= found.keys()


async def test_a_superuser_backs_up_as_itself(filled: str, tmp_path: Path) -> None:
    taken = await backup(as_superuser(filled), tmp_path / "erp.dump")
    assert taken.revision == HEAD


# -- what it refuses ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "ALTER POLICY users_all ON users USING (status <> 'deleted')",
        "DROP POLICY users_all ON users",
        "ALTER POLICY users_all ON users TO platform_worker",
        "CREATE POLICY users_living ON users AS RESTRICTIVE USING (deleted_at IS NULL)",
    ],
)
async def test_a_policy_that_could_hide_rows_refuses_the_backup(database_url: str, change: str, tmp_path: Path) -> None:
    # Given a policy that does not plainly show the owner every user
    async with connection(database_url) as opened:
        await opened.execute(f"SET ROLE platform_owner; {change}")
    # When, then
    with pytest.raises(ConfigurationError, match=r"^policies may hide rows of public\.users from platform_owner"):
        await backup(database_url, tmp_path / "erp.dump")
    assert names_in(tmp_path) == []
    # And a superuser, from whom nothing is hidden, may
    assert (await backup(as_superuser(database_url), tmp_path / "erp.dump")).size > 0


async def test_a_login_that_sees_only_its_own_rows_may_not(database_url: str, tmp_path: Path) -> None:
    login = f"clerk_{os.getpid()}"
    async with connection(database_url) as opened:
        await opened.execute(f"CREATE ROLE {login} LOGIN NOINHERIT; GRANT platform_app TO {login}")
    try:
        with pytest.raises(ConfigurationError, match=f'GRANT platform_owner TO "{login}"'):
            await backup(database_url.replace(f"//{LOGIN_ROLE}@", f"//{login}@"), tmp_path / "erp.dump")
    finally:
        async with connection(database_url) as opened:
            await opened.execute(f"DROP ROLE {login}")
    assert names_in(tmp_path) == []


async def test_nothing_is_overwritten(database_url: str, tmp_path: Path) -> None:
    kept = tmp_path / "erp.dump"
    kept.write_text("yesterday's", encoding="utf-8")
    with pytest.raises(UsageError, match="exists, and a backup replaces nothing"):
        await backup(database_url, kept)
    dangling = tmp_path / "link.dump"
    dangling.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="exists"):
        await backup(database_url, dangling)
    with pytest.raises(UsageError, match="there is no folder"):
        await backup(database_url, tmp_path / "missing" / "erp.dump")
    assert kept.read_text(encoding="utf-8") == "yesterday's"
    assert names_in(tmp_path) == [kept.name, dangling.name]


async def test_of_two_backups_to_one_name_one_is_kept(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "erp.dump"
    ended = await asyncio.gather(*(backup(database_url, path) for _ in range(2)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in ended) == ["Backup", "UsageError"]
    assert names_in(tmp_path) == [path.name]


async def test_a_cancelled_backup_leaves_nothing(database_url: str, tmp_path: Path) -> None:
    # Given a table that another session has locked whole, so that pg_dump waits
    async with locked(database_url, "kdv_rates"):
        running = asyncio.create_task(backup(database_url, tmp_path / "erp.dump"))
        await dumping(database_url, 1)
        # When
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        # Then the server is not left waiting, and the file is gone
        await dumping(database_url, 0)
    assert names_in(tmp_path) == []


@asynccontextmanager
async def locked(url: str, table: str) -> AsyncGenerator[None]:
    """Hold a table whole."""
    async with connection(as_superuser(url)) as opened:
        await opened.execute(f"BEGIN; LOCK TABLE {table}")
        yield


async def dumping(url: str, count: int) -> None:
    """Come back when so many pg_dumps work on the database."""
    ours = "application_name = 'pg_dump' AND datname = current_database()"
    async with connection(url) as opened, asyncio.timeout(20):
        while await opened.fetchval(f"SELECT count(*) FROM pg_stat_activity WHERE {ours}") != count:  # noqa: ASYNC110, S608
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("table", "failure", "told"),
    [
        (
            "kdv_rates",
            ClientFailed,
            r"^postgresql://.* was not backed up: pg_dump failed: .* statement timeout$",
        ),
        ("users", LockTimeout, r"^a lock was not granted in time"),
    ],
    ids=["found by pg_dump", "found before"],
)
async def test_a_table_that_stays_locked_fails_the_backup(  # noqa: PLR0913, PLR0917 - three of a kind, and fixtures
    table: str,
    failure: type[PlatformError],
    told: str,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backups, "LOCK_WAIT_SECONDS", 0.2)
    async with locked(database_url, table):
        with pytest.raises(failure, match=told):
            await backup(database_url, tmp_path / "erp.dump")
    assert names_in(tmp_path) == []


async def test_a_dump_cut_short_is_refused(filled: str, programs: Clients, tmp_path: Path) -> None:
    # Given a dump whose list is whole and whose data is not
    path = tmp_path / "erp.dump"
    await backup(filled, path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 100)
    assert "TABLE DATA public users" in await programs.run("pg_restore", "--list", str(path))
    # When it is checked, then
    with pytest.raises(ClientFailed, match="pg_restore failed"):
        await backups._check(programs, path, {"users"})


async def test_a_dump_that_lacks_a_table_is_refused(database_url: str, programs: Clients, tmp_path: Path) -> None:
    path = tmp_path / "erp.dump"
    await backup(database_url, path)
    with pytest.raises(ClientFailed, match="the dump lacks ledgers"):
        await backups._check(programs, path, {"users", "ledgers"})


async def test_programs_older_than_the_server_are_refused(
    database_url: str, server_major: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given the programs of the version before only
    monkeypatch.setattr(clients, "_installations", lambda: iter([Clients(tmp_path, server_major - 1)]))
    # When, then
    wanted = f"of PostgreSQL {server_major} or later were found .found: {server_major - 1} in .* postgresql-client-"
    with pytest.raises(ConfigurationError, match=wanted):
        await backup(database_url, tmp_path / "erp.dump")
    assert names_in(tmp_path) == []


def test_the_servers_own_version_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = [Clients(tmp_path, major) for major in (18, 15, 17)]
    monkeypatch.setattr(clients, "_installations", lambda: iter(installed))
    assert [find_clients(major).major for major in (15, 16, 17, 18)] == [15, 17, 17, 18]


def test_where_tls_is_demanded_programs_without_it_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given the newest programs without TLS, and older ones with it
    for major, said in ((18, "sslmode value invalid when SSL support is not compiled in"), (19, "could not connect")):
        program = tmp_path / str(major) / "pg_dump"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n", encoding="utf-8")
        program.chmod(0o700)
    installed = [Clients(tmp_path / str(major), major) for major in (18, 19)]
    monkeypatch.setattr(clients, "_installations", lambda: iter(installed))
    # Then a URL that demands it gets the others
    plain, verified = "postgresql://erp@db.example/erp", "postgresql://erp@db.example/erp?sslmode=verify-full"
    assert [find_clients(18, url).major for url in (None, plain, verified)] == [18, 18, 19]


# -- the password -------------------------------------------------------------------------

SHOWS_ITSELF: Final = """#!/bin/sh
echo "arguments: $0 $*" >&2
echo "variable: $PGPASSWORD" >&2
echo "host $PGHOST port $PGPORT user $PGUSER database $PGDATABASE sslmode $PGSSLMODE" >&2
exit 1
"""


async def test_the_password_is_on_no_command_line_and_in_no_message(tmp_path: Path) -> None:
    # Given a program that tells what it was given
    program = tmp_path / "pg_dump"
    program.write_text(SHOWS_ITSELF, encoding="utf-8")
    program.chmod(0o700)
    url = "postgresql://erp:p%40ss%2Fw0rd@db1.example:5433,db2.example:5434/shop?sslmode=verify-full"
    # When it is run for an address with a password, and fails
    with pytest.raises(ClientFailed) as failed:
        await Clients(tmp_path, 18).run("pg_dump", "--format=custom", url=url)
    # Then its environment held the password, and neither its arguments nor the error did
    assert str(failed.value) == (
        f"pg_dump failed: arguments: {program} --format=custom "
        "host db1.example,db2.example port 5433,5434 user erp database shop sslmode verify-full"
    )
