"""The leaves of a document: one value and its attributes, as the schema's basic types have them.

Each kind reads and writes its own text. The field of an attribute is its name in snake
case (``scheme_id`` is ``schemeID``); one without a default is required.
"""

from __future__ import annotations

import binascii
import datetime as dt
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self

from platform_db.ubl import refusals

__all__ = [
    "Amount",
    "BinaryObject",
    "Code",
    "Date",
    "Identifier",
    "Indicator",
    "Measure",
    "Numeric",
    "Quantity",
    "Text",
    "Time",
    "Unreadable",
    "Value",
]

_BLANK: Final = " \t\r\n"
_LONGEST_NUMBER: Final = 40
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_ZONE: Final = r"(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_DATE: Final = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_ZONE}")
_TIME: Final = re.compile(
    rf"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{{1,32}})?|24:00:00(\.0{{1,32}})?){_ZONE}"
)
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}


class Unreadable(ValueError):
    """The text is none of its kind; ``refusal`` says of which."""

    def __init__(self, refusal: refusals.Refusal) -> None:
        super().__init__(refusal.rule)
        self.refusal = refusal


class Value:
    """What every leaf can do."""

    __slots__ = ()

    @classmethod
    def parsed(cls, text: str) -> object:
        """The value in ``text``.

        Raises
        ------
        Unreadable
            There is none.
        """
        raise NotImplementedError

    def written(self) -> str:
        """The value as the document has it."""
        raise NotImplementedError


class _Textual(Value):
    __slots__ = ()
    value: str

    @classmethod
    def parsed(cls, text: str) -> str:
        return text

    def written(self) -> str:
        return self.value


class _Number(Value):
    __slots__ = ()
    value: Decimal

    @classmethod
    def parsed(cls, text: str) -> Decimal:
        bare = text.strip(_BLANK)
        if len(bare) > _LONGEST_NUMBER or not _NUMBER.fullmatch(bare):
            raise Unreadable(refusals.DECIMAL)
        return Decimal(bare)

    def written(self) -> str:
        # A tiny or huge number is not written out before it is known to be short.
        if not self.value.is_finite() or abs(self.value.adjusted()) > _LONGEST_NUMBER:
            raise Unreadable(refusals.DECIMAL)
        text = format(self.value, "f")
        self.parsed(text)
        return text


@dataclass(frozen=True, slots=True)
class Text(_Textual):
    """A text or a name."""

    value: str
    language_id: str | None = None
    language_locale_id: str | None = None


@dataclass(frozen=True, slots=True)
class Identifier(_Textual):
    """A number or name under which something is known."""

    value: str
    scheme_id: str | None = None
    scheme_name: str | None = None
    scheme_agency_id: str | None = None
    scheme_agency_name: str | None = None
    scheme_version_id: str | None = None
    scheme_data_uri: str | None = None
    scheme_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Code(_Textual):
    """One of a list of codes."""

    value: str
    list_id: str | None = None
    list_agency_id: str | None = None
    list_agency_name: str | None = None
    list_name: str | None = None
    list_version_id: str | None = None
    name: str | None = None
    language_id: str | None = None
    list_uri: str | None = None
    list_scheme_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Amount(_Number):
    """An amount in whole units of its currency (lira for TRY)."""

    value: Decimal
    currency_id: str
    currency_code_list_version_id: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity(_Number):
    """A quantity; ``unit_code`` is UN/ECE Recommendation 20."""

    value: Decimal
    unit_code: str | None = None
    unit_code_list_id: str | None = None
    unit_code_list_agency_id: str | None = None
    unit_code_list_agency_name: str | None = None


@dataclass(frozen=True, slots=True)
class Measure(_Number):
    """A measured size."""

    value: Decimal
    unit_code: str
    unit_code_list_version_id: str | None = None


@dataclass(frozen=True, slots=True)
class Numeric(_Number):
    """A number, a percent or a rate."""

    value: Decimal
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator(Value):
    """True or false."""

    value: bool

    @classmethod
    def parsed(cls, text: str) -> bool:
        truth = _TRUTH.get(text.strip(_BLANK))
        if truth is None:
            raise Unreadable(refusals.INDICATOR)
        return truth

    def written(self) -> str:
        return "true" if self.value else "false"


@dataclass(frozen=True, slots=True)
class Date(Value):
    """A legal day; ``zone`` is the offset that was written with it (``Z``, ``+03:00``), if any."""

    value: dt.date
    zone: str = ""

    @classmethod
    def parsed(cls, text: str) -> Self:
        match = _DATE.fullmatch(text.strip(_BLANK))
        try:
            if match is not None:
                return cls(dt.date.fromisoformat(match[1]), match[2] or "")
        except ValueError:
            pass
        raise Unreadable(refusals.DATE)

    def written(self) -> str:
        return f"{self.value.isoformat()}{self.zone}"


@dataclass(frozen=True, slots=True)
class Time(Value):
    """A time of day as ``xsd:time`` writes it, with any fraction and zone: ``07:47:00``."""

    value: str

    @classmethod
    def parsed(cls, text: str) -> str:
        bare = text.strip(_BLANK)
        if not _TIME.fullmatch(bare):
            raise Unreadable(refusals.TIME)
        return bare

    def written(self) -> str:
        return self.parsed(self.value)


@dataclass(frozen=True, slots=True)
class BinaryObject(Value):
    """A file inside the document."""

    value: bytes
    mime_code: str
    format: str | None = None
    encoding_code: str | None = None
    character_set_code: str | None = None
    uri: str | None = None
    filename: str | None = None

    @classmethod
    def parsed(cls, text: str) -> bytes:
        try:
            return b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            raise Unreadable(refusals.BASE64) from None

    def written(self) -> str:
        return b64encode(self.value).decode("ascii")
