"""How refusals are told: all of them, in document order, in both languages, whatever the input is."""

from __future__ import annotations

import json

import pytest

from platform_db.domain.invoices.calculation import parse_document, read_json, refusals
from platform_db.domain.invoices.calculation.refusals import Refusal
from platform_db.errors import RuleViolation
from tests.unit.domain.invoices.documents import Json, broken, document, line, refused

KDV_IN_FORCE = "ck_invoice_lines_kdv_rate_in_force"
EXEMPTION = "ck_invoice_lines_exemption_admitted"
WITHHOLDING = "ck_invoice_lines_withholding_in_force"
PROFILE = "ck_invoices_profile_admits_type"
QUANTITY = "ck_invoice_lines_quantity_positive"


@pytest.mark.parametrize(
    ("data", "rules"),
    [
        (
            document(line(kdv_rate="16", withholding_code="650"), type="IADE"),
            [
                (PROFILE, ("profile", "type")),
                (KDV_IN_FORCE, ("lines.0.kdv_rate",)),
                (WITHHOLDING, ("lines.0.withholding_code",)),
            ],
        ),
        (
            document(line(kdv_rate="18", exemption_code="301"), type="ISTISNA"),
            [
                (KDV_IN_FORCE, ("lines.0.kdv_rate",)),
                (EXEMPTION, ("lines.0.exemption_code", "lines.0.kdv_rate")),
            ],
        ),
        (
            document(line(kdv_rate="18", exemption_code="301"), type="SARJ"),
            [
                (PROFILE, ("profile", "type")),
                (KDV_IN_FORCE, ("lines.0.kdv_rate",)),
                (EXEMPTION, ("lines.0.exemption_code",)),
                (EXEMPTION, ("lines.0.exemption_code", "lines.0.kdv_rate")),
            ],
        ),
    ],
)
def test_a_broken_rule_hides_no_other_rule_over_the_same_field(
    data: Json, rules: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert broken(data) == rules


def test_every_broken_rule_is_told_in_document_order() -> None:
    first = line(quantity="0", unit="adet", kdv_rate="18", exemption_code="999", colour="red")
    second = line(unit_price="1e3", discount={"rate": "101"}, withholding_code="650")
    data = {
        "charges": [{"amount": "1.234"}],
        "allowances": [{"amount": 5}],
        "lines": [first, second],
        "rounding": "bank",
        "type": "SATIS",
        "profile": "X",
        "currency": "USD",
        "issue_date": "2025-06-02",
        "note": "",
    }
    assert broken(data) == [
        ("ck_invoices_currency_policy", ("exchange_rate",)),
        ("profile_known", ("profile",)),
        ("rounding_known", ("rounding",)),
        (QUANTITY, ("lines.0.quantity",)),
        ("ck_invoice_lines_unit_code_format", ("lines.0.unit",)),
        (KDV_IN_FORCE, ("lines.0.kdv_rate",)),
        (EXEMPTION, ("lines.0.exemption_code",)),
        ("field_known", ("lines.0.colour",)),
        ("decimal_text", ("lines.1.unit_price",)),
        ("ck_invoice_lines_discount_rate_valid", ("lines.1.discount.rate",)),
        ("ck_invoices_withheld_type", ("lines.1.withholding_code",)),
        (WITHHOLDING, ("lines.1.withholding_code",)),
        ("decimal_text", ("allowances.0.amount",)),
        ("amount_has_two_places", ("charges.0.amount",)),
        ("field_known", ("note",)),
    ]


def test_lines_are_ordered_by_number_not_by_text() -> None:
    lines = [line() for _ in range(11)]
    lines[2]["quantity"] = lines[10]["quantity"] = "0"
    assert [fields for _, fields in broken(document(*lines))] == [("lines.2.quantity",), ("lines.10.quantity",)]


@pytest.mark.parametrize("data", [None, [], "x", 1, True, [document()]])
def test_a_document_is_an_object(data: object) -> None:
    assert broken(data) == refused("object_expected")


def test_a_key_that_is_no_text_or_cannot_be_written_is_shown_safely() -> None:
    data: dict[object, object] = {**document(), 7: 1, "\ud800" * 100: 2}
    assert broken(data) == [("field_known", ("7",)), ("field_known", ("\N{REPLACEMENT CHARACTER}" * 64,))]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"{} {}",
        b"\xef\xbb\xbf{}",
        b"\xff",
        b'{"a": "\xe9"}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 10**6,
        b'{"a":' * 10**5,
        b"{'a': 1}",
        b'{"a": "\n"}',
    ],
)
def test_what_is_not_one_json_document_in_utf_8_is_refused(text: bytes) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read_json(text)
    assert [(found.rule, found.fields) for found in refusal.value.violations] == refused("json_text")


def test_json_numbers_are_refused_where_they_stand_however_large() -> None:
    text = b'{"issue_date": "2025-06-02", "currency": "TRY", "profile": "KAMU", "type": "SATIS",'
    text += b'"lines": [{"description": "x",'
    text += b'"quantity": 1' + b"0" * 10_000 + b', "unit": "C62", "unit_price": NaN, "kdv_rate": 20.0}]}'
    assert broken(read_json(text)) == [
        ("decimal_text", ("lines.0.quantity",)),
        ("decimal_text", ("lines.0.unit_price",)),
        ("decimal_text", ("lines.0.kdv_rate",)),
    ]


def test_codes_are_compared_as_texts_wherever_they_come_from() -> None:
    without = [(EXEMPTION, ("lines.0.exemption_code", "lines.0.kdv_rate"))]
    dropped = json.dumps(document(line(exemption_code="555", unit_price="0.02"))).encode()
    assert broken(read_json(dropped)) == without
    exempt = json.dumps(document(line(exemption_code="555", kdv_rate="0"))).encode()
    with pytest.raises(RuleViolation) as refusal:
        parse_document(read_json(exempt))
    assert [(found.rule, found.fields) for found in refusal.value.violations] == without


def test_a_repeated_key_is_refused_where_it_stands() -> None:
    text = b'{"issue_date": "2025-06-02", "currency": "TRY", "profile": "KAMU", "type": "SATIS", "currency": "TRY",'
    text += b'"lines": [{"description": "x", "quantity": "1", "unit": "C62", "unit_price": "1", "kdv_rate": "20",'
    text += b'"kdv_rate": "10"}]}'
    assert broken(read_json(text)) == [("field_once", ("currency",)), ("field_once", ("lines.0.kdv_rate",))]


def test_every_message_speaks_both_languages() -> None:
    declared = [value for value in vars(refusals).values() if isinstance(value, Refusal)]
    assert len({refusal.rule for refusal in declared}) == 44
    assert all(refusal.message.tr and refusal.message.en for refusal in declared)
    assert all(refusal.message.tr != refusal.message.en for refusal in declared)


def test_a_message_says_what_is_admitted() -> None:
    assert refusals.AMOUNT_FITS.message.en == "An amount is at most 92233720368547758.07 (64-bit kuruş)"
    assert refusals.ROUNDING_KNOWN.message.en == "The rounding must be one of line, document"


def test_a_violation_prints_as_the_contract_says() -> None:
    with pytest.raises(RuleViolation) as refusal:
        parse_document(document(line(kdv_rate="18")))
    assert refusal.value.first.as_json() == {
        "rule": KDV_IN_FORCE,
        "fields": ["lines.0.kdv_rate"],
        "message": {
            "tr": refusals.KDV_RATE_IN_FORCE.message.tr,
            "en": refusals.KDV_RATE_IN_FORCE.message.en,
        },
    }
