"""An issued invoice, and what each rule of ``invoices`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from tests.parity.example import Example, json_object
from tests.parity.examples.invoice_parts.amounts import AMOUNTS
from tests.parity.examples.invoice_parts.changes import CREATED, DAY, ISSUED, length
from tests.parity.examples.invoice_parts.states import DATES, STATES

ROW: Final = {
    "id": 700,
    "user_id": 41,
    "license_id": 12,
    "order_id": None,
    "return_of_invoice_id": None,
    "type": "subscription",
    "type_code": "SATIS",
    "profile": "TICARIFATURA",
    "status": "issued",
    "currency": "TRY",
    "exchange_rate": None,
    "exchange_rate_date": None,
    "exchange_rate_source": None,
    "ettn": UUID("0b9d4a6e-5c1f-4f4e-9d6b-2f8f1c3a7e10"),
    "number": "PLT2026000000042",
    "series": "PLT",
    "fiscal_year": 2026,
    "sequence": 42,
    "issue_date": DAY,
    "due_date": date(2026, 4, 1),
    "delivery_date": date(2026, 3, 1),
    "despatch_number": "IRS2026000000017",
    "despatch_date": date(2026, 3, 1),
    "return_of_number": None,
    "return_of_issue_date": None,
    "issued_at": ISSUED,
    "sent_at": None,
    "viewed_at": None,
    "paid_at": None,
    "cancelled_at": None,
    "cancellation_reason": None,
    "rounding": "line",
    "tax_inclusive_prices": False,
    "gross_cents": 120_000,
    "document_allowance_cents": 15_000,
    "document_charge_cents": 1_000,
    "allowance_cents": 25_000,
    "charge_cents": 5_000,
    "tax_exclusive_cents": 100_000,
    "kdv_cents": 20_000,
    "other_taxes_cents": 0,
    "tax_inclusive_cents": 120_000,
    "withheld_cents": 0,
    "deferred_kdv_cents": 0,
    "payable_cents": 120_000,
    "payable_try_cents": 120_000,
    "paid_cents": 0,
    "refunded_cents": 0,
    "issuer_title": "Kuzey Üretim Yazılımları A.Ş.",
    "issuer_first_name": None,
    "issuer_family_name": None,
    "issuer_tax_number": "1234567890",
    "issuer_tax_number_kind": "vkn",
    "issuer_tax_office": "Kozyatağı",
    "issuer_address": "Sanayi Mahallesi 4. Cadde No: 18",
    "issuer_district": "Kadıköy",
    "issuer_city": "İstanbul",
    "customer_title": "Marmara Kalıp Sanayi Ltd. Şti.",
    "customer_first_name": None,
    "customer_family_name": None,
    "customer_tax_number": "0150015264",
    "customer_tax_number_kind": "vkn",
    "customer_tax_office": "Gebze",
    "customer_address": "Organize Sanayi Bölgesi 3. Sokak No: 7",
    "customer_district": "Gebze",
    "customer_city": "Kocaeli",
    "customer_country_code": "TR",
    "customer_email": "muhasebe@marmarakalip.com.tr",
    "customer_phone": "+902621234567",
    "payment_iban": "TR330006100519786457841326",
    "note": "Aylık kullanım bedeli.",
    "pdf_s3_key": "faturalar/2026/03/PLT2026000000042.pdf",
    "profile_data": {},
    "meta": {"donem": "2026-03"},
    "created_at": CREATED,
    "version": 3,
    "updated_at": datetime(2026, 3, 4, tzinfo=UTC),
}

_PERSON: Final = {
    "customer_tax_number": "10000000146",
    "customer_tax_number_kind": "tckn",
    "customer_first_name": "Ad",
    "customer_family_name": "Soyad",
}
_CONSUMER: Final = {**_PERSON, "customer_tax_number": "11111111111", "profile": "EARSIVFATURA"}
_PRIVATE_ISSUER: Final = {
    "issuer_tax_number": "10000000146",
    "issuer_tax_number_kind": "tckn",
    "issuer_first_name": "Ad",
    "issuer_family_name": "Soyad",
}
_UNNUMBERED_CUSTOMER: Final = {"customer_tax_number": None, "customer_tax_number_kind": None}

_LENGTHS: Final = {
    "despatch_number": 50,
    "issuer_title": 255,
    "issuer_first_name": 100,
    "issuer_family_name": 100,
    "issuer_tax_office": 100,
    "issuer_address": 1000,
    "issuer_district": 100,
    "issuer_city": 100,
    "customer_title": 255,
    "customer_first_name": 100,
    "customer_family_name": 100,
    "customer_tax_office": 100,
    "customer_address": 1000,
    "customer_district": 100,
    "customer_city": 100,
    "customer_email": 254,
    "note": 4000,
    "pdf_s3_key": 1024,
}

_PARTIES: Final = {
    "ck_invoices_issuer_tax_number_format": Example(
        {"issuer_tax_number": "123456789"},
        {"issuer_tax_number": "[anonymised]"},
        (
            {"issuer_tax_number": "1234567890\n"},
            {"issuer_tax_number": "١٢٣٤٥٦٧٨٩٠"},
            {**_PRIVATE_ISSUER, "issuer_tax_number": "10000000147"},
            {**_PRIVATE_ISSUER, "issuer_tax_number": "11111111111"},
            {**_PRIVATE_ISSUER, "issuer_tax_number_kind": "vkn"},
        ),
    ),
    "ck_invoices_customer_tax_number_format": Example(
        {"customer_tax_number": "01500152641"},
        {"customer_tax_number": "[anonymised]"},
        (
            {"customer_tax_number": "[anonymised] "},
            {**_PERSON, "customer_tax_number": "00000000146"},
            {**_PERSON, "customer_tax_number": "10000000145"},
            {**_CONSUMER, "customer_tax_number_kind": "vkn"},
        ),
    ),
    "ck_invoices_customer_tax_number_has_kind": Example(
        {**_PERSON, "customer_tax_number_kind": None},
        _PERSON,
        ({**_UNNUMBERED_CUSTOMER, "customer_country_code": "DE", "customer_tax_number_kind": "vkn"},),
    ),
    "ck_invoices_customer_identified": Example(
        _UNNUMBERED_CUSTOMER, {**_UNNUMBERED_CUSTOMER, "customer_country_code": "DE"}
    ),
    "ck_invoices_customer_vkn_has_tax_office": Example(
        {"customer_tax_office": None}, {**_PERSON, "customer_tax_office": None}
    ),
    "ck_invoices_final_consumer_is_e_archive": Example({**_CONSUMER, "profile": "TICARIFATURA"}, _CONSUMER),
    "ck_invoices_issuer_tckn_has_person": Example(
        {**_PRIVATE_ISSUER, "issuer_first_name": None},
        _PRIVATE_ISSUER,
        ({**_PRIVATE_ISSUER, "issuer_family_name": None},),
    ),
    "ck_invoices_customer_tckn_has_person": Example(
        {**_PERSON, "customer_first_name": None}, _PERSON, ({**_PERSON, "customer_family_name": None},)
    ),
    "ck_invoices_customer_country_code_format": Example(
        {"customer_country_code": "tr"},
        {"customer_country_code": "DE"},
        ({"customer_country_code": "TR\n"}, {"customer_country_code": "TUR"}, {"customer_country_code": "Tİ"}),
    ),
    "ck_invoices_customer_phone_format": Example(
        {"customer_phone": "+90262123456"},
        {"customer_phone": "+902621234567"},
        ({"customer_phone": "+901621234567"}, {"customer_phone": "+49301234567\n"}, {"customer_phone": "+0301234567"}),
    ),
    "ck_invoices_payment_iban_format": Example(
        {"payment_iban": "TR33000610051978645784132"},
        {"payment_iban": "TR330006100519786457841326"},
        ({"payment_iban": "tr330006100519786457841326"}, {"payment_iban": "TR330006100519786457841326\n"}),
    ),
    "ck_invoices_public_buyer_has_iban": Example({"profile": "KAMU", "payment_iban": None}, {"profile": "KAMU"}),
}

_DOCUMENTS: Final = {
    "ck_invoices_profile_data_object": Example({"profile_data": []}, {"profile_data": {"": None}}),
    "ck_invoices_profile_data_size": Example(
        {"profile_data": json_object(65_537)}, {"profile_data": json_object(65_536)}
    ),
    "ck_invoices_meta_object": Example({"meta": "dönem"}, {"meta": {}}),
    "ck_invoices_meta_size": Example({"meta": json_object(65_537)}, {"meta": json_object(65_536)}),
}

IMPLIED: Final = frozenset({"ck_invoices_total_positive"})
"""Never broken alone: the sums of amounts that are not below zero are not below zero."""

EXAMPLES: Final = {
    **DATES,
    **STATES,
    **AMOUNTS,
    **_PARTIES,
    **_DOCUMENTS,
    **{f"ck_invoices_{column}_length": length(column, most) for column, most in _LENGTHS.items()},
}
