"""Text, counted in characters, and the digests that are written as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from annotated_types import MaxLen, MinLen
from pydantic import StringConstraints
from pydantic.types import Strict

from platform_db.domain.fields.marker import Marker
from platform_db.domain.rules import Message, Rule

__all__ = ["Digest", "OneOf", "Text"]


_NUL_FREE = r"^[^\x00]*$"
_BLANK = r" \t\n\r\f\v"
_HEX_DIGIT = "[0-9a-f]"
_DIGEST_DIGITS = 64


@dataclass(frozen=True, kw_only=True)
class Text(Marker):
    r"""Text without U+0000, counted in characters.

    Attributes
    ----------
    max
        1 to ``max`` characters (``ck_<table>_<column>_length``); an absent text is NULL,
        never ``''``.
    pattern
        A regular expression that Rust, Python and PostgreSQL read alike: ``[…]``,
        ``{n}``, groups, ``^…$``; no ``.``, ``\d``, ``\s``, ``\w``, no look-around.
    not_blank
        Has a character other than space, ``\t \n \r \f \v``.
    name, message
        The constraint of ``pattern`` or ``not_blank``.
    """

    max: int | None = None
    pattern: str | None = None
    not_blank: bool = False
    name: str | None = None
    message: Message | None = None

    sql_type = "text"

    def __post_init__(self) -> None:
        if (self.name is not None) != (self.pattern is not None or self.not_blank):
            message = "a pattern and the name of its constraint belong together"
            raise TypeError(message)
        if self.pattern is not None and self.message is None:
            message = f"say in words what {self.name} means"
            raise TypeError(message)

    def __iter__(self) -> Iterator[object]:
        yield Strict()
        if self.max is not None:
            yield MinLen(1)
            yield MaxLen(self.max)
        blank_free = rf"^[^\x00]*[^{_BLANK}\x00][^\x00]*$"
        yield StringConstraints(pattern=self.pattern or (blank_free if self.not_blank else _NUL_FREE))

    def rules(self, field: str) -> Iterator[Rule]:
        limit = self.max
        if limit is not None:

            def fits(value: str) -> bool:
                return 1 <= len(value) <= limit

            yield Rule(
                name=f"{field}_length",
                fields=(field,),
                holds=fits,
                sql=f"char_length({field}) BETWEEN 1 AND {limit}",
                message=Message(
                    f"{field}: 1 ile {limit} karakter arasında olmalıdır", f"{field} must have 1 to {limit} characters"
                ),
            )
        if self.name is None:
            return
        pattern = self.pattern or f"[^{_BLANK}]"
        compiled = re.compile(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern)

        def matches(value: str) -> bool:
            return compiled.search(value) is not None

        yield Rule(
            name=self.name,
            fields=(field,),
            holds=matches,
            sql=f"{field} ~ '{pattern}'",
            message=self.message or Message(f"{field} boş olamaz", f"{field} must not be blank"),
        )


@dataclass(frozen=True, kw_only=True)
class OneOf(Marker):
    """Text that is one of a few words, where the column is no enum type; the field is their ``Literal``."""

    words: tuple[str, ...]
    name: str

    sql_type = "text"

    def __iter__(self) -> Iterator[object]:
        yield from ()

    def rules(self, field: str) -> Iterator[Rule]:
        words = self.words

        def is_one(value: str) -> bool:
            return value in words

        listed = ", ".join(words)
        quoted = ", ".join(f"'{word}'" for word in words)
        yield Rule(
            name=self.name,
            fields=(field,),
            holds=is_one,
            sql=f"{field} IN ({quoted})",
            message=Message(f"{field} şunlardan biri olmalıdır: {listed}", f"{field} must be one of {listed}"),
        )


@dataclass(frozen=True, kw_only=True)
class Digest(Marker):
    """A SHA-256, or a keyed hash of that length: 64 lower-case hexadecimal digits.

    The CHECK asks for the length and the digits apart: PostgreSQL takes ten times as long
    over ``{64}``, and the audit log judges three digests an entry.
    """

    name: str

    sql_type = "text"

    def __iter__(self) -> Iterator[object]:
        yield Strict()
        yield StringConstraints(pattern=rf"^{_HEX_DIGIT}{{{_DIGEST_DIGITS}}}$")

    def rules(self, field: str) -> Iterator[Rule]:
        compiled = re.compile(rf"{_HEX_DIGIT}{{{_DIGEST_DIGITS}}}")

        def matches(value: str) -> bool:
            return compiled.fullmatch(value) is not None

        yield Rule(
            name=self.name,
            fields=(field,),
            holds=matches,
            sql=f"octet_length({field}) = {_DIGEST_DIGITS} AND {field} ~ '^{_HEX_DIGIT}*$'",
            message=Message(
                f"{field}: SHA-256 özeti {_DIGEST_DIGITS} küçük onaltılık hanedir",
                f"{field}: a SHA-256 is {_DIGEST_DIGITS} lower-case hexadecimal digits",
            ),
        )
