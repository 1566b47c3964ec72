"""A migrated database with 100,000 rows a table, and calls whose statements are explained."""

# ruff: noqa: S608 - tables and expressions are this suite's own

from __future__ import annotations

import importlib
import json
import os
import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

from platform_db.database import BaseDatabase, Statement, TransactionOptions
from platform_db.database.executor import NO_PARAMETERS, Parameters, Row
from platform_db.repositories.work import Work
from platform_db.schema.all_tables import metadata
from platform_db.schema.all_triggers import triggers
from tests.plans.evidence import OWNER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from tests.plans.evidence import Evidence, Fill, WorkerOnly
    from tests.raw import Raw

__all__ = ["ExplainingDatabase", "evidence", "fill", "parents_of_indexes", "plans_of", "worker_only"]

TABLES = Path(__file__).with_name("tables")


def _module(table: str) -> object:
    return importlib.import_module(f"tests.plans.tables.{table}")


def _tables() -> list[str]:
    """Those of ``PLANS_TABLES`` (a list with commas), or all."""
    chosen = os.environ.get("PLANS_TABLES")
    every = [path.stem for path in sorted(TABLES.glob("*.py"))]
    return [name for name in every if chosen is None or name in chosen.split(",")]


def evidence() -> dict[str, tuple[Evidence, ...]]:
    """For each index by name the calls that show it."""
    found: dict[str, tuple[Evidence, ...]] = {}
    for table in _tables():
        found.update(cast("dict[str, tuple[Evidence, ...]]", vars(_module(table))["EVIDENCE"]))
    return found


def worker_only() -> dict[str, WorkerOnly]:
    """The indexes of tables with row security that only platform_worker can use, and why."""
    found: dict[str, WorkerOnly] = {}
    for table in _tables():
        found.update(cast("dict[str, WorkerOnly]", vars(_module(table)).get("WORKER_ONLY", {})))
    return found


async def fill(superuser: Raw, rows: int | None = None) -> None:
    """Fill every table that has a module in ``tables``, with its own number of rows or at most ``rows``.

    Triggers and foreign keys are not asked; guards that fire always are taken off meanwhile.
    """
    await superuser.execute("SET session_replication_role = replica")
    for table in _tables():
        wanted = cast("Fill", vars(_module(table))["FILL"])
        row = cast("Mapping[str, object]", importlib.import_module(f"tests.parity.examples.{table}").ROW)
        for statement in wanted.first:
            await superuser.execute(statement)
        for guard in _guards(table):
            await superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
        columns = [column.name for column in metadata.tables[table].columns if column.computed is None]
        values = ", ".join(wanted.columns.get(name, f"base.{name}") for name in columns)
        base = json.dumps({name: _plain(value) for name, value in row.items()})
        await superuser.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE SELECT {values} "
            f"FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb) AS base, "
            "generate_series(1, $2::bigint) AS i",
            base,
            wanted.rows if rows is None else min(rows, wanted.rows),
        )
        for guard in _guards(table):
            await superuser.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard}")
    await superuser.execute("RESET session_replication_role")
    await superuser.execute("VACUUM ANALYZE")


def _guards(table: str) -> list[str]:
    """The table's triggers that fire always, so for rows that a replica takes over too."""
    return [trigger.name for trigger in triggers() if trigger.table == table and trigger.always]


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, bool | int | str | dict | list):
        return cast("object", value)
    if isinstance(value, tuple):
        return list(cast("tuple[object, ...]", value))
    return str(value)


class _Explaining(Work):
    """A unit of work that asks for each statement's plan before the statement runs."""

    plans: list[str]

    async def _explain(self, statement: Statement, parameters: Parameters) -> None:
        arguments = statement.arguments(parameters)
        rows = await self._run(lambda c: c.fetch(f"EXPLAIN {statement.sql}", *arguments))
        self.plans.append("\n".join(str(row[0]) for row in rows))

    async def fetch(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> list[Row]:
        await self._explain(statement, parameters)
        return await super().fetch(statement, parameters)

    async def fetch_row(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> Row | None:
        await self._explain(statement, parameters)
        return await super().fetch_row(statement, parameters)

    async def fetch_value(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> object:
        await self._explain(statement, parameters)
        return await super().fetch_value(statement, parameters)

    async def execute(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> int:
        await self._explain(statement, parameters)
        return await super().execute(statement, parameters)

    async def stream(
        self, statement: Statement, parameters: Parameters = NO_PARAMETERS, *, batch: int = 1000
    ) -> AsyncIterator[list[Row]]:
        await self._explain(statement, parameters)
        async for rows in super().stream(statement, parameters, batch=batch):
            yield rows


class ExplainingDatabase(BaseDatabase[_Explaining]):
    """The library's pool, giving units of work that explain themselves."""

    work_type = _Explaining
    parents: Mapping[str, str]
    """For each index of a partition the partitioned table's."""


class _UndoneError(Exception):
    """Ends a unit of work so that nothing it did stays."""


async def parents_of_indexes(superuser: Raw) -> dict[str, str]:
    """The index of the partitioned table by that of a partition."""
    rows = await superuser.fetch(
        "SELECT child.relname AS child, parent.relname AS parent FROM pg_inherits "
        "JOIN pg_class AS child ON child.oid = inhrelid JOIN pg_class AS parent ON parent.oid = inhparent "
        "WHERE child.relkind = 'i'"
    )
    return {row["child"]: row["parent"] for row in rows}


async def plans_of(database: ExplainingDatabase, shown: Evidence) -> list[str]:
    """The plans of the statements that a call sends, in order; what it did is rolled back."""
    found: list[str] = []
    with suppress(_UndoneError):
        options = TransactionOptions(role=shown.role)
        async with database.unit_of_work(as_user=OWNER if shown.as_user else None, options=options) as work:
            work.plans = found
            await shown.call(work)
            raise _UndoneError
    return [re.sub(r"\w+", lambda word: database.parents.get(word[0], word[0]), plan) for plan in found]
