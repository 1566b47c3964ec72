"""What an order comes to: items, discount and shipping cost in, KDV and total out; exact to the kuruş."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import Final

from platform_db.domain.invoices.calculation.arithmetic import part
from platform_db.domain.orders.order import Order
from platform_db.domain.rounding import largest_remainder
from platform_db.errors import RuleViolation

__all__ = ["OrderTotals", "TaxedItem", "order_totals"]

_DISCOUNT_WITHIN_SUBTOTAL: Final = replace(Order.refusal("discount_within_subtotal"), fields=("discount_cents",))
_E4: Final = 4
# Never the caller's context: its precision must not change a rate.
_EXACT: Final = Context(prec=100)


@dataclass(frozen=True, slots=True)
class TaxedItem:
    """An item by what it costs without KDV (minor units), and its KDV rate in percent."""

    total_price_cents: int
    kdv_rate: Decimal


@dataclass(frozen=True, slots=True)
class OrderTotals:
    """The amounts of an order, in minor units of its currency: total = subtotal + tax + shipping − discount."""

    subtotal_cents: int
    discount_cents: int
    shipping_cents: int
    tax_cents: int
    total_cents: int


def order_totals(items: Sequence[TaxedItem], discount_cents: int = 0, shipping_cents: int = 0) -> OrderTotals:
    """Sum an order up, as its invoice will (:func:`~platform_db.domain.invoices.calculate`).

    Prices and shipping cost are without KDV. The discount is out of the base of KDV and the
    shipping cost is in it (KDVK art. 25 and 24): both are spread over the items in proportion
    to their totals by largest remainder, and each item's KDV is rounded half up.

    Parameters
    ----------
    items
        At least one, each above zero.
    discount_cents, shipping_cents
        Not negative; minor units.

    Raises
    ------
    RuleViolation
        The discount exceeds the subtotal (``ck_orders_discount_within_subtotal``).

    Examples
    --------
    >>> order_totals([TaxedItem(10_000, Decimal(20)), TaxedItem(5_000, Decimal(10))], 1_500, 3_000)
    OrderTotals(subtotal_cents=15000, discount_cents=1500, shipping_cents=3000, tax_cents=2750, total_cents=19250)
    """
    nets = [item.total_price_cents for item in items]
    subtotal = sum(nets)
    if discount_cents > subtotal:
        raise RuleViolation(_DISCOUNT_WITHIN_SUBTOTAL)
    rates = [int(item.kdv_rate.scaleb(_E4, context=_EXACT)) for item in items]
    # Among equal remainders the larger item is served first, then the higher rate, as on the invoice.
    served = sorted(range(len(items)), key=lambda place: (-nets[place], -rates[place]))
    ranks = [0] * len(items)
    for rank, place in enumerate(served):
        ranks[place] = rank
    discounts, costs = (largest_remainder(amount, nets, ranks) for amount in (discount_cents, shipping_cents))
    tax = sum(
        part(net - discount + cost, rate)
        for net, discount, cost, rate in zip(nets, discounts, costs, rates, strict=True)
    )
    return OrderTotals(subtotal, discount_cents, shipping_cents, tax, subtotal + tax + shipping_cents - discount_cents)
