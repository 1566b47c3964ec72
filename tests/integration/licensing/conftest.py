"""A licence of three seats, and what the tests ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest_asyncio

from platform_db.operations.server import BOOTSTRAP_ROLE, LOGIN_ROLE
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_USER = "INSERT INTO users (email) VALUES ($1) RETURNING id"
_LICENSE = """
    INSERT INTO licenses (user_id, type, seats, starts_at, ends_at)
    VALUES ($1, 'professional', $2, now() - interval '1 day', now() + interval '1 year') RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Licensed:
    """A licence, through a connection of platform_worker's that commits."""

    worker: Raw
    user: int
    license: int

    async def take(self, *holders: str) -> None:
        """Take a seat for each, in one statement."""
        await self.worker.execute(
            "INSERT INTO license_seats (license_id, holder) SELECT $1, unnest($2::text[])", self.license, holders
        )

    async def state(self) -> tuple[int, int]:
        """Seats used, and the version of the licence."""
        row = await self.worker.fetchrow("SELECT seats_used, version FROM licenses WHERE id = $1", self.license)
        return row["seats_used"], row["version"]

    async def holders(self) -> list[str]:
        """Who has a seat, by name."""
        rows = await self.worker.fetch(
            "SELECT holder FROM license_seats WHERE license_id = $1 ORDER BY holder", self.license
        )
        return [row["holder"] for row in rows]


async def licensed(worker: Raw, email: str, seats: int) -> Licensed:
    """Store a user with a licence."""
    user = await worker.fetchval(_USER, email)
    return Licensed(worker, user, await worker.fetchval(_LICENSE, user, seats))


@pytest_asyncio.fixture(loop_scope="session")
async def three_seats(worker: Raw) -> Licensed:
    """A licence of three seats that runs now, none of them taken."""
    return await licensed(worker, "lisans@ornek-imalat.com.tr", 3)


@pytest_asyncio.fixture(loop_scope="session")
async def restore(database_url: str) -> AsyncIterator[Raw]:
    """A superuser's connection that fires no triggers but those that always fire."""
    connection = await connect(database_url.replace(f"//{LOGIN_ROLE}@", f"//{BOOTSTRAP_ROLE}@"))
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()
