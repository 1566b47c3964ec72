"""Figures and short values as a document writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from platform_db.domain.money import from_cents
from platform_db.ubl.values import Amount, Code, Identifier, Numeric, Text

if TYPE_CHECKING:
    from platform_db.domain.money import Currency

__all__ = ["amount", "code", "identifier", "number", "plain", "text", "text_or_none"]


def amount(cents: int, currency: Currency) -> Amount:
    """An amount of two places in whole units of the currency."""
    return Amount(from_cents(cents), currency.value)


def plain(value: Decimal) -> Decimal:
    """The number without surplus zeros, exactly: GİB takes a percent as "90", never "90.0"."""
    written = format(value, "f")
    return Decimal(written.rstrip("0").rstrip(".")) if "." in written else Decimal(written)


def number(value: Decimal | int) -> Numeric:
    """A number without surplus zeros."""
    return Numeric(plain(Decimal(value)))


def text(value: str | None) -> Text:
    """A text that must stand there; empty where nothing is known."""
    return Text(value or "")


def text_or_none(value: str | None) -> Text | None:
    """A text that may be absent."""
    return None if value is None else Text(value)


def identifier(value: str, scheme_id: str | None = None) -> Identifier:
    """A number under its scheme."""
    return Identifier(value, scheme_id=scheme_id)


def code(value: str) -> Code:
    """A code of the list that its element implies."""
    return Code(value)
