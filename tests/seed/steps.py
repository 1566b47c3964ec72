"""Steps run on a migrated database as the migrator runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from platform_db.migration import engine
from platform_db.migration.connection import connect
from platform_db.migration.run import Run

if TYPE_CHECKING:
    from platform_db.migration.steps import Step
    from platform_db.migration.steps.step import Server

__all__ = ["run"]


async def run(url: str, *steps: Step, within: Run | None = None) -> None:
    """Run steps as a revision does, within the limits of a run."""
    opened = await connect(url)
    server = cast("Server", opened)
    try:
        ahead = within or Run()
        await ahead.prepare(server)
        for step in steps:
            if step.transactional:
                async with server.transaction():
                    await engine.run_in_transaction(ahead, server, "put_back", step, "up")
            else:
                await engine.run_alone(ahead, server, "put_back", step, "up")
    finally:
        await opened.close()
