"""A hundred rows after a cursor, newest first, the caller's own rows only."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from benchmarks.contenders.contender import PAGE
from benchmarks.measure import alternated
from benchmarks.parts.equality import assert_same_rows
from benchmarks.report import Section, Verdict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.contenders.contender import Reading
    from benchmarks.measure import Effort
    from benchmarks.scene import Scene

__all__ = ["page"]


async def page(scene: Scene, effort: Effort) -> list[Section]:
    async with AsyncExitStack() as stack:
        readings = {
            name: await stack.enter_async_context(contender.reading(scene.owner))
            for name, contender in scene.contenders.items()
        }
        async with scene.library.database.unit_of_work(as_user=scene.owner) as work:
            expected = (await work.invoices.page(after=scene.mark.cursor, limit=PAGE)).items
        for reading in readings.values():
            assert_same_rows(await reading.invoices_after(scene.mark), expected)
        found = await alternated({name: _turned(reading, scene) for name, reading in readings.items()}, effort.rounds)
    section = Section(
        f"page of {PAGE} invoices after a cursor (76 columns, platform_app), held connection, one task",
        ("µs", "× Record", "× platform_db", "best µs"),
    )
    floor, own = found[scene.floor], found[scene.library.name]
    for name, measured in found.items():
        section.row(name, measured.seconds * 1e6, measured.times(floor), measured.times(own), measured.best * 1e6)
    section.verdicts = [
        Verdict("platform_db / asyncpg Record", own.times(floor), 2.2),
        Verdict("advanced-alchemy / platform_db", found["advanced-alchemy"].times(own), 2, lowest=True),
    ]
    return [section]


def _turned(reading: Reading, scene: Scene) -> Callable[[], Awaitable[object]]:
    return lambda: reading.invoices_after(scene.mark)
