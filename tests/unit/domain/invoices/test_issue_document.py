from __future__ import annotations

from typing import cast

import pytest

from platform_db.domain.invoices.issue_document import parse_issue_document, read_issue_json
from platform_db.domain.patterns import FINAL_CONSUMER
from platform_db.errors import RuleViolation
from tests.invoice_examples import CUSTOMER, ISSUER, MANY_SIDED, WITHHELD, Document, issue_document, line, refused


def test_a_legal_document_is_taken_and_normalised() -> None:
    issue = parse_issue_document(MANY_SIDED)

    assert issue.series == "ABC"
    assert issue.customer.tax_number == FINAL_CONSUMER
    assert issue.customer.email == "Fatura@deneme-yapi.com.tr"
    assert issue.customer.phone == "+902122930000"
    assert issue.payment_iban == "TR330006100519786457841326"
    assert issue.lines[2].item_data == {"parti": "7"}
    assert issue.draft(7).user_id == 7


CUSTOMER_FIELDS: list[tuple[Document, str, str]] = [
    ({"tax_number": "0150015265"}, "vkn_checksum", "customer.tax_number"),
    ({"tax_number": "015001526"}, "ck_invoices_customer_tax_number_format", "customer.tax_number"),
    ({"tax_number": "10000000147"}, "ck_invoices_customer_tax_number_format", "customer.tax_number"),
    ({"tax_number": "10000000144"}, "tckn_checksum", "customer.tax_number"),
    ({"title": ""}, "ck_invoices_customer_title_length", "customer.title"),
    ({"city": "x" * 101}, "ck_invoices_customer_city_length", "customer.city"),
    ({"country_code": "tr"}, "ck_invoices_customer_country_code_format", "customer.country_code"),
    ({"email": "fatura@"}, "email_format", "customer.email"),
    ({"phone": "444 1 234"}, "phone_format", "customer.phone"),
    ({"address": None}, "field_required", "customer.address"),
    ({"address": 7}, "text_expected", "customer.address"),
    ({"tel": "1"}, "field_known", "customer.tel"),
]


@pytest.mark.parametrize(("change", "rule", "field"), CUSTOMER_FIELDS)
def test_a_wrong_field_of_a_party_is_named_by_rule_and_path(change: Document, rule: str, field: str) -> None:
    assert refused(issue_document(customer={**CUSTOMER, **change})) == [(rule, (field,))]


HEAD_FIELDS: list[tuple[Document, str, tuple[str, ...]]] = [
    ({"series": "ab"}, "ck_invoice_series_series_format", ("series",)),
    ({"series": None}, "text_expected", ("series",)),
    ({"due_date": "2025-06-31"}, "calendar_date", ("due_date",)),
    ({"due_date": "2025-06-30"}, "ck_invoices_due_after_issued", ("due_date", "issue_date")),
    ({"delivery_date": "2004-12-31"}, "ck_invoices_delivery_date_finite", ("delivery_date",)),
    ({"despatch_number": "IRS1"}, "ck_invoices_despatch_has_number", ("despatch_number", "despatch_date")),
    ({"payment_iban": "TR1"}, "iban_format", ("payment_iban",)),
    ({"profile": "KAMU"}, "ck_invoices_public_buyer_has_iban", ("profile", "payment_iban")),
    ({"license_id": "7"}, "whole_number_expected", ("license_id",)),
    ({"license_id": True}, "whole_number_expected", ("license_id",)),
    ({"profile_data": []}, "object_expected", ("profile_data",)),
    ({"billing_type": "monthly"}, "billing_type_known", ("billing_type",)),
    ({"note": "x" * 4001}, "ck_invoices_note_length", ("note",)),
    ({"user_id": 1}, "field_known", ("user_id",)),
    (
        {"return_of_number": "ABC2025000000001", "return_of_issue_date": "2025-06-01", "type": "IADE", "series": 1},
        "text_expected",
        ("series",),
    ),
    ({"return_of_invoice_id": 5}, "ck_invoices_return_has_original", ("return_of_invoice_id", "type")),
    (
        {"exchange_rate_date": "2025-07-01"},
        "ck_invoices_currency_policy",
        ("currency", "exchange_rate", "exchange_rate_date", "exchange_rate_source"),
    ),
    (
        {"currency": "EUR", "exchange_rate": "45.1"},
        "ck_invoices_currency_policy",
        ("currency", "exchange_rate", "exchange_rate_date", "exchange_rate_source"),
    ),
    ({"lines": [line(product_id=1.0)]}, "whole_number_expected", ("lines.0.product_id",)),
    (
        {"lines": [line(exemption_reason="Sebep")]},
        "ck_invoice_lines_exemption_reason_has_code",
        ("lines.0.exemption_reason", "lines.0.exemption_code"),
    ),
]


@pytest.mark.parametrize(("change", "rule", "fields"), HEAD_FIELDS)
def test_a_wrong_member_is_named_by_rule_and_path(change: Document, rule: str, fields: tuple[str, ...]) -> None:
    assert refused(issue_document(**change)) == [(rule, fields)]


def test_what_issue_demands_is_told_before_the_database_is_asked() -> None:
    document = issue_document(
        profile="IHRACAT",
        type="ISTISNA",
        profile_data={"incoterms": "FOB", "transport_mode": "1", "delivery": {"city": "Hamburg", "country_code": "de"}},
        lines=[
            line(kdv_rate="0", exemption_code="301", item_data={"gtip": "847130000000"}),
            line(kdv_rate="0", exemption_code="301"),
        ],
    )

    assert refused(document) == [
        ("ck_invoice_lines_item_data_complete", ("lines.1.item_data.gtip",)),
        ("ck_invoices_profile_data_complete", ("profile_data.delivery.address",)),
        ("ck_invoices_profile_data_complete", ("profile_data.delivery.country_code",)),
    ]


def test_a_return_without_its_original_and_a_firm_as_technology_buyer_are_refused() -> None:
    technology = issue_document(
        profile="EARSIVFATURA", type="TEKNOLOJIDESTEK", lines=[line(item_data={"telefon": "1"})]
    )

    assert refused(issue_document(type="IADE")) == [
        (
            "ck_invoices_return_has_reference",
            ("return_of_invoice_id", "return_of_number", "return_of_issue_date"),
        )
    ]
    assert refused(technology) == [("ck_invoices_technology_buyer_is_tckn", ("customer.tax_number",))]


def test_every_broken_rule_is_reported_once() -> None:
    document = issue_document(
        currency="USD",
        profile="KAMU",
        customer={**CUSTOMER, "tax_number": "0150015265", "city": "", "phone": "0532 111 22 33", "x": 1},
        lines=[line(kdv_rate="17")],
        unknown=1,
        series=None,
    )

    assert refused(document) == [
        ("ck_invoices_currency_policy", ("exchange_rate",)),
        ("ck_invoices_public_buyer_has_iban", ("profile", "payment_iban")),
        ("ck_invoice_lines_kdv_rate_in_force", ("lines.0.kdv_rate",)),
        ("field_known", ("unknown",)),
        ("text_expected", ("series",)),
        ("field_known", ("customer.x",)),
        ("vkn_checksum", ("customer.tax_number",)),
        ("ck_invoices_customer_city_length", ("customer.city",)),
    ]


@pytest.mark.parametrize("document", [[], None, "x", 5])
def test_what_is_no_object_is_refused_without_further_ado(document: object) -> None:
    assert refused(document) == [("object_expected", ())]


def test_absent_parties_and_series_are_required() -> None:
    document = {key: value for key, value in WITHHELD.items() if key not in {"issuer", "customer", "series"}}

    assert refused(document) == [("field_required", (name,)) for name in ("series", "issuer", "customer")]
    assert refused(issue_document(issuer=None)) == [("field_required", ("issuer",))]
    assert refused(issue_document(issuer="x")) == [("object_expected", ("issuer",))]


def test_the_final_consumer_is_no_issuer() -> None:
    assert refused(issue_document(issuer={**ISSUER, "tax_number": FINAL_CONSUMER})) == [
        ("ck_invoices_issuer_tax_number_format", ("issuer.tax_number",)),
    ]


def test_reading_json_keeps_whole_numbers_and_tells_of_repeated_keys() -> None:
    text = b'{"license_id": 9007199254740993, "issuer": {"title": "a", "title": "b"}, "series": "A", "series": "B"}'

    document = cast("Document", read_issue_json(text))

    assert document["license_id"] == 9007199254740993
    assert ("field_once", ("series",)) in refused(document)
    assert ("field_once", ("issuer.title",)) in refused(document)


@pytest.mark.parametrize("text", [b"", b"{", b'{"a": 1} {}', b"\xff", b"[" * 100_000, b"\xef\xbb\xbf{}"])
def test_what_is_no_json_is_refused_by_one_rule(text: bytes) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read_issue_json(text)

    assert refusal.value.rule == "json_text"
