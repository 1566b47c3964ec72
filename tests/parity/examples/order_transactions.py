"""An attempt to collect, and what each rule of ``order_transactions`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_TRIED: Final = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
_ANSWERED: Final = datetime(2026, 3, 2, 9, 2, tzinfo=UTC)

ROW: Final = {
    "id": 71,
    "transaction_reference": "TX-2026-0071",
    "order_id": 9001,
    "buyer_id": 41,
    "amount_cents": 111_000,
    "currency": "TRY",
    "status": "approved",
    "method": "credit_card",
    "payment_method_id": 3,
    "gateway": "iyzico",
    "gateway_transaction_id": "1234567",
    "gateway_reference": "SLIP-88",
    "failure_code": None,
    "failure_reason": None,
    "gateway_response": {"status": "success"},
    "paid_cents": 111_000,
    "refunded_cents": 11_000,
    "processed_at": _ANSWERED,
    "confirmed_at": _ANSWERED,
    "created_at": _TRIED,
    "version": 2,
    "updated_at": _ANSWERED,
}

EXAMPLES: Final = {
    "ck_order_transactions_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_order_transactions_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_order_transactions_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_order_transactions_updated_after_created": Example(
        {"updated_at": datetime(2026, 3, 2, 9, 0, 59, 999999, tzinfo=UTC)}, {"updated_at": _TRIED}
    ),
    "ck_order_transactions_transaction_reference_length": Example(
        {"transaction_reference": "T" * 101}, {"transaction_reference": "T" * 100}, ({"transaction_reference": ""},)
    ),
    "ck_order_transactions_amount_positive": Example(
        {"amount_cents": 0, "paid_cents": 0, "refunded_cents": 0},
        {"amount_cents": 1, "paid_cents": 0, "refunded_cents": 0},
    ),
    "ck_order_transactions_gateway_length": Example({"gateway": "g" * 51}, {"gateway": "g" * 50}, ({"gateway": ""},)),
    "ck_order_transactions_gateway_transaction_id_length": Example(
        {"gateway_transaction_id": "1" * 201}, {"gateway_transaction_id": "1" * 200}, ({"gateway_transaction_id": ""},)
    ),
    "ck_order_transactions_gateway_reference_length": Example(
        {"gateway_reference": "1" * 201}, {"gateway_reference": "1" * 200}, ({"gateway_reference": ""},)
    ),
    "ck_order_transactions_failure_code_length": Example(
        {"failure_code": "F" * 51}, {"failure_code": "F" * 50}, ({"failure_code": ""},)
    ),
    "ck_order_transactions_failure_reason_length": Example(
        {"failure_reason": "ü" * 1001}, {"failure_reason": "ü" * 1000}, ({"failure_reason": ""},)
    ),
    "ck_order_transactions_gateway_response_object": Example({"gateway_response": False}, {"gateway_response": {}}),
    "ck_order_transactions_gateway_response_size": Example(
        {"gateway_response": json_object(65_537)}, {"gateway_response": json_object(65_536)}
    ),
    "ck_order_transactions_processed_at_finite": Example(
        {"processed_at": END}, {"processed_at": LAST}, ({"processed_at": BEFORE_FIRST},)
    ),
    "ck_order_transactions_confirmed_at_finite": Example(
        {"confirmed_at": BEFORE_FIRST}, {"confirmed_at": FIRST}, ({"confirmed_at": END},)
    ),
    "ck_order_transactions_paid_within_amount": Example(
        {"paid_cents": 122_001, "refunded_cents": 11_000},
        {"paid_cents": 122_000, "refunded_cents": 11_000},
        ({"paid_cents": 10_999, "refunded_cents": 11_000}, {"paid_cents": 0, "refunded_cents": -1}),
    ),
    "ck_order_transactions_approved_has_confirmed_at": Example(
        {"status": "approved", "confirmed_at": None}, {"status": "processing", "confirmed_at": None}
    ),
    "ck_order_transactions_failed_has_code": Example(
        {"status": "declined", "failure_code": None},
        {"status": "declined", "failure_code": "05"},
        ({"status": "error", "failure_code": None},),
    ),
}
