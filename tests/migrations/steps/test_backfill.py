"""A backfill goes over its table once, whatever stops it."""

# ruff: noqa: S608 - the names are constants of the tests

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
import pytest_asyncio

from platform_db.errors import ConfigurationError, LockTimeout, UsageError
from platform_db.migration.connection import connect
from platform_db.migration.failures import RevisionFailed
from platform_db.migration.run import Event, Moment, Run
from platform_db.migration.steps import Backfill
from tests.migrations.steps.conftest import REVISION, Bench

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.migration.steps.step import Server

TABLE = "Odd table"
FILL = Backfill("double", TABLE, (("twice", 't."group" * 2'),), "t.twice IS NULL", key="odd key", batch_size=10)
PROGRESS = (
    "SELECT status::text, last_key, rows_done, rows_total, last_error, finished_at IS NOT NULL "
    "FROM migration_backfills WHERE revision = $1 AND step = 'double'"
)


@pytest_asyncio.fixture(loop_scope="session")
async def bench(migrated: str) -> AsyncIterator[Bench]:
    """A table of 35 rows with gaps in their keys, five of which need nothing."""
    opened = await connect(migrated)
    made = Bench(cast("Server", opened), migrated)
    await made.execute(
        'CREATE TABLE "Odd table" ("odd key" text COLLATE "C" PRIMARY KEY, "group" bigint, twice bigint, '
        "written int DEFAULT 0);"
        "INSERT INTO \"Odd table\" SELECT to_char(n * 3, 'FM000') || '''', n, CASE WHEN n % 7 = 0 THEN 0 END "
        "FROM generate_series(1, 35) AS n;"
        "CREATE FUNCTION count_writes() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.written := OLD.written + 1; RETURN NEW; END $$;"
        'CREATE TRIGGER count BEFORE UPDATE ON "Odd table" FOR EACH ROW EXECUTE FUNCTION count_writes();'
        'GRANT SELECT ON "Odd table" TO PUBLIC; GRANT SELECT ON migration_backfills TO PUBLIC'
    )
    yield made
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def other(bench: Bench) -> AsyncIterator[Bench]:
    """Somebody else on the same database."""
    opened = await connect(bench.address)
    yield Bench(cast("Server", opened), bench.address)
    await opened.close()


async def progress(bench: Bench) -> tuple[object, ...]:
    row = await bench.server.fetchrow(PROGRESS, REVISION)
    assert row is not None
    return tuple(row)


async def assert_each_row_was_written_once(bench: Bench) -> None:
    wrong = 'SELECT count(*) FROM "Odd table" WHERE (twice, written) IS DISTINCT FROM '
    assert await bench.value(f'{wrong} CASE WHEN "group" % 7 = 0 THEN (0::bigint, 0) ELSE ("group" * 2, 1) END') == 0


async def test_every_row_that_needs_it_is_written_once(bench: Bench) -> None:
    # When the backfill runs
    await bench.up(FILL)
    # Then batches of ten went over all rows, and told how far they were
    told = [(event.done, event.total) for event in bench.events if event.moment is Moment.PROGRESS]
    assert told == [(10, 35), (20, 35), (30, 35), (35, 35)]
    seconds = [event.seconds for event in bench.events if event.moment is Moment.PROGRESS]
    assert all(each is not None and each >= 0 for each in seconds)
    assert seconds[-1] == 0
    await assert_each_row_was_written_once(bench)
    assert await progress(bench) == ("completed", "105'", 35, 35, None, True)
    # And a second run does nothing
    assert await bench.left(FILL) == ()
    await bench.up(FILL)
    await assert_each_row_was_written_once(bench)
    # And on the way back the values stay, its progress goes, and it could run again
    await bench.down(FILL)
    assert await bench.value("SELECT count(*) FROM migration_backfills WHERE step = 'double'") == 0
    await bench.up(FILL)
    await assert_each_row_was_written_once(bench)


class Killed(Exception):
    """Ends a run from outside, as a kill does."""


@pytest.mark.parametrize("batches", [1, 2, 3])
async def test_it_goes_on_behind_the_last_batch(bench: Bench, batches: int) -> None:
    # Given a run that ended behind some batches
    seen = 0

    def end(event: Event) -> None:
        nonlocal seen
        seen += event.moment is Moment.PROGRESS
        if seen == batches:
            raise Killed

    with pytest.raises(Killed):
        await bench.observed(FILL, end)
    assert (await progress(bench))[:3] == ("running", f"{batches * 30:03}'", batches * 10)
    # When it runs again, then it does the rest
    await bench.up(FILL)
    told = [event.done for event in bench.events if event.moment is Moment.PROGRESS]
    assert told == [10, 20, 30, 35][batches:]
    await assert_each_row_was_written_once(bench)


async def test_an_operator_pauses_it_and_changes_its_batches(bench: Bench, other: Bench) -> None:
    # Given an operator who pauses it behind the first batch and asks for larger ones
    pauses: list[asyncio.Task[None]] = []

    def pause(event: Event) -> None:
        if event.moment is Moment.PROGRESS:
            text = "UPDATE migration_backfills SET status = 'paused', batch_size = 20 WHERE step = 'double'"
            pauses.append(asyncio.get_running_loop().create_task(other.execute(text)))

    with pytest.raises(RevisionFailed, match=r"is paused: `platform-db migrate up` goes on with it; what ran before"):
        await bench.observed(replace(FILL, pause=0.2), pause)
    await asyncio.gather(*pauses)
    assert (await progress(bench))[:3] == ("paused", "030'", 10)
    # When it runs again, then it goes on in the larger batches
    await bench.up(FILL)
    assert [event.done for event in bench.events if event.moment is Moment.PROGRESS] == [30, 35]
    await assert_each_row_was_written_once(bench)


async def test_a_pause_holds_while_the_run_is_tried_again(bench: Bench, other: Bench) -> None:
    # Given a run whose second batch meets a lock, and an operator who pauses it meanwhile
    await other.server.execute("SET ROLE platform_owner; BEGIN")
    await other.server.execute('SELECT FROM "Odd table" WHERE "group" = 15 FOR UPDATE')
    run = Run(lock_timeout=0.2)
    with pytest.raises(LockTimeout):
        await bench.again(FILL, run)
    await other.server.execute("COMMIT; UPDATE migration_backfills SET status = 'paused' WHERE step = 'double'")
    # When the run is tried again, then it stays paused
    with pytest.raises(RevisionFailed, match="is paused: `platform-db migrate up` goes on with it"):
        await bench.again(FILL, run)
    assert (await progress(bench))[:3] == ("paused", "030'", 10)
    # And the next run goes on
    await bench.up(FILL)
    await assert_each_row_was_written_once(bench)


async def test_rows_that_come_behind_it_are_met_too(bench: Bench, other: Bench) -> None:
    # Given an application that adds a row behind the first batch, and one of old code that resets another
    writes: list[asyncio.Task[None]] = []

    def write(event: Event) -> None:
        if event.moment is Moment.PROGRESS and not writes:
            text = (
                "INSERT INTO \"Odd table\" VALUES ('000', 50, NULL, 0);"
                'UPDATE "Odd table" SET twice = NULL WHERE "group" = 2'
            )
            writes.append(asyncio.get_running_loop().create_task(other.execute(text)))

    # When the backfill runs
    await bench.observed(replace(FILL, pause=0.1), write)
    await asyncio.gather(*writes)
    # Then it began anew, and no row needs it
    assert await bench.value('SELECT count(*) FROM "Odd table" WHERE twice IS NULL') == 0
    assert (await progress(bench))[:4] == ("completed", "105'", 35 + 36, 35 + 36)


async def test_a_condition_that_stays_true_is_met_once(bench: Bench) -> None:
    await bench.up(replace(FILL, where="true"))
    assert await bench.value('SELECT count(*) FROM "Odd table" WHERE twice IS DISTINCT FROM "group" * 2') == 0
    assert (await progress(bench))[:3] == ("completed", "105'", 35)


@pytest.mark.parametrize(
    "change",
    [
        'ALTER TABLE "Odd table" DROP CONSTRAINT "Odd table_pkey"',
        (
            'ALTER TABLE "Odd table" DROP CONSTRAINT "Odd table_pkey"; CREATE UNIQUE INDEX ON "Odd table" ("odd key");'
            'ALTER TABLE "Odd table" ALTER COLUMN "odd key" DROP NOT NULL'
        ),
        (
            'ALTER TABLE "Odd table" DROP CONSTRAINT "Odd table_pkey"; ALTER TABLE "Odd table" ALTER COLUMN "odd key" '
            'SET NOT NULL; CREATE UNIQUE INDEX ON "Odd table" ("odd key", "group")'
        ),
    ],
    ids=["no index", "may be NULL", "unique only with another"],
)
async def test_a_key_that_is_none_is_refused(bench: Bench, change: str) -> None:
    await bench.execute(change)
    with pytest.raises(ConfigurationError, match=r"its key Odd table\.odd key must be NOT NULL with a unique index"):
        await bench.up(FILL)
    assert await bench.value("SELECT count(*) FROM migration_backfills WHERE step = 'double'") == 0


async def test_the_way_back_leaves_the_progress_of_other_revisions(bench: Bench) -> None:
    # Given a backfill of the same name in an earlier revision
    await bench.execute(
        "INSERT INTO migration_backfills (revision, step, table_name, batch_size) "
        f"VALUES ('0041_earlier', 'double', '{TABLE}', 10)"
    )
    await bench.up(FILL)
    # When this one is taken back
    await bench.down(FILL)
    # Then that one's is kept
    assert await bench.value("SELECT array_agg(revision) FROM migration_backfills WHERE step = 'double'") == [
        "0041_earlier"
    ]


async def test_it_rests_between_batches(bench: Bench) -> None:
    began = asyncio.get_running_loop().time()
    await bench.up(replace(FILL, pause=0.1))
    assert asyncio.get_running_loop().time() - began >= 0.3
    await assert_each_row_was_written_once(bench)


async def test_it_gives_way_at_once_to_whoever_holds_its_row(bench: Bench) -> None:
    # Given somebody else who keeps its row, however weakly
    other = cast("Server", await connect(bench.address))
    await bench.execute(
        f"INSERT INTO migration_backfills (revision, step, table_name) VALUES ('{REVISION}', 'double', 'x')"
    )
    async with other.transaction():
        await other.execute("SET LOCAL ROLE platform_owner")
        await other.fetch("SELECT FROM migration_backfills FOR KEY SHARE")
        # When this one comes, then it gives way at once
        with pytest.raises(LockTimeout):
            await bench.up(FILL)
    # And afterwards it does its work
    await bench.up(FILL)
    await assert_each_row_was_written_once(bench)


async def test_of_two_runs_at_once_one_gives_way(bench: Bench, other: Bench) -> None:
    # When two runs begin together
    ended = await asyncio.gather(bench.up(FILL), other.up(FILL), return_exceptions=True)
    # Then whoever met the other gave way, and did not stop it
    assert {type(each) for each in ended} <= {type(None), LockTimeout}
    assert None in ended
    assert await progress(bench) == ("completed", "105'", 35, 35, None, True)
    await assert_each_row_was_written_once(bench)


async def test_a_row_that_is_refused_ends_it_and_is_told_without_its_values(bench: Bench) -> None:
    # Given a row that a CHECK refuses in the third batch
    await bench.execute('ALTER TABLE "Odd table" ADD CONSTRAINT ck_small CHECK (twice < 50)')
    # When the backfill comes to it
    told = r": 23514 check violation: Odd table, ck_small; what ran before it stays"
    with pytest.raises(RevisionFailed, match=told) as caught:
        await bench.up(FILL)
    assert "50" not in caught.value.message
    # Then the batches before it stay, and the progress says why it ended
    assert await progress(bench) == ("failed", "060'", 20, 35, "UnknownConstraint (23514)", False)
    # And once it is mended the rest follows
    await bench.execute('ALTER TABLE "Odd table" DROP CONSTRAINT ck_small')
    await bench.up(FILL)
    await assert_each_row_was_written_once(bench)


async def test_rows_that_come_meanwhile_are_met_too(bench: Bench, other: Bench) -> None:
    # Given a run, behind whose batches an application writes further rows
    await bench.execute('ALTER TABLE "Odd table" ALTER COLUMN written SET DEFAULT 0')
    added = False

    def write(event: Event) -> None:
        nonlocal added
        if event.moment is Moment.PROGRESS and not added:
            added = True
            loop = asyncio.get_running_loop()
            writes.append(loop.create_task(other.execute("INSERT INTO \"Odd table\" VALUES ('200', 100)")))

    writes: list[asyncio.Task[None]] = []
    await bench.observed(replace(FILL, pause=0.1), write)
    await asyncio.gather(*writes)
    await assert_each_row_was_written_once(bench)
    assert (await progress(bench))[:4] == ("completed", "200", 36, 35)


async def test_a_value_that_is_counted_elsewhere_is_counted_behind_the_lock(bench: Bench, other: Bench) -> None:
    # Given a value that is the count of other rows, one of which an application is about to add
    await bench.execute("CREATE TABLE parts (of_key text)")
    counted = '(SELECT count(*) FROM parts AS p WHERE p.of_key = t."odd key")'
    step = replace(FILL, values=(("twice", counted),), where=f"t.twice IS DISTINCT FROM {counted}")
    first = str(await bench.value('SELECT min("odd key") FROM "Odd table"'))
    await other.server.execute("SET ROLE platform_owner; BEGIN")
    await other.server.execute("INSERT INTO parts VALUES ($1)", first)
    await other.server.execute('UPDATE "Odd table" SET twice = 1 WHERE "odd key" = $1', first)

    async def end_later() -> None:
        await asyncio.sleep(0.1)
        await other.server.execute("COMMIT")

    # When the backfill waits for that row
    ending = asyncio.create_task(end_later())
    await bench.up(step)
    await ending
    # Then it counted what was committed meanwhile
    assert await bench.value('SELECT twice FROM "Odd table" WHERE "odd key" = $1', first) == 1


async def test_psql_runs_the_same_batches(bench: Bench) -> None:
    # Given the printed block
    (block,) = replace(FILL, pause=0.001).offline()
    # When it runs outside a transaction
    await bench.server.execute("SET ROLE platform_owner")
    await bench.server.execute(block.sql)
    # Then the rows are the same
    await assert_each_row_was_written_once(bench)


async def test_it_needs_its_table_of_progress_and_a_key(bench: Bench) -> None:
    with pytest.raises(RevisionFailed, match=r"there is no key Odd table\.nothing"):
        await bench.up(replace(FILL, key="nothing"))
    await bench.execute("DROP TABLE migration_backfills")
    with pytest.raises(RevisionFailed, match="belongs behind the revision that makes migration_backfills"):
        await bench.up(FILL)
    await bench.down(FILL)


def test_it_fills_something() -> None:
    with pytest.raises(UsageError, match="name at least one column"):
        Backfill("nothing", "users", (), where="true")
