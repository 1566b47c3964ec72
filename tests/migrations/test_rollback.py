"""The ways back of docs/rollback.md, run as they stand there."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from platform_db import migration
from platform_db.audit.verify import verify
from platform_db.migration.backup import backup
from platform_db.migration.connection import connection
from platform_db.migration.drift import catalog_of, differences
from platform_db.migration.head import revisions
from tests.migrations.every_table import ENTRIES, as_superuser, rows_of
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.migration.clients import Clients

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "rollback.md"
HEAD: Final = revisions()[-1]
BEHIND: Final = "0009_row_security_and_grants"
MOVING: Final = frozenset(
    {"alembic_version", "enterprise_migration_history", "enterprise_migration_history_id_seq"}
    | {"migration_backfills", "migration_backfills_id_seq"}
)
"""What changes by going back itself."""


def commands(heading: str) -> str:
    """The shell commands under a heading of the page."""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL))


async def follow(heading: str, url: str, programs: Clients, **variables: object) -> str:
    """Run the commands under a heading; what they printed."""
    here = Path(sys.executable).parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLATFORM_DB_")}
    environment |= {"PATH": f"{here}:{programs.folder}:{os.environ['PATH']}", "PLATFORM_DB_URL": url}
    environment |= {name: str(value) for name, value in variables.items()}
    done = await asyncio.to_thread(
        subprocess.run,
        ["/bin/bash", "-euo", "pipefail", "-c", commands(heading)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def test_before(database_url: str, programs: Clients, tmp_path: Path) -> None:
    # Given a database that is behind
    await migration.down(database_url, BEHIND)
    # When the page is followed
    path = tmp_path / "erp.dump"
    await follow("Before", database_url, programs, BACKUP=path)
    # Then it is at the newest revision, behind a dump of the revision before
    assert (await migration.status(database_url)).at_head
    script = await programs.run("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(path))
    assert f"\n{BEHIND}\n" in script


async def test_immediate(filled: str, programs: Clients) -> None:
    # Given
    before = await rows_of(as_superuser(filled))
    # When the page is followed
    told = await follow("Immediate", filled, programs, PREVIOUS=revisions()[-2])
    # Then the database is one revision behind, and the tables that are left hold what they held
    assert f"to come:\n  {HEAD}\n" in told
    assert (await migration.status(filled)).pending == (HEAD,)
    await kept(before, filled)
    # And up again it is what it was
    await migration.up(filled)
    assert (await migration.status(filled)).at_head


async def test_partial(filled: str, programs: Clients) -> None:
    before = await rows_of(as_superuser(filled))
    await follow("Partial", filled, programs, REVISION=BEHIND)
    assert (await migration.status(filled)).current == BEHIND
    left = await kept(before, filled)
    assert {"users", "invoices", "audit_logs"} <= left
    assert "jobs" not in left


async def kept(before: dict[str, tuple[int, str]], url: str) -> set[str]:
    """See that what is left of the tables holds the same rows; gives their names."""
    after = await rows_of(as_superuser(url))
    left = after.keys() - MOVING
    assert {name: after[name] for name in left} == {name: before[name] for name in left}
    return set(left)


@pytest_asyncio.fixture(loop_scope="session")
async def restored(database_url: str) -> AsyncIterator[str]:
    """The address of a database that does not exist yet."""
    name = f"restored_{urlsplit(database_url).path[1:]}"
    yield urlsplit(database_url)._replace(path=f"/{name}").geturl()
    async with connection(as_superuser(database_url)) as opened:
        await opened.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def test_full(filled: str, restored: str, programs: Clients, tmp_path: Path) -> None:
    # Given a database with a row in every table, its backup, and then a loss
    before = await rows_of(as_superuser(filled))
    async with connection(filled) as opened:
        catalog = await catalog_of(opened)
    path = tmp_path / "erp.dump"
    await backup(filled, path)
    async with connection(as_superuser(filled)) as opened:
        await opened.execute("SET session_replication_role = replica; ALTER TABLE order_items DISABLE TRIGGER ALL")
        await opened.execute("DELETE FROM order_items")
    # When the page is followed
    name = urlsplit(restored).path[1:]
    told = await follow("Full", filled, programs, SERVER=filled, RESTORED=restored, NAME=name, BACKUP=path)
    # Then the new database is at the revision of the backup, equal to the models, with every row
    assert f"at {HEAD}, the newest" in told
    assert await rows_of(as_superuser(restored)) == before
    async with connection(restored) as opened:
        assert differences(catalog, await catalog_of(opened)) == []
        await opened.execute("SET ROLE platform_owner")
        assert await opened.fetchval("SELECT count(*) > 0 FROM system_performance_summary") is True
    # And its audit chain verifies, and its guards are awake
    auditor = await connect(restored)
    await auditor.execute("SET ROLE platform_auditor")
    async with auditor.transaction(isolation="repeatable_read"):
        report = await verify(auditor)
    assert (report.verified, report.rows) == (True, ENTRIES)
    await auditor.execute("RESET ROLE; SET ROLE platform_owner")
    with pytest.raises(asyncpg.PostgresError, match="audit_logs"):
        await auditor.execute("DELETE FROM audit_logs")
    await auditor.close()
