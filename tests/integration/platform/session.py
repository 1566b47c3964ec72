"""A transaction of raw SQL that takes one role after the other and stores nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.raw import Raw, connect, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["MOMENT", "NOT_ALLOWED", "Session"]

NOT_ALLOWED: Final = "42501"
MOMENT: Final = "timestamptz '2026-03-02 09:15:00+00'"


@dataclass(frozen=True, slots=True)
class Session:
    """An open transaction with two users in it."""

    connection: Raw
    user: int
    other: int

    @classmethod
    @asynccontextmanager
    async def begin(cls, url: str) -> AsyncGenerator[Session]:
        connection = await connect(url)
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute("SET LOCAL ROLE platform_worker")
            user, other = [
                await connection.fetchval("INSERT INTO users (email) VALUES ($1) RETURNING id", f"{name}@firma.com.tr")
                for name in ("platform.bir", "platform.iki")
            ]
            yield cls(connection, user, other)
        finally:
            await transaction.rollback()
            await connection.close()

    async def take(self, role: str, user: int | None = None) -> None:
        """Act as ``role``, for ``user``, from here on."""
        await self.connection.execute(
            "SELECT set_config('role', $1, true), set_config('app.user_id', $2, true)", role, str(user or "")
        )

    async def value(self, statement: str) -> Any:  # noqa: ANN401 - a column's type is the query's
        return await self.connection.fetchval(statement)

    async def refused(self, statement: str) -> tuple[str, str | None]:
        """SQLSTATE and constraint under which a statement is refused; it changes nothing."""
        with pytest.raises(asyncpg.PostgresError) as caught:
            async with self.connection.transaction():
                await self.connection.execute(statement)
        return str(vars(caught.value)["sqlstate"]), refusal(caught.value)[0]
