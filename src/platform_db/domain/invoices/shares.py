"""What is left of a sold line, and the share of it that a return or a price reduction takes.

Shares are taken of what is left and rounded half up; whoever takes the last of a line takes
all that is left. So the returns of a line never give back more than was sold, and together
exactly that. Figures are whole minor units; quantities and rates are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Final, cast

from platform_db.domain.invoices.calculation.arithmetic import gross_of, plain
from platform_db.domain.invoices.calculation.arithmetic import part as rated
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.json_values import JsonObject

__all__ = ["LineLeft", "Share", "Taken", "credited", "left_of", "price_without_kdv", "share"]

_WHOLE_E4: Final = 10**6
_UNIT: Final = 2 * 10**6
_BEYOND: Final = 3 * 10**6
"""A tax stays within 1.5 of the rate of its base, as the CHECKs ask; both in parts of a two-millionth."""

# Never the caller's context: its precision must not change a quantity.
_EXACT: Final = Context(prec=100, traps=[InvalidOperation, Inexact])


@dataclass(frozen=True, slots=True)
class Taken:
    """A line of an earlier return, or of an earlier price reduction, which takes no quantity."""

    line: InvoiceLine
    is_credit: bool


@dataclass(frozen=True, slots=True)
class LineLeft:
    """What of a sold line was not given back yet; figures in minor units of the invoice's currency.

    ``net_cents`` is the line's net with its share of the document's allowances and charges,
    without taxes. ``line`` is the sold line as it returns: KDV that was not collected does
    not come back.
    """

    line: InvoiceLine
    quantity: Decimal
    net_cents: int
    other_taxes_cents: tuple[int, ...]
    kdv_cents: int
    withheld_cents: int

    @property
    def line_number(self) -> int:
        """The line's place in the invoice, from 1."""
        return self.line.line_number

    @property
    def is_untouched(self) -> bool:
        """Whether nothing of the line was given back."""
        return self == _whole(self.line)


@dataclass(frozen=True, slots=True)
class Share:
    """Figures of a line of a return, in minor units; ``other_taxes`` are the sold line's with their amounts."""

    gross_cents: int
    discount_cents: int
    charge_cents: int
    net_cents: int
    other_taxes: tuple[JsonObject, ...]
    other_taxes_cents: int
    other_taxes_in_base_cents: int
    kdv_base_cents: int
    kdv_cents: int
    withheld_cents: int


def left_of(sold: InvoiceLine, taken: Iterable[Taken]) -> LineLeft:
    """What is left of a line after every return and price reduction of it that stands."""
    left = _whole(sold)
    quantity, net, kdv, withheld = _e8(left.quantity), left.net_cents, left.kdv_cents, left.withheld_cents
    taxes = list(left.other_taxes_cents)
    for earlier in taken:
        if not earlier.is_credit:
            quantity -= _e8(earlier.line.quantity)
        net -= _spread(earlier.line)
        kdv -= earlier.line.kdv_cents
        withheld -= earlier.line.withheld_cents
        for place, tax in enumerate(earlier.line.other_taxes[: len(taxes)]):
            taxes[place] -= _amount(_tax(tax))
    return LineLeft(
        line=sold,
        quantity=Decimal(plain(max(quantity, 0), 8)),
        net_cents=max(net, 0),
        other_taxes_cents=tuple(max(tax, 0) for tax in taxes),
        kdv_cents=max(kdv, 0),
        withheld_cents=max(withheld, 0),
    )


def price_without_kdv(line: InvoiceLine) -> Decimal:
    """A unit price that includes KDV without it, at 8 places, rounded half up."""
    whole = _WHOLE_E4 + _e4(line.kdv_rate)
    return Decimal(plain((2 * _e8(line.unit_price) * _WHOLE_E4 + whole) // (2 * whole), 8))


def share(left: LineLeft, quantity: Decimal, unit_price: Decimal) -> Share:
    """The figures of ``quantity`` of what is left; all of them where it is all that is left.

    ``unit_price`` is without KDV, and the gross the quantity at that price; by what it is
    more than the share, there is a discount, by what it is less, a charge.
    """
    part, whole = _e8(quantity), _e8(left.quantity)
    net = _part_of(left.net_cents, part, whole)
    taxes = tuple(
        _part_of(amount, part, whole) if _rate_of(tax) is None else _tax_share(left, place, net)
        for place, (amount, tax) in enumerate(zip(left.other_taxes_cents, _taxes(left.line), strict=True))
    )
    return _figures(left, net, taxes, gross_of(part, _e8(unit_price)))


def credited(left: LineLeft, net_cents: int) -> Share:
    """The figures of taking ``net_cents``, an amount without taxes, off the price of what is left.

    The line must carry no other taxes than KDV.
    """
    return _figures(left, net_cents, (), net_cents)


def _figures(left: LineLeft, net: int, taxes: tuple[int, ...], gross: int) -> Share:
    line = left.line
    in_base = [tax["in_kdv_base"] is True for tax in _taxes(line)]
    taxes_in_base = sum(amount for amount, counts in zip(taxes, in_base, strict=False) if counts)
    left_in_base = sum(amount for amount, counts in zip(left.other_taxes_cents, in_base, strict=True) if counts)
    base = net + taxes_in_base
    kdv = _rated(left.kdv_cents, base, left.net_cents + left_in_base, _e4(line.kdv_rate))
    withheld = 0
    if line.withholding_percent is not None:
        percent = _e4(Decimal(line.withholding_percent))
        withheld = min(_rated(left.withheld_cents, kdv, left.kdv_cents, percent), kdv)
    return Share(
        gross_cents=gross,
        discount_cents=max(gross - net, 0),
        charge_cents=max(net - gross, 0),
        net_cents=net,
        other_taxes=tuple({**tax, "amount_cents": amount} for tax, amount in zip(_taxes(line), taxes, strict=False)),
        other_taxes_cents=sum(taxes),
        other_taxes_in_base_cents=taxes_in_base,
        kdv_base_cents=base,
        kdv_cents=kdv,
        withheld_cents=withheld,
    )


def _tax_share(left: LineLeft, place: int, net: int) -> int:
    rate = _rate_of(_taxes(left.line)[place])
    assert rate is not None  # noqa: S101 - asked for taxes with a rate only
    return _rated(left.other_taxes_cents[place], net, left.net_cents, _e4(rate))


def _rated(left: int, base: int, base_left: int, rate_e4: int) -> int:
    """Of a tax that is left, the share of ``base``: what remains is the rate of what remains, rounded.

    So errors of rounding never add up. The share itself stays as near to the rate of its
    base as the table's rules ask.
    """
    wanted = left - rated(base_left - base, rate_e4)
    exact = 2 * base * rate_e4
    lowest, highest = (exact - _BEYOND) // _UNIT + 1, -(-(exact + _BEYOND) // _UNIT) - 1
    return max(0, min(max(wanted, lowest), highest, left))


def _whole(line: InvoiceLine) -> LineLeft:
    return LineLeft(
        line=line,
        quantity=line.quantity,
        net_cents=_spread(line),
        other_taxes_cents=tuple(_amount(tax) for tax in _taxes(line)),
        kdv_cents=line.kdv_cents,
        withheld_cents=line.withheld_cents,
    )


def _spread(line: InvoiceLine) -> int:
    return line.net_cents - line.allowance_share_cents + line.charge_share_cents


def _taxes(line: InvoiceLine) -> tuple[JsonObject, ...]:
    return tuple(map(_tax, line.other_taxes))


def _tax(listed: object) -> JsonObject:
    return cast("JsonObject", listed)


def _amount(tax: Mapping[str, object]) -> int:
    return cast("int", tax["amount_cents"])


def _rate_of(tax: Mapping[str, object]) -> Decimal | None:
    rate = tax["rate"]
    return None if rate is None else Decimal(str(rate))


def _part_of(amount: int, part: int, whole: int) -> int:
    return (2 * amount * part + whole) // (2 * whole)


def _e8(value: Decimal) -> int:
    return int(value.scaleb(8, _EXACT))


def _e4(value: Decimal) -> int:
    return int(value.scaleb(4, _EXACT))
