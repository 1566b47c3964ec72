"""Numbers and addresses that name a person, a firm, an account or an invoice.

Each function takes what a person types and returns what is stored, or raises
:class:`IdentityError`. Parsing and checksums are phonenumbers', email-validator's and
python-stdnum's; what stands here is only what those take too generously (other scripts'
digits, trailing newlines, separators, overlong text) and the Turkish field's own limits
(TURKISH_RULES §7). The libraries load on first use.

How each is written when it is stored is :mod:`platform_db.domain.patterns`'s to say; checksums
and assigned numbers are said here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Final

from pydantic import AfterValidator, Strict

from platform_db.domain import patterns
from platform_db.domain.phones import phone, turkish_phone
from platform_db.domain.refusals import IdentityError, Refusal, field, text_within
from platform_db.errors import Message

__all__ = [
    "LONGEST_EMAIL",
    "BuyerTckn",
    "EmailAddress",
    "Iban",
    "IdentityError",
    "InvoiceNumber",
    "Phone",
    "Tckn",
    "TurkishPhone",
    "Vkn",
    "buyer_tckn",
    "email_address",
    "iban",
    "invoice_number",
    "phone",
    "tckn",
    "turkish_phone",
    "vkn",
]

LONGEST_EMAIL: Final = 254
"""Characters of an e-mail address (RFC 5321)."""

_IBAN_SHAPE: Final = re.compile(patterns.IBAN_TR)
_INVOICE_NUMBER_SHAPE: Final = re.compile(patterns.INVOICE_NUMBER)
_DIGITS: Final = re.compile("[0-9]+")
_LONGEST: Final = 64

_EMAIL_FORMAT: Final = (
    "email_format",
    Message("E-posta adresi geçerli değil", "The e-mail address is not valid"),
)
_TCKN_FORMAT: Final = (
    "tckn_format",
    Message("T.C. kimlik numarası 11 rakamdır, ilki 0 olamaz", "A TCKN has 11 digits, the first of them not 0"),
)
_TCKN_CHECKSUM: Final = (
    "tckn_checksum",
    Message(
        "T.C. kimlik numarasının kontrol basamakları tutmuyor",
        "The check digits of the TCKN do not fit the others",
    ),
)
_VKN_FORMAT: Final = (
    "vkn_format",
    Message("Vergi kimlik numarası 10 rakamdır", "A VKN has 10 digits"),
)
_VKN_CHECKSUM: Final = (
    "vkn_checksum",
    Message(
        "Vergi kimlik numarasının kontrol basamağı tutmuyor",
        "The check digit of the VKN does not fit the others",
    ),
)
_IBAN_FORMAT: Final = (
    "iban_format",
    Message(
        "IBAN TR ile başlar ve 26 karakterdir; yalnız boşlukla ayrılabilir",
        "A Turkish IBAN begins with TR and has 26 characters; only spaces may part them",
    ),
)
_IBAN_CHECKSUM: Final = (
    "iban_checksum",
    Message("IBAN'ın kontrol basamakları tutmuyor", "The check digits of the IBAN do not fit the rest"),
)
_INVOICE_NUMBER_FORMAT: Final = (
    "invoice_number_format",
    Message(
        "Fatura numarası üç büyük harf ya da rakam, yıl (20xx) ve dokuz rakamdır",
        "An invoice number is three capital letters or digits, the year (20xx) and nine digits",
    ),
)


def email_address(text: str) -> str:
    """Write an e-mail address with its domain in lower case, in NFC, the local part kept.

    As email-validator in strict mode, without asking DNS: no quoted local part, no address
    literal, no display name, no reserved domain; internationalised addresses are taken.
    (The library folds the role names of RFC 2142, ``INFO@`` to ``info@``, and no other
    local part; I is never folded to ı.)

    Raises
    ------
    IdentityError
        ``email_format``.

    Examples
    --------
    >>> email_address("Ahmet.Yilmaz@Firma.COM.TR")
    'Ahmet.Yilmaz@firma.com.tr'
    """
    from email_validator import EmailNotValidError, validate_email

    written = text_within(text, LONGEST_EMAIL, _EMAIL_FORMAT)
    try:
        # Every option is said: the library's defaults are module variables that anyone may set.
        address = validate_email(
            written,
            allow_smtputf8=True,
            allow_empty_local=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            strict=True,
            check_deliverability=False,
            test_environment=False,
            globally_deliverable=True,
        )
    except EmailNotValidError:
        raise IdentityError(*_EMAIL_FORMAT) from None
    return address.normalized


def tckn(text: str) -> str:
    """Check a TCKN (T.C. kimlik numarası, a person): eleven digits with two check digits.

    Raises
    ------
    IdentityError
        ``tckn_format`` or ``tckn_checksum``.

    Examples
    --------
    >>> tckn("10000000146")
    '10000000146'
    """
    from stdnum.tr import tckimlik

    return _checked(text, tckimlik.validate, _TCKN_FORMAT, _TCKN_CHECKSUM)


def buyer_tckn(text: str) -> str:
    """Check the TCKN of an invoice's buyer: as :func:`tckn`, or 11111111111, the final consumer.

    Raises
    ------
    IdentityError
        ``tckn_format`` or ``tckn_checksum``.

    Examples
    --------
    >>> buyer_tckn("11111111111")
    '11111111111'
    """
    return patterns.FINAL_CONSUMER if text == patterns.FINAL_CONSUMER else tckn(text)


def vkn(text: str) -> str:
    """Check a VKN (vergi kimlik numarası, a taxpayer): ten digits, the last a check digit.

    Raises
    ------
    IdentityError
        ``vkn_format`` or ``vkn_checksum``.

    Examples
    --------
    >>> vkn("0150015264")
    '0150015264'
    """
    from stdnum.tr import vkn as turkish_vkn

    return _checked(text, turkish_vkn.validate, _VKN_FORMAT, _VKN_CHECKSUM)


def _checked(
    value: object,
    validate: Callable[[str], str],
    badly_written: Refusal,
    untrue: Refusal,
) -> str:
    from stdnum.exceptions import InvalidChecksum, ValidationError

    text = text_within(value, _LONGEST, badly_written)
    if _DIGITS.fullmatch(text) is None:
        raise IdentityError(*badly_written)
    try:
        return validate(text)
    except InvalidChecksum:
        raise IdentityError(*untrue) from None
    except ValidationError:
        raise IdentityError(*badly_written) from None


def iban(text: str) -> str:
    """Write a Turkish IBAN as 26 characters, in upper case and without spaces.

    Raises
    ------
    IdentityError
        ``iban_format`` or ``iban_checksum``.

    Examples
    --------
    >>> iban("tr33 0006 1005 1978 6457 8413 26")
    'TR330006100519786457841326'
    """
    from stdnum import iban as international
    from stdnum.exceptions import ValidationError

    written = text_within(text, _LONGEST, _IBAN_FORMAT).replace(" ", "")
    # Only ASCII is raised: the capitals of "ı" and "ſ" are ASCII letters.
    normal = written.upper() if written.isascii() else written
    if _IBAN_SHAPE.fullmatch(normal) is None:
        raise IdentityError(*_IBAN_FORMAT)
    try:
        international.validate(normal)
    except ValidationError:
        raise IdentityError(*_IBAN_CHECKSUM) from None
    # Modulo 97 alone takes 00, 01 and 99 for 97, 98 and 02, which ISO 13616 never gives out.
    if international.calc_check_digits(normal) != normal[2:4]:
        raise IdentityError(*_IBAN_CHECKSUM)
    return normal


def invoice_number(text: str) -> str:
    """Check an invoice number: series of three, year, nine digits (GİB's form).

    Raises
    ------
    IdentityError
        ``invoice_number_format``.

    Examples
    --------
    >>> invoice_number("ABC2026000000001")
    'ABC2026000000001'
    """
    number = text_within(text, _LONGEST, _INVOICE_NUMBER_FORMAT)
    if _INVOICE_NUMBER_SHAPE.fullmatch(number) is None:
        raise IdentityError(*_INVOICE_NUMBER_FORMAT)
    return number


# For input models. A refused value is an error of its field: "type" is the rule, "ctx" holds "tr" and "en".
TurkishPhone = Annotated[str, Strict(), AfterValidator(field(turkish_phone))]
Phone = Annotated[str, Strict(), AfterValidator(field(phone))]
EmailAddress = Annotated[str, Strict(), AfterValidator(field(email_address))]
Tckn = Annotated[str, Strict(), AfterValidator(field(tckn))]
BuyerTckn = Annotated[str, Strict(), AfterValidator(field(buyer_tckn))]
Vkn = Annotated[str, Strict(), AfterValidator(field(vkn))]
Iban = Annotated[str, Strict(), AfterValidator(field(iban))]
InvoiceNumber = Annotated[str, Strict(), AfterValidator(field(invoice_number))]
