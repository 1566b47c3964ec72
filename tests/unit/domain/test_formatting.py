"""What a person reads: exact, Turkish wherever the process runs, and readable back."""

from __future__ import annotations

import decimal
import os
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import pytest
from babel.dates import parse_date
from babel.numbers import parse_decimal
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata

from platform_db.domain import formatting, identity
from platform_db.domain.instants import EARLIEST_DAY, LATEST_DAY
from platform_db.domain.money import MAX_CENTS, MIN_CENTS, Currency, from_cents

MONTHS = (
    "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık",
)  # fmt: skip
CENTS = st.integers(MIN_CENTS, MAX_CENTS)
DAYS = st.dates(EARLIEST_DAY, LATEST_DAY)
NUMBERS = st.decimals(0, 10**18, allow_nan=False, allow_infinity=False, places=8)


UNHURRIED = settings(deadline=None)
"""The first call loads Babel's Turkish."""


def read(text: str) -> Decimal:
    return parse_decimal(text, locale="tr_TR", strict=True)


@UNHURRIED
@given(CENTS, st.sampled_from(Currency))
def test_an_amount_is_read_back_to_the_kurus(cents: int, currency: Currency) -> None:
    amount, unit = formatting.money_text(cents, currency).split(" ")
    assert read(amount) == from_cents(cents)
    assert formatting.money_text(cents, None) == amount
    assert unit == ("TL" if currency is Currency.TRY else currency.value)
    assert amount[-3] == ","


@UNHURRIED
@given(CENTS)
def test_the_sign_of_the_lira_stands_before_the_same_figure(cents: int) -> None:
    assert formatting.symbol_text(cents).replace("₺", "") == formatting.money_text(cents, None)


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "0,00 TL"),
        (1, "0,01 TL"),
        (-1, "-0,01 TL"),
        (99999, "999,99 TL"),
        (100000, "1.000,00 TL"),
        (MAX_CENTS, "92.233.720.368.547.758,07 TL"),
        (MIN_CENTS, "-92.233.720.368.547.758,08 TL"),
    ],
)
def test_amounts_at_the_edges(cents: int, text: str) -> None:
    assert formatting.money_text(cents) == text


@UNHURRIED
@given(NUMBERS)
def test_a_number_keeps_every_place(number: Decimal) -> None:
    assert read(formatting.decimal_text(number)) == number
    assert read(formatting.price_text(number)) == number
    assert read(formatting.percent_text(number).removeprefix("%")) == number


def test_the_callers_decimal_context_changes_nothing() -> None:
    with decimal.localcontext(decimal.Context(prec=3, traps=[decimal.Inexact, decimal.Rounded])):
        assert formatting.money_text(MAX_CENTS) == "92.233.720.368.547.758,07 TL"
        assert formatting.symbol_text(MAX_CENTS) == "₺92.233.720.368.547.758,07"
        assert formatting.decimal_text(Decimal("40.123456")) == "40,123456"
        assert formatting.price_text(Decimal("1234.56789")) == "1.234,56789"
        assert formatting.percent_text(Decimal("12.3456")) == "%12,3456"


@UNHURRIED
@given(DAYS)
def test_a_day_is_read_back(day: date) -> None:
    assert datetime.strptime(formatting.day_text(day), "%d.%m.%Y").date() == day  # noqa: DTZ007 - a day has no zone
    assert parse_date(formatting.day_text(day), locale="tr_TR") == day
    number, month, year = formatting.day_in_words(day).split(" ")
    assert date(int(year), MONTHS.index(month) + 1, int(number)) == day
    assert formatting.month_in_words(day) == f"{month} {year}"


@UNHURRIED
@given(st.sampled_from(["+902122930000", "+905321234567", "+908502220333", "+908001234567", "+4930901820"]))
def test_a_phone_is_stored_again_as_it_was(stored: str) -> None:
    assert identity.phone(formatting.phone_text(stored)) == stored
    assert identity.phone(formatting.international_phone_text(stored)) == stored


@pytest.mark.parametrize("kind", ["mobile", "fixed_line", "toll_free", "uan"])
def test_every_kind_of_turkish_number_is_read_back(kind: str) -> None:
    turkey = PhoneMetadata.metadata_for_region("TR")
    example = getattr(turkey, kind).example_number
    if kind == "uan":
        # The library's own example is a 444 number, which is not stored.
        example = "8502220333"
    stored = identity.turkish_phone(f"+90{example}")
    assert identity.turkish_phone(formatting.phone_text(stored)) == stored


def test_an_iban_is_stored_again_as_it_was() -> None:
    stored = "TR330006100519786457841326"
    assert identity.iban(formatting.iban_text(stored)) == stored


@pytest.mark.parametrize("locale", ["C", "en_US.UTF-8", "de_DE.UTF-8", "ar_EG.UTF-8"])
def test_the_process_locale_changes_nothing(locale: str) -> None:
    program = (
        "from datetime import date; from platform_db.domain import formatting as f;"
        "print(ascii([f.money_text(123456), f.symbol_text(123456), f.percent_text(20),"
        " f.day_in_words(date(2026, 11, 20)), f.day_text(date(2026, 11, 20))]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "LC_ALL": locale, "LANG": locale, "LANGUAGE": locale},
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == ascii(["1.234,56 TL", "₺1.234,56", "%20", "20 Kasım 2026", "20.11.2026"])


def test_the_libraries_load_on_first_use() -> None:
    program = (
        "import sys; import platform_db.domain.formatting as f;"
        "assert not {'babel', 'phonenumbers', 'stdnum'} & set(sys.modules), 'too early';"
        "f.money_text(1); assert 'babel' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
