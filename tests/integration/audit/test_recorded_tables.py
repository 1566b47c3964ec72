"""What row changes keep of the tables they record: no word that may name a person."""

# ruff: noqa: S608 - tables and columns are the schema's own

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy.dialects import postgresql

from platform_db.schema import all_tables
from platform_db.schema.metadata import facts, tables
from tests.integration.stored import new_user, store
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.raw import Raw

assert all_tables

NAME: Final = "Ayşe Örnek"
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "licenses": (),
    "orders": ("shipping_name", "shipping_address", "shipping_city", "shipping_state", "notes", "shipping_events"),
    "order_transactions": ("gateway_reference", "gateway_response", "failure_reason"),
    "payments": ("failure_reason", "meta"),
}
"""Columns of each table that take a name; a reason to cancel stands only where something is cancelled."""

ENDED: Final = {"status": "'cancelled'", "cancelled_at": "now()", "cancellation_reason": f"'{NAME}'"}
ENDINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "licenses": {**ENDED, "auto_renew": "false"},
    "orders": ENDED,
    "order_transactions": {"status": "'declined'", "processed_at": "now()", "failure_code": "'51'"},
    "payments": {"status": "'failed'", "failure_code": "'51'"},
}


async def rows_of(worker: Raw) -> dict[str, int]:
    """A row of each table, of one user."""
    user = await new_user(worker, "ayse")
    amounts = {"subtotal_cents": 0, "tax_cents": 0, "shipping_cents": 111_000, "discount_cents": 0}
    order = await store(worker, "orders", buyer_id=user, **amounts)
    attempt = await worker.fetchval(
        "INSERT INTO order_transactions (transaction_reference, order_id, buyer_id, amount_cents, currency, method, "
        "gateway) VALUES ('TX-1', $1, $2, 100, 'TRY', 'credit_card', 'iyzico') RETURNING id",
        order,
        user,
    )
    payment = await worker.fetchval(
        "INSERT INTO payments (user_id, order_transaction_id, amount_cents, amount_try_cents, currency, provider, "
        "provider_ref) VALUES ($1, $2, 100, 100, 'TRY', 'iyzico', 'r-1') RETURNING id",
        user,
        attempt,
    )
    licence = await worker.fetchval(
        "INSERT INTO licenses (user_id, type, starts_at, ends_at) "
        "VALUES ($1, 'basic', now(), now() + interval '1 day') RETURNING id",
        user,
    )
    return {"licenses": licence, "orders": order, "order_transactions": attempt, "payments": payment}


@pytest.mark.parametrize("table", WORDS)
async def test_a_row_change_names_the_column_and_not_the_person(worker: Raw, own_audit_url: str, table: str) -> None:
    # given a row
    rows = await rows_of(worker)
    # when a name is written into everything that takes one, by SQL
    columns = tables()[table].columns
    documents = {name for name in WORDS[table] if isinstance(columns[name].type, postgresql.JSONB)}
    literal = {name: f"'[\"{NAME}\"]'" if name == "shipping_events" else f'\'{{"a": "{NAME}"}}\'' for name in documents}
    wanted = {name: literal.get(name, f"'{NAME}'") for name in WORDS[table]} | dict(ENDINGS[table])
    assert {name for name, value in wanted.items() if NAME in value} <= facts(tables()[table]).personal
    listed = ", ".join(f"{name} = {value}" for name, value in wanted.items())
    await worker.execute(f"UPDATE {table} SET {listed} WHERE id = $1", rows[table])
    # then the change is kept without it
    auditor = await connect(own_audit_url)
    try:
        [kept] = await auditor.fetch(
            "SELECT old_values::text AS former, new_values::text AS latter FROM enterprise_audit_log "
            "WHERE table_name = $1 AND operation = 'UPDATE' AND row_id = $2::text",
            table,
            str(rows[table]),
        )
    finally:
        await auditor.close()
    latter = json.loads(kept["latter"])
    assert NAME not in kept["former"] + kept["latter"]
    assert {name: latter[name] for name, value in wanted.items() if NAME in value} == {
        name: "[personal]" for name, value in wanted.items() if NAME in value
    }
