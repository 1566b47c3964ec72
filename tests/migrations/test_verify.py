"""``platform-db verify``: equal or not, and a diff a person can read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from platform_db.errors import ConfigurationError
from platform_db.migration.connection import connection
from platform_db.operations.verify import Finding, verify

if TYPE_CHECKING:
    from pathlib import Path

LOOSER = """ALTER TABLE users DROP CONSTRAINT ck_users_version_positive;
ALTER TABLE users ADD CONSTRAINT ck_users_version_positive CHECK (version >= 0)"""


async def change(url: str, statement: str) -> None:
    async with connection(url) as opened:
        await opened.execute("SET ROLE platform_owner")
        await opened.execute(statement)


def command(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "platform_db", "verify", *arguments],
        env={**os.environ, "PLATFORM_DB_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_fresh_migration_is_equal(migrated: str) -> None:
    report = await verify(migrated)
    assert report.findings == ()
    assert report.objects > 2000


def test_the_command_exits_0_when_equal(migrated: str) -> None:
    done = command(migrated)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("equal: ")


async def test_a_looser_check_is_shown_line_by_line(migrated: str) -> None:
    await change(migrated, LOOSER)
    (finding,) = (await verify(migrated)).findings
    assert (finding.name, finding.kind, finding.state) == (
        "constraint users.ck_users_version_positive",
        "constraint",
        "different",
    )
    removed, added = [line for line in finding.lines() if "CHECK" in line]
    assert (removed, added) == ("- CHECK ((version > 0))", "+ CHECK ((version >= 0))")


async def test_the_command_exits_1_and_prints_both_definitions(migrated: str) -> None:
    await change(migrated, LOOSER)
    done = command(migrated)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "constraint users.ck_users_version_positive: the two definitions differ"
    assert "  - CHECK ((version > 0))\n" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("are not what the models say: 1 different")


async def test_json_has_both_definitions(migrated: str) -> None:
    await change(migrated, "DROP INDEX idx_users_role_status; CREATE TABLE spare (id bigint)")
    done = command(migrated, "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["equal"]) == (1, False)
    assert [(each["object"], each["state"]) for each in report["findings"]] == [
        ("column spare.id", "unexpected"),
        ("index users.idx_users_role_status", "missing"),
        ("table spare", "unexpected"),
    ]
    assert report["findings"][1]["found"] is None


async def test_the_page_is_whole_and_escapes_what_it_shows(migrated: str, tmp_path: Path) -> None:
    await change(migrated, "CREATE TABLE \"<script>alert('x')</script>\" ()")
    page = tmp_path / "verify.html"
    done = command(migrated, "--format", "html", "--output", str(page))
    written = page.read_text(encoding="utf-8")
    assert done.returncode == 1
    assert "<script>" not in written
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in written
    assert written.rstrip().endswith("</html>")
    assert os.listdir(tmp_path) == ["verify.html"]  # noqa: PTH208 - a coroutine


def test_json_is_one_line_and_a_file_leaves_its_verdict_there(migrated: str, tmp_path: Path) -> None:
    target = tmp_path / "verify.json"
    done = command(migrated, "--json", "--output", str(target))
    stored = json.loads(target.read_text(encoding="utf-8"))
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert (done.returncode, stored["equal"]) == (0, True)
    assert (told["equal"], told["output"], sorted(told)) == (True, str(target), ["equal", "output", "verdict"])


@pytest.mark.parametrize("arguments", [("--json", "--format", "html"), ("--output", "/nowhere/verify.html")])
def test_wrong_usage_is_told_before_the_server_is_asked(arguments: tuple[str, ...]) -> None:
    assert command("postgresql://nobody@127.0.0.1:1/nothing", *arguments).returncode == 64


async def test_a_month_that_can_be_emptied_is_told(migrated: str) -> None:
    month = f"enterprise_audit_log_y{datetime.now(UTC):%Ym%m}"
    await change(migrated, f"ALTER TABLE {month} DISABLE TRIGGER {month}_no_truncate")
    (finding,) = (await verify(migrated)).findings
    assert (finding.name, finding.state) == (f"trigger {month}.{month}_no_truncate", "different")
    assert [line for line in finding.lines() if not line.startswith(" ")] == ["- enabled A", "+ enabled D"]


async def test_a_fault_of_a_role_is_told(migrated: str, superuser_url: str) -> None:
    # Given a role that passes by row security, on the whole server
    async with connection(superuser_url) as superuser:
        await superuser.execute("ALTER ROLE platform_app BYPASSRLS")
        # When the database is verified, then that is told
        try:
            (finding,) = (await verify(migrated)).findings
        finally:
            await superuser.execute("ALTER ROLE platform_app NOBYPASSRLS")
    assert (finding.name, finding.state, finding.found) == ("role platform_app", "unexpected", "BYPASSRLS")


async def test_a_login_that_may_make_no_database_is_told_what_it_lacks(migrated: str, superuser_url: str) -> None:
    async with connection(migrated) as opened:
        login = str(await opened.fetchval("SELECT current_user"))
    async with connection(superuser_url) as superuser:
        await superuser.execute(f'ALTER ROLE "{login}" NOCREATEDB')
        try:
            with pytest.raises(ConfigurationError, match=f'ALTER ROLE "{login}" CREATEDB'):
                await verify(migrated)
        finally:
            await superuser.execute(f'ALTER ROLE "{login}" CREATEDB')


async def test_no_scratch_database_stays(migrated: str) -> None:
    await verify(migrated)
    async with connection(migrated) as opened:
        assert await opened.fetchval("SELECT count(*) FROM pg_database WHERE datname LIKE 'platform_db_drift_%'") == 0


def test_a_missing_object_is_all_less() -> None:
    finding = Finding("index users.idx_users_role", "missing", "CREATE INDEX …\nwhy", None)
    assert list(finding.lines()) == ["- CREATE INDEX …", "- why"]
