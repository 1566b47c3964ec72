"""What every step of a migration knows about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from platform_db.migration.failures import told

if TYPE_CHECKING:
    from platform_db.database.executor import Row

__all__ = ["Lock", "LockMode", "Obstacles", "Server", "Statement", "Step", "Work", "brief", "patient", "send"]


class Transaction(Protocol):
    """A transaction, or a savepoint inside one."""

    async def start(self) -> None: ...
    async def rollback(self) -> None: ...
    async def __aenter__(self) -> object: ...
    async def __aexit__(self, *_: object) -> bool | None: ...


class Server(Protocol):
    """What a step uses of an asyncpg connection."""

    async def fetch(self, query: str, *values: object) -> list[Row]: ...
    async def fetchrow(self, query: str, *values: object) -> Row | None: ...
    async def fetchval(self, query: str, *values: object) -> object: ...
    async def execute(self, query: str, *values: object) -> str: ...
    def transaction(self) -> Transaction: ...


class LockMode(StrEnum):
    """PostgreSQL's table locks that migrations take, and what they keep out."""

    ACCESS_SHARE = "ACCESS SHARE"
    ROW_EXCLUSIVE = "ROW EXCLUSIVE"
    SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
    SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
    ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"

    @property
    def stops(self) -> str:
        """What the application cannot do meanwhile: nothing, writes, or reads and writes."""
        if self is LockMode.ACCESS_EXCLUSIVE:
            return "reads and writes"
        return "writes" if self is LockMode.SHARE_ROW_EXCLUSIVE else "nothing"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock on one table; ``while_reading`` says that it lasts as long as the table is read or written through."""

    mode: LockMode
    table: str
    while_reading: bool = False

    def __str__(self) -> str:
        lasts = "while the table is read" if self.while_reading else "for a moment"
        return f"{self.mode} on {self.table} {lasts}, stops {self.mode.stops}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One message to the server.

    ``patient``: it waits for locks and runs for as long as it takes, because a timeout would leave more
    behind than it saves. ``file``: where its text stands.
    """

    sql: str
    patient: bool = False
    file: str | None = None


def brief(*texts: str) -> tuple[Statement, ...]:
    """Statements that give way when a lock is not granted soon."""
    return tuple(Statement(text) for text in texts)


def patient(*texts: str) -> tuple[Statement, ...]:
    """Statements that wait for locks and run as long as they take."""
    return tuple(Statement(text, patient=True) for text in texts)


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Rows that break what a step would make true: how many, the first of them by key, and what they break."""

    table: str
    count: int
    first: tuple[str, ...]
    why: str

    def __str__(self) -> str:
        return f"{self.count} row(s) of {self.table} {self.why}: {', '.join(self.first)}"


class Work(Protocol):
    """What the engine gives to a running step."""

    @property
    def revision(self) -> str: ...
    @property
    def begun(self) -> set[tuple[str, str]]: ...
    async def execute(self, statement: Statement) -> None: ...
    def report(self, done: int, total: int, seconds_left: float | None) -> None: ...


class Step(ABC):
    """One change of a schema, or of many rows.

    A step says what it will do before it does it (locks, statements, rows in the way), asks the server by
    definition what is left to do, and can be taken back. Subclasses are frozen dataclasses.
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        """Refuse names that are none, when the step is written and not when it runs.

        Raises
        ------
        UsageError
            A name is empty, too long, or holds U+0000.
        """
        self.up()
        self.undo()

    @property
    def transactional(self) -> bool:
        """Whether it runs inside its revision's transaction; otherwise it runs alone and commits by itself."""
        return True

    @property
    def heavy(self) -> bool:
        """Whether it reads or rewrites a filled table under a lock that stops the application."""
        return False

    @property
    def sets_role(self) -> bool:
        """Whether its statements choose their role themselves."""
        return False

    @property
    def stays(self) -> str | None:
        """What the way down leaves, and why that harms nothing; ``None`` when it leaves nothing."""
        return None

    @property
    @abstractmethod
    def title(self) -> str:
        """What it does, in a few words."""

    @property
    @abstractmethod
    def locks(self) -> tuple[Lock, ...]:
        """What it takes on which table."""

    @abstractmethod
    def up(self) -> tuple[Statement, ...]:
        """The statements for a database in which nothing of it is done."""

    @abstractmethod
    def undo(self) -> tuple[Statement, ...]:
        """The statements that take it back."""

    @abstractmethod
    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        """What is left to do; empty when it is done.

        Raises
        ------
        InTheWay
            Something of that name has another definition.
        """

    @abstractmethod
    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        """What is left to take back; empty when nothing of it is there."""

    async def obstacles(self, server: Server) -> Obstacles | None:  # noqa: ARG002 - most steps have none
        """Rows that break what it would make true."""
        return None

    async def obstacles_back(self, server: Server) -> Obstacles | None:  # noqa: ARG002 - most steps have none
        """Rows that break what its way back would make true again."""
        return None

    async def leftovers(self, server: Server) -> tuple[Statement, ...]:  # noqa: ARG002 - most steps leave nothing
        """What a failure of it leaves in the database, to be removed at once."""
        return ()

    async def run(self, server: Server, work: Work) -> None:
        """Do what is left to do."""
        for statement in await self.to_do(server):
            await work.execute(statement)

    async def run_back(self, server: Server, work: Work) -> None:
        """Take back what is left of it."""
        for statement in await self.to_undo(server):
            await work.execute(statement)

    def offline(self) -> tuple[Statement, ...]:
        """The statements that psql runs."""
        return self.up()

    @property
    def unsafe(self) -> bool:
        """Whether a revision may hold only one such step: it does not roll back with the others, or stops writers."""
        return self.heavy or not self.transactional


async def send(server: Server, statement: Statement) -> None:
    """Run a statement.

    Raises
    ------
    RevisionFailed
        The server refused it; the text says where and under which SQLSTATE, and quotes no row.
    Transient
        A lock was not granted in time, a deadlock, or the connection broke: trying again may succeed.
    """
    try:
        await server.execute(statement.sql)
    except Exception as error:
        failure = told(error, statement)
        if failure is error:
            raise
    else:
        return
    raise failure
