"""Rows in the real tables, with everything out of the way that is not what a test is about."""

# ruff: noqa: S608 - the names in the statements are the schema's own

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.database.translate import translate
from tests.parity.server_side import column_text, type_of
from tests.parity.source import source_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.raw import Raw

__all__ = ["refused", "store", "without_other_foreign_keys", "without_other_keys", "without_triggers"]


async def without_triggers(connection: Raw, *tables: str) -> None:
    """Fire no guard and ask no foreign key from here on; CHECKs and keys stay, and the caller's rollback undoes it."""
    for table in tables:
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await connection.execute("SET LOCAL session_replication_role = replica")


async def without_other_keys(connection: Raw, table: str, kept: str) -> None:
    """Drop every unique constraint and index of the table but one."""
    found = await connection.fetch(
        "SELECT index.relname, conname FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid "
        "LEFT JOIN pg_constraint ON conindid = indexrelid AND conrelid = indrelid AND contype IN ('p', 'u', 'x') "
        "WHERE indrelid = to_regclass($1) AND (indisunique OR indisexclusion) AND index.relname <> $2",
        table,
        kept,
    )
    for row in found:
        if row[1] is None:
            await connection.execute(f"DROP INDEX {row[0]}")
        else:
            await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {row[1]} CASCADE")


async def without_other_foreign_keys(connection: Raw, table: str, kept: str) -> None:
    """Drop every foreign key of the table but one."""
    found = await connection.fetch(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = to_regclass($1) AND conname <> $2",
        table,
        kept,
    )
    for row in found:
        await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {row[0]}")


async def store(connection: Raw, table: str, changed: Mapping[str, object]) -> None:
    """Insert the table's example row with these changes, by raw SQL."""
    source = source_of(table)
    row = {**source.row, **changed}
    names = ", ".join(column.name for column in source.written)
    values = ", ".join(f"${place}::text::{type_of(column)}" for place, column in enumerate(source.written, 1))
    given = [column_text(column, row[column.name]) for column in source.written]
    await connection.execute(f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({values})", *given)


async def refused(connection: Raw, table: str, changed: Mapping[str, object]) -> BaseException | None:
    """Try to insert the row; the library's error where the server refuses, and then nothing is stored."""
    count = f"SELECT count(*) FROM {table}"
    before = await connection.fetchval(count)
    try:
        async with connection.transaction():
            await store(connection, table, changed)
    except asyncpg.PostgresError as error:
        found: BaseException | None = translate(error)
        assert await connection.fetchval(count) == before
        return found
    return None
