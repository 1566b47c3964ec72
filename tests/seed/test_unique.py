"""Every key of the business: by definition, and by a second row that it refuses and one that it admits."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from platform_db.errors import AlreadyExists
from platform_db.schema.catalog import catalog
from tests.parity.source import source_of
from tests.seed.definitions import Unique, indexes, unique
from tests.seed.rows import refused, store, without_other_keys, without_triggers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from tests.raw import Raw

Changes = dict[str, object]
HASH: Final = "a" * 64


class Second(NamedTuple):
    """A second row beside the example: what makes it another one, and further pairs.

    ``admitted`` is the nearest change that the key lets pass. ``also_refused`` and
    ``also_admitted`` change both rows, and the second one by its own part.
    """

    admitted: Changes
    also_refused: tuple[tuple[Changes, Changes], ...] = ()
    also_admitted: tuple[tuple[Changes, Changes], ...] = ()


SECOND: Final[Mapping[str, Second]] = {
    "ex_licenses_no_overlap": Second(
        {"starts_at": datetime(2027, 1, 1, tzinfo=UTC), "ends_at": datetime(2028, 1, 1, tzinfo=UTC)},
        also_refused=(
            ({}, {"starts_at": datetime(2026, 12, 31, tzinfo=UTC), "ends_at": datetime(2028, 1, 1, tzinfo=UTC)}),
        ),
        also_admitted=(({}, {"type": "enterprise"}), ({}, {"user_id": 42}), ({}, {"status": "suspended"})),
    ),
    "puq_payment_methods_buyer_id": Second({"is_default": False}, also_admitted=(({}, {"buyer_id": 42}),)),
    "uq_artefacts_s3_key": Second({"s3_key": "isler/5120/takim-yolu-2.nc"}),
    "uq_audit_checkpoints_prev_merkle_root": Second(
        {"prev_merkle_root": HASH}, also_refused=(({"prev_merkle_root": None}, {}),)
    ),
    "uq_audit_logs_chain_hash": Second({"chain_hash": HASH}),
    "uq_audit_logs_chain_id_prev_chain_hash": Second({"prev_chain_hash": HASH}),
    "uq_audit_logs_chain_id_seq": Second({"seq": 772}, also_admitted=(({}, {"chain_id": 4}),)),
    "uq_audit_personal_data_commitment": Second({"commitment": HASH}),
    "uq_enterprise_config_config_key_environment": Second({"environment": "staging"}),
    "uq_enterprise_migration_history_revision_migration_start": Second(
        {"migration_start": datetime(2026, 3, 2, 9, 15, 0, 1, tzinfo=UTC)}
    ),
    "uq_erp_mes_sync_external_system_entity_type_external_id": Second(
        {"external_system": "netsis"}, also_admitted=(({}, {"external_id": "FTR-2026-00432"}),)
    ),
    "uq_exchange_rates_currency_rate_date_source_kind": Second({"rate_date": date(2026, 5, 5)}),
    "uq_exemption_codes_code": Second({"code": "302"}),
    "uq_idempotency_keys_user_id_endpoint_key": Second(
        {"endpoint": "POST /payments"}, also_refused=(({"user_id": None}, {}),), also_admitted=(({}, {"user_id": 42}),)
    ),
    "uq_invoice_lines_invoice_id_line_number": Second({"line_number": 2}),
    "uq_invoice_series_series_fiscal_year": Second({"series": "PLU"}),
    "uq_invoice_tax_subtotals_invoice_id_tax_code_rate": Second(
        {"rate": 10}, also_refused=(({"tax_code": "0071", "rate": None}, {}),)
    ),
    "uq_invoice_withholdings_invoice_id_code": Second({"code": "607"}),
    "uq_invoices_ettn": Second({"ettn": "0b9d4a6e-5c1f-4f4e-9d6b-2f8f1c3a7e11"}),
    "uq_invoices_id_user_id_currency": Second({"user_id": 42}),
    "uq_invoices_number": Second({"number": "PLT2026000000043", "sequence": 43}),
    "uq_invoices_series_fiscal_year_sequence": Second({"number": "PLT2026000000043", "sequence": 43}),
    "uq_jobs_idempotency_key": Second(
        {"idempotency_key": "siparis-9002-takim-yolu"},
        also_refused=(({"user_id": None, "model_id": None}, {}),),
        also_admitted=(({}, {"user_id": 42}), ({"idempotency_key": None, "request_fingerprint": None}, {})),
    ),
    "uq_kdv_rates_rate_class_valid_from": Second({"rate_class": "reduced_list_1"}),
    "uq_license_seats_license_id_holder": Second({"holder": "user:42@cad-istasyonu-3"}),
    "uq_licenses_id_user_id": Second({"user_id": 42}),
    "uq_machines_name": Second({"name": "Dik işleme 2"}),
    "uq_materials_category_name": Second({"name": "Alüminyum 7075"}),
    "uq_migration_backfills_revision_step": Second({"step": "fill_dimensions"}),
    "uq_models_id_user_id": Second({"user_id": 42}),
    "uq_models_parent_model_id_revision": Second({"revision": 4}, also_admitted=(({"parent_model_id": None}, {}),)),
    "uq_models_s3_key": Second({"s3_key": "modeller/41/813.step"}),
    "uq_notifications_user_id_delivery_key": Second(
        {"delivery_key": "invoice:701:issued"}, also_admitted=(({}, {"user_id": 42}),)
    ),
    "uq_order_items_order_id_line_number": Second({"line_number": 2}),
    "uq_order_transactions_gateway_gateway_transaction_id": Second(
        {"gateway": "paytr"}, also_admitted=(({"gateway_transaction_id": None}, {}),)
    ),
    "uq_order_transactions_id_buyer_id_currency": Second({"buyer_id": 42}),
    "uq_order_transactions_transaction_reference": Second({"transaction_reference": "TX-2026-0072"}),
    "uq_orders_id_buyer_id_currency": Second({"buyer_id": 42}),
    "uq_orders_order_number": Second({"order_number": "SIP-2026-009002"}),
    "uq_outbox_events_event_id": Second({"event_id": "2f1c9a44-7f0b-4a57-9a51-0d0b8f5f6f12"}),
    "uq_payment_methods_gateway_gateway_token_hash": Second({"gateway": "paytr"}),
    "uq_payment_webhook_events_provider_event_id": Second({"provider": "paytr"}),
    "uq_payments_id_user_id_currency": Second({"user_id": 42}),
    "uq_payments_provider_provider_payment_id": Second(
        {"provider": "paytr"}, also_admitted=(({"provider_payment_id": None}, {}),)
    ),
    "uq_payments_provider_provider_ref": Second({"provider": "paytr"}),
    "uq_products_sku": Second({"sku": "FREZE-8MM-HSS"}),
    "uq_sessions_id_user_id": Second({"user_id": 42}),
    "uq_sessions_refresh_token_hash": Second({"refresh_token_hash": HASH}),
    "uq_sessions_rotated_from": Second({"rotated_from": 86}, also_admitted=(({"rotated_from": None}, {}),)),
    "uq_tools_name_manufacturer": Second({"manufacturer": "Başka Takım"}, also_refused=(({"manufacturer": None}, {}),)),
    "uq_users_email": Second(
        {"email": "satis@ornekdemir.com.tr"}, also_refused=(({}, {"email": "Muhasebe@ornekdemir.com.tr"}),)
    ),
    "uq_users_phone": Second(
        {"phone": "+905321234568"}, also_admitted=(({"phone": None, "phone_verified_at": None}, {}),)
    ),
    "uq_withholding_codes_code_valid_from": Second({"code": "607"}),
}

TABLES: Final = {item.name: item.table for item in (*unique(), *indexes()) if item.name in SECOND}


def test_every_key_has_a_second_row() -> None:
    named = {item.name for item in unique()} | {index.name for index in indexes() if index.is_unique}
    assert set(SECOND) == named == {name for name, item in catalog().items() if item.kind in {"unique", "exclusion"}}


@pytest.mark.parametrize("item", unique(), ids=lambda item: item.name)
async def test_a_key_is_as_it_is_defined(migrated: Raw, item: Unique) -> None:
    found = await migrated.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1 AND conrelid = to_regclass($2)",
        item.name,
        item.table,
    )
    assert found == item.definition


@pytest.mark.parametrize("name", sorted(SECOND))
async def test_a_second_row_under_the_key_already_exists(undone: Raw, name: str) -> None:
    # given a row, and nothing else that could refuse another like it
    table, second = TABLES[name], SECOND[name]
    await without_triggers(undone, table)
    await without_other_keys(undone, table, name)
    for both, own in (({}, {}), *second.also_refused):
        async with _only_one(undone, table, both):
            # when a second one comes under the same key
            error = await refused(undone, table, {**both, **_other_row(name), **own})
            # then it exists already, by the key's own name and fields
            assert isinstance(error, AlreadyExists), (both, own)
            assert (error.constraint, error.entity, error.fields) == (name, table, catalog()[name].fields)


@pytest.mark.parametrize("name", sorted(SECOND))
async def test_a_second_row_beside_the_key_is_stored(undone: Raw, name: str) -> None:
    table, second = TABLES[name], SECOND[name]
    await without_triggers(undone, table)
    await without_other_keys(undone, table, name)
    for both, own in (({}, second.admitted), *second.also_admitted):
        async with _only_one(undone, table, both):
            await store(undone, table, {**both, **_other_row(name), **own})
            assert await undone.fetchval(f"SELECT count(*) FROM {table}") == 2  # noqa: S608


@asynccontextmanager
async def _only_one(connection: Raw, table: str, changed: Changes) -> AsyncGenerator[None]:
    """The table with one row alone, until the block ends."""
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(f"DELETE FROM {table}")  # noqa: S608
    await store(connection, table, changed)
    yield
    await transaction.rollback()


def _other_row(name: str) -> Changes:
    """What tells the second row from the first outside the key."""
    table = TABLES[name]
    keyed = "id" in catalog()[name].fields or "id" not in source_of(table).row
    return {} if keyed else {"id": 1_000_001}
