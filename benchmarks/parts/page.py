"""A hundred rows after a cursor, newest first: of the widest table, and of one of common width."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

from benchmarks.contenders.contender import PAGE
from benchmarks.measure import alternated
from benchmarks.parts.equality import assert_same_rows
from benchmarks.report import Section, Verdict
from platform_db.domain.products import NewProduct

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from benchmarks.contenders.contender import Reading
    from benchmarks.measure import Effort
    from benchmarks.scene import Scene
    from platform_db.database import Row
    from platform_db.domain.products import Product

__all__ = ["page"]

_PRODUCTS: Final = """
SELECT * FROM products WHERE deleted_at IS NULL AND (created_at, id) < ($1, $2)
ORDER BY created_at DESC, id DESC LIMIT $3
"""


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
    return [section, await _of_products(scene, effort)]


async def _of_products(scene: Scene, effort: Effort) -> Section:
    """The same of a table of 22 columns, by this library and by hand."""
    database = scene.library.database
    new = [NewProduct(sku=f"FREZE-{place}", name=f"Parmak freze {place}", tags=("freze",)) for place in range(3 * PAGE)]
    async with database.unit_of_work() as work:
        await work.products.upsert_many(new)
    async with AsyncExitStack() as stack:
        work = await stack.enter_async_context(database.unit_of_work())
        first = await work.products.page(limit=PAGE)
        last = first.items[-1]
        connection = await stack.enter_async_context(scene.by_hand.transaction(None))

        async def ours() -> Sequence[Product]:
            return (await work.products.page(after=first.next_cursor, limit=PAGE)).items

        async def floor() -> Sequence[Row]:
            return (await connection.fetch(_PRODUCTS, last.created_at, last.id, PAGE + 1))[:PAGE]

        assert [row["sku"] for row in await floor()] == [product.sku for product in await ours()]
        found = await alternated({scene.library.name: ours, scene.floor: floor}, effort.rounds)
    section = Section(
        f"page of {PAGE} products after a cursor (22 columns, platform_worker), held connection, one task",
        ("µs", "× Record", "best µs"),
    )
    for name, measured in found.items():
        section.row(name, measured.seconds * 1e6, measured.times(found[scene.floor]), measured.best * 1e6)
    ratio = found[scene.library.name].times(found[scene.floor])
    section.verdicts = [Verdict("platform_db / asyncpg Record, 22 columns", ratio, 2.2)]
    return section


def _turned(reading: Reading, scene: Scene) -> Callable[[], Awaitable[object]]:
    return lambda: reading.invoices_after(scene.mark)
