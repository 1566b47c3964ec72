"""Ten thousand products at once, with an outcome for each, against an upsert that gives none."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from benchmarks.measure import Measured, rotated
from benchmarks.report import Section, Verdict
from benchmarks.scene import TEMPLATE
from benchmarks.server import cloned, connected, opened
from platform_db.domain.bulk import RowResult
from platform_db.domain.products import NewProduct

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from benchmarks.driver import Connection
    from benchmarks.measure import Effort
    from platform_db.operations.server import EmbeddedServer
    from platform_db.repositories.work import Database

    Operation = Callable[[Sequence[NewProduct]], Awaitable[object]]

__all__ = ["bulk"]

_BATCH: Final = 1000
_OURS: Final = "platform_db, outcome and audit entry a row"
_UNTOLD: Final = "platform_db, without the entries"
_BY_HAND: Final = "asyncpg by hand, neither"
_COLUMNS: Final = {
    "sku": "text[]",
    "name": "text[]",
    "category": "text[]",
    "status": "product_status[]",
    "currency": "currency[]",
    "sale_price_cents": "bigint[]",
    "kdv_rate": "numeric[]",
    "weight_kg": "numeric[]",
    "stock_quantity": "integer[]",
}
_CHANGING: Final = tuple(name for name in _COLUMNS if name not in {"sku", "stock_quantity"})
_STORED, _GIVEN = (", ".join(f"{row}.{name}" for name in _CHANGING) for row in ("p", "excluded"))
_ARRAYS: Final = ", ".join(f"${place}::{kind}" for place, kind in enumerate(_COLUMNS.values(), 1))
_UPSERT: Final = (
    f"INSERT INTO products AS p ({', '.join(_COLUMNS)}) SELECT * FROM unnest({_ARRAYS}) "  # noqa: S608 - the names stand above
    f"ON CONFLICT (sku) DO UPDATE SET ({', '.join(_CHANGING)}) = ROW({_GIVEN}) "
    f"WHERE ({_STORED}) IS DISTINCT FROM ({_GIVEN})"
)


class _Undone(Exception):
    """Every turn begins with the same rows."""


async def bulk(server: EmbeddedServer, effort: Effort) -> list[Section]:
    url = await cloned(server, TEMPLATE, "bulk")
    count = effort.rows * 5
    stored = [_product(number, "450.00") for number in range(count)]
    half = [_product(number, "475.00" if number % 2 else "450.00") for number in range(count)]
    sections: list[Section] = []
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(opened(url))
        connection = await connected(url)
        stack.push_async_callback(connection.close)
        operations: dict[str, Operation] = {
            _OURS: _told(database),
            _UNTOLD: _untold(database),
            _BY_HAND: _by_hand(connection),
        }
        sections.append(await _measured(f"{count:,} products that are not there", operations, stored, effort))
        async with database.unit_of_work() as work:
            report = await work.products.upsert_many(stored)
        assert report.count(RowResult.CREATED) == count
        await connection.execute("SET ROLE platform_owner; ANALYZE products; RESET ROLE")
        sections.append(await _measured(f"{count:,} products that are equal", operations, stored, effort))
        sections.append(await _measured(f"{count:,} products, half of them changed", operations, half, effort))
    return sections


def _product(number: int, price: str) -> NewProduct:
    return NewProduct(
        sku=f"CIVATA-{number:06}",
        name=f"Cıvata M8 × {number}",
        category="Bağlantı",
        sale_price=Decimal(price),
        weight_kg=Decimal("0.012"),
        stock_quantity=100,
    )


async def _measured(
    title: str, operations: dict[str, Operation], rows: Sequence[NewProduct], effort: Effort
) -> Section:
    found: dict[str, list[float]] = {name: [] for name in operations}
    for turn in range(-1, effort.crowded_rounds):
        for name in rotated(operations, turn):
            begin = time.perf_counter()
            await operations[name](rows)
            if turn >= 0:
                found[name].append((time.perf_counter() - begin) / len(rows))
    measured = {name: Measured(tuple(values)) for name, values in found.items()}
    section = Section(f"upsert {title}; one transaction, platform_worker", ("rows/s", "µs a row", "× by hand"))
    for name, it in measured.items():
        section.row(name, it.per_second, it.seconds * 1e6, it.times(measured[_BY_HAND]))
    section.verdicts = [
        Verdict("platform_db without the entries / by hand", measured[_UNTOLD].times(measured[_BY_HAND]), 4, kind="aim")
    ]
    section.notes = (
        "from input models, which are judged before",
        "by hand: batches of 1,000 from ready columns, ON CONFLICT DO UPDATE where it differs, no row read back",
    )
    return section


def _told(database: Database) -> Operation:
    async def upsert(rows: Sequence[NewProduct]) -> None:
        with suppress(_Undone):
            async with database.unit_of_work() as work:
                await work.products.upsert_many(rows)
                # Undone before the commit, which would write them.
                await work.audit.flush()
                raise _Undone

    return upsert


def _untold(database: Database) -> Operation:
    async def upsert(rows: Sequence[NewProduct]) -> None:
        with suppress(_Undone):
            async with database.unit_of_work() as work:
                await work.products.upsert_many(rows)
                raise _Undone

    return upsert


def _by_hand(connection: Connection) -> Operation:
    ready: dict[int, list[dict[str, object]]] = {}

    async def upsert(rows: Sequence[NewProduct]) -> None:
        lines = ready.setdefault(id(rows), [])
        if not lines:
            lines += [dict(row.columns) for row in rows]
        with suppress(_Undone):
            async with connection.transaction():
                await connection.execute("SET LOCAL ROLE platform_worker")
                for begin in range(0, len(lines), _BATCH):
                    batch = lines[begin : begin + _BATCH]
                    await connection.execute(_UPSERT, *([line[name] for line in batch] for name in _COLUMNS))
                raise _Undone

    return upsert
