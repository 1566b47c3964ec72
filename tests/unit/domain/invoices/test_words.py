"""Amounts in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_db.domain.invoices.words import amount_in_words, number_in_words
from platform_db.domain.money import MAX_CENTS, Currency

WORDS = {
    "bir": 1,
    "iki": 2,
    "üç": 3,
    "dört": 4,
    "beş": 5,
    "altı": 6,
    "yedi": 7,
    "sekiz": 8,
    "dokuz": 9,
    "on": 10,
    "yirmi": 20,
    "otuz": 30,
    "kırk": 40,
    "elli": 50,
    "altmış": 60,
    "yetmiş": 70,
    "seksen": 80,
    "doksan": 90,
}
POWERS = {"bin": 10**3, "milyon": 10**6, "milyar": 10**9, "trilyon": 10**12, "katrilyon": 10**15}
TOKEN = re.compile("|".join(sorted([*WORDS, *POWERS, "yüz"], key=len, reverse=True)))


def read_back(words: str) -> int:
    """The number that joined words say, read from left to right."""
    total = group = 0
    assert TOKEN.sub("", words) == ""
    for token in TOKEN.findall(words):
        if token == "yüz":
            group = (group or 1) * 100
        elif token in POWERS:
            total += (group or 1) * POWERS[token]
            group = 0
        else:
            group += WORDS[token]
    return total + group


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "sıfır"),
        (1, "bir"),
        (10, "on"),
        (11, "onbir"),
        (100, "yüz"),
        (101, "yüzbir"),
        (110, "yüzon"),
        (200, "ikiyüz"),
        (999, "dokuzyüzdoksandokuz"),
        (1000, "bin"),
        (1001, "binbir"),
        (1100, "binyüz"),
        (2000, "ikibin"),
        (11000, "onbirbin"),
        (21001, "yirmibirbinbir"),
        (100000, "yüzbin"),
        (101000, "yüzbirbin"),
        (141220, "yüzkırkbirbinikiyüzyirmi"),
        (1000000, "birmilyon"),
        (1001000, "birmilyonbin"),
        (1007191110, "birmilyaryedimilyonyüzdoksanbirbinyüzon"),
        (10**12, "birtrilyon"),
        (10**15, "birkatrilyon"),
    ],
)
def test_numbers_are_joined_words(number: int, words: str) -> None:
    assert number_in_words(number) == words


@pytest.mark.parametrize("number", [-1, 10**18])
def test_a_number_beyond_the_words_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="only 0 to below 1000000000000000000"):
        number_in_words(number)


@given(st.integers(1, MAX_CENTS // 100))
def test_words_say_the_number(number: int) -> None:
    assert read_back(number_in_words(number)) == number


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [
        (1980000, Currency.TRY, "Yalnız ondokuzbinsekizyüz Türk Lirası"),
        (327000, Currency.TRY, "Yalnız üçbinikiyüzyetmiş Türk Lirası"),
        (11010, Currency.TRY, "Yalnız yüzon Türk Lirası on kuruş"),
        (100, Currency.TRY, "Yalnız bir Türk Lirası"),
        (0, Currency.TRY, "Yalnız sıfır Türk Lirası"),
        (5, Currency.TRY, "Yalnız sıfır Türk Lirası beş kuruş"),
        (60000, Currency.USD, "Yalnız altıyüz ABD Doları"),
        (1050, Currency.EUR, "Yalnız on Euro elli sent"),
        (101, Currency.GBP, "Yalnız bir İngiliz Sterlini bir peni"),
        (
            MAX_CENTS,
            Currency.TRY,
            (
                "Yalnız doksanikikatrilyonikiyüzotuzüçtrilyonyediyüzyirmimilyarüçyüzaltmışsekizmilyon"
                "beşyüzkırkyedibinyediyüzellisekiz Türk Lirası yedi kuruş"
            ),
        ),
    ],
)
def test_amounts_name_their_currency_and_leave_out_zero_hundredths(cents: int, currency: Currency, text: str) -> None:
    assert amount_in_words(cents, currency) == text
