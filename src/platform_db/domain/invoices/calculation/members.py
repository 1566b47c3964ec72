"""Reads the members of one JSON object strictly, noting what is wrong and where.

A reader gives a stand-in (the first label, 0, "", none) for a value that is wrong, so that
reading goes on and everything wrong is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar, cast

from platform_db.domain.invoices.calculation import bounds, refusals
from platform_db.domain.invoices.calculation.bounds import Scaled
from platform_db.domain.invoices.calculation.contract import Fields
from platform_db.domain.invoices.calculation.findings import Findings
from platform_db.domain.invoices.calculation.json_text import RepeatedKeys
from platform_db.domain.invoices.calculation.refusals import Refusal

__all__ = ["Members"]

_DECIMAL = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WHOLE_DIGITS = 20
"""More than any bound has; int() never meets a longer text."""
_SHOWN_KEY = 64

_Label = TypeVar("_Label", bound=StrEnum)
_Part = TypeVar("_Part")


class Members:
    """The members of the object at ``path``; unknown, repeated and missing keys are noted at once."""

    __slots__ = ("_members", "_path", "found")

    def __init__(self, value: object, path: str, fields: Fields, found: Findings) -> None:
        self._path = path
        self.found = found
        self._members: Mapping[str, object] = {}
        if isinstance(value, dict):
            self._members = self._known(cast("dict[object, object]", value), fields)
            return
        found.add(refusals.OBJECT_EXPECTED, *([path] if path else []))
        for name in fields:
            found.mark(self.at(name))

    def _known(self, members: dict[object, object], fields: Fields) -> Mapping[str, object]:
        known: dict[str, object] = {}
        for key, value in members.items():
            if isinstance(key, str) and key in fields:
                known[key] = value
            else:
                self.found.add(refusals.FIELD_KNOWN, self.at(_shown(key)))
        for key in members.repeated if isinstance(members, RepeatedKeys) else ():
            self.found.add(refusals.FIELD_ONCE, self.at(_shown(key)))
        for name, required in fields.items():
            if required and name not in known:
                self.found.add(refusals.FIELD_REQUIRED, self.at(name))
        return known

    def at(self, name: str) -> str:
        """The dotted path of a member."""
        return f"{self._path}.{name}" if self._path else name

    def holds(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self._members.get(name) is not None

    def note(self, refusal: Refusal, name: str) -> None:
        """Note a broken rule at a member."""
        self.found.add(refusal, self.at(name))

    def label(self, name: str, labels: type[_Label], refusal: Refusal) -> _Label:
        """One of the labels; the first where the member is absent."""
        first = next(iter(labels))
        value = self._members.get(name, first.value)
        if isinstance(value, str):
            try:
                return labels(value)
            except ValueError:
                pass
        self.note(refusal, name)
        return first

    def truth(self, name: str) -> bool:
        """A boolean; false where the member is absent."""
        value = self._members.get(name, False)
        if not isinstance(value, bool):
            self.note(refusals.BOOLEAN_EXPECTED, name)
        return value is True

    def text(self, name: str) -> str:
        """Any text."""
        if name not in self._members:
            return ""
        value = self._members[name]
        if isinstance(value, str):
            return value
        self.note(refusals.TEXT_EXPECTED, name)
        return ""

    def text_or_none(self, name: str) -> str | None:
        """Any text, or none where the member is null or absent."""
        return self.text(name) if self.holds(name) else None

    def stored_text(self, name: str, longest: int, length: Refusal) -> str:
        """A text of 1 to ``longest`` characters that a database can keep."""
        text = self.text(name)
        if self.found.touch(self.at(name)):
            return text
        if not 1 <= len(text) <= longest:
            self.note(length, name)
        if "\x00" in text or _SURROGATE.search(text):
            self.note(refusals.TEXT_STORABLE, name)
        return text

    def figure(self, name: str, bound: Scaled, refusal: Refusal) -> int:
        """A decimal within its bound, as a whole number of the bound's unit."""
        return self._figure(name, bound, too_exact=refusal, outside=refusal)

    def amount(self, name: str) -> int:
        """An amount in kuruş."""
        return self._figure(name, bounds.AMOUNT, too_exact=refusals.AMOUNT_PLACES, outside=refusals.AMOUNT_FITS)

    def _figure(self, name: str, bound: Scaled, *, too_exact: Refusal, outside: Refusal) -> int:
        if name in self._members:
            scaled = _scaled(self._members[name], bound, too_exact=too_exact, outside=outside)
            if not isinstance(scaled, Refusal):
                return scaled
            self.note(scaled, name)
        return 0

    def items(self, name: str, read: Callable[[object, str, Findings], _Part]) -> tuple[_Part, ...]:
        """Each item of an array; none where the member is absent."""
        value = self._members.get(name, ())
        if value == ():
            return ()
        if not isinstance(value, list):
            self.note(refusals.LIST_EXPECTED, name)
            return ()
        path = self.at(name)
        return tuple(
            read(item, f"{path}.{index}", self.found) for index, item in enumerate(cast("list[object]", value))
        )

    def inner(self, name: str, fields: Fields) -> Members | None:
        """The object inside a member, or none where the member is null or absent."""
        return Members(self._members[name], self.at(name), fields, self.found) if self.holds(name) else None


def _scaled(value: object, bound: Scaled, *, too_exact: Refusal, outside: Refusal) -> int | Refusal:
    match = _DECIMAL.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return refusals.DECIMAL_TEXT
    whole, fraction = match[1].lstrip("0"), match[2] or ""
    if len(fraction) > bound.places:
        return too_exact
    if len(whole) > _WHOLE_DIGITS:
        return outside
    scaled = int(f"0{whole}{fraction.ljust(bound.exponent, '0')}")
    return scaled if bound.least <= scaled <= bound.most else outside


def _shown(key: object) -> str:
    """A key as it may stand in a path: short, and writable as UTF-8."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", str(key)[:_SHOWN_KEY])
