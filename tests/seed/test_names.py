"""Names: by the convention, whole, and one for one object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.raw import Raw

LONGEST = 63
"""PostgreSQL cuts a longer name off."""

OF_CONSTRAINT = {"p": "pk_", "u": "uq_", "c": "ck_", "f": "fk_", "x": "ex_"}
DOCUMENTED = {"idx_perf_baseline_metric_table", "idx_system_performance_entity_type"}
"""Indexes whose documented names do not hold their table's name."""

CONSTRAINTS = """
    SELECT contype::text, relname, conname,
        (SELECT array_agg(attname::text ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS listed (attnum, place)
            JOIN pg_attribute USING (attnum) WHERE attrelid = conrelid),
        confrelid::regclass::text
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE connamespace = 'public'::regnamespace AND NOT relispartition AND contype IN ('p', 'u', 'c', 'f', 'x')
        AND relname <> 'alembic_version'
"""
INDEXES = """
    SELECT index.relname, relation.relname, indisunique, indpred IS NOT NULL, amname
    FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
    JOIN pg_class AS relation ON relation.oid = indrelid JOIN pg_am ON pg_am.oid = index.relam
    WHERE index.relnamespace = 'public'::regnamespace AND NOT index.relispartition
        AND relation.relname <> 'alembic_version'
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
"""


@pytest.mark.parametrize("kind", sorted(OF_CONSTRAINT))
async def test_a_constraint_is_named_by_kind_and_table_once(migrated: Raw, kind: str) -> None:
    rows = [row for row in await migrated.fetch(CONSTRAINTS) if row[0] == kind]
    assert rows
    for row in rows:
        _, table, name, _, _ = (row[place] for place in range(5))
        prefix = f"{OF_CONSTRAINT[kind]}{table}"
        assert name == prefix if kind == "p" else name.startswith(f"{prefix}_"), name
        assert not re.search(r"_(?:ck|uq|fk|pk|ex)_", name.removeprefix(prefix)), f"{name} is doubled"


async def test_a_key_is_named_by_its_columns(migrated: Raw) -> None:
    for row in await migrated.fetch(CONSTRAINTS):
        kind, table, name, columns, parent = (row[place] for place in range(5))
        if kind == "u":
            assert name == f"uq_{table}_{'_'.join(columns)}"
        if kind == "f":
            assert name == f"fk_{table}_{columns[0]}_{parent}"


async def test_an_index_is_named_by_what_it_is(migrated: Raw) -> None:
    for row in await migrated.fetch(INDEXES):
        name, table, is_unique, is_partial, method = (row[place] for place in range(5))
        prefix = {"gin": "gin", "brin": "brin"}.get(method, "idx")
        if is_unique:
            prefix = "puq" if is_partial else "uq"
        if name not in {"uq_jobs_idempotency_key", *DOCUMENTED}:
            assert name.startswith(f"{prefix}_{table}_"), name


async def test_no_index_has_the_fallback_name_or_a_second_prefix_of_its_kind(migrated: Raw) -> None:
    names = {row[0] for row in await migrated.fetch(INDEXES)}
    assert sorted(name for name in names if name.startswith(("ix_", "pix_"))) == []


async def test_no_name_is_cut_and_none_is_used_twice(migrated: Raw) -> None:
    rows = await migrated.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION ALL "
        "SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'r') UNION ALL "
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' "
        "AND proname NOT LIKE 'license_type%range'"
    )
    names = [row[0] for row in rows]
    assert max(len(name.encode()) for name in names) < LONGEST
    assert sorted({name for name in names if names.count(name) > 1}) == []
    constraints = [(row[1], row[2]) for row in await migrated.fetch(CONSTRAINTS)]
    assert max(len(name.encode()) for _, name in constraints) <= LONGEST
    assert len({name for _, name in constraints}) == len(constraints)


async def test_the_misspelling_of_the_law_is_nowhere(migrated: Raw) -> None:
    said = await migrated.fetch("SELECT description FROM pg_description WHERE description ~* 'kvkv'")
    assert said == []
