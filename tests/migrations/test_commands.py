"""``platform-db migrate`` and ``platform-db health``, as they are typed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, cast

import pytest

from platform_db import migration
from platform_db.cli import app
from platform_db.errors import ConfigurationError
from platform_db.migration import location
from platform_db.migration.connection import connection
from platform_db.migration.consent import needs_backup
from platform_db.migration.head import revisions
from platform_db.migration.lock import only_migrator
from platform_db.operations.server.advised import ADVISED

if TYPE_CHECKING:
    from pathlib import Path

HEAD = revisions()[-1]
AWAY = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture(autouse=True)
def environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation that the command is typed in."""
    monkeypatch.setenv("PLATFORM_DB_URL", url)


def execute(url: str, statements: str) -> None:
    async def run() -> None:
        async with connection(url) as opened:
            await opened.execute(statements)

    asyncio.run(run())


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_a_database_is_brought_up_and_taken_down(capsys: pytest.CaptureFixture[str]) -> None:
    # Given an empty database
    assert app.run(["migrate", "status", "--json"]) == 1
    assert answer(capsys) == {
        "current": None,
        "head": HEAD,
        "at_head": False,
        "known": True,
        "pending": list(revisions()),
    }
    # When it is brought up
    assert app.run(["migrate", "up", "--json"]) == 0
    # Then every revision is told, and status agrees
    told = answer(capsys)
    applied = cast("list[dict[str, object]]", told["applied"])
    assert [step["revision"] for step in applied] == list(revisions())
    assert told["current"] == HEAD
    assert app.run(["migrate", "status"]) == 0
    assert capsys.readouterr().out == f"at {HEAD}, the newest\n"
    assert app.run(["migrate", "up"]) == 0
    assert capsys.readouterr().out == f"at {HEAD}, nothing to do\n"
    # And down by a number
    assert app.run(["migrate", "down", "0007", "--json"]) == 0
    assert answer(capsys)["current"] == "0007_audit_log"


def test_one_revision_back_is_minus_one(capsys: pytest.CaptureFixture[str]) -> None:
    # Given a database at the head
    assert app.run(["migrate", "up"]) == 0
    # When it goes one back, and two more
    assert app.run(["migrate", "down", "-1"]) == 0
    assert app.run(["migrate", "down", "-2", "--json"]) == 0
    capsys.readouterr()
    # Then it is at the fourth from the end
    assert app.run(["migrate", "status", "--json"]) == 1
    assert answer(capsys)["current"] == revisions()[-4]
    # And further than there are is wrong usage
    assert app.run(["migrate", "down", "-99"]) == 64
    assert app.run(["migrate", "down", "--sideways"]) == 64


def test_a_plan_and_a_rehearsal_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    # Given an empty database
    # When the way up is planned, and tried
    assert app.run(["migrate", "plan"]) == 0
    planned = capsys.readouterr().out
    assert app.run(["migrate", "up", "--dry-run"]) == 0
    tried = capsys.readouterr().out
    # Then both say what would be done
    assert planned.startswith(f"from base to {HEAD}: {len(revisions())} revision(s)\n")
    assert "  - fill seats_used of licenses (alone, unsafe; " in planned
    assert "    lock: ROW EXCLUSIVE on licenses for a moment, stops nothing\n" in planned
    assert "ran, rolled back  0002_identity: run 0002_identity.up.sql\n" in tried
    assert "not run  0018_count_license_seats: fill seats_used of licenses\nDO $backfill$" in tried
    assert tried.endswith("nothing was changed\n")
    # And in JSON too
    assert app.run(["migrate", "plan", "--to", "0001", "--json"]) == 0
    (revision,) = cast("list[dict[str, object]]", answer(capsys)["revisions"])
    assert revision["revision"] == "0001_roles_and_types"
    assert app.run(["migrate", "up", "--to", "0001", "--dry-run", "--json"]) == 0
    assert answer(capsys)["steps"] == [
        {"revision": "0001_roles_and_types", "step": "run 0001_roles_and_types.up.sql", "tried": True, "sql": []}
    ]
    # And the database is as empty as before
    assert app.run(["migrate", "status", "--json"]) == 1
    assert answer(capsys)["current"] is None


def test_a_plan_with_something_in_the_way_exits_1(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    # Given an index of a revision's name and another definition
    assert app.run(["migrate", "up", "--to", "0018"]) == 0
    execute(url, "SET ROLE platform_owner; DROP INDEX idx_users_role; CREATE INDEX idx_users_role ON users (email)")
    capsys.readouterr()
    # When the rest is planned, then both definitions are shown
    assert app.run(["migrate", "plan", "--to", "0019"]) == 1
    planned = capsys.readouterr().out
    assert "(alone, unsafe; in the way)" in planned
    assert "  found:  CREATE INDEX idx_users_role ON users USING btree (email)\n" in planned
    assert "  wanted: CREATE INDEX idx_users_role ON users USING btree (role)\n" in planned
    assert planned.endswith("\nsomething is in the way: mend it first\n")
    # And a run says the same, and leaves it
    assert app.run(["migrate", "up"]) == 70
    told = capsys.readouterr().err
    assert "0019_drop_idx_users_role, drop index idx_users_role on users: " in told
    assert "what ran before it stays, and the next run goes on from there" in told
    assert app.run(["migrate", "status", "--json"]) == 1
    assert answer(capsys)["current"] == "0018_count_license_seats"


def test_a_log_holds_revision_step_duration_and_outcome(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a table in the way of the second revision
    execute(url, "CREATE TABLE users (id bigint)")
    log = tmp_path / "logs" / "migrate.jsonl"
    # When the database is brought up with a log
    assert app.run(["migrate", "up", "--log", str(log)]) == 70
    capsys.readouterr()
    # Then it says what was done, and why it ended
    lines: list[dict[str, object]] = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(line["revision"], line["moment"], line["reason"]) for line in lines] == [
        ("0001_roles_and_types", "before step", None),
        ("0001_roles_and_types", "after step", None),
        ("0001_roles_and_types", "stamped", None),
        ("0002_identity", "before step", None),
        ("0002_identity", "failed", "RevisionFailed (42P07)"),
    ]
    assert [line["step"] for line in lines[3:]] == ["run 0002_identity.up.sql"] * 2
    assert all(isinstance(lines[place]["seconds"], float) for place in (1, 4))


def test_a_log_that_cannot_be_written_stops_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert app.run(["migrate", "up", "--log", str(tmp_path / "file" / "log")]) == 70
    assert "cannot be written" in capsys.readouterr().err
    assert app.run(["migrate", "status", "--json"]) == 1
    assert answer(capsys)["current"] is None


def test_down_writes_the_history_where_it_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up"]) == 0
    kept = tmp_path / "kept.jsonl"
    assert app.run(["migrate", "down", "base", "--history", str(kept)]) == 0
    capsys.readouterr()
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 2 * len(revisions())


def test_a_backup_comes_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Given a database that is one revision behind
    assert app.run(["migrate", "up", "--to", "0017"]) == 0
    # When it is brought up behind a backup
    dump = tmp_path / "before.dump"
    assert app.run(["migrate", "up", "--backup", str(dump)]) == 0
    # Then the dump is there, and the database at the head
    assert dump.stat().st_size > 0
    assert f"backed up to {dump}" in capsys.readouterr().err
    # And at the head none is made
    assert app.run(["migrate", "up", "--backup", str(tmp_path / "again.dump")]) == 0
    assert not (tmp_path / "again.dump").exists()


def test_a_backup_is_made_while_no_other_can_migrate(url: str, tmp_path: Path) -> None:
    # Given a database that is one revision behind, and another migrator at work
    assert app.run(["migrate", "up", "--to", "0017"]) == 0

    async def hindered() -> int:
        async with only_migrator(url, 1.0):
            return await asyncio.to_thread(
                app.run, ["migrate", "up", "--wait", "0", "--backup", str(tmp_path / "early.dump")]
            )

    # When it is to be brought up behind a backup, then none is made of what the other may change
    assert asyncio.run(hindered()) == 70
    assert not (tmp_path / "early.dump").exists()


def test_a_dry_run_takes_no_backup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up", "--dry-run", "--backup", str(tmp_path / "no.dump")]) == 64
    assert "leave out --backup" in capsys.readouterr().err
    assert not (tmp_path / "no.dump").exists()


def test_a_plan_of_a_server_that_is_away_is_a_failure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATFORM_DB_URL", AWAY)
    assert app.run(["migrate", "plan"]) == 70
    told = capsys.readouterr()
    assert told.out == ""
    assert "the server cannot be reached" in told.err


async def test_production_asks_for_a_backup(url: str) -> None:
    # Given a database of before, and one that is empty
    empty = await migration.status(url)
    assert not await needs_backup(url, "production", empty)
    await migration.up(url, "0017")
    before = await migration.status(url)
    # When it is to be migrated in production, then a backup is asked for
    assert await needs_backup(url, "production", before)
    assert not await needs_backup(url, "staging", before)
    # And not when its configuration says otherwise, nor at the head
    async with connection(url) as opened:
        await opened.execute(
            "SET ROLE platform_owner;"
            "INSERT INTO enterprise_config (config_key, config_value, config_type, environment) VALUES "
            "('migration.backup_required', 'false', 'boolean', 'production')"
        )
    assert not await needs_backup(url, "production", before)
    await migration.up(url)
    assert not await needs_backup(url, "production", await migration.status(url))


def test_a_revision_of_a_newer_package_is_told_apart(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up"]) == 0
    execute(url, "SET ROLE platform_owner; UPDATE alembic_version SET version_num = '0099_later'")
    capsys.readouterr()
    assert app.run(["migrate", "status", "--json"]) == 3
    assert answer(capsys)["current"] == "0099_later"
    assert app.run(["migrate", "up"]) == 70


def test_a_wrong_revision_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up", "--to", "0042"]) == 64
    assert "there is no revision '0042'" in capsys.readouterr().err
    assert app.run(["migrate", "sql", "--from", "0005", "--to", "0002"]) == 64


def test_the_sql_needs_no_server(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_DB_URL", AWAY)
    assert app.run(["migrate", "sql"]) == 0
    assert capsys.readouterr().out == migration.sql()
    assert app.run(["migrate", "sql", "--from", "0008", "--json"]) == 0
    assert answer(capsys) == {"from": "0008", "to": "head", "sql": migration.sql(since="0008")}


def test_down_is_refused_in_production(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_DB_ENVIRONMENT", "production")
    monkeypatch.setenv("PLATFORM_DB_URL", "postgresql://db.example/erp?sslmode=verify-full")
    assert app.run(["migrate", "down", "base", "--json"]) == 70
    error = cast("dict[str, object]", answer(capsys)["error"])
    assert error["type"] == "NotAllowed"


def test_a_transaction_pooler_is_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_DB_PGBOUNCER", "transaction")
    assert app.run(["migrate", "up"]) == 70
    assert "set PLATFORM_DB_URL to the server itself" in capsys.readouterr().err


def test_health_of_a_migrated_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up"]) == 0
    capsys.readouterr()
    assert app.run(["health", "--json"]) == 0
    told = answer(capsys)
    assert (told["healthy"], told["reachable"]) == (True, True)
    checks = cast("list[dict[str, object]]", told["checks"])
    assert [(check["name"], check["state"]) for check in checks if check["name"] not in ADVISED] == [
        ("schema", "ok"),
        ("roles", "ok"),
        ("audit chains", "ok"),
        ("row change partitions", "ok"),
    ]


def test_health_sees_a_schema_that_lags(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up", "--to", "0008"]) == 0
    capsys.readouterr()
    assert app.run(["health"]) == 1
    assert f"{len(revisions()) - 8} revision(s) behind {HEAD}: run `platform-db migrate up`" in capsys.readouterr().out


def test_health_sees_a_head_that_left_its_chain(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    # Given a head that the owner moved past the end of its chain
    assert app.run(["migrate", "up"]) == 0
    execute(
        url,
        "SET ROLE platform_owner; "
        "UPDATE audit_chain_heads SET seq = 5, chain_hash = repeat('a', 64) WHERE chain_id = 3",
    )
    capsys.readouterr()
    # When health is asked, then it says so
    assert app.run(["health"]) == 1
    assert "16 of 16 heads, 1 not at the end of their chain" in capsys.readouterr().out


def test_health_sees_a_missing_month(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up"]) == 0
    execute(
        url,
        "SET ROLE platform_owner; DO $$ BEGIN EXECUTE 'DROP TABLE enterprise_audit_log_y' "
        "|| to_char(now() + interval '1 month', 'YYYY\"m\"MM'); END $$",
    )
    capsys.readouterr()
    assert app.run(["health"]) == 1
    assert "missing for this month or the next" in capsys.readouterr().out


def test_health_of_a_server_that_is_away(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_DB_URL", AWAY)
    assert app.run(["health", "--json"]) == 3
    told = answer(capsys)
    assert (told["healthy"], told["reachable"]) == (False, False)
    assert str(told["detail"]).startswith("the server cannot be reached")


def test_the_migrations_of_an_installed_package_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a package without migrations
    package = tmp_path / "site-packages" / "platform_db"
    package.mkdir(parents=True)
    monkeypatch.setattr(location, "_PACKAGE", package)
    with pytest.raises(ConfigurationError, match="lacks its migrations"):
        location.migrations_directory()
    # When the wheel brought them, then they are found inside it
    (package / "_migrations" / "versions").mkdir(parents=True)
    (package / "_migrations" / "env.py").touch()
    assert location.migrations_directory() == package / "_migrations"
