"""A stored way to pay, and what each rule of ``payment_methods`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example

_STORED: Final = datetime(2026, 2, 1, 10, tzinfo=UTC)
_USED: Final = datetime(2026, 3, 2, 9, 2, tzinfo=UTC)

ROW: Final = {
    "id": 3,
    "buyer_id": 41,
    "method": "credit_card",
    "is_default": True,
    "is_active": True,
    "card_brand": "Troy",
    "card_last_four": "0042",
    "card_holder_name": "Muhasebe Sorumlusu",
    "bank_code": "00061",
    "bank_name": "Türkiye Ticaret Bankası",
    "holder_kind": "tckn",
    "gateway": "iyzico",
    "gateway_token_hash": "0f" * 32,
    "gateway_customer_id": "musteri-41",
    "card_exp_month": 12,
    "card_exp_year": 2030,
    "holder_identity_encrypted": b"\x00\xff" * 20,
    "gateway_token_encrypted": b"\x01" * 44,
    "created_at": _STORED,
    "version": 1,
    "updated_at": _USED,
}

EXAMPLES: Final = {
    "ck_payment_methods_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_payment_methods_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_payment_methods_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_payment_methods_updated_after_created": Example(
        {"updated_at": datetime(2026, 2, 1, 9, 59, 59, 999999, tzinfo=UTC)}, {"updated_at": _STORED}
    ),
    "ck_payment_methods_card_brand_length": Example(
        {"card_brand": "T" * 51}, {"card_brand": "T" * 50}, ({"card_brand": ""},)
    ),
    "ck_payment_methods_card_last_four_format": Example(
        {"card_last_four": "0042\n"},
        {"card_last_four": "0042"},
        ({"card_last_four": "042"}, {"card_last_four": "٠٠٤٢"}, {"card_last_four": "00042"}),
    ),
    "ck_payment_methods_card_holder_name_length": Example(
        {"card_holder_name": "I" * 201}, {"card_holder_name": "I" * 200}, ({"card_holder_name": ""},)
    ),
    "ck_payment_methods_bank_code_length": Example(
        {"bank_code": "0" * 11}, {"bank_code": "0" * 10}, ({"bank_code": ""},)
    ),
    "ck_payment_methods_bank_name_length": Example(
        {"bank_name": "B" * 201}, {"bank_name": "B" * 200}, ({"bank_name": ""},)
    ),
    "ck_payment_methods_holder_kind_length": Example(
        {"holder_kind": "p" * 21}, {"holder_kind": "p" * 20}, ({"holder_kind": ""},)
    ),
    "ck_payment_methods_gateway_length": Example({"gateway": "g" * 51}, {"gateway": "g" * 50}, ({"gateway": ""},)),
    "ck_payment_methods_gateway_token_hash_format": Example(
        {"gateway_token_hash": "0F" * 32},
        {"gateway_token_hash": "0f" * 32},
        ({"gateway_token_hash": "0" * 63}, {"gateway_token_hash": "0" * 65}, {"gateway_token_hash": "0" * 64 + "\n"}),
    ),
    "ck_payment_methods_gateway_customer_id_length": Example(
        {"gateway_customer_id": "m" * 201}, {"gateway_customer_id": "m" * 200}, ({"gateway_customer_id": ""},)
    ),
    "ck_payment_methods_card_exp_month_valid": Example(
        {"card_exp_month": 13}, {"card_exp_month": 12}, ({"card_exp_month": 0},)
    ),
    "ck_payment_methods_card_exp_year_valid": Example(
        {"card_exp_year": 2100}, {"card_exp_year": 2099}, ({"card_exp_year": 1999}, {"card_exp_year": 30})
    ),
    "ck_payment_methods_default_is_active": Example(
        {"is_default": True, "is_active": False}, {"is_default": False, "is_active": False}
    ),
    "ck_payment_methods_card_has_expiry": Example(
        {"method": "debit_card", "card_exp_month": None},
        {"method": "bank_transfer", "card_exp_month": None},
        ({"card_last_four": None}, {"card_exp_year": None}, {"card_exp_month": None}),
    ),
    "ck_payment_methods_token_has_hash": Example(
        {"gateway_token_encrypted": None},
        {"gateway_token_encrypted": None, "gateway_token_hash": None},
        ({"gateway_token_hash": None}, {"gateway": None}),
    ),
}
