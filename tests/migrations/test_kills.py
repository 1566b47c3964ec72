"""A migrator that is killed anywhere leaves a database that the next one brings to the end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from platform_db import migration
from platform_db.migration import location, steps
from platform_db.migration.connection import connection
from platform_db.migration.drift import catalog_of, differences
from platform_db.migration.head import chain, revisions
from platform_db.migration.run import Moment
from tests.migrations import chains

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from platform_db.migration.connection import Connection

LAST = "9013_summary"
ROWS = "SELECT jsonb_agg(t ORDER BY id)::text FROM lathes AS t"


@pytest.fixture
def folder(head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:  # noqa: ARG001 - made by the package's own
    """Migrations that hold every kind of step, in use."""
    written = chains.write(tmp_path, revisions()[-1])
    monkeypatch.setattr(location, "_PACKAGE", location._PACKAGE)
    chains.use(written)
    yield written
    chain.cache_clear()


async def catalog(url: str) -> dict[str, str]:
    async with connection(url) as opened:
        return await catalog_of(opened)


async def rows(url: str) -> object:
    async with connection(url) as opened:
        await opened.execute("SET ROLE platform_owner")
        return await opened.fetchval(ROWS)


async def test_the_chain_holds_every_kind_of_step(folder: Path) -> None:  # noqa: ARG001
    kinds = {type(step).__name__ for revision in chain() for step in revision.steps}
    assert kinds == set(steps.__all__) - {"Lock", "LockMode", "Obstacles", "Statement", "Step"}


SOME = frozenset({Moment.AFTER_STEP, Moment.PROGRESS, Moment.STAMPED})
EVERY = frozenset(Moment)


@pytest.mark.parametrize("moments", [SOME, pytest.param(EVERY, marks=pytest.mark.faults_long)], ids=["steps", "all"])
async def test_killed_at_every_boundary_it_comes_to_the_same_end(
    folder: Path, migrated: str, second: str, moments: frozenset[Moment]
) -> None:
    # Given what a run that nobody disturbs makes, and what it leaves on the way back
    bottom, below = await catalog(migrated), (await migration.status(migrated)).current
    assert below is not None
    await migration.up(second)
    expected, stored = await catalog(second), await rows(second)
    # When the migrator is killed at every boundary, one after the other
    up = chains.Journey("up", migrated, "head", folder, moments)
    died = await asyncio.to_thread(chains.killed_everywhere, up)
    # Then the end is the same
    assert (await migration.status(migrated)).current == LAST
    assert differences(expected, await catalog(migrated)) == []
    assert await rows(migrated) == stored
    # And on the way back too
    down = chains.Journey("down", migrated, below, folder, moments)
    died_back = await asyncio.to_thread(chains.killed_everywhere, down)
    assert differences(bottom, await catalog(migrated)) == []
    # And none was left out: each revision was stamped once each way, each step begun and ended
    each = [step for revision in chain() if revision.name > "9" for step in revision.steps]
    for deaths in (died, died_back):
        assert [death.count("|stamped|") for death in deaths].count(1) == len(chains.steps(""))
        assert [death.count("|after step|") for death in deaths].count(1) == len(each)


@pytest.mark.parametrize(
    "moments", [frozenset({Moment.STAMPED}), pytest.param(EVERY, marks=pytest.mark.faults_long)], ids=["stamps", "all"]
)
async def test_killed_in_the_real_revisions_it_comes_to_the_same_end(
    head: str, url: str, tmp_path: Path, moments: frozenset[Moment]
) -> None:
    # Given an empty database
    empty = await catalog(url)
    # When the migrator is killed in every revision
    (tmp_path / "_migrations").symlink_to(location.migrations_directory())
    died = await asyncio.to_thread(chains.killed_everywhere, chains.Journey("up", url, "head", tmp_path, moments))
    assert [death.split("|")[0] for death in died if "|stamped|" in death] == list(revisions())
    # Then the database is as any other at the head
    assert differences(await catalog(head), await catalog(url)) == []
    # And the way back ends where it began
    back = await asyncio.to_thread(chains.killed_everywhere, chains.Journey("down", url, "base", tmp_path, moments))
    assert [death.split("|")[0] for death in back if "|stamped|" in death] == list(reversed(revisions()))
    assert differences(empty, await catalog(url)) == []


async def builds(watcher: Connection, number: int) -> None:
    """Come back when so many index builds are under way."""
    deadline = asyncio.get_running_loop().time() + 30
    while await watcher.fetchval("SELECT count(*) FROM pg_stat_progress_create_index") != number:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)


async def test_killed_while_an_index_is_built_the_next_run_builds_it(folder: Path, migrated: str) -> None:
    # Given an application whose transaction a build of an index must wait for
    await migration.up(migrated, "9004")
    async with connection(migrated) as writer:
        await writer.execute("SET ROLE platform_owner; BEGIN; UPDATE lathes SET rpm = rpm")
        # When the migrator is killed while it waits
        waiting = chains.started(chains.Journey("up", migrated, "9005_index", folder, frozenset()))
        async with connection(migrated) as watcher:
            await builds(watcher, 1)
            waiting.kill()
            await asyncio.to_thread(waiting.join)
            assert (
                await watcher.fetchval(
                    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'gin_lathes_facts'::regclass"
                )
                is False
            )
            # Then the server ends the build that nobody waits for
            await builds(watcher, 0)
    # And the next run drops what it left and builds it
    outcome = await migration.up(migrated, "9005")
    assert [step.revision for step in outcome.applied] == ["9005_index"]
    async with connection(migrated) as watcher:
        assert (
            await watcher.fetchval("SELECT indisvalid FROM pg_index WHERE indexrelid = 'gin_lathes_facts'::regclass")
            is True
        )
