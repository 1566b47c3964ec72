"""A field that cannot be read is told alone: no rule is judged over the stand-in that it holds."""

from __future__ import annotations

import pytest

from platform_db.domain.invoices.calculation.findings import Findings
from tests.unit.domain.invoices.documents import Json, broken, document, line

DATE = ("calendar_date", ("issue_date",))
RANGE = ("ck_invoices_issue_date_finite", ("issue_date",))
CURRENCY = ("currency_known", ("currency",))
PROFILE = ("profile_known", ("profile",))
TYPE = ("type_known", ("type",))
RATE_NEEDS_CODE = ("ck_invoice_lines_zero_rate_has_reason", ("lines.0.kdv_rate", "lines.0.exemption_code"))
NO_DAY: Json = {"issue_date": "2025-02-29"}
FREE = line(unit_price="0")
ZERO: Json = {"kdv_rate": "0"}


def number(field: str) -> tuple[str, tuple[str, ...]]:
    return "decimal_text", (field,)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"currency": "TRL", "exchange_rate": "32"}, [CURRENCY]),
        ({"exchange_rate": "x"}, [number("exchange_rate")]),
        ({"profile": "X", "type": "SARJ"}, [PROFILE]),
        ({"profile": "ENERJI", "type": "X"}, [TYPE]),
        ({"profile": "KAMU", "type": "IADE", **NO_DAY}, [DATE]),
        ({"profile": "ENERJI", **NO_DAY}, [DATE, ("ck_invoices_profile_admits_type", ("profile", "type"))]),
        ({"lines": [], "allowances": [{"amount": "1"}]}, [("ck_invoices_has_lines", ("lines",))]),
        ({"lines": {}, "charges": [{"amount": "1"}]}, [("list_expected", ("lines",))]),
        ({"allowances": [{"amount": "500"}, {"amount": "x"}]}, [number("allowances.1.amount")]),
        ({"lines": [FREE], "allowances": [{"amount": "x"}]}, [number("allowances.0.amount")]),
        ({"lines": [FREE], "charges": [{"amount": "x"}]}, [number("charges.0.amount")]),
        ({"lines": [FREE], "charges": [{"amount": "x"}, {"amount": "5"}]}, [number("charges.0.amount")]),
        (
            {"charges": [{"amount": "x", "reason": "a" * 501}]},
            [number("charges.0.amount"), ("reason_length", ("charges.0.reason",))],
        ),
    ],
)
def test_the_head(changes: Json, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert broken(document(**changes)) == found


@pytest.mark.parametrize(
    ("changes", "head", "found"),
    [
        ({"kdv_rate": "17"}, {"type": "X"}, [TYPE]),
        ({"kdv_rate": "18"}, NO_DAY, [DATE]),
        ({"kdv_rate": "x"}, {}, [number("lines.0.kdv_rate")]),
        (ZERO, NO_DAY, [DATE, RATE_NEEDS_CODE]),
        (ZERO, {"issue_date": "2100-01-01"}, [RANGE, RATE_NEEDS_CODE]),
        ({**ZERO, "exemption_code": 351}, {}, [("text_expected", ("lines.0.exemption_code",))]),
        ({**ZERO, "exemption_code": "233"}, {"type": "ISTISNA", **NO_DAY}, [DATE]),
        ({**ZERO, "exemption_code": "213"}, {"type": "X"}, [TYPE]),
        (
            {**ZERO, "exemption_code": "308"},
            {"type": "ISTISNA", "profile": "X", "issue_date": "2026-07-02"},
            [PROFILE],
        ),
        (
            {**ZERO, "exemption_code": "339"},
            {"type": "X", "profile": "EARSIVFATURA", "issue_date": "2026-07-02"},
            [TYPE],
        ),
        ({**ZERO, "exemption_code": "308"}, {"type": "ISTISNA", "issue_date": "2100-01-01"}, [RANGE]),
        ({"kdv_rate": "x", "exemption_code": "555"}, {}, [number("lines.0.kdv_rate")]),
        ({"kdv_rate": "x", "exemption_code": "351"}, {}, [number("lines.0.kdv_rate")]),
        ({"withholding_code": "606"}, {"type": "X"}, [TYPE]),
        ({"withholding_code": "606"}, {"type": "TEVKIFAT", **NO_DAY}, [DATE]),
        ({"withholding_code": "606"}, {"type": "TEVKIFAT", "issue_date": "2100-01-01"}, [RANGE]),
        ({"withholding_code": 606}, {"type": "TEVKIFAT"}, [("text_expected", ("lines.0.withholding_code",))]),
        ({"other_taxes": [{"code": 71, "rate": "1"}]}, {}, [("text_expected", ("lines.0.other_taxes.0.code",))]),
        ({"other_taxes": [{"kod": "0071", "rate": "1"}]}, {}, [
            ("field_required", ("lines.0.other_taxes.0.code",)),
            ("field_known", ("lines.0.other_taxes.0.kod",)),
        ]),
        ({"other_taxes": [{"code": "0071", "oran": "1"}]}, {}, [("field_known", ("lines.0.other_taxes.0.oran",))]),
        ({"discount": {"oran": "10"}}, {}, [("field_known", ("lines.0.discount.oran",))]),
        ({"quantity": "x", "discount": {"amount": "5"}}, {}, [number("lines.0.quantity")]),
        ({"unit_price": "x", "discount": {"amount": "5"}}, {}, [number("lines.0.unit_price")]),
    ],
)  # fmt: skip
def test_a_line(changes: Json, head: Json, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert broken(document(line(**changes), **head)) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"quantity": "x"}, number("lines.1.quantity")),
        ({"unit_price": "x"}, number("lines.1.unit_price")),
        ({"discount": {"amount": "x"}}, number("lines.1.discount.amount")),
        ({"charge": {"amount": "x"}}, number("lines.1.charge.amount")),
        ({"discount": {"amount": "100.01"}}, ("discount_within_gross", ("lines.1.discount",))),
        (
            {"quantity": "2", "unit_price": "92233720368547758"},
            ("amount_fits_64_bit", ("lines.1.quantity", "lines.1.unit_price")),
        ),
    ],
)
def test_a_line_without_a_net_leaves_the_sums_unjudged(changes: Json, found: tuple[str, tuple[str, ...]]) -> None:
    too_much: Json = {"allowances": [{"amount": "100000"}]}
    assert broken(document(line(), line(**changes), **too_much)) == [found]
    assert broken(document(line(), line(), **too_much)) == [("allowances_within_net", ("allowances",))]


def test_a_mark_is_on_everything_around_a_field_and_on_nothing_beside_it() -> None:
    found = Findings()
    found.mark("lines.0.discount.rate")
    assert [found.touch(field) for field in ("lines.0.discount.rate", "lines.0.discount", "lines.0", "lines")] == [
        True
    ] * 4
    assert not found.touch("", ".", "lines.1", "lines.0.discount.amount", "lines.0.quantity")


def test_what_breaks_a_rule_after_the_form_was_read_can_still_be_judged() -> None:
    found = Findings()
    found.mark("currency")
    found.close_form()
    found.mark("type")
    assert found.unreadable("currency", "type")
    assert not found.unreadable("type")
    assert found.touch("type")
