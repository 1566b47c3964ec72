"""Names and texts as the server reads them, whatever stands in them."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from platform_db.errors import UsageError

__all__ = ["LONGEST_NAME", "literal", "name", "names", "texts"]

LONGEST_NAME: Final = 63
"""Bytes; the server cuts a longer one, and two may become the same."""

_PREPARER: Final = PGDialect_asyncpg().identifier_preparer


def name(text: str) -> str:
    """An identifier, quoted where it must be.

    >>> name("users"), name("order"), name('a"; DROP TABLE users; --')
    ('users', '"order"', '"a""; DROP TABLE users; --"')

    Raises
    ------
    UsageError
        It is empty, holds U+0000, or is longer than the server keeps.
    """
    size = len(text.encode())
    if not text or "\0" in text or size > LONGEST_NAME:
        message = f"{text!r} is no name of PostgreSQL: 1 to {LONGEST_NAME} bytes without U+0000"
        raise UsageError(message)
    return _PREPARER.quote(text)


def names(several: tuple[str, ...]) -> str:
    """Identifiers in a row.

    >>> names(("id", "user"))
    'id, "user"'
    """
    return ", ".join(name(each) for each in several)


def literal(text: str | None) -> str:
    r"""A text as a literal, under every setting of ``standard_conforming_strings``.

    >>> print(literal("it's"), literal(None), literal("a\\b"))
    'it''s' NULL E'a\\b'

    Raises
    ------
    UsageError
        It holds U+0000, which no text of PostgreSQL does.
    """
    if text is None:
        return "NULL"
    if "\0" in text:
        message = "a text of PostgreSQL holds no U+0000"
        raise UsageError(message)
    quoted = text.replace("'", "''")
    return f"'{quoted}'" if "\\" not in quoted else "E'" + quoted.replace("\\", "\\\\") + "'"


def texts(array: object) -> tuple[str, ...]:
    """The elements of an array that the server gave.

    >>> texts(["id", "user_id"])
    ('id', 'user_id')
    """
    return tuple(str(each) for each in cast("list[object]", array))
