"""What the tests of markers ask: whether Pydantic takes a value, and what the rule of the same annotation says."""

from __future__ import annotations

from functools import cache
from typing import Final, cast

from pydantic import TypeAdapter, ValidationError

from platform_db.domain.fields import Marker, Numeric
from platform_db.domain.rules import Message, combine

SAID: Final = Message("biçim", "format")
RATE: Final = Numeric(places=2, ge=0, le=100, name="rate_valid")


@cache
def adapter_of(kind: object) -> TypeAdapter[object]:
    return TypeAdapter(cast("type[object]", kind))


def accepts(kind: object, value: object) -> bool:
    """Whether Pydantic takes a Python value."""
    try:
        adapter_of(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def accepts_json(kind: object, text: str) -> bool:
    try:
        adapter_of(kind).validate_json(text)
    except ValidationError:
        return False
    return True


def holds(marker: Marker, value: object) -> bool:
    """Whether the rules of the marker hold for a value of the column's type."""
    return not any(rule.broken_by({"field": value}) for rule in combine(marker.rules("field")))


def sql(marker: Marker) -> dict[str, str]:
    return {rule.name: rule.sql for rule in marker.rules("field")}
