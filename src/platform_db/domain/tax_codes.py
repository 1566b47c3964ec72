"""GİB's codes of withholdings and exemptions as columns: how they are written, said once."""

from __future__ import annotations

from platform_db.domain import patterns
from platform_db.domain.fields import Text
from platform_db.domain.rules import Message

__all__ = ["exemption_code", "withholding_code"]


def withholding_code(name: str) -> Text:
    """A column of withholding codes (tevkifat); ``name`` is its constraint."""
    return Text(
        pattern=patterns.WITHHOLDING_CODE,
        name=name,
        message=Message(
            "Tevkifat kodu 6 veya 8 ile başlayan üç hanedir", "A withholding code has three digits, the first 6 or 8"
        ),
    )


def exemption_code(name: str) -> Text:
    """A column of exemption codes (istisna); ``name`` is its constraint."""
    return Text(
        pattern=patterns.EXEMPTION_CODE,
        name=name,
        message=Message("İstisna kodu üç hanedir", "An exemption code has three digits"),
    )
