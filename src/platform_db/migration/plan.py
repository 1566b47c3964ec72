"""What a run would do, asked before it does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from platform_db.migration.connection import connection
from platform_db.migration.failures import InTheWay, RevisionFailed
from platform_db.migration.head import Revision, chain, standing, status
from platform_db.migration.runner import HEAD, named_revision
from platform_db.migration.safety import objections
from platform_db.migration.steps import Drop
from platform_db.migration.steps.defined import rolled_back
from platform_db.migration.steps.names import name
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from platform_db.migration.steps import Step
    from platform_db.migration.steps.step import Server

__all__ = ["Plan", "PlannedRevision", "PlannedStep", "TableSize", "plan"]

State = Literal["to do", "done", "in the way", "waits for an earlier step", "not asked"]

_SIZE: Final = """
    SELECT CASE WHEN reltuples >= 0 THEN reltuples::bigint END AS rows, pg_total_relation_size(oid) AS bytes
    FROM pg_class WHERE oid = to_regclass($1)
"""


@dataclass(frozen=True, slots=True)
class TableSize:
    """How large a table is: rows as the server estimates them (``None`` before its first ANALYZE), and bytes."""

    table: str
    rows: int | None
    bytes: int


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: what it does, what it stops, how it is taken back, and what stands in its way."""

    title: str
    locks: tuple[str, ...]
    sizes: tuple[TableSize, ...]
    transactional: bool
    unsafe: bool
    undo: str
    state: State
    obstacle: str | None

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "step": self.title,
            "locks": list(self.locks),
            "tables": [{"table": size.table, "rows": size.rows, "bytes": size.bytes} for size in self.sizes],
            "transactional": self.transactional,
            "unsafe": self.unsafe,
            "undo": self.undo,
            "state": self.state,
            "obstacle": self.obstacle,
        }


@dataclass(frozen=True, slots=True)
class PlannedRevision:
    """One revision to come; ``objections`` are why the runner would refuse it."""

    name: str
    summary: str
    objections: tuple[str, ...]
    steps: tuple[PlannedStep, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What lies between a database and a revision.

    ``reachable`` says whether a server was asked; otherwise the plan is that of an empty database.
    """

    current: str | None
    target: str
    reachable: bool
    revisions: tuple[PlannedRevision, ...]

    @property
    def blocked(self) -> bool:
        """Whether something is in the way already."""
        steps = [step for revision in self.revisions for step in revision.steps]
        return any(step.obstacle is not None for step in steps) or any(each.objections for each in self.revisions)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "current": self.current,
            "target": self.target,
            "reachable": self.reachable,
            "blocked": self.blocked,
            "revisions": [
                {
                    "revision": each.name,
                    "summary": each.summary,
                    "objections": list(each.objections),
                    "steps": [step.as_json() for step in each.steps],
                }
                for each in self.revisions
            ],
        }


async def plan(url: str | None, to: str = HEAD) -> Plan:
    """Say what :func:`~platform_db.migration.up` would do; changes nothing.

    Rows in the way are counted, which reads the tables they are in. ``url`` unset: the plan of an empty database.

    Raises
    ------
    UsageError
        There is no such revision.
    ConfigurationError
        The login is refused.
    ConnectionLost
        The server cannot be reached.
    """
    target = named_revision(to)
    if url is None:
        revisions = [await _planned(None, each) for each in _between(None, target)]
        return Plan(None, target, reachable=False, revisions=tuple(revisions))
    found = await status(url)
    async with connection(url) as opened:
        server = cast("Server", opened)
        revisions = [await _planned(server, each) for each in _between(found.current, target)]
    return Plan(found.current, target, reachable=True, revisions=tuple(revisions))


def _between(current: str | None, target: str) -> list[Revision]:
    pending = standing(current).pending
    wanted = pending[: pending.index(target) + 1] if target in pending else ()
    return [revision for revision in chain() if revision.name in wanted]


async def _planned(server: Server | None, revision: Revision) -> PlannedRevision:
    steps = [await _asked(server, step) for step in revision.steps]
    return PlannedRevision(revision.name, revision.summary, tuple(objections(revision.steps)), tuple(steps))


async def _asked(server: Server | None, step: Step) -> PlannedStep:
    state: State = "not asked"
    obstacle: str | None = None
    sizes: tuple[TableSize, ...] = ()
    if server is not None:
        sizes = await _sizes(server, step)
        state, obstacle = await _state(server, step)
    return PlannedStep(
        title=step.title,
        locks=tuple(str(lock) for lock in step.locks),
        sizes=sizes,
        transactional=step.transactional,
        unsafe=step.unsafe,
        undo=step.stays or f"{len(step.undo())} statement(s)",
        state=state,
        obstacle=obstacle,
    )


async def _state(server: Server, step: Step) -> tuple[State, str | None]:
    async with rolled_back(server):
        if await server.fetchval("SELECT to_regrole($1)", Role.OWNER) is None:
            return "to do", None
        await server.execute(f"SET LOCAL ROLE {Role.OWNER}")
        try:
            if not await step.to_do(server):
                return "waits for an earlier step" if await _lacks_a_table(server, step) else "done", None
            found = await step.obstacles(server)
        except InTheWay as error:
            return "in the way", error.message
        except RevisionFailed:
            return "waits for an earlier step", None
        return "to do", None if found is None else str(found)


async def _lacks_a_table(server: Server, step: Step) -> bool:
    """Whether nothing is there to drop because its table is still to come."""
    if not isinstance(step, Drop):
        return False
    tables = [name(lock.table) for lock in step.locks]
    found = await server.fetchval(
        "SELECT coalesce(bool_or(to_regclass(t) IS NULL), false) FROM unnest($1::text[]) AS t", tables
    )
    return found is True


async def _sizes(server: Server, step: Step) -> tuple[TableSize, ...]:
    found: list[TableSize] = []
    for table in dict.fromkeys(lock.table for lock in step.locks):
        row = await server.fetchrow(_SIZE, name(table))
        if row is not None:
            rows = None if row["rows"] is None else int(str(row["rows"]))
            found.append(TableSize(table, rows, int(str(row["bytes"]))))
    return tuple(found)
