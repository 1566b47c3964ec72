"""A change of a row gets one verdict from both sides: the model's predicate, and the condition of its trigger."""

# ruff: noqa: S608 - the names and predicates are the schema's own

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

import orjson
import pytest
from sqlalchemy.dialects import postgresql

from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from platform_db.domain.changes import ChangeRule
    from tests.parity.server_side import Connection

PAIRS: Final = 600
SEED: Final = 20261120

_SERVERS_OWN: Final = re.compile(r"\bnow\(\)|\bcurrent_setting\(")
"""A condition on the clock or the identity of the transaction; the library decides it with a statement."""

EVERY: Final = [
    pytest.param(table.name, rule, id=f"{table.name}_{rule.name}")
    for table in metadata.sorted_tables
    for rule in facts(table).model.change_rules
]
RULES: Final = [each for each in EVERY if not _SERVERS_OWN.search(cast("ChangeRule", each.values[1]).sql)]

_READ: Final = re.compile(r"\b(?:OLD|NEW)\.(\w+)")

_VALUES: Final[dict[type, tuple[object, ...]]] = {
    bool: (False, True),
    int: (1, 2),
    str: ("a", "b"),
    Decimal: (Decimal(1), Decimal("2.5")),
    datetime: (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
    date: (date(2026, 1, 1), date(2026, 1, 2)),
    bytes: (b"a", b"b"),
    UUID: (UUID(int=1), UUID(int=2)),
}


def values(column: sa.Column[object]) -> list[object]:
    """Every label of an enum; else two values of the column's type; and NULL where the column admits it."""
    kind = column.type
    null = [None] if column.nullable else []
    if isinstance(kind, postgresql.ENUM):
        return [*kind.enums, *null]
    return [*(({}, {"a": 1}) if isinstance(kind, postgresql.JSONB) else _VALUES[kind.python_type]), *null]


def read_by(rule: ChangeRule) -> tuple[str, ...]:
    """The columns that the rule's condition reads; its trigger may fire on fewer."""
    return tuple(dict.fromkeys([*rule.fields, *_READ.findall(rule.sql)]))


def pairs(table: sa.Table, fields: tuple[str, ...]) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    rng = random.Random(SEED)  # noqa: S311 - the same rows in every run
    pools = {name: values(cast("sa.Column[object]", table.c[name])) for name in fields}
    if len(fields) == 1:
        for before in pools[fields[0]]:
            yield from (({fields[0]: before}, {fields[0]: after}) for after in pools[fields[0]])
        return
    for _ in range(PAIRS):
        before = {name: rng.choice(pool) for name, pool in pools.items()}
        moved = {name: rng.choice(pool) for name, pool in pools.items() if rng.random() < 1 / len(pools)}
        yield before, {**before, **moved}


def as_json(row: dict[str, object]) -> str:
    written = {name: f"\\x{value.hex()}" if isinstance(value, bytes) else value for name, value in row.items()}
    return orjson.dumps(written, default=str).decode()


@pytest.mark.parametrize(("table", "rule"), RULES)
async def test_both_sides_judge_a_change_alike(session: Connection, table: str, rule: ChangeRule) -> None:
    # given rows before and after, the columns that the rule reads alone
    asked = list(pairs(metadata.tables[table], read_by(rule)))
    # when PostgreSQL evaluates the condition of the rule's trigger on them
    rows = await session.fetch(
        f"SELECT ({rule.sql}) AS verdict FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS pair (b, a, place), "
        f"jsonb_populate_record(NULL::{table}, b::jsonb) AS old, jsonb_populate_record(NULL::{table}, a::jsonb) AS new "
        "ORDER BY place",
        [as_json(before) for before, _ in asked],
        [as_json(after) for _, after in asked],
    )
    # then the domain refuses the same ones
    refused = [row["verdict"] is False for row in rows]
    assert [rule.broken_by(before, after) for before, after in asked] == refused
    assert any(refused), "no pair breaks the rule"
    assert not all(refused), "every pair breaks the rule"
