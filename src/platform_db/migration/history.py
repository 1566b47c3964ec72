"""What ran when, with which outcome: one row of ``enterprise_migration_history`` for each run of a revision.

The row is begun before the first step, on the migrator's own connection, so that a run that was killed is seen; it is
completed in the transaction that stamps the revision, so that both are stored or neither. A history that cannot be
written is told to the log and changes nothing about the migration; one that cannot be read ends a way down, which might
drop it.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, Literal

import alembic
import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.errors import ConfigurationError
from platform_db.migration.failures import reason
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from pathlib import Path

    from platform_db.migration.steps.step import Server
    from platform_db.settings import Environment

__all__ = ["HISTORY_TABLE", "Direction", "History"]

HISTORY_TABLE: Final = "enterprise_migration_history"

Direction = Literal["upgrade", "downgrade"]

_log: Final = logging.getLogger("platform_db.migration")

_AS_OWNER: Final = f"SET LOCAL ROLE {Role.OWNER}"
_INTERRUPTED: Final = f"""
    UPDATE {HISTORY_TABLE} SET error_message = 'interrupted: the process ended before the revision did'
    WHERE NOT success AND migration_end IS NULL AND error_message IS NULL
"""  # noqa: S608 - a constant
_INSERT: Final = f"""
    INSERT INTO {HISTORY_TABLE} (revision, description, direction, migration_start, alembic_version, library_version,
        environment, applied_by, server_info)
    VALUES ($1, $2, $3::text::migration_direction, $4, $5, $6, $7, session_user, $8::text::jsonb)
    RETURNING id
"""  # noqa: S608 - a constant
_END: Final = f"""
    UPDATE {HISTORY_TABLE} SET migration_end = $2, success = $3, error_message = $4, server_info = $5::text::jsonb
    WHERE id = $1
"""  # noqa: S608 - a constant
_ROWS: Final = f"SELECT to_jsonb(h)::text FROM {HISTORY_TABLE} AS h ORDER BY id"  # noqa: S608 - a constant
_ABOUT: Final = """
    SELECT json_build_object('database', current_database(), 'encoding', current_setting('server_encoding'),
        'server_version_num', current_setting('server_version_num')::integer, 'login', session_user)::text
"""


@dataclass(slots=True)
class _Entry:
    """One run of a revision."""

    revision: str
    summary: str
    direction: Direction
    start: object
    row: object = None
    attempts: int = 1
    steps: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    end: object = None


@dataclass(slots=True)
class History:
    """Keeps the history of one run of the migrator.

    ``server`` is the migrator's own connection. ``lost_to`` is the file that takes the rows, one JSON
    document a line, when a revision on the way down drops their table.
    """

    server: Server
    environment: Environment
    lost_to: Path
    entry: _Entry | None = None
    waiting: list[_Entry] = field(default_factory=list[_Entry])
    rows: list[str] | None = None
    about: dict[str, object] = field(default_factory=dict[str, object])

    async def begin(self, revision: str, summary: str, direction: Direction) -> None:
        """Note that a revision begins; called again for the same one when it is tried again.

        Raises
        ------
        ConfigurationError
            The revision is taken back, and what the history holds cannot be read.
        """
        if self.entry is not None and self.entry.revision == revision:
            self.entry.attempts += 1
            self.entry.steps.clear()
            return
        if not self.about:
            self.about = json.loads(str(await self.server.fetchval(_ABOUT)))
        start = await self.server.fetchval("SELECT clock_timestamp()")
        self.entry = _Entry(revision, summary, direction, start)
        if not await _is_there(self.server):
            return
        if direction == "downgrade":
            self.rows = await self._read()
        try:
            async with self.server.transaction():
                await self.server.execute(_AS_OWNER)
                await self.server.execute(_INTERRUPTED)
                self.entry.row = await self._insert(self.server, self.entry)
        except asyncpg.PostgresError as error:
            _not_written(error)

    def step_done(self, title: str, seconds: float) -> None:
        """Note how long a step took."""
        if self.entry is not None:
            self.entry.steps.append({"step": title, "seconds": round(seconds, 3)})

    async def succeeded(self, server: Server) -> None:
        """Complete the row on the connection that stamps the revision, in its transaction.

        Raises
        ------
        ConfigurationError
            The revision drops the history and the file that should keep it cannot be written.
        """
        entry = self.entry
        if entry is None:
            return
        self.entry = None
        entry.end = await server.fetchval("SELECT clock_timestamp()")
        if not await _is_there(server):
            self._keep_elsewhere(entry)
            return
        try:
            async with server.transaction():
                for each in (*self.waiting, entry):
                    if each.row is None:
                        each.row = await self._insert(server, each)
                    await server.execute(_END, each.row, each.end, True, None, self._info(each))  # noqa: FBT003 - a value of SQL
        except asyncpg.PostgresError as error:
            _not_written(error)
        else:
            self.waiting.clear()

    async def failed(self, error: BaseException) -> None:
        """Complete the row of a revision that failed; its transaction is gone already."""
        entry = self.entry
        self.entry = None
        if entry is None:
            return
        try:
            if not await _is_there(self.server):
                return
            async with self.server.transaction():
                await self.server.execute(_AS_OWNER)
                if entry.row is None:
                    entry.row = await self._insert(self.server, entry)
                end = await self.server.fetchval("SELECT clock_timestamp()")
                await self.server.execute(_END, entry.row, end, False, reason(error), self._info(entry))  # noqa: FBT003
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as unwritten:
            _not_written(unwritten)

    async def _read(self) -> list[str]:
        """The rows as JSON documents, in case the revision drops their table."""
        try:
            async with self.server.transaction():
                await self.server.execute(_AS_OWNER)
                rows = await self.server.fetch(_ROWS)
        except asyncpg.PostgresError as error:
            state: object = getattr(error, "sqlstate", None)
            message = (
                f"the history of the migrations cannot be read ({type(error).__name__} {state}) "
                "and would be lost with its table: nothing of this revision was taken down"
            )
        else:
            return [str(row[0]) for row in rows]
        raise ConfigurationError(message)

    async def _insert(self, server: Server, entry: _Entry) -> object:
        return await server.fetchval(
            _INSERT,
            entry.revision,
            entry.summary,
            entry.direction,
            entry.start,
            alembic.__version__,
            version("platform_db"),
            self.environment,
            self._info(entry),
        )

    def _info(self, entry: _Entry) -> str:
        return json.dumps({**self.about, "attempts": entry.attempts, "steps": entry.steps})

    def _keep_elsewhere(self, entry: _Entry) -> None:
        """Wait for the table on the way up; on the way down, write to the file what its end would take along."""
        if entry.direction == "upgrade":
            self.waiting.append(entry)
            return
        own = {
            "revision": entry.revision,
            "description": entry.summary,
            "direction": entry.direction,
            "migration_start": str(entry.start),
            "migration_end": str(entry.end),
            "success": True,
            "environment": self.environment,
            "server_info": json.loads(self._info(entry)),
        }
        self._append([*(self.rows or ()), json.dumps(own)])
        self.rows = None

    def _append(self, documents: list[str]) -> None:
        try:
            self.lost_to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.lost_to, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                file.writelines(document + "\n" for document in documents)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            message = (
                f"the history of the migrations cannot be kept in {self.lost_to} ({error.strerror}): "
                "nothing was taken down; name another file"
            )
            raise ConfigurationError(message) from error


async def _is_there(server: Server) -> bool:
    return await server.fetchval("SELECT to_regclass($1)", f"public.{HISTORY_TABLE}") is not None


def _not_written(error: BaseException) -> None:
    state: object = getattr(error, "sqlstate", None)
    _log.warning("the history of the migrations was not written: %s %s", type(error).__name__, state or "")
