"""Running the steps of one revision, on the connection and inside the transactions that Alembic holds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from alembic import op
from sqlalchemy.util import await_only

from platform_db.errors import PlatformError, Transient
from platform_db.migration.failures import RevisionFailed, RowsInTheWay, placed, reason, told
from platform_db.migration.run import Event, Moment, Run, printed_timeouts
from platform_db.migration.safety import require_safe
from platform_db.migration.steps.defined import rolled_back
from platform_db.migration.steps.step import Statement, send
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import Connection

    from platform_db.migration.steps import Step
    from platform_db.migration.steps.step import Server

__all__ = ["for_alembic", "groups", "run_alone", "run_in_transaction"]

_log: Final = logging.getLogger("platform_db.migration")


@dataclass(slots=True)
class _Working:
    """What a running step is given."""

    run: Run
    server: Server
    revision: str
    step: Step

    @property
    def begun(self) -> set[tuple[str, str]]:
        """What the run began, whichever attempt of it this is."""
        return self.run.begun

    async def execute(self, statement: Statement) -> None:
        """Run a statement; a patient one, when it stands alone, without timeouts, which are set again behind it."""
        unbounded = statement.patient and not self.step.transactional
        self._tell(Moment.BEFORE_STATEMENT, statement)
        if unbounded:
            await self.run.disarm(self.server)
        await send(self.server, statement)
        if unbounded:
            await self.run.arm(self.server)
        self._tell(Moment.AFTER_STATEMENT, statement)

    def _tell(self, moment: Moment, statement: Statement) -> None:
        self.run.observer(Event(moment, self.revision, self.step.title, sql=statement.sql))

    def report(self, done: int, total: int, seconds_left: float | None) -> None:
        """Tell how far the step is."""
        self.run.giving_way_since = None
        self.run.observer(Event(Moment.PROGRESS, self.revision, self.step.title, seconds_left, done, total))


AlembicFunction = Callable[[], None]
Way = Literal["up", "down"]


def for_alembic(revision: str, steps: tuple[Step, ...], summary: str | None) -> tuple[AlembicFunction, AlembicFunction]:
    """What Alembic calls: the last line of every revision.

    ``upgrade, downgrade = for_alembic(revision, steps, __doc__)``
    """
    told = (summary or revision).strip().partition("\n")[0]

    def upgrade() -> None:
        _drive(revision, told, steps, "up")

    def downgrade() -> None:
        _drive(revision, told, tuple(reversed(steps)), "down")

    return upgrade, downgrade


def _drive(revision: str, summary: str, steps: tuple[Step, ...], way: Way) -> None:
    require_safe(revision, steps)
    context = op.get_context()
    if context.as_sql:
        _print(context, steps, way)
        return
    run = run_of(context)
    await_only(run.require_lock())
    if run.history is not None:
        await_only(run.history.begin(revision, summary, "upgrade" if way == "up" else "downgrade"))
    for group in groups(steps):
        if group[0].transactional:
            await_only(_together(run, _begun(), revision, group, way))
        else:
            with context.autocommit_block():
                await_only(run_alone(run, driver(op.get_bind()), revision, group[0], way))
            # The stamp belongs to the owner's table.
            await_only(_begun().execute(f"SET LOCAL ROLE {Role.OWNER}"))


def run_of(context: MigrationContext) -> Run:
    """The run that the environment was given."""
    attributes: dict[str, object] = {} if context.config is None else context.config.attributes
    run = attributes.get("run")
    return run if isinstance(run, Run) else Run()


def driver(connection: Connection) -> Server:
    """The driver's own connection below SQLAlchemy's."""
    return cast("Server", connection.connection.driver_connection)


def _begun() -> Server:
    """The same, inside the transaction: SQLAlchemy begins the driver's with its first statement."""
    connection = op.get_bind()
    connection.exec_driver_sql("SELECT 1")
    return driver(connection)


def groups(steps: Iterable[Step]) -> Iterator[tuple[Step, ...]]:
    """Neighbours that share a transaction, and each step that runs alone."""
    together: list[Step] = []
    for step in steps:
        if step.transactional:
            together.append(step)
            continue
        if together:
            yield tuple(together)
            together = []
        yield (step,)
    if together:
        yield tuple(together)


_ROLLED_BACK: Final = "the revision was rolled back"


async def _together(run: Run, server: Server, revision: str, steps: tuple[Step, ...], way: Way) -> None:
    """Ask for the rows in the way of all of them first: a table is not read under the lock of an earlier step."""
    asked = [step for step in steps[1:] if await _is_free(run, server, revision, step, way)]
    for step in steps:
        await run_in_transaction(run, server, revision, step, way, asked)


async def _is_free(run: Run, server: Server, revision: str, step: Step, way: Way) -> bool:
    """Whether no row is in the way of a step; one that waits for an earlier step cannot be asked yet."""
    began = time.perf_counter()
    try:
        async with rolled_back(server):
            await server.execute(f"SET LOCAL ROLE {Role.OWNER}")
            return await _require_no_obstacles(server, step, way)
    except Exception as error:
        failure = told(error, Statement(""))
        if failure is error and not isinstance(error, PlatformError):
            raise
    if isinstance(failure, RevisionFailed) and not isinstance(failure, RowsInTheWay):
        return False
    raise _failed(run, revision, step, failure, began, _ROLLED_BACK)


async def run_in_transaction(  # noqa: PLR0913, PLR0917 - as below
    run: Run, server: Server, revision: str, step: Step, way: Way, asked: Sequence[Step] = ()
) -> None:
    """Run a step inside the transaction there is; ``asked`` are those whose rows were asked for before.

    Raises
    ------
    RevisionFailed, Transient
        As the step; the text says that the revision was rolled back.
    """
    if not step.sets_role:
        await server.execute(f"SET LOCAL ROLE {Role.OWNER}")
    await _run(run, server, revision, step, way, _ROLLED_BACK, asked)


async def run_alone(run: Run, server: Server, revision: str, step: Step, way: Way) -> None:
    """Run a step that commits by itself, on a connection without a transaction.

    Raises
    ------
    RevisionFailed, Transient
        As the step; the text says that the next run goes on from there.
    """
    await server.execute(f"SET ROLE {Role.OWNER}")
    rest = "what ran before it stays, and the next run goes on from there"
    try:
        await _run(run, server, revision, step, way, rest)
    except PlatformError as error:
        if not isinstance(error, Transient):
            await _clear_away(run, server, step)
        raise
    await server.execute("RESET ROLE")


async def _clear_away(run: Run, server: Server, step: Step) -> None:
    try:
        await run.disarm(server)
        for statement in await step.leftovers(server):
            await server.execute(statement.sql)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        _log.warning("what `%s` left was not cleared away: %s", step.title, type(error).__name__)


async def _run(  # noqa: PLR0913, PLR0917 - one call below its callers
    run: Run, server: Server, revision: str, step: Step, way: Way, rest: str, asked: Sequence[Step] = ()
) -> None:
    run.tell(Moment.BEFORE_STEP, revision, step.title)
    began = time.perf_counter()
    working = _Working(run, server, revision, step)
    try:
        if step not in asked:
            await _require_no_obstacles(server, step, way)
        if way == "up":
            await step.run(server, working)
        else:
            await step.run_back(server, working)
    except PlatformError as error:
        failure: BaseException = error
    except Exception as error:
        failure = told(error, Statement(""))
        if failure is error:
            raise
    else:
        seconds = time.perf_counter() - began
        _log.info("%s: %s, %.3f s", revision, step.title, seconds)
        if run.history is not None:
            run.history.step_done(step.title, seconds)
        run.observer(Event(Moment.AFTER_STEP, revision, step.title, seconds))
        return
    raise _failed(run, revision, step, failure, began, rest)


def _failed(run: Run, revision: str, step: Step, failure: BaseException, began: float, rest: str) -> BaseException:  # noqa: PLR0913, PLR0917 - as above
    """Tell the observer, and put the place into the error."""
    if isinstance(failure, PlatformError):
        place = "" if step.sets_role and not isinstance(failure, Transient) else f"{revision}, {step.title}: "
        placed(failure, f"{place}{{}}; {rest}")
    run.observer(Event(Moment.FAILED, revision, step.title, time.perf_counter() - began, reason=reason(failure)))
    return failure


async def _require_no_obstacles(server: Server, step: Step, way: Way) -> bool:
    """Whether there was something to ask for; what is done has nothing in its way."""
    if not await (step.to_do(server) if way == "up" else step.to_undo(server)):
        return False
    found = await (step.obstacles(server) if way == "up" else step.obstacles_back(server))
    if found is None:
        return True
    message = f"{found}; mend them and run it again"
    raise RowsInTheWay(message)


def _print(context: MigrationContext, steps: tuple[Step, ...], way: Way) -> None:
    """The same as text for psql."""

    def say(*texts: str) -> None:
        for text in texts:
            context.impl.static_output(text.rstrip().removesuffix(";") + ";")

    for step in steps:
        statements = step.offline() if way == "up" else step.undo()
        if step.transactional:
            say(*([] if step.sets_role else [f"SET LOCAL ROLE {Role.OWNER}"]), *(each.sql for each in statements))
            continue
        with context.autocommit_block():
            say(f"SET ROLE {Role.OWNER}")
            for each in statements:
                say(*(("SET lock_timeout = 0", "SET statement_timeout = 0") if each.patient else ()), each.sql)
                say(*(printed_timeouts() if each.patient else ()))
            say("RESET ROLE")
        say(f"SET LOCAL ROLE {Role.OWNER}")
