"""Canonical JSON (RFC 8785), byte for byte what the database's ``canonical_json`` writes."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from math import inf, isfinite, nextafter
from typing import TYPE_CHECKING, Final, cast

import orjson
import rfc8785

if TYPE_CHECKING:
    from pydantic import JsonValue

__all__ = ["canonical_json", "canonical_stored"]

_SAFE: Final = 2**53 - 1
_FAST: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_FAST_DEPTH: Final = 200
"""Nesting that orjson writes for certain; deeper values take the slow path."""
_INEXACT: Final = "a number that a double does not hold exactly"
_TOO_DEEP: Final = "the value is nested too deeply for canonical JSON"


def canonical_json(value: JsonValue) -> bytes:
    """Write ``value`` as RFC 8785 says: keys in UTF-16 order, ES6 numbers, UTF-8, no spaces.

    Equal bytes mean equal values. A whole number beyond ±(2**53 - 1) is written when its
    double has exactly this value as its shortest form (``10**20``), as the database does.

    Raises
    ------
    ValueError
        A number that a double does not hold exactly, NaN or infinity, a lone surrogate,
        a key that is not a string, a type that JSON does not have, or nesting beyond the
        interpreter's recursion limit.

    Examples
    --------
    >>> canonical_json({"b": 1.0, "a": [10**20, "ş"]}).decode()
    '{"a":[100000000000000000000,"ş"],"b":1}'
    """
    try:
        if _is_plain(value, _FAST_DEPTH):
            return orjson.dumps(value, option=_FAST)
        return rfc8785.dumps(_with_doubles(value))
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except UnicodeEncodeError:
        message = "a lone surrogate has no UTF-8 form"
        raise ValueError(message) from None
    except TypeError as error:
        raise ValueError(str(error)) from None


def canonical_stored(text: str) -> bytes:
    """Canonical JSON of a jsonb value, given as the text that the server writes.

    Stricter than reading the text first: a number with more digits than its double holds
    would read as another number, so it is refused instead.

    Raises
    ------
    ValueError
        As for `canonical_json`; such a value was not written through the audit trigger.
    """
    if text == "{}":
        return b"{}"
    try:
        value = cast("JsonValue", orjson.loads(text))
        if _is_plain(value, _FAST_DEPTH):
            return orjson.dumps(value, option=_FAST)
        return rfc8785.dumps(_with_doubles(json.loads(text, parse_float=_stored_number, parse_int=_stored_number)))
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None


def _is_plain(value: object, depth: int) -> bool:
    """Whether orjson writes ``value`` as RFC 8785 does: ASCII keys, and no number but safe integers."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return -_SAFE <= cast("int", value) <= _SAFE
    if depth == 0:
        return False
    if kind is dict:
        for key, item in cast("dict[object, object]", value).items():
            if type(key) is not str or not key.isascii() or not (type(item) is str or _is_plain(item, depth - 1)):
                return False
        return True
    return kind is list and all(_is_plain(item, depth - 1) for item in cast("list[object]", value))


def _with_doubles(value: JsonValue) -> JsonValue:
    """The value with each large whole number as the double that stands for it."""
    if isinstance(value, dict):
        entries: dict[str, JsonValue] = {}
        for key, item in value.items():  # no comprehension: it would halve the depth that the stack allows
            entries[key] = _with_doubles(item)
        return entries
    if isinstance(value, list):
        items: list[JsonValue] = []
        for item in value:
            items.append(_with_doubles(item))  # noqa: PERF401
        return items
    if isinstance(value, int) and not -_SAFE <= value <= _SAFE:
        double = _double(str(value))
        if Decimal(repr(double)) != value:
            raise ValueError(_INEXACT)
        return double
    return value


def _stored_number(digits: str) -> int | float:
    """The number that ``digits`` write, if PostgreSQL reads ``digits::float8::text`` back as the same number."""
    number = Decimal(digits)
    if number == number.to_integral_value() and abs(number) <= _SAFE:
        return int(number)
    double = _double(digits)
    if number != _server_digits(double):
        raise ValueError(_INEXACT)
    return double


def _double(digits: str) -> float:
    double = float(digits)
    if not isfinite(double):
        raise ValueError(_INEXACT)
    return double


def _server_digits(double: float) -> Decimal:
    """The number that PostgreSQL writes for a double: the shortest digits that no other double could claim.

    Python (and ECMAScript) also use digits that lie exactly between two doubles when
    reading rounds them to this one; PostgreSQL then takes the next longer digits.
    """
    shortest = Decimal(repr(double))
    between = [
        (Fraction(double) + Fraction(nextafter(double, bound))) / 2
        for bound in (-inf, inf)
        if isfinite(nextafter(double, bound))
    ]
    if Fraction(shortest) not in between:
        return shortest
    for length in range(len(shortest.as_tuple().digits), 17):
        nearest = Decimal(f"{double:.{length - 1}e}")
        unit = Decimal((0, (1,), nearest.adjusted() - length + 1))
        for candidate in (nearest, nearest + unit, nearest - unit):
            if float(candidate) == double and Fraction(candidate) not in between:
                return candidate
    return Decimal(f"{double:.16e}")
