"""What may name a person is said of a table once, and neither log shows it."""

from __future__ import annotations

from typing import Final

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.schema import all_tables
from platform_db.schema.all_triggers import triggers
from platform_db.schema.metadata import facts, tables

assert all_tables

RECORDED: Final = [table for table in tables().values() if facts(table).recorded]

NOT_PERSONAL: Final = {
    "exchange_rates.source": "who published the rate",
    "exchange_rates.kind": "which of the published rates it is",
    "invoice_series.series": "three characters of a number",
    "invoice_series.description": "what the firm uses the series for",
    "invoices.exchange_rate_source": "who published the rate",
    "invoices.number": "the document's own number",
    "invoices.series": "three characters of a number",
    "invoices.despatch_number": "the number of another document of the firm",
    "invoices.return_of_number": "the number of another document of the firm",
    "invoices.pdf_s3_key": "the service's own key, made of the number",
    "licenses.features": "what the plan holds",
    "order_transactions.transaction_reference": "the shop's own number",
    "order_transactions.gateway": "the provider's name",
    "order_transactions.gateway_transaction_id": "the provider's number, which reconciling needs",
    "order_transactions.failure_code": "one of the provider's codes",
    "orders.order_number": "the shop's own number",
    "orders.exchange_rate_source": "who published the rate",
    "orders.courier": "a firm, which analysts count by",
    "orders.shipping_country": "a country, which analysts count by",
    "payments.provider": "the provider's name",
    "payments.provider_ref": "the service's own reference",
    "payments.provider_payment_id": "the provider's number, which reconciling needs",
    "payments.exchange_rate_source": "who published the rate",
    "payments.failure_code": "one of the provider's codes",
}
"""Text of a recorded table that its row changes show, and why they may."""


def is_free(column: sa.Column[object]) -> bool:
    """Whether a column takes any text or document."""
    kinds = (sa.Text, sa.LargeBinary, postgresql.JSONB, postgresql.INET, postgresql.ARRAY)
    return isinstance(column.type, kinds)


@pytest.mark.parametrize("table", RECORDED, ids=lambda table: table.name)
def test_text_of_a_recorded_table_is_personal_or_said_not_to_be(table: sa.Table) -> None:
    free = {column.name for column in table.columns if is_free(column)}
    said = {name.partition(".")[2] for name in NOT_PERSONAL if name.startswith(f"{table.name}.")}
    assert said <= free
    assert said.isdisjoint(facts(table).personal)
    assert free - facts(table).personal == said


@pytest.mark.parametrize("table", RECORDED, ids=lambda table: table.name)
def test_the_row_changes_mask_what_is_personal(table: sa.Table) -> None:
    masked = ", ".join(f"'{name}'" for name in sorted(facts(table).personal))
    records = [each for each in triggers() if each.name.startswith(f"{table.name}_record_")]
    assert len(records) == 4
    for each in records:
        assert f"record_row_change({masked})" in " ".join(each.statements)
