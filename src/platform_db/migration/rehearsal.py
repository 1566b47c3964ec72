"""Trying a run, and taking everything back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from platform_db.errors import UsageError
from platform_db.migration.connection import connection
from platform_db.migration.engine import run_in_transaction
from platform_db.migration.head import VERSION_TABLE, chain, status
from platform_db.migration.lock import only_migrator
from platform_db.migration.privileges import require_migrator
from platform_db.migration.run import Run
from platform_db.migration.runner import HEAD, Options, named_revision
from platform_db.migration.safety import require_safe
from platform_db.migration.steps.defined import rolled_back

if TYPE_CHECKING:
    from platform_db.migration.head import Revision
    from platform_db.migration.steps.step import Server

__all__ = ["RehearsedStep", "rehearse"]

_VERSION_TABLE: Final = (
    f"CREATE TABLE IF NOT EXISTS {VERSION_TABLE} "
    f"(version_num varchar(32) NOT NULL, CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
)


@dataclass(frozen=True, slots=True)
class RehearsedStep:
    """One step; ``tried`` when it ran and was rolled back. Otherwise ``sql`` is what a real run begins with."""

    revision: str
    title: str
    tried: bool
    sql: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {"revision": self.revision, "step": self.title, "tried": self.tried, "sql": list(self.sql)}


async def rehearse(url: str, to: str = HEAD, options: Options | None = None) -> tuple[RehearsedStep, ...]:
    """Run the steps up to ``to`` in one transaction that is rolled back; changes nothing.

    It ends before the first step that no transaction can hold: those behind it may need what that one makes, so
    they are printed. Locks on tables with rows are held until the end: the lock timeout of ``options`` holds, and
    the application waits as long as the rehearsal lasts.

    Raises
    ------
    UsageError, ConfigurationError, LockTimeout, RevisionFailed, ConnectionLost
        As :func:`~platform_db.migration.up`.
    """
    chosen = options or Options()
    target = named_revision(to)
    async with only_migrator(url, chosen.wait), connection(url) as opened:
        before = await status(url)
        if before.current == target:
            return ()
        if target not in before.pending:
            message = f"the database is at {before.current}, beyond {target}"
            raise UsageError(message)
        await require_migrator(opened)
        wanted = before.pending[: before.pending.index(target) + 1]
        run = Run(lock_timeout=chosen.lock_timeout)
        if chosen.observer is not None:
            run.observer = chosen.observer
        server = cast("Server", opened)
        await run.prepare(server)
        return await _rehearsed(server, run, [revision for revision in chain() if revision.name in wanted])


async def _rehearsed(server: Server, run: Run, revisions: list[Revision]) -> tuple[RehearsedStep, ...]:
    done: list[RehearsedStep] = []
    goes_on = True
    async with rolled_back(server):
        await server.execute(_VERSION_TABLE)
        for revision in revisions:
            require_safe(revision.name, revision.steps)
            for step in revision.steps:
                goes_on = goes_on and step.transactional
                if goes_on:
                    await run_in_transaction(run, server, revision.name, step, "up")
                sql = () if goes_on else tuple(statement.sql for statement in step.offline())
                done.append(RehearsedStep(revision.name, step.title, goes_on, sql))
            await server.execute("RESET ROLE")
    return tuple(done)
