"""A database with a small schema of its own, whose names would break SQL that does not quote them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest_asyncio

from platform_db.migration import engine
from platform_db.migration.connection import connect
from platform_db.migration.observers import all_of
from platform_db.migration.run import Event, Observer, Run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.migration.steps import Statement, Step
    from platform_db.migration.steps.step import Server

REVISION = "0042_test"
TABLE = 'odd"; DROP TABLE users; --'
PARENT = "order"
ROWS = 5

_SCHEMA = """
GRANT USAGE, CREATE ON SCHEMA public TO platform_owner;
SET ROLE platform_owner;
CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TABLE "order" (id bigint PRIMARY KEY, code text);
CREATE TABLE "odd""; DROP TABLE users; --" (
    id bigint PRIMARY KEY, "group" bigint, "it's" text, "state" text DEFAULT 'new', note jsonb DEFAULT '{}'
);
INSERT INTO "order" SELECT n, 'c' || n FROM generate_series(1, 5) AS n;
INSERT INTO "odd""; DROP TABLE users; --" (id, "group", "it's", "state") SELECT n, n, 't' || n, 'new'
FROM generate_series(1, 5) AS n;
RESET ROLE;
"""


@dataclass
class Bench:
    """Runs a step as the engine does, and keeps what the observer saw."""

    server: Server
    address: str
    events: list[Event] = field(default_factory=list[Event])

    async def up(self, step: Step) -> None:
        await self._run(step, "up")

    async def down(self, step: Step) -> None:
        await self._run(step, "down")

    async def observed(self, step: Step, observer: Observer) -> None:
        """Run it up, with an observer that may end it."""
        await self._run(step, "up", all_of(self.events.append, observer))

    async def again(self, step: Step, run: Run) -> None:
        """Run it up as a further attempt of ``run``."""
        await self._attempt(step, "up", run)

    async def _run(self, step: Step, way: engine.Way, observer: Observer | None = None) -> None:
        self.events.clear()
        await self._attempt(step, way, Run(lock_timeout=0.2, observer=observer or self.events.append))

    async def _attempt(self, step: Step, way: engine.Way, run: Run) -> None:
        await run.prepare(self.server)
        if step.transactional:
            async with self.server.transaction():
                await engine.run_in_transaction(run, self.server, REVISION, step, way)
        else:
            await engine.run_alone(run, self.server, REVISION, step, way)

    async def left(self, step: Step) -> tuple[Statement, ...]:
        """What is left to do, asked as the owner."""
        async with self.server.transaction():
            await self.server.execute("SET LOCAL ROLE platform_owner")
            return await step.to_do(self.server)

    async def execute(self, statements: str) -> None:
        await self.server.execute(f"SET ROLE platform_owner; {statements}; RESET ROLE")

    async def value(self, query: str, *values: object) -> object:
        return await self.server.fetchval(query, *values)


@pytest_asyncio.fixture(loop_scope="session")
async def bench(head: str, url: str) -> AsyncIterator[Bench]:  # noqa: ARG001 - the roles come with a migrated database
    opened = await connect(url)
    await opened.execute(_SCHEMA)
    yield Bench(cast("Server", opened), url)
    await opened.close()
