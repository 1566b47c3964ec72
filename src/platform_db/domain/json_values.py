"""JSON documents that PostgreSQL's jsonb and the driver carry without loss."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

import orjson
from pydantic import JsonValue, ValidationInfo
from pydantic_core import PydanticCustomError

from platform_db.domain.trust import FROM_DATABASE

__all__ = ["MAX_DEPTH", "JsonArray", "JsonObject", "checked", "stored_bytes"]

JsonObject = dict[str, JsonValue]
JsonArray = list[JsonValue]

MAX_DEPTH = 100
_INT64 = range(-(2**63), 2**63)
_WHOLE_FLOATS = 2**53
_READ_WHOLE = (-(2**63), 2**64 - 1)


def checked(max_bytes: int | None) -> Callable[[JsonValue, ValidationInfo], JsonValue]:
    """A validator: finite numbers, whole numbers of 64 bits, no U+0000, at most 100 deep."""

    def check(value: JsonValue, info: ValidationInfo) -> JsonValue:
        if not value or info.context is FROM_DATABASE:
            return value
        fault = _fault(value, MAX_DEPTH)
        if fault is not None:
            kind = "json_value"
            text = "JSON input holds {fault}"
            raise PydanticCustomError(kind, text, {"fault": fault})
        if max_bytes is not None and stored_bytes(value) > max_bytes:
            kind = "json_size"
            text = "JSON input should take at most {max_bytes} bytes"
            raise PydanticCustomError(kind, text, {"max_bytes": max_bytes})
        return value

    return check


def _fault(value: JsonValue, depth: int) -> str | None:
    if depth < 0:
        return f"more than {MAX_DEPTH} levels"
    if isinstance(value, str):
        return _text_fault(value)
    if isinstance(value, float):
        return _float_fault(value)
    if isinstance(value, int):
        return None if value in _INT64 else "a whole number beyond 64 bits"
    if isinstance(value, dict):
        parts = (_text_fault(key) or _fault(item, depth - 1) for key, item in value.items())
    elif isinstance(value, list):
        parts = (_fault(item, depth - 1) for item in value)
    else:
        return None
    return next((fault for fault in parts if fault is not None), None)


def _float_fault(value: float) -> str | None:
    """What jsonb would not give back: it keeps the shortest decimal, which is read as a whole number up to 64 bits."""
    if not math.isfinite(value):
        return "a number that is not finite"
    if abs(value) < _WHOLE_FLOATS:
        return None
    whole = int(Decimal(repr(value)))
    return None if whole == value or not _READ_WHOLE[0] <= whole <= _READ_WHOLE[1] else "a float of more than 53 bits"


def _text_fault(text: str) -> str | None:
    if "\x00" in text:
        return "U+0000"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "a lone surrogate"
    return None


def stored_bytes(value: JsonValue) -> int:
    """The length of ``column::text`` in bytes, which is what the CHECK on size counts.

    PostgreSQL writes a space after each comma and colon and numbers without exponent.
    """
    return len(orjson.dumps(value)) + _surplus(value)


def _surplus(value: JsonValue) -> int:
    if isinstance(value, dict):
        return len(value) + max(0, len(value) - 1) + sum(map(_surplus, value.values()))
    if isinstance(value, list):
        return max(0, len(value) - 1) + sum(map(_surplus, value))
    if isinstance(value, float):
        written = orjson.dumps(value).decode()
        plain = format(Decimal(written), "f")
        return len(plain.removeprefix("-") if not value else plain) - len(written)
    return 0
