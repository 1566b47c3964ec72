"""What a rule's example is: the smallest change that breaks it, and the nearest one that does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

__all__ = [
    "BEFORE_FIRST",
    "BEFORE_FIRST_DAY",
    "END",
    "FIRST",
    "FIRST_DAY",
    "LAST",
    "LAST_DAY",
    "OVER_LAST_DAY",
    "Changes",
    "Example",
    "json_array",
    "json_object",
]

Changes = Mapping[str, object]
"""Columns that take other values than in the table's ``ROW``."""

FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
BEFORE_FIRST: Final = datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
LAST: Final = datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
END: Final = datetime(2100, 1, 1, tzinfo=UTC)

FIRST_DAY: Final = date(2005, 1, 1)
BEFORE_FIRST_DAY: Final = date(2004, 12, 31)
LAST_DAY: Final = date(2099, 12, 31)
OVER_LAST_DAY: Final = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Example:
    """Changes to a table's valid row, written by hand.

    Attributes
    ----------
    refused
        Breaks this one rule and no other. (A table's ``IMPLIED`` names the rules that follow
        from others; those others are then broken too.)
    legal
        Breaks none, and is as near to ``refused`` as the rule allows.
    more
        Further changes that break this rule alone: one for each part of the rule.
    """

    refused: Changes
    legal: Changes
    more: tuple[Changes, ...] = ()

    @property
    def every_refused(self) -> tuple[Changes, ...]:
        """``refused`` and ``more``."""
        return (self.refused, *self.more)


def json_object(size: int) -> dict[str, object]:
    """A document that PostgreSQL writes in ``size`` bytes: ``{"k": "xx…"}``."""
    return {"k": "x" * (size - len('{"k": ""}'))}


def json_array(size: int) -> list[object]:
    """A document that PostgreSQL writes in ``size`` bytes: ``["xx…"]``."""
    return ["x" * (size - len('[""]'))]
