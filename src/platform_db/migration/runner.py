"""Moving a database from one revision to another.

Each revision is one transaction: a failure leaves the revisions before it, and the next
run goes on from there.
"""

from __future__ import annotations

import asyncio
import io
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from platform_db.database.translate import translate
from platform_db.errors import ConfigurationError, LockTimeout, NotAllowed, UsageError
from platform_db.migration.connection import LOCK_TIMEOUT_SECONDS, connection, opened_engine
from platform_db.migration.head import Status, configuration, revisions, standing, status
from platform_db.migration.lock import WAIT_SECONDS, only_migrator
from platform_db.migration.privileges import require_migrator
from platform_db.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from alembic.config import Config
    from sqlalchemy import Connection

    from platform_db.settings import Environment

__all__ = ["Applied", "Outcome", "down", "sql", "up"]

HEAD: Final = "head"
BASE: Final = "base"
_ATTEMPTS: Final = 5
_PAUSE_SECONDS: Final = 0.5
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


@dataclass(slots=True)
class Progress:
    """Told by the environment after each revision."""

    applied: list[Applied] = field(default_factory=list[Applied])
    since: float = field(default_factory=time.perf_counter)

    def done(self, revision: str) -> None:
        """Note a revision, timed from the one before."""
        now = time.perf_counter()
        self.applied.append(Applied(revision, now - self.since))
        self.since = now


async def up(
    url: str, to: str = HEAD, *, wait: float = WAIT_SECONDS, lock_timeout: float = LOCK_TIMEOUT_SECONDS
) -> Outcome:
    """Bring the database up to revision ``to``; already there, it returns without any lock.

    Safe to call from any number of processes at once: one migrates, the others wait up to
    ``wait`` seconds and then find nothing to do. A statement that does not get its table lock
    within ``lock_timeout`` seconds gives way to the application, and its revision is tried
    again, five times in all. ``url`` must lead to the server itself: the migrator's lock
    belongs to a session, and PgBouncer in transaction mode has none.

    Raises
    ------
    ConfigurationError
        The login may not migrate, or a newer package migrated the database; the text says what to do.
    UsageError
        There is no such revision, or it lies below the database's.
    LockTimeout
        Another migrator, or a lock of the application, did not end in time.
    RevisionFailed
        The server refused a revision.
    ConnectionLost
        The server cannot be reached.
    """
    target = _named(to)
    before = await status(url)
    _require_known(before)
    if before.current == target:
        return Outcome((), before)
    return await _alone(lambda: _up(url, target, wait, lock_timeout), wait)


async def _up(url: str, target: str, wait: float, lock_timeout: float) -> Outcome:
    async with only_migrator(url, wait):
        before = await status(url)
        _require_known(before)
        if before.current == target:
            return Outcome((), before)
        if target not in before.pending:
            message = f"the database is at {before.current}, beyond {target}: use down"
            raise UsageError(message)
        async with connection(url) as opened:
            await require_migrator(opened)
        applied = await _patiently(url, lambda config: command.upgrade(config, target), lock_timeout)
        return Outcome(applied, await status(url))


async def down(
    url: str,
    to: str,
    *,
    environment: Environment | None = None,
    wait: float = WAIT_SECONDS,
    lock_timeout: float = LOCK_TIMEOUT_SECONDS,
) -> Outcome:
    """Take the database down to revision ``to``, or to ``base``, where nothing is left.

    What a revision made is dropped, rows included. The roles stay: they belong to the
    cluster. ``environment`` unset is the settings'.

    Raises
    ------
    NotAllowed
        The environment is production: nothing is dropped there.
    UsageError
        There is no such revision, or it lies above the database's.
    ConfigurationError, LockTimeout, RevisionFailed, ConnectionLost
        As :func:`up`.
    """
    if (environment or Settings.load().environment) == "production":
        message = "migrate down drops tables with their rows and is refused in production: write a revision that mends"
        raise NotAllowed(message)
    target = None if to == BASE else _named(to)
    return await _alone(lambda: _down(url, target, wait, lock_timeout), wait)


async def _down(url: str, target: str | None, wait: float, lock_timeout: float) -> Outcome:
    async with only_migrator(url, wait):
        before = await status(url)
        _require_known(before)
        if before.current == target:
            return Outcome((), before)
        if before.current is None or target in before.pending:
            message = f"the database is at {before.current or BASE}, below {target}: use up"
            raise UsageError(message)
        async with connection(url) as opened:
            await require_migrator(opened)
        applied = await _patiently(url, lambda config: command.downgrade(config, target or BASE), lock_timeout)
        return Outcome(applied, await status(url))


def sql(to: str = HEAD, *, since: str = BASE) -> str:
    """The SQL that brings a database from revision ``since`` up to ``to``, for an administrator to read and run.

    A complete script, one transaction a revision; no server is asked. Run it with
    ``psql -v ON_ERROR_STOP=1``.

    Raises
    ------
    UsageError
        There is no such revision, or ``since`` does not lie below ``to``.
    """
    target = _named(to)
    start = None if since == BASE else _named(since)
    if target not in standing(start).pending:
        message = f"{since} does not lie below {target}"
        raise UsageError(message)
    config = configuration()
    printed = io.StringIO()
    config.output_buffer = printed
    with _alembic:
        command.upgrade(config, f"{start or BASE}:{target}", sql=True)
    return printed.getvalue()


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


def _named(revision: str) -> str:
    """A revision's full name, from it, from its number alone (``0003``) or from ``head``."""
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


async def _patiently(url: str, run: Callable[[Config], None], lock_timeout: float) -> tuple[Applied, ...]:
    """Run, and again while a table lock is not granted; finished revisions are not repeated."""
    progress = Progress()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            await _once(url, run, lock_timeout, progress)
        except LockTimeout:
            if attempt == _ATTEMPTS:
                raise
            await asyncio.sleep(_PAUSE_SECONDS * attempt)
        else:
            break
    return tuple(progress.applied)


async def _once(url: str, run: Callable[[Config], None], lock_timeout: float, progress: Progress) -> None:
    config = configuration()
    config.attributes["progress"] = progress

    def migrate(opened: Connection) -> None:
        config.attributes["connection"] = opened
        run(config)

    try:
        async with opened_engine(url, lock_timeout) as opened:
            await opened.run_sync(migrate)
    except CommandError as error:
        message = str(error)
        raise ConfigurationError(message) from error
    except DBAPIError as error:
        failure = translate(error, connection_lost=error.connection_invalidated)
    else:
        return
    raise failure
