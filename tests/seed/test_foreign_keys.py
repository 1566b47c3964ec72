"""Every foreign key: its definition, that it is validated and indexed, and what deleting the parent does."""

# ruff: noqa: S608 - the names in the statements are the schema's own

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.database.translate import translate
from platform_db.errors import StillReferenced
from tests.parity.source import source_of
from tests.seed.definitions import ForeignKey, foreign_keys
from tests.seed.rows import store, without_other_foreign_keys, without_other_keys, without_triggers

if TYPE_CHECKING:
    from tests.raw import Raw, Row

RESTRICT = [key for key in foreign_keys() if key.action == "RESTRICT"]
CASCADE = [key for key in foreign_keys() if key.action == "CASCADE"]
SET_NULL = [key for key in foreign_keys() if key.action.startswith("SET NULL")]
PARENT, CHILD = 2_000_001, 2_000_002

CHILD_CHANGES: dict[str, dict[str, object]] = {
    "fk_invoices_return_of_invoice_id_invoices": {"profile": "TEMELFATURA", "type_code": "IADE"},
    "fk_payments_refunds_payment_id_payments": {"kind": "refund", "refund_reason": "İade faturası"},
    "fk_payments_order_transaction_id_order_transactions": {"invoice_id": None},
}
"""What a table's example row needs to have this parent."""


def by_name(key: ForeignKey) -> str:
    return key.name


async def test_these_are_the_foreign_keys(migrated: Raw) -> None:
    found = await migrated.fetch(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 "
        "AND connamespace = 'public'::regnamespace"
    )
    assert {row[0] for row in found} == {key.name for key in foreign_keys()}


def test_the_actions_are_counted() -> None:
    assert Counter(key.action.partition(" (")[0] for key in foreign_keys()) == {
        "RESTRICT": 33,
        "CASCADE": 7,
        "SET NULL": 3,
    }


def test_users_are_deleted_with_their_payment_methods_only() -> None:
    other = {key.name: key.action for key in foreign_keys() if key.parent == "users" and key.action != "RESTRICT"}
    assert other == {"fk_payment_methods_buyer_id_users": "CASCADE"}


@pytest.mark.parametrize("key", foreign_keys(), ids=by_name)
async def test_a_foreign_key_is_as_it_is_defined(migrated: Raw, key: ForeignKey) -> None:
    row = await migrated.fetchrow(
        "SELECT pg_get_constraintdef(oid), convalidated FROM pg_constraint "
        "WHERE conname = $1 AND conrelid = to_regclass($2)",
        key.name,
        key.table,
    )
    assert (row[0], row[1]) == (key.definition, True)


@pytest.mark.parametrize("key", foreign_keys(), ids=by_name)
async def test_an_index_begins_with_its_first_column(migrated: Raw, key: ForeignKey) -> None:
    found = await migrated.fetchval(
        "SELECT count(*) FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] "
        "WHERE indrelid = to_regclass($1) AND attname = $2 AND indisvalid "
        # an index of the rows that have a parent serves as well
        "AND (indpred IS NULL OR pg_get_expr(indpred, indrelid) = '(' || attname || ' IS NOT NULL)')",
        key.table,
        key.columns[0],
    )
    assert found >= 1


@pytest.mark.parametrize("key", RESTRICT, ids=by_name)
async def test_a_parent_is_kept_while_it_is_referred_to(undone: Raw, key: ForeignKey) -> None:
    # given a parent with a child
    await _family(undone, key)
    # when the parent is deleted
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        async with undone.transaction():
            await _delete_parent(undone, key)
    # then it is still referred to, by the key's name, and both are there
    error = translate(refused.value)
    assert isinstance(error, StillReferenced)
    assert (error.constraint, error.entity, error.fields) == (key.name, key.table, key.columns)
    assert await _parents(undone, key) == 1
    assert await _children(undone, key) == 1
    # and without the child it may go
    await undone.execute(f"DELETE FROM {key.table} WHERE {_key_of(key.table)} = {CHILD}")
    await _delete_parent(undone, key)
    assert await _parents(undone, key) == 0


@pytest.mark.parametrize("key", CASCADE, ids=by_name)
async def test_children_go_with_their_parent_and_no_others(undone: Raw, key: ForeignKey) -> None:
    # given a parent with a child, and a child of another parent
    await _family(undone, key)
    another = {**CHILD_CHANGES.get(key.name, {}), "id": CHILD + 1, key.columns[0]: PARENT + 1}
    await undone.execute("SET LOCAL session_replication_role = replica")
    await store(undone, key.table, another)
    await undone.execute("SET LOCAL session_replication_role = origin")
    # when the parent is deleted
    await _delete_parent(undone, key)
    # then its child is gone and the other is there
    found = await undone.fetch(f"SELECT id FROM {key.table} WHERE id >= {CHILD}")
    assert [row[0] for row in found] == [CHILD + 1]


@pytest.mark.parametrize("key", SET_NULL, ids=by_name)
async def test_children_forget_their_parent_and_nothing_else(undone: Raw, key: ForeignKey) -> None:
    # given a parent with a child
    await _family(undone, key)
    before = dict((await _child(undone, key)).items())
    # when the parent is deleted
    await _delete_parent(undone, key)
    # then the child names none, and keeps its owner and every other column
    assert await _parents(undone, key) == 0
    assert dict((await _child(undone, key)).items()) == {**before, key.columns[0]: None}


async def _family(connection: Raw, key: ForeignKey) -> None:
    """Store a parent and its one child; from then on foreign keys act, and nothing else does."""
    # rows made from one example would clash, and their other parents are not there
    await without_other_keys(connection, key.table, await _key_below(connection, key))
    await without_other_foreign_keys(connection, key.table, key.name)
    await without_triggers(connection, key.table, key.parent)
    await connection.execute(f"DELETE FROM {key.parent} WHERE {_key_of(key.parent)} = {_parent_key(key)}")
    parent = {**source_of(key.parent).row, **_parent_changes(key)}
    await store(connection, key.parent, _parent_changes(key))
    given = {own: parent[theirs] for own, theirs in zip(key.columns, key.parent_columns, strict=True)}
    await store(connection, key.table, {_key_of(key.table): CHILD, **CHILD_CHANGES.get(key.name, {}), **given})
    await connection.execute("SET LOCAL session_replication_role = origin")


def _parent_changes(key: ForeignKey) -> dict[str, object]:
    changed: dict[str, object] = {_key_of(key.parent): _parent_key(key)}
    return changed | ({key.columns[0]: None} if key.table == key.parent else {})


def _key_of(table: str) -> str:
    return next(iter(source_of(table).table.primary_key.columns.keys()))


def _parent_key(key: ForeignKey) -> int:
    # a chain's number is one of sixteen
    return 7 if key.parent == "audit_chain_heads" else PARENT


async def _key_below(connection: Raw, key: ForeignKey) -> str:
    """The unique index that the foreign key refers to."""
    return await connection.fetchval(
        "SELECT conindid::regclass::text FROM pg_constraint WHERE conname = $1 AND contype = 'f'", key.name
    )


async def _delete_parent(connection: Raw, key: ForeignKey) -> None:
    await connection.execute(f"DELETE FROM {key.parent} WHERE {_key_of(key.parent)} = {_parent_key(key)}")


async def _parents(connection: Raw, key: ForeignKey) -> int:
    return await connection.fetchval(
        f"SELECT count(*) FROM {key.parent} WHERE {_key_of(key.parent)} = {_parent_key(key)}"
    )


async def _children(connection: Raw, key: ForeignKey) -> int:
    return await connection.fetchval(f"SELECT count(*) FROM {key.table} WHERE {_key_of(key.table)} = {CHILD}")


async def _child(connection: Raw, key: ForeignKey) -> Row:
    return await connection.fetchrow(f"SELECT * FROM {key.table} WHERE {_key_of(key.table)} = {CHILD}")
