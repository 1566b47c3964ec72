"""Amounts of an invoice: what each rule refuses and barely admits."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tests.parity.example import Example
from tests.parity.examples.invoice_parts.changes import DAY, ENDED, IN_DOLLARS, PAID, length

_WITHHELD: Final = {
    "type_code": "TEVKIFAT",
    "withheld_cents": 18_000,
    "payable_cents": 102_000,
    "payable_try_cents": 102_000,
}
_DEFERRED: Final = {
    "type_code": "IHRACKAYITLI",
    "deferred_kdv_cents": 20_000,
    "payable_cents": 100_000,
    "payable_try_cents": 100_000,
}
_FREE: Final = {
    "gross_cents": 20_000,
    "tax_exclusive_cents": 0,
    "kdv_cents": 0,
    "tax_inclusive_cents": 0,
    "payable_cents": 0,
    "payable_try_cents": 0,
}
_WITHHELD_LESS_THAN_NOTHING: Final = {
    "type_code": "TEVKIFAT",
    "gross_cents": 19_999,
    "tax_exclusive_cents": -1,
    "tax_inclusive_cents": -1,
    "withheld_cents": -1,
}

AMOUNTS: Final = {
    "ck_invoices_amount_non_negative": Example(
        {"document_allowance_cents": -1},
        {"document_allowance_cents": 0},
        (
            {"document_charge_cents": -1},
            {"gross_cents": -1, "charge_cents": 125_001},
            {"tax_exclusive_cents": -1, "gross_cents": 19_999}
            | {"tax_inclusive_cents": 19_999, "payable_cents": 19_999, "payable_try_cents": 19_999},
            {"other_taxes_cents": -1}
            | {"tax_inclusive_cents": 119_999, "payable_cents": 119_999, "payable_try_cents": 119_999},
            {**_WITHHELD, "withheld_cents": -1, "payable_cents": 120_001, "payable_try_cents": 120_001},
            {**_DEFERRED, "deferred_kdv_cents": -1, "payable_cents": 120_001, "payable_try_cents": 120_001},
        ),
    ),
    "ck_invoices_total_positive": Example(
        {**_FREE, **_WITHHELD_LESS_THAN_NOTHING},
        _FREE,
    ),
    "ck_invoices_document_allowance_within_allowance": Example(
        {"document_allowance_cents": 25_001}, {"document_allowance_cents": 25_000}
    ),
    "ck_invoices_document_charge_within_charge": Example(
        {"document_charge_cents": 5_001}, {"document_charge_cents": 5_000}
    ),
    "ck_invoices_tax_exclusive_is_sum": Example(
        {"gross_cents": 120_001},
        {"gross_cents": 120_001, "allowance_cents": 25_001},
        ({"allowance_cents": 25_001}, {"charge_cents": 5_001}),
    ),
    "ck_invoices_total_is_sum": Example(
        {"kdv_cents": 20_001},
        {"kdv_cents": 20_001, "tax_exclusive_cents": 99_999, "gross_cents": 119_999},
        ({"other_taxes_cents": 1},),
    ),
    "ck_invoices_payable_is_sum": Example(
        {"payable_cents": 119_999, "payable_try_cents": 119_999},
        {"payable_cents": 120_000, "payable_try_cents": 120_000},
        ({**_WITHHELD, "withheld_cents": 17_999}, {**_DEFERRED, "deferred_kdv_cents": 19_999}),
    ),
    "ck_invoices_withheld_within_kdv": Example(
        {**_WITHHELD, "withheld_cents": 20_001, "payable_cents": 99_999, "payable_try_cents": 99_999},
        {**_WITHHELD, "withheld_cents": 20_000, "payable_cents": 100_000, "payable_try_cents": 100_000},
        ({**_DEFERRED, "deferred_kdv_cents": 20_001, "payable_cents": 99_999, "payable_try_cents": 99_999},),
    ),
    "ck_invoices_deferred_kdv_only_export_registered": Example({**_DEFERRED, "type_code": "ISTISNA"}, _DEFERRED),
    "ck_invoices_withheld_type": Example({**_WITHHELD, "type_code": "TEVKIFATIADE"}, {**_WITHHELD, "type_code": "SGK"}),
    "ck_invoices_exchange_rate_valid": Example(
        {**IN_DOLLARS, "exchange_rate": Decimal("32.5000001")},
        {**IN_DOLLARS, "exchange_rate": Decimal("32.500001")},
        (
            {**IN_DOLLARS, "exchange_rate": Decimal(0), "payable_try_cents": 0},
            {**IN_DOLLARS, "exchange_rate": Decimal(1_000_000_000), "payable_try_cents": 120_000_000_000_000},
        ),
    ),
    "ck_invoices_exchange_rate_source_length": length("exchange_rate_source", 50, IN_DOLLARS),
    "ck_invoices_currency_policy": Example(
        {**IN_DOLLARS, "currency": "TRY"},
        {**IN_DOLLARS, "currency": "EUR"},
        (
            {"currency": "USD"},
            {**IN_DOLLARS, "exchange_rate_date": None},
            {**IN_DOLLARS, "exchange_rate_source": None},
            {"exchange_rate_date": DAY},
            {"exchange_rate_source": "TCMB döviz alış"},
        ),
    ),
    "ck_invoices_payable_try_is_converted": Example(
        {**IN_DOLLARS, "exchange_rate": Decimal("32.500005")},
        {**IN_DOLLARS, "exchange_rate": Decimal("32.500004")},
        ({"payable_try_cents": 119_999}, {**IN_DOLLARS, "payable_try_cents": 3_899_999}),
    ),
    "ck_invoices_paid_within_payable": Example(
        {"refunded_cents": 1}, {"refunded_cents": 0}, ({"refunded_cents": -1}, {"refunded_cents": -120_001})
    ),
    "ck_invoices_status_matches_payments": Example(
        {**PAID, "paid_cents": 119_999},
        {**PAID, "paid_cents": 120_001, "refunded_cents": 1},
        (
            {"paid_cents": 1},
            {"status": "partial", "paid_cents": 120_000},
            {"status": "partial", "paid_cents": 0},
            {"status": "refunded"},
            {"status": "refunded", "paid_cents": 2, "refunded_cents": 1},
            {**ENDED, "paid_cents": 1},
            {"status": "overdue", "paid_cents": 1, "refunded_cents": 1},
        ),
    ),
}
