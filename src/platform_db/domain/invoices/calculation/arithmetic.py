"""Exact whole-number arithmetic in kuruş. Nothing here knows a float or a Decimal.

Every result is rounded half up (Law 5083 art. 2: half a kuruş or more counts as one, less
is dropped). All figures are at least 0.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "PERCENT_E4",
    "cents_text",
    "converted",
    "discount_of",
    "gross_of",
    "part",
    "percent_of",
    "plain",
    "rounded",
    "tax_inside",
]

_E8_SQUARED_TO_CENTS: Final = 10**14
PERCENT_E4: Final = 10**6
"""The whole of what is counted in ten-thousandths of a percent."""
_E6: Final = 10**6


def rounded(value: int, unit: int) -> int:
    """``value`` in whole units of ``unit``, half up; ``unit`` is even, or 1.

    >>> rounded(150, 100), rounded(149, 100)
    (2, 1)
    """
    return (value + unit // 2) // unit


def gross_of(quantity_e8: int, unit_price_e8: int) -> int:
    """Quantity times unit price, in kuruş."""
    return rounded(quantity_e8 * unit_price_e8, _E8_SQUARED_TO_CENTS)


def part(amount: int, rate_e4: int) -> int:
    """``rate_e4`` (ten-thousandths of a percent) of ``amount``.

    >>> part(5, 100000)  # ten percent of five kuruş: half a kuruş counts as one
    1
    """
    return rounded(amount * rate_e4, PERCENT_E4)


def discount_of(gross: int, rate_e4: int | None, amount: int | None) -> int:
    """A line's discount: a rate of the rounded gross, or the amount, or none."""
    return part(gross, rate_e4) if rate_e4 is not None else amount or 0


def percent_of(amount: int, percent: int) -> int:
    """A whole percent of ``amount``."""
    return rounded(amount * percent, 100)


def tax_inside(amount: int, rate_e4: int) -> int:
    """The tax that an amount including it contains: ``amount × r / (100 + r)``.

    >>> tax_inside(1100, 200000)
    183
    """
    whole = PERCENT_E4 + rate_e4
    return rounded(2 * amount * rate_e4, 2 * whole)


def converted(amount: int, rate_e6: int) -> int:
    """``amount`` at an exchange rate in millionths."""
    return rounded(amount * rate_e6, _E6)


def cents_text(amount: int) -> str:
    """An amount with its two places: ``1980000`` is ``"19800.00"``."""
    return f"{amount // 100}.{amount % 100:02d}"


def plain(value: int, places: int) -> str:
    """A whole number of 10^-places as text without surplus zeros: ``plain(85000, 4)`` is ``"8.5"``."""
    whole, fraction = divmod(value, 10**places)
    return f"{whole}.{fraction:0{places}d}".rstrip("0") if fraction else str(whole)
