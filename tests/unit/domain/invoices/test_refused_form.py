"""The form of a document: what is refused, where, and the nearest legal value that passes."""

from __future__ import annotations

import time

import pytest

from tests.unit.domain.invoices.documents import Json, broken, calculated, document, line, refused

KDV_IN_FORCE = "ck_invoice_lines_kdv_rate_in_force"
EXEMPTION = "ck_invoice_lines_exemption_admitted"
QUANTITY = "ck_invoice_lines_quantity_positive"
PRICE = "ck_invoice_lines_unit_price_valid"
ZERO = {"kdv_rate": "0"}


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        " 1",
        "1 ",
        "１",
        "٣",
        "1.",
        ".5",
        ".",
        "",
        "+1",
        "-1",
        "1e3",
        "1E3",
        "1,5",
        "1.2.3",
        "1\n",
        "\n1",
        "0x1",
        "NaN",
        "nan",
        "Infinity",
        "inf",
        "²",
    ],
)
@pytest.mark.parametrize("field", ["quantity", "unit_price", "kdv_rate"])
def test_numbers_are_texts_of_ascii_digits_with_at_most_one_point(field: str, text: str) -> None:
    assert broken(document(line(**{field: text}))) == refused("decimal_text", f"lines.0.{field}")


@pytest.mark.parametrize("value", [1, 1.0, True, None, [], {}, ["1"], {"amount": "1"}])
def test_numbers_are_texts_and_nothing_else(value: object) -> None:
    assert broken(document(line(unit_price=value))) == refused("decimal_text", "lines.0.unit_price")


@pytest.mark.parametrize(
    ("field", "text", "rule"),
    [
        ("quantity", "0", QUANTITY),
        ("quantity", "0.00000000", QUANTITY),
        ("quantity", "1.000000000", QUANTITY),
        ("quantity", "1000000000000000000", QUANTITY),
        ("unit_price", "1.000000000", PRICE),
        ("unit_price", "1000000000000000000", PRICE),
        ("kdv_rate", "100.01", "ck_invoice_lines_tax_rate_valid"),
        ("kdv_rate", "20.000", "ck_invoice_lines_tax_rate_valid"),
        ("kdv_rate", "18", KDV_IN_FORCE),
        ("kdv_rate", "100", KDV_IN_FORCE),
    ],
)
def test_a_figure_outside_its_bounds(field: str, text: str, rule: str) -> None:
    assert broken(document(line(**{field: text}))) == refused(rule, f"lines.0.{field}")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("quantity", "0.00000001"),
        ("quantity", "0001.50"),
        ("unit_price", "0"),
        ("unit_price", "1.00000000"),
        ("kdv_rate", "20.00"),
        ("kdv_rate", "020"),
        ("kdv_rate", "10"),
        ("kdv_rate", "1"),
    ],
)
def test_the_nearest_legal_figure_passes(field: str, text: str) -> None:
    assert broken(document(line(**{field: text}))) == []


@pytest.mark.parametrize("text", ["9" * 10**6, "0." + "0" * 10**6, "1" + "0" * 10**6, "1" * 10**6 + "x"])
def test_a_long_text_is_refused_in_bounded_time(text: str) -> None:
    start = time.perf_counter()
    rule = "decimal_text" if text.endswith("x") else QUANTITY
    assert broken(document(line(quantity=text))) == refused(rule, "lines.0.quantity")
    assert time.perf_counter() - start < 1


def test_leading_zeros_do_not_matter_however_many() -> None:
    assert calculated(line(quantity="0" * 10**6 + "2")).totals.gross == 20000


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"issue_date": "2025-02-29"}, "calendar_date", "issue_date"),
        ({"issue_date": "2025-6-2"}, "calendar_date", "issue_date"),
        ({"issue_date": "20250602"}, "calendar_date", "issue_date"),
        ({"issue_date": "2025-06-02\n"}, "calendar_date", "issue_date"),
        ({"issue_date": "２０25-06-02"}, "calendar_date", "issue_date"),
        ({"issue_date": "2025-06-02T00:00"}, "calendar_date", "issue_date"),
        ({"issue_date": 20250602}, "text_expected", "issue_date"),
        ({"issue_date": "2004-12-31"}, "ck_invoices_issue_date_finite", "issue_date"),
        ({"issue_date": "2100-01-01"}, "ck_invoices_issue_date_finite", "issue_date"),
        ({"currency": "TRL"}, "currency_known", "currency"),
        ({"currency": "try"}, "currency_known", "currency"),
        ({"currency": None}, "currency_known", "currency"),
        ({"currency": "USD"}, "ck_invoices_currency_policy", "exchange_rate"),
        ({"currency": "EUR"}, "ck_invoices_currency_policy", "exchange_rate"),
        ({"exchange_rate": "1"}, "ck_invoices_currency_policy", "exchange_rate"),
        ({"currency": "USD", "exchange_rate": "0"}, "ck_invoices_exchange_rate_valid", "exchange_rate"),
        ({"currency": "USD", "exchange_rate": "1.0000001"}, "ck_invoices_exchange_rate_valid", "exchange_rate"),
        ({"currency": "USD", "exchange_rate": "1000000000"}, "ck_invoices_exchange_rate_valid", "exchange_rate"),
        ({"currency": "USD", "exchange_rate": 32.5}, "decimal_text", "exchange_rate"),
        ({"profile": "EFATURA"}, "profile_known", "profile"),
        ({"type": "SATIŞ"}, "type_known", "type"),
        ({"type": ["SATIS"]}, "type_known", "type"),
        ({"rounding": "bank"}, "rounding_known", "rounding"),
        ({"rounding": None}, "rounding_known", "rounding"),
        ({"tax_inclusive_prices": "true"}, "boolean_expected", "tax_inclusive_prices"),
        ({"tax_inclusive_prices": 1}, "boolean_expected", "tax_inclusive_prices"),
        ({"lines": []}, "ck_invoices_has_lines", "lines"),
        ({"lines": {}}, "list_expected", "lines"),
        ({"lines": None}, "list_expected", "lines"),
        ({"allowances": None}, "list_expected", "allowances"),
        ({"lines": [7]}, "object_expected", "lines.0"),
        ({"number": "ABC2025000000001"}, "field_known", "number"),
        ({"allowances": [{"reason": "İskonto"}]}, "field_required", "allowances.0.amount"),
        ({"allowances": [{"amount": "1.005"}]}, "amount_has_two_places", "allowances.0.amount"),
        ({"allowances": [{"amount": "1", "reason": ""}]}, "reason_length", "allowances.0.reason"),
        ({"charges": [{"amount": "92233720368547758.08"}]}, "amount_fits_64_bit", "charges.0.amount"),
        ({"charges": [{"amount": "-1"}]}, "decimal_text", "charges.0.amount"),
    ],
)
def test_the_head_of_a_document(changes: Json, rule: str, field: str) -> None:
    assert broken(document(**changes)) == refused(rule, field)


@pytest.mark.parametrize("day", ["2005-01-01", "2099-12-31"])
def test_the_first_and_the_last_day_pass(day: str) -> None:
    assert broken(document(line(**ZERO), type="SGK", profile="TEMELFATURA", issue_date=day)) == []


@pytest.mark.parametrize("field", ["issue_date", "currency", "profile", "type", "lines"])
def test_a_required_field_of_the_head_is_missed(field: str) -> None:
    data = document()
    del data[field]
    assert broken(data) == refused("field_required", field)


@pytest.mark.parametrize("field", ["description", "quantity", "unit", "unit_price", "kdv_rate"])
def test_a_required_field_of_a_line_is_missed(field: str) -> None:
    data = line()
    del data[field]
    assert broken(document(data)) == refused("field_required", f"lines.0.{field}")


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"description": ""}, "ck_invoice_lines_description_length", "description"),
        ({"description": "a" * 501}, "ck_invoice_lines_description_length", "description"),
        ({"description": "a\x00"}, "text_storable", "description"),
        ({"description": "\ud800"}, "text_storable", "description"),
        ({"description": 1}, "text_expected", "description"),
        ({"unit": "c62"}, "ck_invoice_lines_unit_code_format", "unit"),
        ({"unit": "ADET"}, "ck_invoice_lines_unit_code_format", "unit"),
        ({"unit": "C62\n"}, "ck_invoice_lines_unit_code_format", "unit"),
        ({"unit": ""}, "ck_invoice_lines_unit_code_format", "unit"),
        ({"discount": {}}, "discount_is_rate_or_amount", "discount"),
        ({"discount": {"rate": "1", "amount": "1"}}, "discount_is_rate_or_amount", "discount"),
        ({"discount": "10"}, "object_expected", "discount"),
        ({"discount": {"rate": "100.0001"}}, "ck_invoice_lines_discount_rate_valid", "discount.rate"),
        ({"discount": {"rate": "1.00001"}}, "ck_invoice_lines_discount_rate_valid", "discount.rate"),
        ({"discount": {"amount": "1.000"}}, "amount_has_two_places", "discount.amount"),
        ({"discount": {"amount": "100.01"}}, "discount_within_gross", "discount"),
        ({"discount": {"percent": "1", "rate": "1"}}, "field_known", "discount.percent"),
        ({"charge": {}}, "field_required", "charge.amount"),
        ({"charge": {"amount": "0.001"}}, "amount_has_two_places", "charge.amount"),
        ({"charge": {"rate": "5", "amount": "5"}}, "field_known", "charge.rate"),
        ({"withholding_code": 606}, "text_expected", "withholding_code"),
        ({"exemption_code": 351}, "text_expected", "exemption_code"),
        ({"exemption_code": "999"}, EXEMPTION, "exemption_code"),
        ({"exemption_code": "301 "}, EXEMPTION, "exemption_code"),
        ({"exemption_code": "301", **ZERO}, EXEMPTION, "exemption_code"),
        ({"other_taxes": {}}, "list_expected", "other_taxes"),
        ({"other_taxes": [{"code": "0003", "rate": "1"}]}, "other_tax_known", "other_taxes.0.code"),
        ({"other_taxes": [{"code": "0015", "rate": "1"}]}, "other_tax_known", "other_taxes.0.code"),
        ({"other_taxes": [{"code": "0071"}]}, "other_tax_is_rate_or_amount", "other_taxes.0"),
        (
            {"other_taxes": [{"code": "0071", "rate": "1", "amount": "1"}]},
            "other_tax_is_rate_or_amount",
            "other_taxes.0",
        ),
        (
            {"other_taxes": [{"code": "0071", "rate": "100000.1"}]},
            "ck_invoice_tax_subtotals_tax_rate_valid",
            "other_taxes.0.rate",
        ),
    ],
)
def test_a_line(changes: Json, rule: str, field: str) -> None:
    assert broken(document(line(**changes))) == refused(rule, f"lines.0.{field}")


@pytest.mark.parametrize(
    "changes",
    [
        {"description": "a" * 500},
        {"description": "Satır\n\t“İĞŞ” 😀"},
        {"unit": "A"},
        {"discount": None, "charge": None, "withholding_code": None, "exemption_code": None, "other_taxes": []},
        {"discount": {"rate": "100.0000"}},
        {"discount": {"rate": "1", "amount": None}},
        {"discount": {"amount": "100.00"}},
        {"other_taxes": [{"code": "0071", "rate": "100000.0000"}]},
        {"other_taxes": [{"code": "0071", "rate": None, "amount": "0"}]},
    ],
)
def test_the_nearest_legal_line_passes(changes: Json) -> None:
    assert broken(document(line(**changes))) == []
