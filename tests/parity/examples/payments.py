"""A payment, and what each rule of ``payments`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from tests.parity.example import (
    BEFORE_FIRST,
    BEFORE_FIRST_DAY,
    END,
    FIRST,
    FIRST_DAY,
    LAST,
    LAST_DAY,
    OVER_LAST_DAY,
    Example,
    json_object,
)

_TOLD: Final = datetime(2026, 5, 4, 12, tzinfo=UTC)
_MOVED: Final = datetime(2026, 5, 4, 12, 1, tzinfo=UTC)

ROW: Final = {
    "id": 800,
    "user_id": 41,
    "amount_cents": 120_000,
    "amount_try_cents": 120_000,
    "invoice_id": 15,
    "order_transaction_id": None,
    "refunds_payment_id": None,
    "kind": "charge",
    "status": "completed",
    "currency": "TRY",
    "provider": "iyzico",
    "provider_ref": "ODM-2026-0800",
    "provider_payment_id": "99887766",
    "method": "credit_card",
    "refunded_cents": 0,
    "fee_cents": 2_400,
    "exchange_rate": None,
    "exchange_rate_date": None,
    "exchange_rate_source": None,
    "failure_code": None,
    "failure_reason": None,
    "refund_reason": None,
    "paid_at": _MOVED,
    "meta": {"channel": "web"},
    "created_at": _TOLD,
    "version": 1,
    "updated_at": _MOVED,
}

_IN_EUROS: Final = {
    "currency": "EUR",
    "amount_try_cents": 4_230_000,
    "exchange_rate": Decimal("35.25"),
    "exchange_rate_date": date(2026, 5, 4),
    "exchange_rate_source": "TCMB döviz alış",
}
_BACK: Final = {"kind": "refund", "refunds_payment_id": 799, "refund_reason": "İade faturası"}

EXAMPLES: Final = {
    "ck_payments_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_payments_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_payments_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_payments_updated_after_created": Example(
        {"updated_at": datetime(2026, 5, 4, 11, 59, 59, 999999, tzinfo=UTC)}, {"updated_at": _TOLD}
    ),
    "ck_payments_amount_positive": Example(
        {"amount_cents": 0, "amount_try_cents": 0, "fee_cents": 0},
        {"amount_cents": 1, "amount_try_cents": 1, "fee_cents": 0},
    ),
    "ck_payments_provider_length": Example({"provider": "p" * 51}, {"provider": "p" * 50}, ({"provider": ""},)),
    "ck_payments_provider_ref_length": Example(
        {"provider_ref": "r" * 256}, {"provider_ref": "r" * 255}, ({"provider_ref": ""},)
    ),
    "ck_payments_provider_payment_id_length": Example(
        {"provider_payment_id": "9" * 256}, {"provider_payment_id": "9" * 255}, ({"provider_payment_id": ""},)
    ),
    "ck_payments_exchange_rate_valid": Example(
        {**_IN_EUROS, "exchange_rate": Decimal("35.2500001")},
        {**_IN_EUROS, "exchange_rate": Decimal("35.250001")},
        (
            {**_IN_EUROS, "exchange_rate": Decimal(0), "amount_try_cents": 0},
            {**_IN_EUROS, "exchange_rate": Decimal(1_000_000_000), "amount_try_cents": 120_000_000_000_000},
        ),
    ),
    "ck_payments_exchange_rate_date_finite": Example(
        {**_IN_EUROS, "exchange_rate_date": OVER_LAST_DAY},
        {**_IN_EUROS, "exchange_rate_date": LAST_DAY},
        ({**_IN_EUROS, "exchange_rate_date": BEFORE_FIRST_DAY},),
    ),
    "ck_payments_exchange_rate_source_length": Example(
        {**_IN_EUROS, "exchange_rate_source": "T" * 51},
        {**_IN_EUROS, "exchange_rate_source": "T" * 50, "exchange_rate_date": FIRST_DAY},
        ({**_IN_EUROS, "exchange_rate_source": ""},),
    ),
    "ck_payments_failure_code_length": Example(
        {"status": "failed", "failure_code": "F" * 51},
        {"status": "failed", "failure_code": "F" * 50},
        ({"status": "failed", "failure_code": ""},),
    ),
    "ck_payments_failure_reason_length": Example(
        {"failure_reason": "ğ" * 1001}, {"failure_reason": "ğ" * 1000}, ({"failure_reason": ""},)
    ),
    "ck_payments_refund_reason_length": Example(
        {**_BACK, "refund_reason": "ş" * 501}, {**_BACK, "refund_reason": "ş" * 500}, ({**_BACK, "refund_reason": ""},)
    ),
    "ck_payments_paid_at_finite": Example({"paid_at": END}, {"paid_at": LAST}, ({"paid_at": BEFORE_FIRST},)),
    "ck_payments_meta_object": Example({"meta": []}, {"meta": {}}),
    "ck_payments_meta_size": Example({"meta": json_object(65_537)}, {"meta": json_object(65_536)}),
    "ck_payments_one_purpose": Example(
        {"invoice_id": 15, "order_transaction_id": 71},
        {"invoice_id": None, "order_transaction_id": 71},
        ({"invoice_id": None, "order_transaction_id": None},),
    ),
    "ck_payments_refund_has_charge": Example(
        {**_BACK, "refunds_payment_id": None}, {**_BACK, "refunds_payment_id": 799}, ({"refunds_payment_id": 799},)
    ),
    "ck_payments_refund_has_reason": Example({**_BACK, "refund_reason": None}, {**_BACK, "refund_reason": "-"}),
    "ck_payments_refund_status": Example(
        {**_BACK, "status": "disputed"},
        {**_BACK, "status": "completed"},
        (
            {**_BACK, "status": "refunded", "refunded_cents": 120_000},
            {**_BACK, "status": "partial_refund", "refunded_cents": 1},
        ),
    ),
    "ck_payments_refunded_matches_status": Example(
        {"status": "refunded", "refunded_cents": 119_999},
        {"status": "refunded", "refunded_cents": 120_000},
        (
            {"status": "partial_refund", "refunded_cents": 0},
            {"status": "partial_refund", "refunded_cents": 120_000},
            {"status": "disputed", "refunded_cents": -1},
            {"status": "disputed", "refunded_cents": 120_001},
            {"status": "completed", "refunded_cents": 1},
        ),
    ),
    "ck_payments_fee_within_amount": Example({"fee_cents": 120_001}, {"fee_cents": 120_000}, ({"fee_cents": -1},)),
    "ck_payments_currency_policy": Example(
        {**_IN_EUROS, "currency": "TRY"},
        {**_IN_EUROS, "currency": "EUR"},
        (
            {"currency": "EUR"},
            {**_IN_EUROS, "exchange_rate_date": None},
            {**_IN_EUROS, "exchange_rate_source": None},
            {"exchange_rate_date": date(2026, 5, 4)},
            {"exchange_rate_source": "TCMB döviz alış"},
        ),
    ),
    "ck_payments_amount_try_is_converted": Example(
        {**_IN_EUROS, "amount_try_cents": 4_230_001},
        {**_IN_EUROS, "amount_try_cents": 4_230_000},
        ({"amount_try_cents": 119_999}, {**_IN_EUROS, "exchange_rate": Decimal("35.250005")}),
    ),
    "ck_payments_completed_has_paid_at": Example(
        {"status": "completed", "paid_at": None},
        {"status": "processing", "paid_at": None},
        (
            {"status": "refunded", "refunded_cents": 120_000, "paid_at": None},
            {"status": "partial_refund", "refunded_cents": 1, "paid_at": None},
            {"status": "disputed", "paid_at": None},
        ),
    ),
    "ck_payments_failed_has_code": Example(
        {"status": "failed", "failure_code": None},
        {"status": "failed", "failure_code": "51"},
        ({"status": "completed", "failure_code": "51"},),
    ),
}
