"""Measured quantities: decimals of ten digits that are above zero, or at least zero."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

from platform_db.domain.fields import Numeric
from platform_db.domain.models import InputModel
from platform_db.domain.rules import Message

__all__ = ["Part", "non_negative", "positive"]

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


def _side(axis: str) -> Numeric:
    return positive(
        f"{axis}_positive", Message(f"Parçanın {axis.upper()} ölçüsü", f"The part's {axis.upper()}"), places=3
    )


class Part(InputModel):
    """The box that a part fills, in millimetres to the micrometre.

    >>> Part(x_mm=Decimal(30), y_mm=Decimal(10), z_mm=Decimal(20)).sides
    (Decimal('10'), Decimal('20'), Decimal('30'))
    """

    entity = "parts"

    x_mm: Annotated[Decimal, _side("x")]
    y_mm: Annotated[Decimal, _side("y")]
    z_mm: Annotated[Decimal, _side("z")]

    @property
    def sides(self) -> tuple[Decimal, Decimal, Decimal]:
        """Its sides, the shortest first."""
        shortest, middle, longest = sorted((self.x_mm, self.y_mm, self.z_mm))
        return shortest, middle, longest
