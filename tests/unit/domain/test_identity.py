"""Phones, addresses and numbers: what is taken, how it is stored, and what is refused under which name."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TypedDict

import pytest

from platform_db.domain import identity, patterns
from platform_db.domain.identity import IdentityError
from tests.unit.domain.identity_parsers import KINDS, PARSERS, refusal

STORED: dict[str, str] = {
    "phone": patterns.TURKISH_PHONE,
    "phone_international": patterns.PHONE,
    "tckn": patterns.TCKN,
    "invoice_buyer_tckn": patterns.BUYER_TCKN,
    "vkn": patterns.VKN,
    "iban": patterns.IBAN_TR,
    "invoice_number": patterns.INVOICE_NUMBER,
}


class Case(TypedDict):
    kind: str
    input: str
    valid: bool
    normalized: str | None


def _cases() -> list[Case]:
    file = Path(__file__).parent / "data" / "identity.json"
    document: dict[str, list[Case]] = json.loads(file.read_text(encoding="utf-8"))
    return document["cases"]


CASES = _cases()
VALID = [case for case in CASES if case["valid"]]


def test_every_published_case_is_here() -> None:
    assert len(CASES) == 68
    assert {case["kind"] for case in CASES} == set(PARSERS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}: {case['input']!a}")
def test_a_published_case_is_stored_or_refused_as_said(case: Case) -> None:
    parse = PARSERS[case["kind"]]
    if case["valid"]:
        assert parse(case["input"]) == case["normalized"]
    else:
        assert refusal(parse, case["input"])


@pytest.mark.parametrize("case", VALID, ids=lambda case: f"{case['kind']}: {case['input']!a}")
def test_what_is_stored_is_taken_again_unchanged_and_fits_its_column(case: Case) -> None:
    # Given a value as it is stored
    stored = PARSERS[case["kind"]](case["input"])
    # Then it is its own normal form, and has the shape that the column's CHECK admits
    assert PARSERS[case["kind"]](stored) == stored
    if case["kind"] in STORED:
        assert re.fullmatch(STORED[case["kind"]], stored)


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        ("phone", "0582 000 00 00", "turkish_phone_unassigned"),
        ("phone", "0200 000 00 00", "turkish_phone_unassigned"),
        ("phone", "0900 123 45 67", "turkish_phone_format"),
        ("phone", "0811 222 33 44", "turkish_phone_format"),
        ("phone", "+0 532 123 45 67", "turkish_phone_format"),
        ("phone", "+0090 532 123 45 67", "turkish_phone_format"),
        ("phone", "++90 532 123 45 67", "turkish_phone_format"),
        ("phone", "0532 123 45 67 ext. 5", "turkish_phone_format"),
        ("phone", "0532 123 45 67;ext=5", "turkish_phone_format"),
        ("phone", "tel:+905321234567", "turkish_phone_format"),
        ("phone", "0532/1234567", "turkish_phone_format"),
        ("phone", "0532\u00a0123 45 67", "turkish_phone_format"),
        ("phone", "0532\t1234567", "turkish_phone_format"),
        ("phone", "５321234567", "turkish_phone_format"),
        ("phone", "+", "turkish_phone_format"),
        ("phone_international", "+49 1234 567890123456", "phone_format"),
        ("phone_international", "+90 900 123 45 67", "phone_format"),
        ("phone_international", "+1 000 000 0000", "phone_unassigned"),
        ("phone_international", "0582 000 00 00", "phone_unassigned"),
        ("tckn", "00000000000", "tckn_format"),
        ("tckn", "1000000014", "tckn_format"),
        ("tckn", "100 000 001 46", "tckn_format"),
        ("tckn", " 10000000146", "tckn_format"),
        ("tckn", "10000000147", "tckn_checksum"),
        ("tckn", "10000000156", "tckn_checksum"),
        ("invoice_buyer_tckn", "22222222222", "tckn_checksum"),
        ("invoice_buyer_tckn", "11111111111\n", "tckn_format"),
        ("vkn", "2222222222", "vkn_checksum"),
        ("vkn", "123-4567890", "vkn_format"),
        ("vkn", "12345678901", "vkn_format"),
        ("iban", "TR33-0006-1005-1978-6457-8413-26", "iban_format"),
        ("iban", "TR34 0006 1005 1978 6457 8413 26", "iban_checksum"),
        ("iban", "TR330006100519786457841\u0131\u0131\u0131", "iban_format"),
        ("email", "a@b.invalid", "email_format"),
        ("email", "deleted-7@anonymised.invalid", "email_format"),
        ("email", "Ahmet <ahmet@firma.com>", "email_format"),
        ("email", "ahmet@[127.0.0.1]", "email_format"),
        ("email", " ahmet@firma.com", "email_format"),
        ("email", "ah\u00a0met@firma.com", "email_format"),
        ("email", "ah\u200bmet@firma.com", "email_format"),
        ("email", "\u037ea@firma.com", "email_format"),
        ("email", "@firma.com", "email_format"),
        ("email", f"ahmet@{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 57}.com", "email_format"),
        ("invoice_number", "ABC2026 00000001", "invoice_number_format"),
        ("invoice_number", "ABC202600000001", "invoice_number_format"),
        ("invoice_number", "ABC20260000000٠1", "invoice_number_format"),
    ],
)
def test_a_refusal_names_its_rule(kind: str, text: str, rule: str) -> None:
    assert refusal(PARSERS[kind], text) == rule


@pytest.mark.parametrize(
    ("kind", "text", "stored"),
    [
        ("phone", "00 90 532 123 45 67", "+905321234567"),
        ("phone", "(+90) 532 123-45-67", "+905321234567"),
        ("phone", "+90 (0) 532 123 45 67", "+905321234567"),
        ("phone", "0800 123 45 67", "+908001234567"),
        ("phone", "90 392 222 33 44", "+903922223344"),
        ("phone_international", "0049 30 901820", "+4930901820"),
        ("phone_international", "+39 06 1234567", "+39061234567"),
        ("phone_international", "+1 202 555 0123", "+12025550123"),
        ("phone_international", "0212 293 10 00", "+902122931000"),
        ("email", "x@İSTANBUL.com.tr", "x@i\u0307stanbul.com.tr"),
        ("email", "IŞIK@FIRMA.COM", "IŞIK@firma.com"),
        ("email", "I\u0307brahim@firma.com", "İbrahim@firma.com"),
        ("email", "INFO@Firma.com", "info@firma.com"),
        ("email", "x@xn--iek-1la3b.com.tr", "x@ïçiek.com.tr"),
        ("invoice_buyer_tckn", "10000000146", "10000000146"),
    ],
)
def test_other_written_forms_are_stored_in_the_one_form(kind: str, text: str, stored: str) -> None:
    assert PARSERS[kind](text) == stored


def test_check_digits_that_no_iban_has_are_refused_though_modulo_97_holds() -> None:
    # Given an account whose check digits are 02, so that 99 leaves the same remainder
    account = next(
        f"{number:017d}"
        for number in range(1000)
        if int(f"00061{number:017d}292700") % 97 == 96  # 98 − 96 = 02; TR is 2927
    )
    assert identity.iban(f"TR0200061{account}") == f"TR0200061{account}"
    # Then the other writing of the same remainder is no IBAN
    assert refusal(identity.iban, f"TR9900061{account}") == "iban_checksum"


HOSTILE: list[object] = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\n",
    "İı",
    "0532 123 45 67\x00",
    "10000000146\x00",
    "a\x00@firma.com",
    "a@\udcff.com",
    "a@firma.com\x00",
    "٠١٢٣٤٥٦٧٨٩",
    "1" * 10_000,
    "0" * 10_000,
    "+" * 10_000,
    " " * 10_000,
    "(" * 10_000 + "5321234567",
    "@" * 10_000,
    "a@" + "b." * 5_000 + "com",
    "a\u0301" * 5_000 + "@firma.com",
    '"' * 10_000,
    None,
    5321234567,
    5.32e9,
    True,
    b"10000000146",
    ["10000000146"],
]


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_input_is_refused_quickly_and_never_repeated(kind: str) -> None:
    for value in HOSTILE:
        # When
        started = time.process_time()
        with pytest.raises(IdentityError) as refused:
            PARSERS[kind](value)  # pyright: ignore[reportArgumentType] - hostile on purpose
        # Then
        assert time.process_time() - started < 0.25
        assert refused.value.rule.endswith("_format")
        assert refused.value.__cause__ is None
        if isinstance(value, str) and value.strip():
            assert value not in str(refused.value)
            assert value not in repr(refused.value)


def test_the_refusal_survives_the_way_to_another_process() -> None:
    with pytest.raises(IdentityError) as refused:
        identity.vkn("2222222222")
    copy = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - our own bytes
    assert (type(copy), copy.rule, copy.message) == (IdentityError, "vkn_checksum", refused.value.message)
    assert str(copy) == (
        "Vergi kimlik numarasının kontrol basamağı tutmuyor / The check digit of the VKN does not fit the others"
    )


def test_the_libraries_load_on_first_use() -> None:
    # Given a fresh interpreter with the domain's value modules
    heavy = ("phonenumbers", "email_validator", "stdnum", "moneyed", "babel")
    script = (
        "import sys; from platform_db.domain import identity, instants, money; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    # Then none of the libraries behind them is there yet
    path = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
