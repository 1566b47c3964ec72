"""Moving a database from one revision to another.

The steps of a revision that fit a transaction commit together with its stamp; a failure leaves the revisions
before it, and the next run goes on from there.
"""

from __future__ import annotations

import asyncio
import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from alembic import command

from platform_db.errors import ConfigurationError, LockTimeout, NotAllowed, UsageError
from platform_db.migration.connection import connection
from platform_db.migration.head import VERSION_TABLE, Status, configuration, revisions, standing, status
from platform_db.migration.history import History
from platform_db.migration.lock import WAIT_SECONDS, only_migrator
from platform_db.migration.patience import patiently
from platform_db.migration.places import history_file
from platform_db.migration.privileges import require_migrator
from platform_db.migration.run import LOCK_TIMEOUT_SECONDS, Run, printed_timeouts
from platform_db.migration.steps.names import literal
from platform_db.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from pathlib import Path

    from platform_db.migration.run import Observer
    from platform_db.migration.steps.step import Server
    from platform_db.settings import Environment

__all__ = ["Applied", "Options", "Outcome", "down", "named_revision", "sql", "up"]

HEAD: Final = "head"
BASE: Final = "base"
_ALEMBICS_COLUMN: Final = "    version_num VARCHAR"
_REMARK: Final = "    -- Alembic's own table.\n    -- squawk-ignore prefer-text-field\n"
_STANDS: Final = f"""
DO $$
DECLARE
    found text;
BEGIN
    IF to_regclass('public.{VERSION_TABLE}') IS NOT NULL THEN
        SELECT string_agg(version_num, ', ') INTO found FROM public.{VERSION_TABLE};
    END IF;
    IF found IS DISTINCT FROM {{since}} THEN
        RAISE EXCEPTION 'this script begins at {{shown}}, and the database is at %', coalesce(found, '{BASE}');
    END IF;
END $$;
"""  # noqa: S608 - constants
_alembic: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Applied:
    """One revision that ran, and how long it took (seconds)."""

    revision: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did; ``applied`` is empty when there was nothing to do."""

    applied: tuple[Applied, ...]
    status: Status

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        ran = [{"revision": step.revision, "seconds": round(step.seconds, 3)} for step in self.applied]
        return {"applied": ran, **self.status.as_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a run behaves.

    Attributes
    ----------
    wait
        Seconds to wait for another migrator to finish.
    lock_timeout
        Seconds that an ordinary statement waits for a table lock before it gives way to the application; its
        revision is rolled back and tried again, for sixty times as long in all.
    observer
        Told before and after each step, of each batch and each stamp; what it raises ends the run.
    environment
        Unset: the settings'.
    history_file
        What takes the history when ``down`` drops its table. Unset: beside the local server's data.
    before
        Awaited by ``up`` when there is something to do: behind the checks, before the first revision, while no other
        migrator can work. What it raises ends the run; a backup belongs there.
    """

    wait: float = WAIT_SECONDS
    lock_timeout: float = LOCK_TIMEOUT_SECONDS
    observer: Observer | None = None
    environment: Environment | None = None
    history_file: Path | None = None
    before: Callable[[], Awaitable[None]] | None = None

    def run(self, server: Server) -> Run:
        """A run with these options; ``server`` keeps its history."""
        environment = self.environment or Settings.load().environment
        run = Run(lock_timeout=self.lock_timeout)
        run.history = History(server, environment, self.history_file or history_file())
        if self.observer is not None:
            run.observer = self.observer
        return run


_DEFAULT: Final = Options()


async def up(url: str, to: str = HEAD, options: Options = _DEFAULT) -> Outcome:
    """Bring the database up to revision ``to``; already there, it returns without any lock.

    Safe to call from any number of processes at once: one migrates, the others wait for it and
    then find nothing to do. ``url`` must lead to the server itself: the migrator's lock
    belongs to a session, and PgBouncer in transaction mode has none.

    Raises
    ------
    ConfigurationError
        The login may not migrate, the URL leads to a pooler, a revision is not safe to run, or a newer package
        migrated the database; the text says what to do.
    UsageError
        There is no such revision, or it lies below the database's.
    LockTimeout
        Another migrator, or a lock of the application, did not end in time; the text names who holds it.
    RevisionFailed
        The server refused a step, rows are in its way, or an object of another definition is.
    ConnectionLost
        The server cannot be reached.
    """
    target = named_revision(to)
    before = await status(url)
    _require_known(before)
    if before.current == target:
        return Outcome((), before)
    return await _alone(lambda: _up(url, target, options), options.wait)


async def _up(url: str, target: str, options: Options) -> Outcome:
    async with only_migrator(url, options.wait) as server:
        before = await status(url)
        _require_known(before)
        if before.current == target:
            return Outcome((), before)
        if target not in before.pending:
            message = f"the database is at {before.current}, beyond {target}: use down"
            raise UsageError(message)
        async with connection(url) as opened:
            await require_migrator(opened)
        if options.before is not None:
            await options.before()
        run = options.run(server)
        await patiently(url, lambda config: command.upgrade(config, target), run, server)
        return await _outcome(url, run)


async def down(url: str, to: str, options: Options = _DEFAULT) -> Outcome:
    """Take the database down to revision ``to``, by ``-1`` and the like, or to ``base``, where nothing is left.

    What a revision made is dropped, rows included. The roles stay: they belong to the
    cluster. The history of the migrations, when its table goes too, is written to
    ``options.history_file`` first.

    Raises
    ------
    NotAllowed
        The environment is production: nothing is dropped there.
    UsageError
        There is no such revision, or it lies above the database's.
    ConfigurationError, LockTimeout, RevisionFailed, ConnectionLost
        As :func:`up`.
    """
    if (options.environment or Settings.load().environment) == "production":
        message = "migrate down drops tables with their rows and is refused in production: write a revision that mends"
        raise NotAllowed(message)
    target = None if to == BASE else await _back(url, to) if to.startswith("-") else named_revision(to)
    return await _alone(lambda: _down(url, target, options), options.wait)


async def _back(url: str, steps: str) -> str | None:
    """The revision that lies so many below the database's; ``None`` below the first."""
    found = await status(url)
    _require_known(found)
    below = (None, *revisions())
    place = below.index(found.current) - (int(steps[1:]) if steps[1:].isdecimal() else 0)
    if place < 0 or below[place] == found.current:
        message = f"{steps} is no number of revisions below {found.current or BASE}"
        raise UsageError(message)
    return below[place]


async def _down(url: str, target: str | None, options: Options) -> Outcome:
    async with only_migrator(url, options.wait) as server:
        before = await status(url)
        _require_known(before)
        if before.current == target:
            return Outcome((), before)
        if before.current is None or target in before.pending:
            message = f"the database is at {before.current or BASE}, below {target}: use up"
            raise UsageError(message)
        async with connection(url) as opened:
            await require_migrator(opened)
        run = options.run(server)
        await patiently(url, lambda config: command.downgrade(config, target or BASE), run, server)
        return await _outcome(url, run)


async def _outcome(url: str, run: Run) -> Outcome:
    return Outcome(tuple(Applied(revision, seconds) for revision, seconds in run.applied), await status(url))


def sql(to: str = HEAD, *, since: str = BASE) -> str:
    """The SQL that brings a database from revision ``since`` up to ``to``, for an administrator to read and run.

    A complete script, each revision in its transaction except for the steps that run alone; no server is asked. It
    begins with a block that ends it when the database is not at ``since``. Run it with ``psql -v ON_ERROR_STOP=1``,
    which sends it statement by statement.

    Raises
    ------
    UsageError
        There is no such revision, or ``since`` does not lie below ``to``.
    """
    target = named_revision(to)
    start = None if since == BASE else named_revision(since)
    if target not in standing(start).pending:
        message = f"{since} does not lie below {target}"
        raise UsageError(message)
    config = configuration()
    printed = io.StringIO()
    config.output_buffer = printed
    with _alembic:
        command.upgrade(config, f"{start or BASE}:{target}", sql=True)
    opening = "".join(f"{each};\n" for each in printed_timeouts())
    stands = _STANDS.format(since="NULL" if start is None else literal(start), shown=start or BASE)
    return opening + stands + "\n" + printed.getvalue().replace(_ALEMBICS_COLUMN, _REMARK + _ALEMBICS_COLUMN)


async def _alone(work: Callable[[], Coroutine[object, object, Outcome]], wait: float) -> Outcome:
    """Run in a thread with a loop of its own, one at a time in this process: Alembic keeps its context in modules.

    A caller that is cancelled leaves the run to finish; half a migration helps nobody.
    """
    return await asyncio.to_thread(_in_own_loop, work, wait)


def _in_own_loop(work: Callable[[], Coroutine[object, object, Outcome]], wait: float) -> Outcome:
    if not _alembic.acquire(timeout=wait):
        message = f"another migration has been at work in this process for more than {wait:g} s"
        raise LockTimeout(message)
    try:
        return asyncio.run(work())
    finally:
        _alembic.release()


def named_revision(revision: str) -> str:
    """A revision's full name, from it, from its number alone (``0003``) or from ``head``.

    Raises
    ------
    UsageError
        There is no such revision.
    """
    every = revisions()
    if revision == HEAD:
        return every[-1]
    found = [name for name in every if revision in {name, name.partition("_")[0]}]
    if len(found) == 1:
        return found[0]
    message = f"there is no revision {revision!r}; there are {', '.join(every)}"
    raise UsageError(message)


def _require_known(found: Status) -> None:
    if not found.known:
        message = (
            f"the database is at revision {found.current}, which this package does not have: "
            "a newer one migrated it; install that"
        )
        raise ConfigurationError(message)
