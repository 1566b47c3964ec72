"""Every column by type, collation, nullability and default, as PostgreSQL keeps them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.conftest import LOOP_SCOPE
from tests.seed.definitions import Column, columns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.raw import Raw

Described = dict[str, tuple[object, ...]]
TABLES = {table: tuple(of) for table, of in groupby(columns(), lambda column: column.table)}
DESCRIBE = """
    SELECT attname, format_type(atttypid, atttypmod), collname, attnotnull, attidentity::text, attgenerated::text,
        pg_get_expr(adbin, adrelid)
    FROM pg_attribute
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    LEFT JOIN pg_collation ON pg_collation.oid = attcollation
    WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
"""


async def described(connection: Raw, table: str) -> Described:
    return {row[0]: tuple(row.items()) for row in await connection.fetch(DESCRIBE, table)}


@pytest_asyncio.fixture(scope="module", loop_scope=LOOP_SCOPE)
async def expected(migrated: Raw) -> AsyncIterator[dict[str, Described]]:
    """The tables of ``definitions/columns.tsv``, made and described by the server itself, then gone."""
    transaction = migrated.transaction()
    await transaction.start()
    made: dict[str, Described] = {}
    for table, of in TABLES.items():
        listed = ", ".join(column.sql for column in of)
        await migrated.execute(f"CREATE TEMPORARY TABLE expected_{table} ({listed})")
        made[table] = await described(migrated, f"pg_temp.expected_{table}")
    await transaction.rollback()
    yield made


@pytest.mark.parametrize("table", sorted(TABLES))
async def test_a_table_has_these_columns_and_no_others(migrated: Raw, table: str) -> None:
    assert set(await described(migrated, f"public.{table}")) == {column.name for column in TABLES[table]}


@pytest.mark.parametrize("column", columns(), ids=lambda column: f"{column.table}.{column.name}")
async def test_a_column_has_its_type_nullability_and_default(
    migrated: Raw, expected: dict[str, Described], column: Column
) -> None:
    found = await described(migrated, f"public.{column.table}")
    assert found.get(column.name) == expected[column.table][column.name]


async def test_no_instant_is_without_a_time_zone(migrated: Raw) -> None:
    found = await migrated.fetch(
        "SELECT attrelid::regclass::text, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') "
        "AND atttypid IN ('timestamp'::regtype, 'time'::regtype, 'timetz'::regtype)"
    )
    assert found == []
