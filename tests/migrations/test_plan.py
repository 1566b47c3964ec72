"""What would be done is said before, and tried without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db import migration
from platform_db.errors import ConnectionLost, UsageError
from platform_db.migration import location
from platform_db.migration.connection import connection
from platform_db.migration.drift import catalog_of, differences
from platform_db.migration.failures import RevisionFailed, RowsInTheWay
from platform_db.migration.head import chain, revisions
from tests.migrations import chains

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from platform_db.migration.plan import PlannedStep


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


def named(planned: migration.Plan, title: str) -> PlannedStep:
    return next(step for revision in planned.revisions for step in revision.steps if step.title == title)


async def test_a_plan_says_what_each_step_locks_and_how_it_goes_back(folder: Path, migrated: str) -> None:  # noqa: ARG001
    # Given a database whose tables of the chain hold rows
    await migration.up(migrated, "9001")
    async with connection(migrated) as opened:
        await opened.execute("SET ROLE platform_owner; ANALYZE lathes; RESET ROLE")
    before = await catalog(migrated)
    # When the rest is planned
    planned = await migration.plan(migrated)
    # Then every revision is there with its steps
    expected = [revision for revision in chain() if revision.name > "9001_tables"]
    assert [(each.name, len(each.steps)) for each in planned.revisions] == [(r.name, len(r.steps)) for r in expected]
    assert (planned.reachable, planned.blocked, planned.current) == (True, False, "9001_tables")
    # And a step says what it stops
    check = named(planned, "add check ck_lathes_rpm_positive on lathes")
    assert check.locks == ("ACCESS EXCLUSIVE on lathes for a moment, stops reads and writes",)
    assert (check.transactional, check.unsafe, check.undo, check.state) == (True, False, "1 statement(s)", "to do")
    assert [(size.table, size.rows) for size in check.sizes] == [("lathes", 25)]
    index = named(planned, "create index gin_lathes_facts on lathes")
    assert index.locks == ("SHARE UPDATE EXCLUSIVE on lathes while the table is read, stops nothing",)
    assert (index.transactional, index.unsafe) == (False, True)
    parent = named(planned, "add foreign key fk_lathes_maker_id_lathe_makers on lathes")
    assert [lock.rpartition(", ")[2] for lock in parent.locks] == ["stops writes", "stops writes"]
    label = named(planned, "add label broken to lathe_state")
    assert label.undo.startswith("PostgreSQL cannot take a label away")
    assert label.state == "waits for an earlier step"
    # And nothing was changed
    assert differences(before, await catalog(migrated)) == []


async def test_a_plan_counts_the_rows_in_the_way(folder: Path, migrated: str) -> None:  # noqa: ARG001
    # Given rows that break two of the steps, and an object that is in the way of a third
    await migration.up(migrated, "9001")
    async with connection(migrated) as opened:
        await opened.execute(
            "SET ROLE platform_owner; UPDATE lathes SET rpm = -1 WHERE id IN (3, 4); "
            "UPDATE lathes SET serial = NULL WHERE id = 9; CREATE TYPE lathe_state AS ENUM ('asleep')"
        )
    # When the rest is planned
    planned = await migration.plan(migrated)
    # Then they are named
    assert planned.blocked
    check = named(planned, "add check ck_lathes_rpm_positive on lathes")
    assert check.obstacle == "2 row(s) of lathes break ck_lathes_rpm_positive: 3, 4"
    assert named(planned, "set lathes.serial not null").obstacle == "1 row(s) of lathes have no serial: 9"
    kind = named(planned, "create enum type lathe_state")
    assert kind.state == "in the way"
    assert kind.obstacle == (
        "enum type lathe_state exists with another definition\n"
        "  found:  ENUM ('asleep')\n  wanted: ENUM ('idle', 'running')"
    )


async def test_a_step_that_is_done_is_told_so(folder: Path, migrated: str) -> None:  # noqa: ARG001
    # Given a part of a revision that a killed run did
    await migration.up(migrated, "9004")
    async with connection(migrated) as opened:
        await opened.execute("SET ROLE platform_owner; COMMENT ON COLUMN lathes.facts IS 'What else is known.'")
    planned = await migration.plan(migrated, "9005")
    assert [step.state for step in planned.revisions[0].steps] == ["done", "to do", "waits for an earlier step"]


async def test_without_a_server_everything_is_planned() -> None:
    planned = await migration.plan(None)
    assert [each.name for each in planned.revisions] == list(revisions())
    assert (planned.reachable, planned.current, planned.blocked) == (False, None, False)
    assert {step.state for each in planned.revisions for step in each.steps} == {"not asked"}
    with pytest.raises(UsageError, match="there is no revision 'later'"):
        await migration.plan(None, "later")


async def test_a_server_that_is_away_has_no_plan() -> None:
    with pytest.raises(ConnectionLost):
        await migration.plan("postgresql://nobody@127.0.0.1:1/nothing")


async def test_what_is_not_there_yet_is_not_dropped_yet(url: str) -> None:
    # Given an empty database on a server whose roles exist
    async with connection(url) as opened:
        assert await opened.fetchval("SELECT to_regrole('platform_owner')") is not None
    # When the way up is planned, then the drop of an index waits for its table
    planned = await migration.plan(url)
    assert named(planned, "drop index idx_users_role on users").state == "waits for an earlier step"


async def test_what_is_dropped_already_is_done(migrated: str) -> None:
    # Given an index that somebody dropped by hand before its revision could
    await migration.down(migrated, "0018")
    async with connection(migrated) as opened:
        await opened.execute("SET ROLE platform_owner; DROP INDEX idx_users_role")
    planned = await migration.plan(migrated, "0019")
    assert named(planned, "drop index idx_users_role on users").state == "done"


async def test_at_the_head_nothing_is_planned(migrated: str) -> None:
    assert (await migration.plan(migrated)).revisions == ()


async def test_a_rehearsal_changes_nothing(url: str) -> None:
    # Given an empty database
    before = await catalog(url)
    # When the whole way up is rehearsed
    steps = await migration.rehearse(url)
    # Then every step that fits a transaction ran, up to the first that does not
    expected = [step for revision in chain() for step in revision.steps]
    first = next(place for place, step in enumerate(expected) if not step.transactional)
    assert [step.tried for step in steps] == [True] * first + [False] * (len(expected) - first)
    assert steps[first].sql == tuple(statement.sql for statement in expected[first].offline())
    # And nothing is left of it
    assert (await migration.status(url)).current is None
    assert differences(before, await catalog(url)) == []
    async with connection(url) as opened:
        assert await opened.fetchval("SELECT to_regclass('alembic_version')") is None


async def test_a_rehearsal_finds_what_a_run_would(folder: Path, migrated: str) -> None:  # noqa: ARG001
    # Given a row that breaks a CHECK
    await migration.up(migrated, "9001")
    async with connection(migrated) as opened:
        await opened.execute("SET ROLE platform_owner; UPDATE lathes SET rpm = 0 WHERE id = 3")
    before = await catalog(migrated)
    # When the rest is rehearsed, then it ends as a run would
    told = r"^9002_guards, add check ck_lathes_rpm_positive on lathes: 1 row\(s\) of lathes break ck_\w+: 3; mend them"
    with pytest.raises(RowsInTheWay, match=told):
        await migration.rehearse(migrated)
    # And nothing of the steps before it stays
    assert differences(before, await catalog(migrated)) == []
    async with connection(migrated) as opened:
        await opened.execute("SET ROLE platform_owner; UPDATE lathes SET rpm = 1 WHERE id = 3")
    tried = [step.title for step in await migration.rehearse(migrated) if step.tried]
    assert tried[-1] == "add foreign key fk_lathes_maker_id_lathe_makers on lathes"


async def test_a_rehearsal_goes_up_only(migrated: str) -> None:
    assert await migration.rehearse(migrated) == ()
    with pytest.raises(UsageError, match="beyond 0003_licensing"):
        await migration.rehearse(migrated, "0003")


async def test_a_rehearsal_of_a_table_in_the_way(url: str) -> None:
    async with connection(url) as opened:
        await opened.execute("CREATE TABLE users (id bigint)")
    with pytest.raises(RevisionFailed, match=r"^0002_identity\.up\.sql: 42P07"):
        await migration.rehearse(url)
    assert (await migration.status(url)).current is None
