"""Exact decimals as PostgreSQL counts them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache

from pydantic_core import PydanticCustomError

__all__ = ["canonical", "scale"]

_EXACT = Context(prec=200, traps=[InvalidOperation, Inexact])
_ZERO = Decimal(0)
_ONE = Decimal(1)


def scale(value: Decimal) -> int:
    """The number of decimal places written, as PostgreSQL's ``scale()``: ``1.50`` has two."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def canonical(places: int) -> Callable[[Decimal | None], Decimal | None]:
    """A validator that drops surplus zeros and refuses more than ``places`` decimals.

    ``1.50`` becomes ``1.5``, ``1E+2`` becomes ``100``, ``-0`` becomes ``0``. (Pydantic's
    ``decimal_places=8`` passes ``1.000000000``, which ``scale() <= 8`` refuses.)
    """

    @lru_cache(maxsize=1024)  # rates and round prices come again and again, and a table's rows are many
    def check(value: Decimal | None) -> Decimal | None:
        if value is None:
            return None
        if not value:
            return _ZERO
        exponent = value.as_tuple().exponent
        if exponent == 0:
            return value
        try:
            plain = value.normalize(_EXACT)
            if plain.as_tuple().exponent > 0:  # pyright: ignore[reportOperatorIssue] - finite: the bounds came first
                plain = plain.quantize(_ONE, context=_EXACT)
        except (Inexact, InvalidOperation):
            plain = value
        if scale(plain) > places:
            kind = "decimal_max_places"
            text = "Decimal input should have no more than {decimal_places} decimal places"
            raise PydanticCustomError(kind, text, {"decimal_places": places})
        return plain

    return check
