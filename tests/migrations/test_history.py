"""What ran is recorded, with its outcome, whatever the outcome was."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, cast

import alembic
import pytest

import platform_db
from platform_db import migration
from platform_db.errors import ConfigurationError, LockTimeout
from platform_db.migration import Options
from platform_db.migration.connection import connect, connection
from platform_db.migration.failures import RevisionFailed
from platform_db.migration.head import chain, revisions
from platform_db.migration.history import HISTORY_TABLE
from platform_db.migration.run import Moment

if TYPE_CHECKING:
    from pathlib import Path

    from platform_db.database.executor import Row
    from platform_db.migration.run import Event

MAKES_HISTORY = next(
    revision.name
    for revision in chain()
    for step in revision.steps
    if any(f"CREATE TABLE {HISTORY_TABLE} " in statement.sql for statement in step.up())
)
BELOW = revisions()[revisions().index(MAKES_HISTORY) - 1]
TESTING = Options(environment="testing")


async def told(url: str, columns: str = "revision, direction::text, success") -> list[tuple[object, ...]]:
    """The history, oldest first."""
    async with connection(url) as opened:
        await opened.execute("SET ROLE platform_owner")
        rows = await opened.fetch(f"SELECT {columns} FROM {HISTORY_TABLE} ORDER BY id")  # noqa: S608 - constants
    return [tuple(row) for row in rows]


async def test_every_revision_is_recorded_those_before_the_table_too(url: str) -> None:
    # When an empty database is brought up
    await migration.up(url, options=TESTING)
    # Then each revision has its row, in order
    assert await told(url) == [(revision, "upgrade", True) for revision in revisions()]
    # And the row says when, how long, by whom and on what
    async with connection(url) as opened:
        login, server, number = cast(
            "Row",
            await opened.fetchrow(
                "SELECT session_user, current_setting('server_version'), current_setting('server_version_num')::integer"
            ),
        )
    rows = await told(
        url,
        "description, migration_end >= migration_start, duration_seconds > 0, error_message, alembic_version, "
        "library_version, postgresql_version, environment, applied_by, server_info::text",
    )
    for revision, row in zip(chain(), rows, strict=True):
        assert row[:9] == (
            revision.summary,
            True,
            True,
            None,
            alembic.__version__,
            platform_db.__version__,
            server,
            "testing",
            login,
        )
        about = json.loads(str(row[9]))
        assert [step["step"] for step in about.pop("steps")] == [step.title for step in revision.steps]
        assert about == {
            "database": url.partition("@/")[2].partition("?")[0],
            "encoding": "UTF8",
            "server_version_num": number,
            "login": login,
            "attempts": 1,
        }


async def test_a_failure_is_recorded_and_leaves_nothing_half_applied(url: str) -> None:
    # Given somebody's table in the way of the revision behind the history
    await migration.up(url, MAKES_HISTORY)
    async with connection(url) as opened:
        await opened.execute("SET ROLE platform_owner; CREATE VIEW system_performance_summary AS SELECT 1 AS one")
        before = await opened.fetchval("SELECT count(*) FROM pg_class")
        # When it runs
        with pytest.raises(RevisionFailed, match="42P07"):
            await migration.up(url, options=TESTING)
        # Then nothing of it is there, except the row that says so
        assert await opened.fetchval("SELECT count(*) FROM pg_class") == before
        assert (await migration.status(url)).current == MAKES_HISTORY
        row = (await told(url, "revision, success, error_message, migration_end IS NOT NULL"))[-1]
        assert row == ("0017_views_and_summary", False, "RevisionFailed (42P07)", True)
        # And a good run follows it
        await opened.execute("DROP VIEW system_performance_summary")
    await migration.up(url, options=TESTING)
    assert [row for row in await told(url) if row[0] == "0017_views_and_summary"] == [
        ("0017_views_and_summary", "upgrade", False),
        ("0017_views_and_summary", "upgrade", True),
    ]


async def test_a_run_that_gave_way_is_one_run_with_its_attempts(url: str) -> None:
    # Given a table that stays locked
    await migration.up(url, MAKES_HISTORY)
    reader = await connect(url)
    await reader.execute("SET ROLE platform_owner; BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
    # When a revision needs it for too long
    with pytest.raises(LockTimeout):
        await migration.up(url, options=Options(lock_timeout=0.02))
    await reader.close()
    # Then its row says how often it gave way, and why it ended
    (row,) = [row for row in await told(url, "success, error_message, server_info->>'attempts'") if not row[0]]
    assert row[1] == "LockTimeout"
    assert int(str(row[2])) > 1


async def test_a_killed_run_is_seen(migrated: str) -> None:
    # Given a row that a process began and never ended
    async with connection(migrated) as opened:
        await opened.execute(
            f"SET ROLE platform_owner; INSERT INTO {HISTORY_TABLE} (revision, description, migration_start) "  # noqa: S608
            "VALUES ('0099_killed', 'Killed.', now())"
        )
    # When the next migrator runs
    await migration.down(migrated, "-1", TESTING)
    # Then the row says that the process ended
    killed = (await told(migrated, "success, error_message, migration_end"))[-2]
    assert killed == (False, "interrupted: the process ended before the revision did", None)


async def test_the_way_down_is_recorded_until_its_table_goes(migrated: str, home: Path) -> None:
    # Given a database at the head
    before = await told(migrated)
    # When everything is taken down
    await migration.down(migrated, "base", TESTING)
    # Then the history that went with its table is in the file, and what came after it
    lines = (home / "migration-history.jsonl").read_text(encoding="utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    found = [(each["revision"], each["direction"], each["success"]) for each in documents]
    assert found == [*before, *((revision, "downgrade", True) for revision in reversed(revisions()))]
    assert documents[-1]["environment"] == "testing"


async def test_a_history_that_cannot_be_kept_is_not_dropped(migrated: str, tmp_path: Path) -> None:
    # Given a file that cannot be written
    (tmp_path / "taken").write_text("")
    options = Options(environment="testing", history_file=tmp_path / "taken" / "history.jsonl")
    # When the table would go
    with pytest.raises(ConfigurationError, match=r"cannot be kept in .*: nothing was taken down; name another file"):
        await migration.down(migrated, "base", options)
    # Then it stays
    assert (await migration.status(migrated)).current == MAKES_HISTORY


async def test_a_history_that_cannot_be_read_is_not_dropped(migrated: str, home: Path) -> None:
    # Given a history whose owner may not read it
    await migration.down(migrated, MAKES_HISTORY, TESTING)
    async with connection(migrated) as opened:
        await opened.execute("SET ROLE platform_owner")
        await opened.execute(f"REVOKE SELECT ON {HISTORY_TABLE} FROM platform_owner")  # noqa: S608 - a constant
    # When the table would go, then it stays
    told = r"cannot be read \(InsufficientPrivilegeError 42501\) and would be lost with its table"
    with pytest.raises(ConfigurationError, match=told):
        await migration.down(migrated, "base", TESTING)
    assert (await migration.status(migrated)).current == MAKES_HISTORY
    assert not (home / "migration-history.jsonl").exists()


async def test_a_history_that_cannot_be_written_changes_nothing(url: str, caplog: pytest.LogCaptureFixture) -> None:
    # Given a history that refuses every row
    await migration.up(url, MAKES_HISTORY)
    async with connection(url) as opened:
        await opened.execute(f"SET ROLE platform_owner; ALTER TABLE {HISTORY_TABLE} ADD CHECK (id < 0) NOT VALID")
    # When the database is brought up, then it is, and the log says what is missing
    with caplog.at_level(logging.WARNING, "platform_db.migration"):
        outcome = await migration.up(url, options=TESTING)
    assert outcome.status.at_head
    assert "the history of the migrations was not written: CheckViolationError 23514" in caplog.messages
    # And a failure stays the failure
    async with connection(url) as opened:
        await opened.execute("SET ROLE platform_owner; CREATE TABLE leans (view_id text)")
        await opened.execute("CREATE VIEW depends AS SELECT * FROM system_performance_summary")
    blocked = r"2BP01 dependent objects still exist: cannot drop .* because other objects depend on it"
    with pytest.raises(RevisionFailed, match=blocked):
        await migration.down(url, MAKES_HISTORY, TESTING)


async def test_the_observer_is_told_of_every_moment(url: str) -> None:
    events: list[Event] = []
    await migration.up(url, "0001", Options(observer=events.append))
    script = "run 0001_roles_and_types.up.sql"
    assert [(event.moment, event.revision, event.step) for event in events] == [
        (Moment.BEFORE_STEP, "0001_roles_and_types", script),
        (Moment.BEFORE_STATEMENT, "0001_roles_and_types", script),
        (Moment.AFTER_STATEMENT, "0001_roles_and_types", script),
        (Moment.AFTER_STEP, "0001_roles_and_types", script),
        (Moment.STAMPED, "0001_roles_and_types", ""),
    ]
