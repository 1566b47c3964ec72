"""Values as a Turkish reader expects them: money, rates, quantities, days and numbers.

Babel knows how Turkish is written (CLDR), phonenumbers how numbers are dialled; each is asked
for Turkish by name, so nothing depends on the process's locale or decimal context. Only for
people: a program is given ``Decimal`` and ISO dates. Both libraries load on first use.
"""

from __future__ import annotations

import decimal
import functools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final, ParamSpec

from platform_db.domain.money import Currency, from_cents

__all__ = [
    "day_in_words",
    "day_text",
    "decimal_text",
    "iban_text",
    "international_phone_text",
    "money_text",
    "month_in_words",
    "percent_text",
    "phone_text",
    "plain_text",
    "price_text",
    "symbol_text",
]

_LOCALE: Final = "tr_TR"
_EXACT: Final = decimal.Context(prec=100)
_AMOUNT: Final = "#,##0.00"
_NUMBER: Final = "#,##0.##################"
_PRICE: Final = "#,##0.00######"
_SYMBOL: Final = "¤#,##0.00"
_PERCENT: Final = "%#,##0.##################"
_LIRA: Final = "TL"
_TURKISH: Final = "+90"

_P = ParamSpec("_P")


def _exactly(write: Callable[_P, str]) -> Callable[_P, str]:
    """Keep the caller's decimal context, its precision and its traps, from changing a figure."""

    @functools.wraps(write)
    def written(*values: _P.args, **options: _P.kwargs) -> str:
        with decimal.localcontext(_EXACT):
            return write(*values, **options)

    return written


@_exactly
def money_text(cents: int, currency: Currency | None = Currency.TRY) -> str:
    """An amount of minor units as an invoice prints it: lira as TL, others by their code, None without a unit.

    Examples
    --------
    >>> money_text(123456), money_text(-5), money_text(4711, Currency.USD), money_text(100, None)
    ('1.234,56 TL', '-0,05 TL', '47,11 USD', '1,00')
    """
    from babel.numbers import format_decimal

    amount = format_decimal(from_cents(cents), _AMOUNT, locale=_LOCALE)
    if currency is None:
        return amount
    return f"{amount} {_LIRA if currency is Currency.TRY else currency.value}"


@_exactly
def symbol_text(cents: int, currency: Currency = Currency.TRY) -> str:
    """An amount of minor units with the currency's sign before it, as CLDR writes Turkish.

    Examples
    --------
    >>> symbol_text(123456), symbol_text(4711, Currency.EUR)
    ('₺1.234,56', '€47,11')
    """
    from babel.numbers import format_currency

    return format_currency(from_cents(cents), currency.value, _SYMBOL, locale=_LOCALE)


@_exactly
def decimal_text(number: Decimal) -> str:
    """A quantity or an exchange rate with all of its places (at most 18), and no more.

    Examples
    --------
    >>> decimal_text(Decimal("1234.50")), decimal_text(Decimal("40.123456"))
    ('1.234,5', '40,123456')
    """
    from babel.numbers import format_decimal

    return format_decimal(number, _NUMBER, locale=_LOCALE)


@_exactly
def price_text(price: Decimal) -> str:
    """A unit price: two places, and up to eight where it has more.

    Examples
    --------
    >>> price_text(Decimal("10000")), price_text(Decimal("0.00000001"))
    ('10.000,00', '0,00000001')
    """
    from babel.numbers import format_decimal

    return format_decimal(price, _PRICE, locale=_LOCALE)


@_exactly
def percent_text(rate: Decimal | int) -> str:
    """A rate in percent, the sign before the number.

    Examples
    --------
    >>> percent_text(20), percent_text(Decimal("7.50"))
    ('%20', '%7,5')
    """
    from babel.numbers import format_percent

    return format_percent(Decimal(rate).scaleb(-2), _PERCENT, locale=_LOCALE)


def day_text(day: date) -> str:
    """A day in figures.

    Examples
    --------
    >>> day_text(date(2026, 11, 20))
    '20.11.2026'
    """
    from babel.dates import format_date

    return format_date(day, "dd.MM.yyyy", locale=_LOCALE)


def day_in_words(day: date) -> str:
    """A day with the name of its month.

    Examples
    --------
    >>> day_in_words(date(2026, 11, 20))
    '20 Kasım 2026'
    """
    from babel.dates import format_date

    return format_date(day, "long", locale=_LOCALE)


def month_in_words(day: date) -> str:
    """The month of a day, by name.

    Examples
    --------
    >>> month_in_words(date(2026, 8, 31))
    'Ağustos 2026'
    """
    from babel.dates import format_date

    return format_date(day, "LLLL yyyy", locale=_LOCALE)


def phone_text(stored: str) -> str:
    """A stored (E.164) number as it is dialled in Türkiye: Turkish ones with 0, foreign ones with their country code.

    Examples
    --------
    >>> phone_text("+902122930000"), phone_text("+905321234567"), phone_text("+4930901820")
    ('(0212) 293 00 00', '0532 123 45 67', '+49 30 901820')
    """
    import phonenumbers

    if not stored.startswith(_TURKISH):
        return international_phone_text(stored)
    return phonenumbers.format_number(phonenumbers.parse(stored), phonenumbers.PhoneNumberFormat.NATIONAL)


def international_phone_text(stored: str) -> str:
    """A stored (E.164) number as it is dialled from abroad.

    Examples
    --------
    >>> international_phone_text("+902122930000")
    '+90 212 293 00 00'
    """
    import phonenumbers

    return phonenumbers.format_number(phonenumbers.parse(stored), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def iban_text(stored: str) -> str:
    """A stored IBAN in groups of four.

    Examples
    --------
    >>> iban_text("TR330006100519786457841326")
    'TR33 0006 1005 1978 6457 8413 26'
    """
    from stdnum import iban

    return iban.format(stored)


def plain_text(text: str) -> str:
    r"""The text without what would move a terminal's cursor or turn the direction of writing.

    Examples
    --------
    >>> plain_text("Çelik\u202e A.Ş.")
    'Çelik\\u202e A.Ş.'
    """
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
