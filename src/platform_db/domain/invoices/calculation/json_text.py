"""Reads JSON without losing what a plain parser hides: repeated keys, and numbers that are not text."""

from __future__ import annotations

import json
from typing import Final

from platform_db.domain.invoices.calculation.refusals import JSON_TEXT
from platform_db.errors import RuleViolation

__all__ = ["RepeatedKeys", "read_json"]

_A_NUMBER: Final = 0


class RepeatedKeys(dict[str, object]):
    """A JSON object that names keys more than once; the last value of each is kept."""

    repeated: tuple[str, ...] = ()


def read_json(text: bytes) -> object:
    """Parse one JSON document in UTF-8.

    Numbers come out as 0, whatever they were: the contract has none, so only their being
    numbers matters (and a float would already have lost digits).

    Raises
    ------
    RuleViolation
        Not UTF-8, not JSON, more than one document, a byte order mark, or nested too deeply.
    """
    try:
        return json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_members,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_number,
        )
    except (ValueError, RecursionError):
        raise RuleViolation(JSON_TEXT.at()) from None


def _number(_text: str) -> object:
    return _A_NUMBER


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    counted: dict[str, int] = {}
    for key, _ in pairs:
        counted[key] = counted.get(key, 0) + 1
    repeating = RepeatedKeys(members)
    repeating.repeated = tuple(key for key, count in counted.items() if count > 1)
    return repeating
