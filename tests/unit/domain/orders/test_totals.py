"""An order comes to what its invoice will say, to the kuruş."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_db.domain.invoices.calculation import calculate, parse_document
from platform_db.domain.invoices.calculation.arithmetic import cents_text
from platform_db.domain.orders import OrderTotals, TaxedItem, order_totals
from platform_db.errors import RuleViolation

RATES = ("0", "1", "10", "20")


def test_kdv_is_rounded_half_up_for_each_item() -> None:
    # 0,025 and 0,025 are 0,03 each; together they would be 0,05
    totals = order_totals([TaxedItem(25, Decimal(10)), TaxedItem(25, Decimal(10))])

    assert totals == OrderTotals(50, 0, 0, 6, 56)


def test_the_discount_is_out_of_the_base_and_the_shipping_cost_is_in_it() -> None:
    totals = order_totals([TaxedItem(10_000, Decimal(20))], discount_cents=1_000, shipping_cents=500)

    assert (totals.tax_cents, totals.total_cents) == (1_900, 11_400)


def test_a_discount_beyond_the_subtotal_is_refused() -> None:
    with pytest.raises(RuleViolation) as refused:
        order_totals([TaxedItem(100, Decimal(20))], discount_cents=101)

    assert (refused.value.rule, refused.value.fields) == ("ck_orders_discount_within_subtotal", ("discount_cents",))


def test_the_callers_decimal_context_changes_nothing() -> None:
    items = [TaxedItem(99_999, Decimal("18.55"))]
    with localcontext(prec=2):
        in_two_digits = order_totals(items)

    assert in_two_digits == order_totals(items) == OrderTotals(99_999, 0, 0, 18_550, 118_549)


@given(
    items=st.lists(st.tuples(st.integers(1, 10**7), st.sampled_from(RATES)), min_size=1, max_size=8),
    discount=st.integers(0, 10**7),
    shipping=st.integers(0, 10**6),
)
def test_it_is_what_the_invoice_computes(items: list[tuple[int, str]], discount: int, shipping: int) -> None:
    discount = min(discount, sum(cents for cents, _ in items))
    lines = [
        {
            "description": "Ürün",
            "quantity": "1",
            "unit": "C62",
            "unit_price": cents_text(cents),
            "kdv_rate": rate,
            **({} if rate != "0" else {"exemption_code": "351"}),
        }
        for cents, rate in items
    ]
    document = {
        "issue_date": "2026-03-02",
        "currency": "TRY",
        "profile": "EARSIVFATURA",
        "type": "SATIS",
        "lines": lines,
        "allowances": [{"amount": cents_text(discount)}],
        "charges": [{"amount": cents_text(shipping)}],
    }

    invoiced = calculate(parse_document(document)).totals
    ordered = order_totals([TaxedItem(cents, Decimal(rate)) for cents, rate in items], discount, shipping)

    assert (ordered.subtotal_cents, ordered.tax_cents, ordered.total_cents) == (
        invoiced.gross,
        invoiced.kdv,
        invoiced.payable,
    )
