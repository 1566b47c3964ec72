"""Where amounts are rounded and spread: exact arithmetic, nothing lost, nothing gained."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, Overflow
from typing import TYPE_CHECKING, Final

from platform_db.domain.refusals import MoneyError
from platform_db.errors import Message

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

__all__ = ["NOT_FINITE", "OUT_OF_RANGE", "largest_remainder", "round_half_up"]

NOT_FINITE: Final = ("amount_finite", Message("Tutar sonlu bir sayı olmalıdır", "The amount must be a finite number"))
OUT_OF_RANGE: Final = (
    "amount_range",
    Message("Tutar 64 bitlik kuruşa sığmıyor", "The amount does not fit 64-bit minor units"),
)

# Never the caller's context: its precision and traps must not change an amount.
_ROUNDING: Final = Context(prec=100, rounding=ROUND_HALF_UP, traps=[InvalidOperation, Overflow])
_STEPS: Final = tuple(Decimal((0, (1,), -places)) for places in range(31))


def round_half_up(value: Decimal, places: int = 2) -> Decimal:
    """Round to ``places`` decimals: half or more counts as one, less is dropped.

    The only rounding of amounts there is (Law 5083 art. 2, on results of operations in
    lira). Negative values mirror positive ones. The result is exact whatever the caller's decimal
    context says, has exactly ``places`` decimals, and is never ``-0``.

    Parameters
    ----------
    value
        A finite number.
    places
        0 to 30.

    Raises
    ------
    MoneyError
        ``value`` is NaN or infinite (``amount_finite``), or the result would need more than
        100 digits (``amount_range``).

    Examples
    --------
    >>> round_half_up(Decimal("1.005"))
    Decimal('1.01')
    >>> round_half_up(Decimal("-2.5"), 0)
    Decimal('-3')
    """
    if not value.is_finite():
        raise MoneyError(*NOT_FINITE)
    try:
        rounded = value.quantize(_STEPS[places], context=_ROUNDING)
    except InvalidOperation:
        raise MoneyError(*OUT_OF_RANGE) from None
    return rounded or rounded.copy_abs()


def largest_remainder(total: int, weights: Sequence[int], ranks: Sequence[SupportsRichComparison]) -> list[int]:
    """Spread ``total`` over ``weights`` in whole units, so that the shares add up to it.

    Each share is its exact part rounded down, and the units left over go one each to the
    largest remainders. A weight of 0 gets nothing. With distinct ``ranks`` the share of an
    item does not depend on where it stands.

    Parameters
    ----------
    total
        Minor units, not negative.
    weights
        Not negative; the parts are in proportion to them.
    ranks
        One sort key for each weight: among equal remainders the smaller rank is served
        first, then the earlier item.

    Raises
    ------
    ValueError
        A negative argument, another number of ranks than weights, or something to spread
        and no weight above 0 to carry it.

    Examples
    --------
    >>> largest_remainder(100, [1, 1, 1], ranks=[2, 1, 3])
    [33, 34, 33]
    """
    if len(ranks) != len(weights):
        message = f"{len(weights)} weights need as many ranks, got {len(ranks)}"
        raise ValueError(message)
    whole = sum(weights)
    if total < 0 or any(weight < 0 for weight in weights) or (total and not whole):
        message = "a total of 0 or more needs weights of 0 or more, one of them above 0 to carry it"
        raise ValueError(message)
    if not total:
        return [0] * len(weights)
    parts = [divmod(total * weight, whole) for weight in weights]
    shares = [share for share, _ in parts]
    in_turn = sorted(range(len(parts)), key=lambda item: (-parts[item][1], ranks[item], item))
    for item in in_turn[: total - sum(shares)]:
        shares[item] += 1
    return shares
