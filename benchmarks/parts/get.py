"""One row by its id: on a held connection, and as a whole transaction with 16 tasks at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import cycle
from typing import TYPE_CHECKING

from benchmarks.measure import alternated, at_once
from benchmarks.parts.equality import assert_same
from benchmarks.report import Section, Verdict
from benchmarks.server import TASKS

if TYPE_CHECKING:
    from benchmarks.contenders.contender import Contender, Reading
    from benchmarks.measure import Effort
    from benchmarks.scene import Scene

__all__ = ["get"]

Operation = Callable[[], Awaitable[object]]


async def get(scene: Scene, effort: Effort) -> list[Section]:
    return [
        await _held(scene, effort, "a user (30 columns, platform_worker)", None),
        await _held(scene, effort, "an invoice (76 columns, platform_app)", scene.owner),
        await _units(scene, effort),
    ]


def _one(reading: Reading, scene: Scene, user_id: int | None) -> Operation:
    keys = cycle(scene.user_ids if user_id is None else scene.invoice_ids)
    read = reading.user if user_id is None else reading.invoice
    return lambda: read(next(keys))


async def _held(scene: Scene, effort: Effort, what: str, user_id: int | None) -> Section:
    async with AsyncExitStack() as stack:
        readings = {
            name: await stack.enter_async_context(contender.reading(user_id))
            for name, contender in scene.contenders.items()
        }
        await _check(readings, scene, user_id)
        operations = {name: _one(reading, scene, user_id) for name, reading in readings.items()}
        found = await alternated(operations, effort.rounds)
    section = Section(f"get {what}, held connection, one task", ("µs", "× Record", "× platform_db", "best µs"))
    floor, own = found[scene.floor], found[scene.library.name]
    for name, measured in found.items():
        section.row(name, measured.seconds * 1e6, measured.times(floor), measured.times(own), measured.best * 1e6)
    section.verdicts = [
        Verdict("platform_db / asyncpg Record", own.times(floor), 1.5),
        Verdict("advanced-alchemy / platform_db", found["advanced-alchemy"].times(own), 5, lowest=True),
        Verdict("SQLModel / platform_db", found["SQLModel"].times(own), 5, lowest=True),
    ]
    return section


async def _check(readings: dict[str, Reading], scene: Scene, user_id: int | None) -> None:
    async with scene.library.database.unit_of_work() as work:
        user = await work.users.get(scene.user_ids[3])
        invoice = await work.invoices.get(scene.invoice_ids[3])
    for reading in readings.values():
        if user_id is None:
            assert_same(await reading.user(user.id), user)
        assert_same(await reading.invoice(invoice.id), invoice)


async def _units(scene: Scene, effort: Effort) -> Section:
    keys = cycle(scene.invoice_ids)

    def unit(contender: Contender) -> Operation:
        async def once() -> None:
            async with contender.reading(scene.owner) as reading:
                await reading.invoice(next(keys))

        return once

    operations = {name: unit(contender) for name, contender in scene.contenders.items()}
    alone = await alternated(operations, effort.rounds)
    crowd = await at_once(operations, TASKS, effort)
    section = Section(
        f"get an invoice in a unit of work of its own: checkout, BEGIN, role, identity, get, COMMIT; {TASKS} tasks",
        ("µs alone", "best µs", f"ops/s, {TASKS} tasks", "× platform_db"),
    )
    own = crowd[scene.library.name]
    for name, measured in crowd.items():
        once = alone[name]
        section.row(name, once.seconds * 1e6, once.best * 1e6, measured.per_second, measured.times(own))
    section.verdicts = [
        Verdict("advanced-alchemy / platform_db", crowd["advanced-alchemy"].times(own), 3, lowest=True),
        Verdict("SQLModel / platform_db", crowd["SQLModel"].times(own), 3, lowest=True),
    ]
    return section
