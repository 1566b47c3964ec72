"""Amounts in Turkish words, as an invoice writes them.

KDV General Communiqué 117 §3.4.2.1 shows joined words; no binding form for kuruş is known
(unverified). The words are made here because num2words 0.5.14 drops digits in Turkish:
141220 becomes "yüzkırkbinikiyüzyirmi", a thousand too little.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from platform_db.domain.money import Currency

__all__ = ["UNIT_NAMES", "amount_in_words", "number_in_words"]

UNIT_NAMES: Final = MappingProxyType(
    {
        Currency.TRY: ("Türk Lirası", "kuruş"),
        Currency.USD: ("ABD Doları", "sent"),
        Currency.EUR: ("Euro", "sent"),
        Currency.GBP: ("İngiliz Sterlini", "peni"),
    },
)
"""The name of each currency and of its hundredth."""

_ONES = ("", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
_THOUSANDS = ("", "bin", "milyon", "milyar", "trilyon", "katrilyon")
_LIMIT = 10 ** (3 * len(_THOUSANDS))


def amount_in_words(cents: int, currency: Currency) -> str:
    """The amount of ``cents`` (kuruş for TRY, at least 0) in words; hundredths only where there are any.

    >>> amount_in_words(1980000, Currency.TRY)
    'Yalnız ondokuzbinsekizyüz Türk Lirası'
    >>> amount_in_words(11010, Currency.TRY)
    'Yalnız yüzon Türk Lirası on kuruş'
    """
    unit, hundredth = UNIT_NAMES[currency]
    whole, rest = divmod(cents, 100)
    text = f"Yalnız {number_in_words(whole)} {unit}"
    return f"{text} {number_in_words(rest)} {hundredth}" if rest else text


def number_in_words(number: int) -> str:
    """``number`` (0 to below 10^18) in joined lower-case Turkish words.

    A hundred is "yüz" and a thousand "bin", without "bir"; a million is "birmilyon".

    Raises
    ------
    ValueError
        The number is negative or too large.
    """
    if not 0 <= number < _LIMIT:
        message = f"only 0 to below {_LIMIT} can be written in words"
        raise ValueError(message)
    if number == 0:
        return "sıfır"
    groups: list[str] = []
    for name in _THOUSANDS:
        number, group = divmod(number, 1000)
        if group:
            groups.append(name if name == "bin" and group == 1 else _below_thousand(group) + name)
        if not number:
            break
    return "".join(reversed(groups))


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    hundred = "" if not hundreds else "yüz" if hundreds == 1 else f"{_ONES[hundreds]}yüz"
    return f"{hundred}{_TENS[tens]}{_ONES[ones]}"
