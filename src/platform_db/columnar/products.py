"""Quantity times unit price, exact in 64 bits wherever the product without surplus zeros is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from platform_db.columnar.arithmetic import rounded
from platform_db.domain.invoices.calculation import bounds
from platform_db.domain.money import MAX_CENTS

if TYPE_CHECKING:
    from platform_db.columnar.arithmetic import Flags, Whole
    from platform_db.columnar.columns import Figures

__all__ = ["gross_of"]


def gross_of(quantity: Figures, unit_price: Figures) -> tuple[Whole, Flags | None]:
    """The rounded product of each row in kuruş, and the rows whose product does not fit; None where all do."""
    quantities, prices = quantity.values, unit_price.values
    places = quantity.scale + unit_price.scale - bounds.AMOUNT.exponent
    unit, step = 10 ** max(places, 0), 10 ** max(-places, 0)
    if int(quantities.max()) * int(prices.max()) * step <= MAX_CENTS - unit:
        return rounded(quantities * prices * step if step > 1 else quantities * prices, unit), None
    fits = _fits(quantities, prices, (MAX_CENTS - unit) // step)
    gross = rounded(np.where(fits, quantities, 0) * prices * step, unit)
    long = np.flatnonzero(~fits)
    gross[long], fits[long] = _without_surplus_zeros(quantities[long], prices[long], unit)
    return gross, None if fits.all() else ~fits


def _fits(quantities: Whole, prices: Whole, most: Whole | int) -> Flags:
    return prices <= most // np.maximum(quantities, 1)


def _without_surplus_zeros(quantities: Whole, prices: Whole, unit: int) -> tuple[Whole, Flags]:
    """The same for rows with long fractions, whose last digits are mostly zeros: 120.00000000 is 120."""
    units = np.full(len(quantities), unit)
    factors = [quantities, prices]
    for place, factor in enumerate(factors):
        while (ends := (factor % 10 == 0) & (units > 1)).any():
            factor = np.where(ends, factor // 10, factor)  # noqa: PLW2901 - the same factor, shorter
            units = np.where(ends, units // 10, units)
        factors[place] = factor
    fits = _fits(factors[0], factors[1], MAX_CENTS - units)
    return rounded(np.where(fits, factors[0], 0) * factors[1], units), fits
