"""Every index that is no constraint's, by definition: columns, order, method, options and predicate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.seed.definitions import Index, indexes

if TYPE_CHECKING:
    from tests.raw import Raw

GIN = [index for index in indexes() if index.method == "gin"]
COMPARED = "compared_with_the_definition"

WITHOUT_GIN = {
    "audit_checkpoints.heads": "the exported heads, read whole by the verifier",
    "audit_personal_data.value": "an erasable value, found by its commitment",
    "cam_runs.metrics": "read with its run",
    "cam_runs.params": "read with its run; jobs.input_params is what is searched",
    "enterprise_migration_history.server_info": "a few rows a release, read by an operator",
    "erp_mes_sync.payload": "carried to the other system",
    "idempotency_keys.response_headers": "given back by the key",
    "invoice_lines.item_data": "read with its invoice",
    "invoice_lines.other_taxes": "read with its invoice",
    "invoices.profile_data": "read with its invoice",
    "machines.specifications": "some dozens of rows",
    "models.metadata": "notes of the user; params and metrics are what is searched",
    "notifications.payload": "read with its notification",
    "order_items.variant_attributes": "read with its order",
    "order_transactions.gateway_response": "kept as evidence, found by the gateway's number",
    "orders.shipping_events": "read with its order",
    "outbox_events.headers": "carried to the broker",
    "outbox_events.payload": "carried to the broker",
    "payment_webhook_events.payload": "kept as evidence, found by the provider's number",
    "products.dimensions": "read with its product",
    "security_events.details": "found by user, address and type",
    "sim_runs.metrics": "read with its run",
    "sim_runs.params": "read with its run; jobs.input_params is what is searched",
    "tools.specifications": "some hundreds of rows, found by type and diameter",
    "users.consents": "read with the account",
}
"""Documents that no query searches, and why none does."""


def by_name(index: Index) -> str:
    return index.name


async def test_these_are_the_indexes_beside_those_of_constraints(migrated: Raw) -> None:
    found = await migrated.fetch(
        "SELECT index.relname FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid "
        "JOIN pg_class AS relation ON relation.oid = indrelid "
        "WHERE index.relnamespace = 'public'::regnamespace AND NOT index.relispartition AND relation.relkind <> 'm' "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))"
    )
    assert {row[0] for row in found} - {"alembic_version_pkc"} == {index.name for index in indexes()}


@pytest.mark.parametrize("index", indexes(), ids=by_name)
async def test_an_index_is_as_it_is_defined(undone: Raw, index: Index) -> None:
    await undone.execute(index.sql(COMPARED))
    expected = await undone.fetchval("SELECT pg_get_indexdef(to_regclass($1))", COMPARED)
    found = await undone.fetchval("SELECT pg_get_indexdef(to_regclass($1))", index.name)
    assert found == expected.replace(COMPARED, index.name)


@pytest.mark.parametrize("index", indexes(), ids=by_name)
async def test_an_index_is_valid_and_says_which_query_it_serves(migrated: Raw, index: Index) -> None:
    row = await migrated.fetchrow(
        "SELECT indisvalid, indisready, obj_description(indexrelid, 'pg_class') FROM pg_index "
        "WHERE indexrelid = to_regclass($1)",
        index.name,
    )
    assert (row[0], row[1]) == (True, True)
    assert row[2]


@pytest.mark.parametrize("index", GIN, ids=by_name)
async def test_a_gin_index_keeps_a_bounded_pending_list(migrated: Raw, index: Index) -> None:
    options = await migrated.fetchval("SELECT reloptions FROM pg_class WHERE oid = to_regclass($1)", index.name)
    assert sorted(options) == ["fastupdate=on", "gin_pending_list_limit=4096"]


async def test_every_document_is_searchable_or_says_why_not(migrated: Raw) -> None:
    found = await migrated.fetch(
        "SELECT relname || '.' || attname, EXISTS (SELECT FROM pg_index JOIN pg_class AS index "
        "ON index.oid = indexrelid JOIN pg_am ON pg_am.oid = index.relam "
        "WHERE indrelid = attrelid AND attnum = ANY (indkey) AND amname = 'gin') "
        "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p') AND NOT relispartition AND attnum > 0 AND atttypid = 'jsonb'::regtype"
    )
    assert {row[0] for row in found if not row[1]} == set(WITHOUT_GIN)


async def test_no_two_indexes_have_one_definition(migrated: Raw) -> None:
    found = await migrated.fetch(
        "SELECT array_agg(indexrelid::regclass::text) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
        "WHERE relnamespace = 'public'::regnamespace "
        "GROUP BY indrelid, indkey::text, indclass::text, indoption::text, relam, indnullsnotdistinct, "
        "pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid) HAVING count(*) > 1"
    )
    assert [row[0] for row in found] == []


async def test_lists_newest_first_are_read_in_order(migrated: Raw) -> None:
    """``indoption`` 3 is DESC with NULLS FIRST, which is how ORDER BY … DESC reads."""
    newest = [index.name for index in indexes() if index.definition.startswith("(created_at DESC, id DESC)")]
    found = await migrated.fetch(
        "SELECT indexrelid::regclass::text, indoption::text FROM pg_index "
        "WHERE indexrelid = ANY ($1::text[]::regclass[])",
        newest,
    )
    assert {row[0]: row[1] for row in found} == dict.fromkeys(newest, "3 3")
