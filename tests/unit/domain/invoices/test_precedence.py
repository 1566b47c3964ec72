"""Who gets the odd kuruş among equal remainders: by net, rate, codes and other taxes, then by place."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.unit.domain.invoices.documents import Json, calculated, line

SGK: Json = {"type": "SGK", "profile": "TEMELFATURA"}
"""Admits every code on every line."""


def with_taxes(*taxes: Json) -> Json:
    return line(other_taxes=list(taxes))


def lodging(**figure: str) -> Json:
    return {"code": "0059", **figure}


def communication(**figure: str) -> Json:
    return {"code": "4080", **figure}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(line(), line(kdv_rate="10"), id="the higher rate"),
        pytest.param(line(withholding_code="606"), line(), id="a code before none"),
        pytest.param(line(withholding_code="602"), line(withholding_code="606"), id="the lower code"),
        pytest.param(line(exemption_code="151"), line(), id="a reason before none"),
        pytest.param(line(exemption_code="151"), line(exemption_code="501"), id="the lower reason"),
        pytest.param(with_taxes(lodging(rate="2")), line(), id="other taxes before none"),
        pytest.param(with_taxes(lodging(rate="2")), with_taxes(communication(rate="2")), id="the lower tax code"),
        pytest.param(with_taxes(lodging(rate="2")), with_taxes(lodging(rate="3")), id="the lower tax rate"),
        pytest.param(with_taxes(lodging(amount="2")), with_taxes(lodging(amount="3")), id="the lower tax amount"),
        pytest.param(with_taxes(lodging(amount="5")), with_taxes(lodging(rate="0.0001")), id="an amount before a rate"),
        pytest.param(with_taxes(lodging(rate="0")), with_taxes(lodging(amount="0.01")), id="no tax before an amount"),
        pytest.param(
            with_taxes(lodging(rate="0")), with_taxes(lodging(amount="0.05")), id="a rate of 0 before an amount"
        ),
        pytest.param(
            with_taxes(communication(rate="1"), lodging(rate="2")),
            with_taxes(lodging(rate="3"), communication(rate="1")),
            id="other taxes in any order",
        ),
    ],
)
def test_the_odd_kurus_goes_to_the_same_line_in_any_order(first: Json, second: Json) -> None:
    for lines in permutations([first, second]):
        charged = calculated(*lines, **SGK, charges=[{"amount": "0.01"}])
        allowed = calculated(*lines, **SGK, allowances=[{"amount": "0.01"}])
        assert [row.charge_share for row in charged.lines] == [int(each is first) for each in lines]
        assert [row.allowance_share for row in allowed.lines] == [int(each is first) for each in lines]


def test_kdv_of_the_document_goes_by_the_same_order() -> None:
    """Of 0,04 the KDV is 0,008, so 0,01; both lines have half of it."""
    coded, plain = line(unit_price="0.02", withholding_code="606"), line(unit_price="0.02")
    for lines in permutations([coded, plain]):
        result = calculated(*lines, **SGK, rounding="document")
        assert [row.kdv for row in result.lines] == [int(each is coded) for each in lines]


def test_the_larger_net_comes_before_everything_else() -> None:
    # weights 1 and 3 of 0.02: quotas 0.5 and 1.5, the same remainder
    small, large = line(unit_price="1"), line(unit_price="3", kdv_rate="1")
    for lines in permutations([small, large]):
        shares = [row.charge_share for row in calculated(*lines, **SGK, charges=[{"amount": "0.02"}]).lines]
        assert shares == [2 if each is large else 0 for each in lines]


def test_among_equal_lines_the_earlier_is_served() -> None:
    shares = [row.charge_share for row in calculated(line(), line(), charges=[{"amount": "0.01"}]).lines]
    assert shares == [1, 0]


def test_the_served_line_carries_the_kurus_into_its_taxes() -> None:
    """150,02 + 30,00 and 100,00 + 20,00: the tax is half of a base that has the kuruş."""
    taxed, plain = with_taxes({"code": "0071", "rate": "50"}), line()
    assert calculated(plain, taxed, charges=[{"amount": "0.01"}]).totals.payable == 300_02
