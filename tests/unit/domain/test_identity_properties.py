"""What holds for every text: its stored form is its own normal form, and a wrong digit is noticed."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_db.domain import identity, phones
from platform_db.domain.identity import IdentityError
from tests.unit.domain.identity_parsers import KINDS, PARSERS, refusal


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_text_is_stored_in_normal_form_or_refused(kind: str, text: str) -> None:
    parse = PARSERS[kind]
    try:
        stored = parse(text)
    except IdentityError:
        return
    assert parse(stored) == stored


FORBIDDEN_IN_EMAIL = re.compile(r'[\s\x00-\x1f\x7f"(),:;<>\[\]\\]')
EMAIL_SHAPE = re.compile(r"[^@.]+(\.[^@.]+)*@([^@.]+\.)+[^@.]+")


@settings(deadline=None)
@given(
    local=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    label=st.text(st.characters(categories=["L", "Nd", "M"]), min_size=1, max_size=10),
)
def test_every_address_taken_has_the_stored_shape(local: str, label: str) -> None:
    try:
        stored = identity.email_address(f"{local}@{label}.com.tr")
    except IdentityError:
        return
    # Then it is NFC, fits the column's CHECK, and is its own normal form
    assert unicodedata.is_normalized("NFC", stored)
    assert not FORBIDDEN_IN_EMAIL.search(stored)
    assert EMAIL_SHAPE.fullmatch(stored)
    assert stored.index("@") <= 64
    assert len(stored) <= identity.LONGEST_EMAIL
    assert identity.email_address(stored) == stored


def _turkish_numbers() -> st.SearchStrategy[str]:
    digits = st.text("0123456789", min_size=7, max_size=7)
    code = st.sampled_from(["532", "505", "542", "561", "501", "512", "212", "216", "312", "352", "392", "800", "850"])
    return st.builds(str.__add__, code, digits).filter(
        lambda national: phonenumbers.is_valid_number(phonenumbers.parse(national, "TR"))
    )


@settings(deadline=None)
@given(
    national=_turkish_numbers(),
    prefix=st.sampled_from(["", "0", "90", "0090", "+90"]),
    gaps=st.lists(st.text(" .-()", max_size=2), min_size=20, max_size=20),
)
def test_every_written_form_of_a_number_is_stored_as_one(national: str, prefix: str, gaps: list[str]) -> None:
    # Given the same number with any prefix and any separators between its characters
    written = "".join(gap + character for gap, character in zip(gaps, prefix + national, strict=False)) + gaps[-1]
    # Then
    assert identity.turkish_phone(written) == f"+90{national}"
    assert identity.phone(written) == f"+90{national}"


@settings(deadline=None)
@given(bare=st.from_regex(r"(\+90|0090|90|0|\+|)[0-9]{8,11}", fullmatch=True))
def test_the_fast_way_for_mobiles_says_what_the_library_says(bare: str) -> None:
    mobile = phones._mobile().fullmatch(bare)
    if mobile is not None:
        number = phonenumbers.parse(bare, "TR")
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == f"+90{mobile[1]}"


@pytest.mark.parametrize("bare", ["53٢1234567", "5321234567\n", "532123456", "53212345678"])
def test_the_fast_way_takes_ten_ascii_digits_only(bare: str) -> None:
    assert phones._mobile().fullmatch(bare) is None


@settings(deadline=None)
@given(digits=st.text("0123456789", min_size=9, max_size=9), change=st.integers(1, 9), place=st.integers(0, 10))
def test_one_wrong_digit_of_a_tckn_is_noticed(digits: str, change: int, place: int) -> None:
    # Given the check digits as the law's formula gives them
    first = [max(1, int(digits[0])), *map(int, digits[1:])]
    tenth = (sum(first[0::2]) * 7 - sum(first[1::2])) % 10
    valid = "".join(map(str, [*first, tenth, (sum(first) + tenth) % 10]))
    assert identity.tckn(valid) == valid
    # When one digit changes
    wrong = valid[:place] + str((int(valid[place]) + change) % 10) + valid[place + 1 :]
    # Then
    assert refusal(identity.tckn, wrong) in {"tckn_checksum", "tckn_format"}


@settings(deadline=None)
@given(digits=st.text("0123456789", min_size=9, max_size=9))
def test_a_vkn_has_one_right_check_digit(digits: str) -> None:
    # Given the check digit as the formula gives it
    total = 0
    for step, digit in enumerate(reversed(digits), start=1):
        shifted = (int(digit) + step) % 10
        total += (shifted * 2**step % 9 or 9) if shifted else 0
    right = (10 - total % 10) % 10
    # Then it and no other is taken
    for check in range(10):
        if check == right:
            assert identity.vkn(f"{digits}{check}") == f"{digits}{check}"
        else:
            assert refusal(identity.vkn, f"{digits}{check}") == "vkn_checksum"
