"""Measured quantities: decimals of ten digits that are above zero, or at least zero."""

from __future__ import annotations

from typing import Final

from platform_db.domain.fields import Numeric
from platform_db.domain.rules import Message

__all__ = ["non_negative", "positive"]

_DIGITS: Final = 10


def positive(name: str, quantity: Message, *, places: int = 2) -> Numeric:
    """Mark a column that holds a measure above zero, in ten digits, ``places`` of them decimals.

    Parameters
    ----------
    name
        The constraint, without the table.
    quantity
        What is measured, as the sentence about it begins: ``Message("Yoğunluk", "The density")``.
    places
        Decimal places; a value that has more is refused, never rounded.

    >>> positive("density_positive", Message("Yoğunluk", "The density"), places=3).lt
    10000000
    """
    limit = _limit(places)
    message = Message(
        f"{quantity.tr} sıfırdan büyük ve {limit} değerinden küçük olmalı; {_precision(places).tr}",
        f"{quantity.en} must be above zero and below {limit}, {_precision(places).en}",
    )
    return Numeric(places=places, gt=0, lt=limit, name=name, message=message)


def non_negative(name: str, quantity: Message, *, places: int = 2) -> Numeric:
    """Mark a column that holds a measure of zero or more, otherwise as :func:`positive`."""
    limit = _limit(places)
    message = Message(
        f"{quantity.tr} sıfırdan küçük olamaz, {limit} değerinden küçük olmalı; {_precision(places).tr}",
        f"{quantity.en} must not be negative and must be below {limit}, {_precision(places).en}",
    )
    return Numeric(places=places, ge=0, lt=limit, name=name, message=message)


def _limit(places: int) -> int:
    return 10 ** (_DIGITS - places)


def _precision(places: int) -> Message:
    return Message(f"en çok {places} ondalık basamak taşımalıdır", f"with at most {places} decimal places")
