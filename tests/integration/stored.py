"""Rows stored past the library, and pages read to their end."""

# ruff: noqa: S608 - tables and columns are this suite's own

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from platform_db.repositories.paging import Page
    from tests.raw import Raw

M = TypeVar("M")


def _text(value: object) -> str:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


async def store(worker: Raw, table: str, **columns: Any) -> int:  # noqa: ANN401 - columns
    """Store the table's example row with these columns; a row is made and changed at one instant. Its id."""
    example = cast("Mapping[str, object]", importlib.import_module(f"tests.parity.examples.{table}").ROW)
    row = {name: value for name, value in example.items() if name not in {"id", "created_at", "updated_at"}} | columns
    if "created_at" in row:
        row = {"updated_at": row["created_at"], **row}
    names = ", ".join(row)
    return await worker.fetchval(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb) "
        "RETURNING id",
        json.dumps(row, default=_text),
    )


async def new_user(worker: Raw, name: str) -> int:
    """Store a user; their id."""
    return await worker.fetchval("INSERT INTO users (email) VALUES ($1) RETURNING id", f"{name}@ornek-imalat.com.tr")


async def to_the_end(page: Callable[[str | None], Awaitable[Page[M]]]) -> list[M]:
    """The rows of every page, in order."""
    found: list[M] = []
    after: str | None = None
    while True:
        read = await page(after)
        found += read.items
        after = read.next_cursor
        if after is None:
            return found
