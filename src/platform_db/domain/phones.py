"""Phone numbers, stored in E.164 form.

phonenumbers parses and knows which numbers are assigned. What stands here is what it takes
too generously (other scripts' digits, keypad letters, extensions, line ends, a 0 after the
plus) and which Turkish numbers are kept (TURKISH_RULES §7). It loads on first use.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from platform_db.domain import patterns
from platform_db.domain.refusals import IdentityError, Refusal, text_within
from platform_db.errors import Message

__all__ = ["phone", "turkish_phone"]

_TURKISH_SHAPE: Final = re.compile(patterns.TURKISH_PHONE)
_SHAPE: Final = re.compile(patterns.PHONE)
_SEPARATORS: Final = str.maketrans("", "", " .-()")
_DIALLED: Final = re.compile(r"(?:\+[1-9]|[0-9])[0-9]+")
_LONGEST: Final = 64

_TURKISH_FORMAT: Final = (
    "turkish_phone_format",
    Message(
        "Türkiye telefon numarası +90 ve on rakamdır (5xx, 2xx–4xx, 800, 850); harf ve dahili numara yazılmaz",
        "A Turkish phone number is +90 and ten digits (5xx, 2xx–4xx, 800, 850), without letters or extension",
    ),
)
_FORMAT: Final = (
    "phone_format",
    Message(
        "Telefon numarası + ve ülke koduyla ya da Türkiye'deki biçimiyle yazılır; harf ve dahili numara yazılmaz",
        "A phone number is written with + and country code, or in Turkish form, without letters or extension",
    ),
)
_NOT_ASSIGNED: Final = Message("Böyle bir telefon numarası verilmemiştir", "No such phone number is assigned")
_TURKISH_UNASSIGNED: Final = ("turkish_phone_unassigned", _NOT_ASSIGNED)
_UNASSIGNED: Final = ("phone_unassigned", _NOT_ASSIGNED)


def turkish_phone(text: str) -> str:
    """Write a Turkish phone number as ``+90`` and ten digits.

    Takes ASCII digits parted by spaces, dots, dashes and parentheses, with or without 0,
    90, 0090 or +90: mobile 5xx, geographic 2xx to 4xx, 800 and 850. No letters, no
    extension, no seven-digit 444 numbers, no premium numbers.

    Raises
    ------
    IdentityError
        ``turkish_phone_format``, or ``turkish_phone_unassigned`` for an area or operator
        code that is not in use.

    Examples
    --------
    >>> turkish_phone("(0532) 123 45 67"), turkish_phone("0 850 222 0 333")
    ('+905321234567', '+908502220333')
    """
    bare = text_within(text, _LONGEST, _TURKISH_FORMAT).translate(_SEPARATORS)
    mobile = _mobile().fullmatch(bare)
    if mobile is not None:
        return f"+90{mobile[1]}"
    return _dialled(bare, _TURKISH_SHAPE, _TURKISH_FORMAT, _TURKISH_UNASSIGNED)


def phone(text: str) -> str:
    """Write a phone number of any country in E.164 form: ``+``, country code, number.

    A foreign number needs its country code after ``+`` or 00; anything else is read as
    :func:`turkish_phone` reads it, and a Turkish number has to satisfy the same limits.

    Raises
    ------
    IdentityError
        ``phone_format``, or ``phone_unassigned`` where the country has no such number.

    Examples
    --------
    >>> phone("+49 30 901820"), phone("0532 123 45 67")
    ('+4930901820', '+905321234567')
    """
    bare = text_within(text, _LONGEST, _FORMAT).translate(_SEPARATORS)
    mobile = _mobile().fullmatch(bare)
    if mobile is not None:
        return f"+90{mobile[1]}"
    return _dialled(bare, _SHAPE, _FORMAT, _UNASSIGNED)


@cache
def _mobile() -> re.Pattern[str]:
    """Build the fast way: the library's own pattern of Turkish mobile numbers, behind every prefix."""
    from phonenumbers import PhoneMetadata

    turkey = PhoneMetadata.metadata_for_region("TR")
    mobile = None if turkey is None else turkey.mobile
    pattern = None if mobile is None else mobile.national_number_pattern
    if pattern is None:
        message = "phonenumbers has no pattern of Turkish mobile numbers"
        raise LookupError(message)
    # Its \d would take other scripts' digits.
    return re.compile(rf"(?:\+90|0090|90|0)?({pattern})", re.ASCII)


def _dialled(bare: str, stored: re.Pattern[str], badly_written: Refusal, unassigned: Refusal) -> str:
    import phonenumbers

    if _DIALLED.fullmatch(bare) is None:
        raise IdentityError(*badly_written)
    try:
        number = phonenumbers.parse(bare, "TR")
    except phonenumbers.NumberParseException:
        raise IdentityError(*badly_written) from None
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if stored.fullmatch(normal) is None:
        raise IdentityError(*badly_written)
    if not phonenumbers.is_valid_number(number):
        raise IdentityError(*unassigned)
    return normal
