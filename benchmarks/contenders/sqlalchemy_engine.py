"""What the peers on SQLAlchemy share: one engine, and how their transactions take role and identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from benchmarks.contenders.contender import opening_values

if TYPE_CHECKING:
    from platform_db.domain.invoices.draft import DraftRows

__all__ = ["begin_as", "engine_for", "part_rows"]

# One statement and one round trip beside BEGIN; the driver takes no two statements with parameters.
_OPENING: Final = sa.text("SELECT set_config('role', :role, true), set_config('app.user_id', :user_id, true)")


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


def engine_for(url: str, connections: int) -> AsyncEngine:
    """An engine on asyncpg, with the JSON library that this project uses."""
    return create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=connections,
        max_overflow=0,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
    )


async def begin_as(target: AsyncConnection | AsyncSession, user_id: int | None) -> None:
    await target.execute(_OPENING, opening_values(user_id))


def part_rows(rows: DraftRows, invoice_id: int | None) -> dict[str, list[dict[str, object]]]:
    """Lines, subtotals and withholdings with their keys; without the invoice's id where a relationship sets it."""
    key: dict[str, object] = {} if invoice_id is None else {"invoice_id": invoice_id}
    return {
        "lines": [{**row, **key, "line_number": place} for place, row in enumerate(rows.lines, start=1)],
        "tax_subtotals": [{**row, **key} for row in rows.tax_subtotals],
        "withholdings": [{**row, **key} for row in rows.withholdings],
    }
