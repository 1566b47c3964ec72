"""Lira outside, whole minor units (kuruş) inside.

Stored money is an ``int`` of minor units beside a :class:`Currency`. People and programs
give lira as ``Decimal``, text or ``moneyed.Money``; :func:`to_cents` is the only way in.
Every currency here has two places.
"""

from __future__ import annotations

import re
import sys
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, Overflow
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final, TypeGuard

from pydantic import BeforeValidator, ValidationInfo

from platform_db.domain.refusals import MoneyError
from platform_db.domain.rounding import NOT_FINITE, OUT_OF_RANGE, largest_remainder, round_half_up
from platform_db.errors import Message, RuleViolation, Violation

if TYPE_CHECKING:
    from moneyed import Money

__all__ = [
    "MAX_CENTS",
    "MIN_CENTS",
    "Amount",
    "Currency",
    "Lira",
    "MoneyError",
    "convert",
    "from_cents",
    "in_try",
    "largest_remainder",
    "money",
    "round_half_up",
    "to_cents",
]


class Currency(StrEnum):
    """The currencies of documents, by ISO 4217; the lira comes first and is the default."""

    TRY = "TRY"
    USD = "USD"
    EUR = "EUR"
    GBP = "GBP"


MIN_CENTS: Final = -(2**63)
MAX_CENTS: Final = 2**63 - 1
"""What a ``bigint`` column holds."""

_PLACES: Final = 2
_PER_UNIT: Final = 10**_PLACES

# Never the caller's context: its precision and traps must not change an amount.
_EXACT: Final = Context(prec=100, rounding=ROUND_HALF_UP, traps=[InvalidOperation, Overflow, Inexact])
_STEP: Final = Decimal((0, (1,), -_PLACES))

_WRITTEN: Final = re.compile(r"[0-9]+(?:\.([0-9]+))?")
_LONGEST: Final = 40
_HIGHEST_EXPONENT: Final = len(str(MAX_CENTS))

_TYPE: Final = (
    "amount_type",
    Message(
        "Tutar ondalık sayı ya da metin olarak verilmelidir, kayan noktalı sayı olarak değil",
        "Give the amount as a decimal or as text, never as a float",
    ),
)
_FORMAT: Final = (
    "amount_format",
    Message(
        "Tutar yalnız rakamlardan ve en çok bir noktadan oluşur",
        "An amount is written in digits with at most one point",
    ),
)
_TOO_FINE: Final = (
    "amount_places",
    Message("Tutar en çok iki ondalık basamak taşır", "An amount has at most two decimal places"),
)
_CURRENCY: Final = (
    "amount_currency",
    Message(
        "Tutarın para birimi beklenenden farklı",
        "The amount is in another currency than expected",
    ),
)
_CURRENCY_ELSEWHERE: Final = (
    "amount_currency",
    Message(
        "Para birimi belgede durur; tutarı ondalık sayı ya da metin olarak verin",
        "The document holds the currency; give the amount as a decimal or as text",
    ),
)
_RATE: Final = (
    "rate_positive",
    Message("Kur sıfırdan büyük, sonlu bir sayı olmalıdır", "The rate must be finite and greater than zero"),
)


def to_cents(value: Decimal | str | int | Money, currency: Currency = Currency.TRY) -> int:
    """Turn an amount in lira (or in units of ``currency``) into whole minor units, exactly.

    Parameters
    ----------
    value
        ``Decimal`` (surplus zeros do not matter), an ``int`` of whole units, ``Money`` in
        ``currency``, or text of ASCII digits with at most one point and two places. Text is
        taken as written: ``"1.500"`` is refused, because to a Turkish reader it says one
        thousand five hundred.
    currency
        The currency the amount is expected in.

    Raises
    ------
    MoneyError
        A float, a bool or another type (``amount_type``); text written otherwise
        (``amount_format``); NaN or infinity (``amount_finite``); more than two places
        (``amount_places``); not within 64 bits (``amount_range``); ``Money`` in another
        currency (``amount_currency``).

    Examples
    --------
    >>> to_cents("1234.5"), to_cents(Decimal("0.01")), to_cents(7)
    (123450, 1, 700)
    """
    return _cents(value, currency)


def _cents(value: object, currency: Currency) -> int:
    match value:
        case Decimal():
            return _decimal_cents(value)
        case str():
            return _decimal_cents(_written(value))
        case int() if not isinstance(value, bool):
            return _within_range(value * _PER_UNIT)
        case _ if _is_money(value):
            if value.currency.code != currency:
                raise MoneyError(*_CURRENCY)
            return _decimal_cents(value.amount)
        case _:
            raise MoneyError(*_TYPE)


def _written(text: str) -> Decimal:
    if len(text) > _LONGEST:
        raise MoneyError(*_FORMAT)
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise MoneyError(*_FORMAT)
    if len(match[1] or "") > _PLACES:
        raise MoneyError(*_TOO_FINE)
    return Decimal(text)


def _decimal_cents(value: Decimal) -> int:
    if not value.is_finite():
        raise MoneyError(*NOT_FINITE)
    if not value:
        return 0
    if value.adjusted() > _HIGHEST_EXPONENT:
        raise MoneyError(*OUT_OF_RANGE)
    try:
        units = value.quantize(_STEP, context=_EXACT)
    except Inexact:
        raise MoneyError(*_TOO_FINE) from None
    return _within_range(int(units.scaleb(_PLACES, context=_EXACT)))


def _within_range(cents: int) -> int:
    if not MIN_CENTS <= cents <= MAX_CENTS:
        raise MoneyError(*OUT_OF_RANGE)
    return cents


def _is_money(value: object) -> TypeGuard[Money]:
    # Whoever holds a Money has loaded moneyed (and Babel with it); nobody else pays for that.
    if "moneyed" not in sys.modules:
        return False
    from moneyed import Money

    return isinstance(value, Money)


def from_cents(cents: int) -> Decimal:
    """Write minor units as a decimal of exactly two places.

    Examples
    --------
    >>> from_cents(123450), from_cents(-5)
    (Decimal('1234.50'), Decimal('-0.05'))
    """
    return Decimal(cents).scaleb(-_PLACES, context=_EXACT)


def money(cents: int, currency: Currency) -> Money:
    """Turn minor units into ``moneyed.Money``, which refuses to mix currencies.

    Examples
    --------
    >>> money(1999, Currency.TRY)
    Money('19.99', 'TRY')
    """
    from moneyed import Money  # loads Babel, so on first use

    return Money(from_cents(cents), currency.value)


def convert(cents: int, rate: Decimal) -> int:
    """Convert minor units into those of another currency, rounded once by :func:`round_half_up`.

    Parameters
    ----------
    cents
        Minor units of the one currency.
    rate
        Units of the other currency for one unit of this one, above 0.

    Raises
    ------
    MoneyError
        The rate is not finite and positive (``rate_positive``); the product has more than
        100 digits or the result does not fit 64 bits (``amount_range``).

    Examples
    --------
    >>> convert(10050, Decimal("34.123456"))
    342941
    """
    if not rate.is_finite() or rate <= 0:
        raise MoneyError(*_RATE)
    try:
        product = _EXACT.multiply(Decimal(cents), rate)
    except (Inexact, Overflow):
        raise MoneyError(*OUT_OF_RANGE) from None
    if product and product.adjusted() > _HIGHEST_EXPONENT:
        raise MoneyError(*OUT_OF_RANGE)
    return _within_range(int(round_half_up(product, 0)))


def in_try(cents: int, rate: Decimal | None, entity: str) -> int:
    """The amount of a row of ``entity`` in kuruş at its exchange rate; itself without one.

    Raises
    ------
    RuleViolation
        The rate is not positive, or the amount does not fit 64 bits; at ``exchange_rate``.
    """
    if rate is None:
        return cents
    try:
        return convert(cents, rate)
    except MoneyError as refused:
        raise RuleViolation(Violation(refused.rule, ("exchange_rate",), refused.message, entity)) from None


def _lira(value: object, info: ValidationInfo) -> Decimal:
    beside = (info.data or {}).get("currency")
    return _field(value, Currency.TRY if beside is None else Currency(beside))


def _amount(value: object) -> Decimal:
    if _is_money(value):
        raise MoneyError(*_CURRENCY_ELSEWHERE).in_model()
    return _field(value, Currency.TRY)


def _field(value: object, currency: Currency) -> Decimal:
    if isinstance(value, int):
        raise MoneyError(*_TYPE).in_model()
    try:
        return from_cents(_cents(value, currency))
    except MoneyError as refused:
        raise refused.in_model() from None


Lira = Annotated[Decimal, BeforeValidator(_lira)]
"""An input field in lira: ``Decimal``, text or ``Money`` in, a ``Decimal`` of two places out.

``Money`` must be in the model's ``currency`` where such a field is declared before this
one, and in TRY where there is none. ``float``, ``bool`` and ``int`` are refused: a bare
whole number could mean lira or kuruş. The model stays in lira, so validating its dump again
changes nothing; the step to kuruş is ``to_cents(model.amount)``, taken once where the row
is made.
"""

Amount = Annotated[Decimal, BeforeValidator(_amount)]
"""As :data:`Lira`, for a part of a document whose currency stands in the document.

``Money`` is refused, because nothing here could tell whether its currency is the document's.
"""
