"""An issued invoice, and what each rule of ``invoices`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from tests.parity.example import (
    BEFORE_FIRST,
    BEFORE_FIRST_DAY,
    END,
    FIRST,
    FIRST_DAY,
    LAST,
    LAST_DAY,
    OVER_LAST_DAY,
    Changes,
    Example,
    json_object,
)

_CREATED: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_ISSUED: Final = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
_SENT: Final = datetime(2026, 3, 2, 9, 20, tzinfo=UTC)
_VIEWED: Final = datetime(2026, 3, 3, 7, 45, tzinfo=UTC)
_LATER: Final = datetime(2026, 3, 20, 12, tzinfo=UTC)
_MOMENT: Final = timedelta(microseconds=1)
_DAY: Final = date(2026, 3, 2)

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
    "issue_date": _DAY,
    "due_date": date(2026, 4, 1),
    "delivery_date": date(2026, 3, 1),
    "despatch_number": "IRS2026000000017",
    "despatch_date": date(2026, 3, 1),
    "return_of_number": None,
    "return_of_issue_date": None,
    "issued_at": _ISSUED,
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
    "created_at": _CREATED,
    "version": 3,
    "updated_at": datetime(2026, 3, 4, tzinfo=UTC),
}

_IN_DOLLARS: Final = {
    "currency": "USD",
    "exchange_rate": Decimal("32.5"),
    "exchange_rate_date": _DAY,
    "exchange_rate_source": "TCMB döviz alış",
    "payable_try_cents": 3_900_000,
}
_DRAFT: Final = {
    **dict.fromkeys(("number", "series", "fiscal_year", "sequence", "issued_at", "due_date")),
    "status": "draft",
}
_SEEN: Final = {"status": "viewed", "sent_at": _SENT, "viewed_at": _VIEWED}
_ENDED: Final = {"status": "cancelled", "cancelled_at": _LATER, "cancellation_reason": "Mükerrer düzenlendi"}
_PAID: Final = {"status": "paid", "paid_at": _LATER, "paid_cents": 120_000}
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
_RETURN: Final = {"profile": "TEMELFATURA", "type_code": "IADE", "return_of_invoice_id": 699}
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


def _length(column: str, most: int, others: Changes | None = None) -> Example:
    """One character too many, the most there may be, none; ``ş`` has two bytes."""
    row = {} if others is None else dict(others)
    return Example({**row, column: "ş" * (most + 1)}, {**row, column: "ş" * most}, ({**row, column: ""},))


def _at(column: str, others: Changes) -> Example:
    """A stamp after the last instant; none before the first, which other stamps would have to precede."""
    return Example({**others, column: END}, {**others, column: LAST})


_DATES: Final = {
    "ck_invoices_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_invoices_updated_at_finite": _at("updated_at", {}),
    "ck_invoices_updated_after_created": Example({"updated_at": _CREATED - _MOMENT}, {"updated_at": _CREATED}),
    "ck_invoices_exchange_rate_date_finite": Example(
        {**_IN_DOLLARS, "exchange_rate_date": BEFORE_FIRST_DAY},
        {**_IN_DOLLARS, "exchange_rate_date": FIRST_DAY},
        ({**_IN_DOLLARS, "exchange_rate_date": OVER_LAST_DAY},),
    ),
    "ck_invoices_issue_date_finite": Example(
        {**_DRAFT, "issue_date": BEFORE_FIRST_DAY},
        {**_DRAFT, "issue_date": FIRST_DAY},
        ({**_DRAFT, "issue_date": OVER_LAST_DAY},),
    ),
    "ck_invoices_issue_date_in_fiscal_year": Example(
        {"issue_date": date(2025, 12, 31)},
        {"issue_date": date(2026, 1, 1)},
        ({"issue_date": date(2027, 1, 1), "due_date": None},),
    ),
    "ck_invoices_due_date_finite": Example({"due_date": OVER_LAST_DAY}, {"due_date": LAST_DAY}),
    "ck_invoices_due_after_issued": Example({"due_date": date(2026, 3, 1)}, {"due_date": _DAY}),
    "ck_invoices_delivery_date_finite": Example(
        {"delivery_date": BEFORE_FIRST_DAY}, {"delivery_date": FIRST_DAY}, ({"delivery_date": OVER_LAST_DAY},)
    ),
    "ck_invoices_despatch_date_finite": Example(
        {"despatch_date": BEFORE_FIRST_DAY}, {"despatch_date": FIRST_DAY}, ({"despatch_date": OVER_LAST_DAY},)
    ),
    "ck_invoices_return_of_issue_date_finite": Example(
        {"return_of_issue_date": BEFORE_FIRST_DAY},
        {"return_of_issue_date": FIRST_DAY},
        ({"return_of_issue_date": OVER_LAST_DAY},),
    ),
    "ck_invoices_issued_at_finite": Example({"issued_at": BEFORE_FIRST}, {"issued_at": FIRST}, ({"issued_at": END},)),
    "ck_invoices_sent_at_finite": _at("sent_at", {}),
    "ck_invoices_viewed_at_finite": _at("viewed_at", {"sent_at": _SENT}),
    "ck_invoices_paid_at_finite": Example({"paid_at": BEFORE_FIRST}, {"paid_at": FIRST}, ({"paid_at": END},)),
    "ck_invoices_cancelled_at_finite": Example(
        {**_ENDED, "cancelled_at": BEFORE_FIRST}, {**_ENDED, "cancelled_at": FIRST}, ({**_ENDED, "cancelled_at": END},)
    ),
}

_STATES: Final = {
    "ck_invoices_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_invoices_number_format": Example(
        {"number": "plt2026000000042", "series": "plt"},
        {"number": "0AZ2026000000042", "series": "0AZ"},
        (
            {"number": "PL2026000000042", "series": "PL"},
            {"number": "İLT2026000000042", "series": "İLT"},
            {"number": "\nPLT2026000000042", "series": "\nPLT"},
        ),
    ),
    "ck_invoices_sequence_valid": Example(
        {"sequence": 1_000_000_000, "number": "PLT2026100000000"},
        {"sequence": 999_999_999, "number": "PLT2026999999999"},
        ({"sequence": 0, "number": "PLT2026000000000"},),
    ),
    "ck_invoices_number_is_series_year_sequence": Example(
        {"sequence": 43},
        {"sequence": 43, "number": "PLT2026000000043"},
        ({"series": "PLU"}, {"number": "PLT2025000000042"}),
    ),
    "ck_invoices_numbered_when_issued": Example(
        {**_DRAFT, "fiscal_year": 2026},
        _DRAFT,
        ({"status": "draft"}, {"issued_at": None}, {"number": None}, {"series": None}, {"fiscal_year": None}),
    ),
    "ck_invoices_sent_after_issued": Example(
        {"sent_at": _ISSUED - _MOMENT}, {"sent_at": _ISSUED}, ({**_DRAFT, "sent_at": _ISSUED},)
    ),
    "ck_invoices_viewed_after_sent": Example(
        {**_SEEN, "viewed_at": _SENT - _MOMENT}, {**_SEEN, "viewed_at": _SENT}, ({"viewed_at": _VIEWED},)
    ),
    "ck_invoices_sent_at_matches_status": Example(
        {"status": "sent"}, {"status": "sent", "sent_at": _ISSUED}, ({**_SEEN, "viewed_at": None},)
    ),
    "ck_invoices_overdue_has_due_date": Example(
        {"status": "overdue", "due_date": None}, {"status": "overdue", "due_date": _DAY}
    ),
    "ck_invoices_cancelled_at_matches_status": Example(
        {**_ENDED, "status": "issued"}, _ENDED, ({"status": "cancelled"},)
    ),
    "ck_invoices_cancelled_has_reason": Example(
        {**_ENDED, "cancellation_reason": None},
        {**_ENDED, "cancellation_reason": "-"},
        ({"cancellation_reason": "Mükerrer düzenlendi"},),
    ),
    "ck_invoices_cancellation_reason_length": _length("cancellation_reason", 500, _ENDED),
    "ck_invoices_paid_at_matches_status": Example({**_PAID, "paid_at": None}, {**_PAID, "paid_at": _LATER}),
    "ck_invoices_return_has_original": Example({**_RETURN, "type_code": "SATIS"}, _RETURN),
    "ck_invoices_return_of_another": Example(
        {**_RETURN, "return_of_invoice_id": 700}, {**_RETURN, "return_of_invoice_id": 701}
    ),
    "ck_invoices_return_of_number_format": Example(
        {"return_of_number": "ABC202600000001"},
        {"return_of_number": "ABC2026000000001"},
        (
            {"return_of_number": "abc2026000000001"},
            {"return_of_number": "ABC2026000000001\n"},
            {"return_of_number": "ABC20260000000011"},
        ),
    ),
    "ck_invoices_despatch_has_number": Example(
        {"despatch_date": None},
        {"despatch_date": None, "despatch_number": None},
        ({"despatch_number": None},),
    ),
    "ck_invoices_profile_admits_type": Example(
        {"profile": "TICARIFATURA", "type_code": "IADE"},
        {"profile": "KAMU", "type_code": "IADE"},
        (
            {"profile": "ENERJI"},
            {"profile": "TICARIFATURA", "type_code": "SARJ"},
            {"profile": "TEMELFATURA", "type_code": "TEKNOLOJIDESTEK"},
            {"profile": "YATIRIMTESVIK", "type_code": "IHRACKAYITLI"},
            {"profile": "ILAC_TIBBICIHAZ", "type_code": "SGK"},
            {"profile": "IDIS", "type_code": "KOMISYONCU"},
        ),
    ),
}

_AMOUNTS: Final = {
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
        {**_IN_DOLLARS, "exchange_rate": Decimal("32.5000001")},
        {**_IN_DOLLARS, "exchange_rate": Decimal("32.500001")},
        (
            {**_IN_DOLLARS, "exchange_rate": Decimal(0), "payable_try_cents": 0},
            {**_IN_DOLLARS, "exchange_rate": Decimal(1_000_000_000), "payable_try_cents": 120_000_000_000_000},
        ),
    ),
    "ck_invoices_exchange_rate_source_length": _length("exchange_rate_source", 50, _IN_DOLLARS),
    "ck_invoices_currency_policy": Example(
        {**_IN_DOLLARS, "currency": "TRY"},
        {**_IN_DOLLARS, "currency": "EUR"},
        (
            {"currency": "USD"},
            {**_IN_DOLLARS, "exchange_rate_date": None},
            {**_IN_DOLLARS, "exchange_rate_source": None},
            {"exchange_rate_date": _DAY},
            {"exchange_rate_source": "TCMB döviz alış"},
        ),
    ),
    "ck_invoices_payable_try_is_converted": Example(
        {**_IN_DOLLARS, "exchange_rate": Decimal("32.500005")},
        {**_IN_DOLLARS, "exchange_rate": Decimal("32.500004")},
        ({"payable_try_cents": 119_999}, {**_IN_DOLLARS, "payable_try_cents": 3_899_999}),
    ),
    "ck_invoices_paid_within_payable": Example(
        {"refunded_cents": 1}, {"refunded_cents": 0}, ({"refunded_cents": -1}, {"refunded_cents": -120_001})
    ),
    "ck_invoices_status_matches_payments": Example(
        {**_PAID, "paid_cents": 119_999},
        {**_PAID, "paid_cents": 120_001, "refunded_cents": 1},
        (
            {"paid_cents": 1},
            {"status": "partial", "paid_cents": 120_000},
            {"status": "partial", "paid_cents": 0},
            {"status": "refunded"},
            {"status": "refunded", "paid_cents": 2, "refunded_cents": 1},
            {**_ENDED, "paid_cents": 1},
            {"status": "overdue", "paid_cents": 1, "refunded_cents": 1},
        ),
    ),
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
    **_DATES,
    **_STATES,
    **_AMOUNTS,
    **_PARTIES,
    **_DOCUMENTS,
    **{f"ck_invoices_{column}_length": _length(column, most) for column, most in _LENGTHS.items()},
}
