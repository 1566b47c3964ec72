"""The e-mail address as a users row keeps it, in Python and in PostgreSQL alike.

Input is held to more than this: :func:`platform_db.domain.identity.email_address` also
refuses reserved domains. A stored address may be ``deleted-<id>@anonymised.invalid``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import AfterValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from platform_db.domain.fields import Text
from platform_db.domain.rules import Message, Rule
from platform_db.domain.trust import FROM_DATABASE

__all__ = ["StoredEmail"]

_LONGEST_LOCAL_PART: Final = 64

# PostgreSQL's [[:cntrl:]] takes U+0080 to U+009F as well; under COLLATE "C" [[:space:]] and lower() are ASCII's.
_NOT_IN_EMAIL: Final = re.compile(r'[\x00-\x20\x7f-\x9f"(),:;<>\[\]\\]')
_SHAPE: Final = re.compile(r"[^@.]+(?:\.[^@.]+)*@(?:[^@.]+\.)+[^@.]+")
_MESSAGE: Final = Message(
    "E-posta adresi geçerli değil (ad@alan.uzantı; alan adı küçük harfle yazılır)",
    "The e-mail address is not valid (name@domain.tld, the domain in lower case)",
)


def _is_email(email: str) -> bool:
    if _NOT_IN_EMAIL.search(email) is not None or _SHAPE.fullmatch(email) is None:
        return False
    local, _, domain = email.partition("@")
    return len(local) <= _LONGEST_LOCAL_PART and not any("A" <= letter <= "Z" for letter in domain)


def _checked(email: str | None, info: ValidationInfo) -> str | None:
    if email is not None and info.context is not FROM_DATABASE and not _is_email(email):
        kind = "email_format"
        raise PydanticCustomError(kind, "{en}", {"tr": _MESSAGE.tr, "en": _MESSAGE.en})
    return email


@dataclass(frozen=True, kw_only=True)
class StoredEmail(Text):
    """Text of the form of an e-mail address (``ck_<table>_email_format``); the column has ``COLLATE "C"``."""

    def __iter__(self) -> Iterator[object]:
        yield from super().__iter__()
        yield AfterValidator(_checked)

    def rules(self, field: str) -> Iterator[Rule]:
        yield from super().rules(field)
        yield Rule(
            name="email_format",
            fields=(field,),
            holds=_is_email,
            sql=(
                rf"""{field} !~ '[[:space:][:cntrl:]"(),:;<>\[\]\\]'"""
                rf" AND {field} ~ '^[^@.]+(\.[^@.]+)*@([^@.]+\.)+[^@.]+$'"
                f" AND strpos({field}, '@') <= {_LONGEST_LOCAL_PART + 1}"
                f" AND split_part({field}, '@', 2) = lower(split_part({field}, '@', 2))"
            ),
            message=_MESSAGE,
        )
