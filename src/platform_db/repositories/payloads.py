"""What an audit entry says of a change: values before and after, in a form that reads back equal."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import JsonValue

    from platform_db.domain.json_values import JsonObject
    from platform_db.domain.models import StoredModel

__all__ = ["before_and_after", "exact", "given"]

_EXACT_WHOLE: Final = 2**53


def exact(value: object) -> JsonValue:
    """A column's value as JSON that every reader takes for the same.

    JSON readers hold numbers as binary fractions: decimals, whole numbers from 2^53 on, and
    fractions of more than 15 digits, are text. Instants are ISO 8601 in UTC as stored. A
    document keeps its form.
    """
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | str():
            return value
        case int() | float():
            return value if _reads_back(value) else str(value)
        case dict():
            return {name: exact(item) for name, item in cast("JsonObject", value).items()}
        case list():
            return [exact(item) for item in cast("list[JsonValue]", value)]
        case Decimal() | UUID() | datetime() | date():
            return value.isoformat() if isinstance(value, date) else str(value)
        case _:
            message = f"say how a {type(value).__name__} stands in an audit entry"
            raise TypeError(message)


def _reads_back(number: float) -> bool:
    """Whether every reader finds this very number again."""
    if isinstance(number, int):
        return -_EXACT_WHOLE < number < _EXACT_WHOLE
    return float(f"{number:.15g}") == number


def given(row: StoredModel, columns: Iterable[str]) -> dict[str, object]:
    """The values of these columns, without those that are NULL."""
    return {name: value for name in columns if (value := getattr(row, name)) is not None}


def before_and_after(before: Mapping[str, object], after: Mapping[str, object]) -> JsonObject:
    """The payload of an entry; a side that has no values is left out."""
    sides = {"before": before, "after": after}
    return {side: {name: exact(value) for name, value in values.items()} for side, values in sides.items() if values}
