"""The steps of the calculation on figures worked by hand."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import date
from decimal import Decimal
from typing import cast

import pytest

from platform_db.domain.invoices.calculation import TaxSubtotal, parse_document
from tests.unit.domain.invoices.documents import Json, calculated, document, line


def test_the_example_of_the_contract_to_the_letter() -> None:
    meal = line(quantity="2", unit_price="10000.00", discount={"rate": "10"}, withholding_code="604")

    result = calculated(meal, type="TEVKIFAT", issue_date="2026-11-20").as_json()

    assert result == {
        "currency": "TRY",
        "lines": [
            {
                "gross": "20000.00",
                "discount": "2000.00",
                "charge": "0.00",
                "net": "18000.00",
                "other_taxes": "0.00",
                "kdv": "3600.00",
                "withheld": "1800.00",
            }
        ],
        "tax_subtotals": [{"code": "0015", "rate": "20", "base": "18000.00", "amount": "3600.00"}],
        "withholding_subtotals": [{"code": "604", "rate": "50", "base": "3600.00", "amount": "1800.00"}],
        "totals": {
            "gross": "20000.00",
            "allowance": "2000.00",
            "charge": "0.00",
            "tax_exclusive": "18000.00",
            "kdv": "3600.00",
            "other_taxes": "0.00",
            "withheld": "1800.00",
            "tax_inclusive": "21600.00",
            "payable": "19800.00",
            "payable_try": None,
        },
        "amount_in_words": "Yalnız ondokuzbinsekizyüz Türk Lirası",
        "unverified": ["withholding_limit 2026"],
    }


@pytest.mark.parametrize(
    ("quantity", "price", "gross"),
    [("1", "0.005", 1), ("1", "0.00499999", 0), ("1", "1.005", 101), ("0.00000001", "1000000", 1), ("3", "0.335", 101)],
)
def test_half_a_kurus_counts_as_one_and_less_is_dropped(quantity: str, price: str, gross: int) -> None:
    assert calculated(line(quantity=quantity, unit_price=price)).lines[0].gross == gross


def test_a_discount_is_a_rate_of_the_rounded_gross() -> None:
    # 3 × 0.335 = 1.005 → 1.01; half of it 0.505 → 0.51 (of the exact 1.005 it would be 0.50)
    result = calculated(line(quantity="3", unit_price="0.335", discount={"rate": "50"})).lines[0]
    assert (result.gross, result.discount, result.net) == (101, 51, 50)


def test_a_line_charge_is_added_after_the_discount() -> None:
    result = calculated(line(discount={"amount": "100.00"}, charge={"amount": "7.5"})).lines[0]
    assert (result.gross, result.discount, result.charge, result.net, result.kdv) == (10000, 10000, 750, 750, 150)


def test_kdv_is_rounded_on_each_line_by_default() -> None:
    lines = [line(unit_price="1.03")] * 3  # 0.206 → 0.21 each
    result = calculated(*lines)
    assert [row.kdv for row in result.lines] == [21, 21, 21]
    assert result.totals.kdv == 63
    assert result.tax_subtotals == (TaxSubtotal("0015", 200000, 309, 63),)


def test_on_the_document_kdv_is_rounded_once_and_the_shares_add_up() -> None:
    lines = [line(unit_price="1.03")] * 3  # 3.09 × 20 % = 0.618 → 0.62
    result = calculated(*lines, rounding="document")
    assert [row.kdv for row in result.lines] == [21, 21, 20]
    assert result.totals.kdv == 62


def test_on_the_document_each_rate_is_rounded_alone() -> None:
    lines = [line(unit_price="0.02"), line(unit_price="0.02"), line(unit_price="0.04", kdv_rate="10")]
    result = calculated(*lines, rounding="document")
    # 0.04 × 20 % = 0.008 → 0.01, to the earlier of two equal lines; 0.04 × 10 % = 0.004 → 0.00
    assert [row.kdv for row in result.lines] == [1, 0, 0]
    assert [row.amount for row in result.tax_subtotals] == [0, 1]


def test_document_allowances_and_charges_are_spread_by_net() -> None:
    lines = [line(quantity="10", discount={"amount": "100.00"}), line(quantity="4")]
    result = calculated(
        *lines,
        allowances=[{"amount": "100.00", "reason": "İskonto"}, {"amount": "30.00", "reason": "Kampanya"}],
        charges=[{"amount": "0.01", "reason": "Nakliye"}],
    )
    assert [row.net for row in result.lines] == [90000, 40000]
    assert [row.allowance_share for row in result.lines] == [9000, 4000]
    assert [row.charge_share for row in result.lines] == [1, 0]
    assert [row.kdv_base for row in result.lines] == [81001, 36000]
    totals = result.totals
    assert (totals.document_allowance, totals.allowance) == (13000, 23000)
    assert (totals.document_charge, totals.charge) == (1, 1)
    assert totals.tax_exclusive == 117001


def test_a_line_without_net_gets_no_share() -> None:
    result = calculated(line(unit_price="0"), line(unit_price="0.03"), allowances=[{"amount": "0.02"}])
    assert [row.allowance_share for row in result.lines] == [0, 2]


def test_special_consumption_tax_enters_the_kdv_base() -> None:
    car = line(unit_price="6391.67", kdv_rate="18", other_taxes=[{"code": "9077", "amount": "1842.62"}])
    result = calculated(car, issue_date="2012-08-04")
    row = result.lines[0]
    assert (row.net, row.other_taxes_total, row.other_taxes_in_base, row.kdv_base) == (639167, 184262, 184262, 823429)
    assert row.kdv == 148217  # 1482.1722
    assert result.tax_subtotals == (
        TaxSubtotal("0015", 180000, 823429, 148217),
        TaxSubtotal("9077", None, 639167, 184262),
    )
    assert result.totals.tax_inclusive == 639167 + 184262 + 148217
    assert result.unverified == ()


def test_another_tax_may_be_nothing() -> None:
    taxes = [{"code": "4080", "rate": "0.0001"}, {"code": "4080", "rate": "0"}, {"code": "4080", "amount": "0"}]
    result = calculated(line(other_taxes=taxes))
    assert [tax.amount for tax in result.lines[0].other_taxes] == [0, 0, 0]
    assert result.tax_subtotals[1:] == (
        TaxSubtotal("4080", 0, 10000, 0),
        TaxSubtotal("4080", 1, 10000, 0),
        TaxSubtotal("4080", None, 10000, 0),
    )
    assert result.totals.payable == 12000


def test_other_taxes_outside_the_base_are_of_the_base_after_spreading() -> None:
    stay = line(kdv_rate="10", other_taxes=[{"code": "0059", "rate": "2"}, {"code": "4080", "rate": "7.5"}])
    result = calculated(stay, allowances=[{"amount": "10.00"}])
    row = result.lines[0]
    assert (row.other_taxes_total, row.other_taxes_in_base, row.kdv_base, row.kdv) == (180 + 675, 0, 9000, 900)
    assert result.as_json()["tax_subtotals"] == [
        {"code": "0015", "rate": "10", "base": "90.00", "amount": "9.00"},
        {"code": "0059", "rate": "2", "base": "90.00", "amount": "1.80"},
        {"code": "4080", "rate": "7.5", "base": "90.00", "amount": "6.75"},
    ]
    assert result.unverified == ("other_tax 0059",)


def test_prices_including_kdv_are_taken_apart() -> None:
    result = calculated(line(unit_price="10.00", charge={"amount": "1.00"}), tax_inclusive_prices=True)
    row = result.lines[0]
    assert (row.kdv, row.net, row.charge, row.gross, row.discount) == (183, 917, 83, 834, 0)
    assert result.totals.payable == 1100


def test_an_inclusive_price_alone_and_discounted_to_nothing() -> None:
    alone = calculated(line(unit_price="10.00"), tax_inclusive_prices=True).lines[0]
    assert (alone.gross, alone.net, alone.kdv) == (833, 833, 167)
    free = calculated(line(unit_price="10.00", discount={"rate": "100"}), tax_inclusive_prices=True).lines[0]
    assert (free.gross, free.discount, free.net, free.kdv) == (833, 833, 0, 0)


def test_inclusive_prices_are_rounded_per_line_whatever_the_rounding() -> None:
    lines = [line(unit_price="6000.18", withholding_code="606")] * 3
    by_line = calculated(*lines, type="TEVKIFAT", tax_inclusive_prices=True)
    by_document = calculated(*lines, type="TEVKIFAT", tax_inclusive_prices=True, rounding="document")
    assert by_document.lines == by_line.lines
    # 6000.18 × 20/120 = 1000.03; 90 % of it 900.027 → 900.03 (of the three at once 2700.081 → 2700.08)
    assert [(row.kdv, row.withheld) for row in by_line.lines] == [(100003, 90003)] * 3
    assert by_document.totals.withheld == 270009


def test_unverified_figures_are_named_once_in_text_order() -> None:
    lines = [
        line(unit_price="50000", kdv_rate="17", withholding_code="609"),
        line(unit_price="50000", kdv_rate="17", withholding_code="609", other_taxes=[{"code": "8006", "amount": "1"}]),
        line(unit_price="1", kdv_rate="18", withholding_code="615"),
    ]
    result = calculated(*lines, type="IADE", profile="TEMELFATURA", issue_date="2026-11-20")
    assert result.unverified == (
        "kdv_rate 17",
        "other_tax 8006",
        "withholding_limit 2026",
        "withholding_ratio 609",
    )


def test_nothing_is_unverified_about_a_rate_of_0() -> None:
    assert calculated(line(kdv_rate="0"), type="SGK", profile="TEMELFATURA").unverified == ()


def test_a_rate_is_verified_when_one_of_its_periods_is() -> None:
    # 10 % was the general rate from 1985 (unverified) and is that of list II today
    back = calculated(line(kdv_rate="10"), line(kdv_rate="18"), type="IADE", profile="TEMELFATURA")
    assert back.unverified == ()
    older = calculated(line(kdv_rate="10"), type="IADE", profile="TEMELFATURA", issue_date="2010-01-04")
    assert older.unverified == ("kdv_rate 10",)


def test_export_registered_kdv_is_shown_and_not_collected() -> None:
    lines = [
        line(quantity="3", unit_price="50.00", discount={"rate": "12"}, exemption_code="702"),
        line(unit_price="10.00"),
    ]
    result = calculated(*lines, type="IHRACKAYITLI", profile="TEMELFATURA")
    totals = result.totals
    assert (totals.kdv, totals.deferred_kdv, totals.tax_inclusive, totals.payable) == (2840, 2640, 17040, 14400)


@pytest.mark.parametrize("type_code", ["IADE", "SGK"])
def test_other_types_collect_the_kdv_of_an_export_registered_line(type_code: str) -> None:
    result = calculated(line(exemption_code="701"), type=type_code, profile="TEMELFATURA")
    assert (result.totals.deferred_kdv, result.totals.payable) == (0, 12000)


def test_a_special_base_is_two_lines() -> None:
    lines = [
        line(unit_price="420000", kdv_rate="0", exemption_code="805"),
        line(unit_price="80000", description="İşçilik"),
    ]
    result = calculated(*lines, type="OZELMATRAH")
    assert (result.totals.kdv, result.totals.payable) == (1600000, 51600000)
    assert [(row.rate_e4, row.base) for row in result.tax_subtotals] == [(0, 42000000), (200000, 8000000)]


@pytest.mark.parametrize(("currency", "words"), [("USD", "ABD Doları"), ("EUR", "Euro")])
def test_a_foreign_document_shows_its_payable_in_lira(currency: str, words: str) -> None:
    result = calculated(line(unit_price="500"), currency=currency, exchange_rate="32.512345")
    assert result.totals.payable == 60000
    assert result.totals.payable_try == 1950741  # 600 × 32.512345 = 19507.407
    printed = result.as_json()
    assert printed["amount_in_words"] == f"Yalnız altıyüz {words}"
    assert cast("Json", printed["totals"])["payable_try"] == "19507.41"


def test_the_payable_of_a_lira_document_is_its_lira_payable() -> None:
    result = calculated()
    assert result.totals.payable_try == result.totals.payable == 12000


def test_the_largest_amount_of_64_bits_fits() -> None:
    exempt = {"kdv_rate": "0", "exemption_code": "351"}
    assert calculated(line(unit_price="92233720368547758.07", **exempt)).totals.payable == 2**63 - 1


def test_a_document_is_frozen_and_speaks_decimals() -> None:
    given = parse_document(
        document(line(quantity="2.50", discount={"rate": "12.5"}), currency="EUR", exchange_rate="35.10")
    )
    first = given.lines[0]
    assert (first.quantity, first.unit_price, first.kdv_rate) == (Decimal("2.5"), Decimal(100), Decimal(20))
    assert first.discount_rate == Decimal("12.5")
    assert given.exchange_rate == Decimal("35.1")
    assert given.issue_date == date(2025, 6, 2)
    with pytest.raises(FrozenInstanceError):
        given.lines = ()  # pyright: ignore[reportAttributeAccessIssue]
    assert replace(given, exchange_rate_e6=None).exchange_rate is None
