"""What an audit entry says of a change: values before and after, in a form that reads back equal."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from platform_db.domain.json_values import JsonObject

__all__ = ["before_and_after", "exact"]

_EXACT_WHOLE: Final = 2**53


def exact(value: object) -> JsonValue:
    """A column's value as JSON that every reader takes for the same.

    JSON readers hold numbers as binary fractions: decimals, and whole numbers from 2^53
    on, are text. Instants are ISO 8601 in UTC as stored.
    """
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | str():
            return value
        case int():
            return value if -_EXACT_WHOLE < value < _EXACT_WHOLE else str(value)
        case Decimal() | UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            message = f"say how a {type(value).__name__} stands in an audit entry"
            raise TypeError(message)


def before_and_after(before: Mapping[str, object], after: Mapping[str, object]) -> JsonObject:
    """The payload of an entry; a side that has no values is left out."""
    sides = {"before": before, "after": after}
    return {side: {name: exact(value) for name, value in values.items()} for side, values in sides.items() if values}
