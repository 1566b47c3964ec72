"""Published figures are compared with stored ones: every key, subtotals in any order and complete."""

from __future__ import annotations

import pytest

from platform_db.operations.demo.figures import Figure, compared

STORED = {
    "lines": [{"net": "100.00", "kdv": "20.00"}],
    "tax_subtotals": [
        {"code": "0015", "rate": "10", "base": "50.00", "amount": "5.00"},
        {"code": "0015", "rate": "20", "base": "100.00", "amount": "20.00"},
    ],
    "totals": {"kdv": "25.00", "payable": "175.00", "payable_try": None},
}


def differing(expected: object) -> list[Figure]:
    return [figure for figure in compared(expected, STORED) if not figure.matches]


def test_each_given_key_is_one_figure_and_others_are_free() -> None:
    found = list(compared({"lines": [{"net": "100.00"}], "totals": {"payable": "175.00", "payable_try": None}}, STORED))
    assert found == [
        Figure("lines.0.net", "100.00", "100.00"),
        Figure("totals.payable", "175.00", "175.00"),
        Figure("totals.payable_try", None, None),
    ]
    assert all(figure.matches for figure in found)


def test_subtotals_match_in_any_order_and_rates_by_value() -> None:
    rows = [{"code": "0015", "rate": "20.00", "amount": "20.00"}, {"code": "0015", "rate": "10.0", "amount": "5.00"}]
    found = list(compared({"tax_subtotals": rows}, STORED))
    assert len(found) == 6
    assert all(figure.matches for figure in found)


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        ({"totals": {"payable": "175.0"}}, "totals.payable"),
        ({"totals": {"payable": "175.01"}}, "totals.payable"),
        ({"totals": {"payable_try": "175.00"}}, "totals.payable_try"),
        ({"totals": {"unheard_of": "1.00"}}, "totals.unheard_of"),
        ({"tax_subtotals": [{"code": "0015", "rate": "20"}]}, "tax_subtotals.1"),
        ({"lines": [{"net": "100.00"}, {"net": "1.00"}]}, "lines.1.net"),
        ({"withholding_subtotals": [{"code": "604"}]}, "withholding_subtotals.0.code"),
    ],
)
def test_what_differs_is_named(expected: object, path: str) -> None:
    assert [figure.path for figure in differing(expected)] == [path]


def test_one_wrong_subtotal_leaves_its_neighbour_right() -> None:
    rows = [{"code": "0015", "rate": "20", "amount": "20.01"}, {"code": "0015", "rate": "10", "amount": "5.00"}]
    assert Figure("tax_subtotals.0.amount", "20.01", "20.00") in differing({"tax_subtotals": rows})
    assert all(not figure.path.startswith("tax_subtotals.1") for figure in differing({"tax_subtotals": rows}))


def test_nothing_stored_matches_nothing() -> None:
    assert [figure.matches for figure in compared({"totals": {"kdv": "0.00"}, "lines": [{"net": "1.00"}]}, None)] == [
        False,
        False,
    ]
