"""What the parsers of the domain raise."""

from __future__ import annotations

from collections.abc import Callable
from typing import LiteralString, TypeVar

from pydantic_core import PydanticCustomError

from platform_db.errors import Message

__all__ = ["IdentityError", "MoneyError", "Refusal", "Refused", "field", "text_within"]

Refusal = tuple[LiteralString, Message]
"""A rule's name and what is said when it is broken."""

_Stored = TypeVar("_Stored")


class Refused(ValueError):
    """A value that the domain does not take; never holds the value itself.

    Attributes
    ----------
    rule
        The stable name of what is broken: ``tckn_checksum``.
    message
        What to tell a person, in Turkish and English.
    """

    def __init__(self, rule: LiteralString, message: Message) -> None:
        super().__init__(rule, message)
        self.rule: LiteralString = rule
        self.message = message

    def __str__(self) -> str:
        return str(self.message)

    def in_model(self) -> PydanticCustomError:
        """Say the same as the error of a model's field: ``type`` is the rule, ``ctx`` holds both languages."""
        return PydanticCustomError(self.rule, "{tr} / {en}", {"tr": self.message.tr, "en": self.message.en})


class IdentityError(Refused):
    """Not such a number or address.

    ``rule`` is ``<kind>_format``, or where the writing is right ``<kind>_checksum`` or
    ``<kind>_unassigned``.
    """


class MoneyError(Refused):
    """An amount or rate that cannot be taken exactly.

    ``rule`` is one of ``amount_type``, ``amount_format``, ``amount_finite``,
    ``amount_places``, ``amount_range``, ``amount_currency``, ``rate_positive``.
    """


def text_within(value: object, longest: int, otherwise: Refusal) -> str:
    """Return ``value`` when it is text of at most ``longest`` characters.

    Libraries that parse text take time with its length; none is asked about more than this.

    Raises
    ------
    IdentityError
        With the rule and message of ``otherwise``.
    """
    if not isinstance(value, str) or len(value) > longest:
        raise IdentityError(*otherwise)
    return value


def field(parse: Callable[[str], _Stored]) -> Callable[[str], _Stored]:
    """Make a parser a validator of model fields, which keeps the name of the broken rule."""

    def validate(text: str) -> _Stored:
        try:
            return parse(text)
        except Refused as refused:
            raise refused.in_model() from None

    return validate
