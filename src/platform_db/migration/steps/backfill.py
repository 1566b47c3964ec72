"""New values for many rows, a batch at a time."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.database.translate import translate
from platform_db.errors import ConfigurationError, Transient, UsageError
from platform_db.migration.failures import RevisionFailed
from platform_db.migration.steps.names import literal, name
from platform_db.migration.steps.step import Lock, LockMode, Statement, Step, brief

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Server, Work

__all__ = ["PROGRESS_TABLE", "Backfill"]

PROGRESS_TABLE: Final = "migration_backfills"

_BEGIN: Final = f"""
    INSERT INTO {PROGRESS_TABLE} AS b (revision, step, table_name, batch_size) VALUES ($1, $2, $3, $4)
    ON CONFLICT (revision, step) DO NOTHING
"""  # noqa: S608 - a constant
_START: Final = f"""
    UPDATE {PROGRESS_TABLE} SET status = 'running', last_error = NULL, started_at = coalesce(started_at, now()),
        rows_total = rows_done + $3
    WHERE revision = $1 AND step = $2
"""  # noqa: S608 - a constant
_LOCKED: Final = f"""
    SELECT status::text, last_key, rows_done, rows_total, batch_size FROM {PROGRESS_TABLE}
    WHERE revision = $1 AND step = $2 FOR UPDATE NOWAIT
"""  # noqa: S608 - a constant
_ADVANCE: Final = f"""
    UPDATE {PROGRESS_TABLE} SET last_key = coalesce($3, last_key), rows_done = rows_done + $4
    WHERE revision = $1 AND step = $2
"""  # noqa: S608 - a constant
_AGAIN: Final = f"""
    UPDATE {PROGRESS_TABLE} SET last_key = NULL, rows_total = rows_done + $3 WHERE revision = $1 AND step = $2
"""  # noqa: S608 - a constant
_COMPLETE: Final = f"""
    UPDATE {PROGRESS_TABLE} SET status = 'completed', finished_at = now() WHERE revision = $1 AND step = $2
"""  # noqa: S608 - a constant
_FAILED: Final = f"""
    UPDATE {PROGRESS_TABLE} SET status = 'failed', last_error = $3
    WHERE revision = $1 AND step = $2 AND status = 'running'
"""  # noqa: S608 - a constant
_FORGET: Final = f"DELETE FROM {PROGRESS_TABLE} WHERE revision = $1 AND step = $2"  # noqa: S608 - a constant
_KEY: Final = """
    SELECT format_type(atttypid, atttypmod) AS type, attnotnull AND EXISTS (
        SELECT FROM pg_index
        WHERE indrelid = attrelid AND indisunique AND indisvalid AND indpred IS NULL
            AND indnkeyatts = 1 AND indkey[0] = attnum
    ) AS is_unique
    FROM pg_attribute
    WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped
"""


@dataclass(slots=True)
class _Pass:
    """What one way through the table did: rows changed, and those of them that ``where`` still finds."""

    key_type: str
    changed: int = 0
    still_found: int = 0

    @property
    def is_worth_another(self) -> bool:
        """Whether a row that needs it can only have come behind it; a condition that stays true says nothing."""
        return self.changed > 0 and self.still_found == 0


@dataclass(frozen=True, slots=True)
class Backfill(Step):
    """Goes over a table in the order of its key; each batch commits together with its progress.

    After a kill it goes on behind the last batch that committed. When rows behind it came to need it meanwhile, it
    begins anew from the first key, as long as that changes rows which ``where`` no longer finds afterwards.

    An operator pauses it by setting ``status`` of its row in ``migration_backfills`` to ``paused``, and may change
    ``batch_size`` there while it runs; the next ``migrate up`` goes on. Old code must be able to live with both the
    old and the new values.

    Attributes
    ----------
    name
        Of the step, unique in its revision.
    key
        A column that is NOT NULL and has a unique index of its own; its order is the order of the rows.
    values
        Per column the SQL of its new value; the row is ``t``.
    where
        The rows that need it, of ``t``; the others are passed over.
    batch_size
        Rows in one transaction.
    pause
        Seconds between two batches, so that replicas and the application keep up.
    """

    name: str
    table: str
    values: tuple[tuple[str, str], ...]
    where: str
    key: str = "id"
    batch_size: int = 1000
    pause: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a backfill without values.

        Raises
        ------
        UsageError
            No column gets a value.
        """
        Step.__post_init__(self)
        if not self.values:
            message = f"backfill {self.name}: name at least one column and its value"
            raise UsageError(message)

    @property
    def transactional(self) -> bool:
        return False

    @property
    def stays(self) -> str | None:
        return "the new values stay: the code before this revision reads them too"

    @property
    def title(self) -> str:
        return f"fill {', '.join(column for column, _ in self.values)} of {self.table}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (Lock(LockMode.ROW_EXCLUSIVE, self.table),)

    def _batch(self, behind: str, limit: str, last: str = "key::text") -> str:
        """The statement of one batch; ``behind`` is the condition on the key, ``last`` the form of the last one."""
        table, key = name(self.table), name(self.key)
        changes = ", ".join(f"{name(column)} = {value}" for column, value in self.values)
        return (
            f"WITH batch AS (SELECT {key} AS key FROM {table} {behind} ORDER BY {key} LIMIT {limit}), "  # noqa: S608 - names are quoted, the rest is the step's own
            f"changed AS (UPDATE {table} AS t SET {changes} FROM batch WHERE t.{key} = batch.key AND ({self.where}) "
            f"RETURNING ({self.where}) AS still_found) "
            f"SELECT count(*) AS passed, (SELECT {last} FROM batch ORDER BY key DESC LIMIT 1) AS last, "
            "(SELECT count(*) FROM changed) AS changed, "
            "(SELECT count(*) FROM changed WHERE still_found) AS still_found FROM batch"
        )

    def _lock(self, behind: str, limit: str) -> str:
        """Lock the rows of a batch first, so that its own statement sees all that was committed before."""
        table, key = name(self.table), name(self.key)
        return (
            f"SELECT count(*) FROM (SELECT FROM {table} AS t WHERE t.{key} IN "  # noqa: S608 - as above
            f"(SELECT {key} FROM {table} {behind} ORDER BY {key} LIMIT {limit}) AND ({self.where}) "
            "FOR NO KEY UPDATE OF t) AS locked"
        )

    def up(self) -> tuple[Statement, ...]:
        return (Statement(f"{self._batch(f'WHERE {name(self.key)} > …', str(self.batch_size))}", patient=True),)

    def undo(self) -> tuple[Statement, ...]:
        step, table = literal(self.name), literal(self.table)
        return brief(f"DELETE FROM {PROGRESS_TABLE} WHERE step = {step} AND table_name = {table}")  # noqa: S608 - literals

    def offline(self) -> tuple[Statement, ...]:
        """The same batches, as a block that commits by itself: run it outside a transaction, as psql does."""
        table, key = name(self.table), name(self.key)
        size, behind = str(self.batch_size), f"WHERE {key} > behind"
        wait = f"\n        PERFORM pg_sleep({self.pause:g});" if self.pause else ""
        block = (
            "DO $backfill$\nDECLARE\n"
            f"    behind {table}.{key}%TYPE;\n    passed bigint;\n    changed bigint;\n    again bigint;\nBEGIN\n"
            f"    {self._lock('', size)} INTO passed;\n"
            f"    {self._batch('', size, 'key')} INTO passed, behind, changed, again;\n    COMMIT;\n"
            "    WHILE behind IS NOT NULL LOOP\n"
            f"        {self._lock(behind, size)} INTO passed;\n"
            f"        {self._batch(behind, size, 'key')} INTO passed, behind, changed, again;\n        COMMIT;{wait}\n"
            "    END LOOP;\nEND $backfill$"
        )
        return (Statement(block, patient=True),)

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        await self._require_progress_table(server)
        found = await server.fetchval(
            f"SELECT bool_and(status = 'completed') FROM {PROGRESS_TABLE} WHERE step = $1 AND table_name = $2",  # noqa: S608 - a constant
            self.name,
            self.table,
        )
        return () if found else self.up()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        is_there = await server.fetchval("SELECT to_regclass($1)", PROGRESS_TABLE) is not None
        return self.undo() if is_there else ()

    async def run_back(self, server: Server, work: Work) -> None:
        """Forget the progress of this revision's; another revision's of the same name keeps its own."""
        if await self.to_undo(server):
            await server.execute(_FORGET, work.revision, self.name)

    async def run(self, server: Server, work: Work) -> None:
        """Do batch after batch until the end of the table.

        Raises
        ------
        RevisionFailed
            It was paused, the progress table is missing, or a batch was refused.
        ConfigurationError
            The key may be NULL or twice in the table.
        """
        await self._require_progress_table(server)
        key_type = await self._key_type(server)
        me = (work.revision, self.name)
        await server.execute(_BEGIN, *me, self.table, self.batch_size)
        try:
            await self._run(server, work, me, key_type)
        except (asyncpg.PostgresError, RevisionFailed) as error:
            failure = translate(error)
            # What is tried again has not failed, and the row may be another run's.
            if not isinstance(failure, Transient):
                state: object = getattr(error, "sqlstate", None)
                why = f"{type(failure).__name__}{f' ({state})' if isinstance(state, str) else ''}"
                await server.execute(_FAILED, *me, why)
            raise

    async def _key_type(self, server: Server) -> str:
        found = await server.fetchrow(_KEY, name(self.table), self.key)
        if found is None:
            message = f"{self.title}: there is no key {self.table}.{self.key}"
            raise RevisionFailed(message)
        if not found["is_unique"]:
            message = (
                f"{self.title}: its key {self.table}.{self.key} must be NOT NULL with a unique index of its own, "
                "or rows would be passed over"
            )
            raise ConfigurationError(message)
        return str(found["type"])

    async def _run(self, server: Server, work: Work, me: tuple[str, str], key_type: str) -> None:
        key = name(self.key)
        async with server.transaction():
            row = await server.fetchrow(_LOCKED, *me)
            if row is None or row["status"] == "completed":
                return
            if row["status"] == "paused" and me in work.begun:
                raise self._stopped(row["status"])
            behind = "" if row["last_key"] is None else f"WHERE {key} > {literal(str(row['last_key']))}::{key_type}"
            left = await server.fetchval(f"SELECT count(*) FROM {name(self.table)} {behind}")  # noqa: S608 - quoted
            await server.execute(_START, *me, left)
        # A pause from now on is meant for this run, however often it is tried again.
        work.begun.add(me)
        began, done_before = time.monotonic(), int(str(row["rows_done"]))
        way = _Pass(key_type)
        while True:
            done, total, is_last = await self._one_batch(server, me, way)
            took = time.monotonic() - began
            worked = done - done_before
            work.report(done, total, took / worked * max(total - done, 0) if worked else None)
            if is_last:
                return
            if self.pause:
                await asyncio.sleep(self.pause)

    def _stopped(self, state: object) -> RevisionFailed:
        return RevisionFailed(f"{self.title} is {state}: `platform-db migrate up` goes on with it")

    async def _one_batch(self, server: Server, me: tuple[str, str], way: _Pass) -> tuple[int, int, bool]:
        """Rows done and in all, and whether that was the last batch."""
        key = name(self.key)
        async with server.transaction():
            row = await server.fetchrow(_LOCKED, *me)
            if row is None or row["status"] != "running":
                raise self._stopped("gone" if row is None else row["status"])
            size, done, total = (int(str(row[part] or 0)) for part in ("batch_size", "rows_done", "rows_total"))
            behind, values = "", [size]
            if row["last_key"] is not None:
                # The key's type comes from the catalog: the driver would ask for a value of it.
                behind, values = f"WHERE {key} > $2::text::{way.key_type}", [size, row["last_key"]]
            await server.fetchval(self._lock(behind, "$1"), *values)
            passed = await server.fetchrow(self._batch(behind, "$1"), *values)
            count = 0 if passed is None else int(str(passed["passed"]))
            last = None if passed is None or passed["last"] is None else str(passed["last"])
            await server.execute(_ADVANCE, *me, last, count)
            if passed is not None:
                way.changed += int(str(passed["changed"]))
                way.still_found += int(str(passed["still_found"]))
            is_last = count < size
            if is_last and way.is_worth_another and await self._is_needed(server):
                rows = await server.fetchval(f"SELECT count(*) FROM {name(self.table)}")  # noqa: S608 - quoted
                await server.execute(_AGAIN, *me, rows)
                way.changed, is_last, total = 0, False, done + count + int(str(rows))
            elif is_last:
                await server.execute(_COMPLETE, *me)
        return done + count, max(total, done + count), is_last

    async def _is_needed(self, server: Server) -> object:
        return await server.fetchval(f"SELECT EXISTS (SELECT FROM {name(self.table)} AS t WHERE {self.where})")  # noqa: S608 - as above

    async def _require_progress_table(self, server: Server) -> None:
        if await server.fetchval("SELECT to_regclass($1)", PROGRESS_TABLE) is None:
            message = f"{self.title}: a backfill belongs behind the revision that makes {PROGRESS_TABLE}"
            raise RevisionFailed(message)
