"""Canonical JSON against the official vectors of RFC 8785 and against the rfc8785 package."""

from __future__ import annotations

import json
import math
import struct
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_db.domain.canonical_json import canonical_json, canonical_stored
from tests import official

if TYPE_CHECKING:
    from pydantic import JsonValue

SAFE = 2**53 - 1

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)
keys = st.text(st.sampled_from('aZ1é\r"\\\u007f\ud7ff\ue000\ufb33\uffff\U00010000\U0001f602\U0010ffff'), max_size=4)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=10) | st.dictionaries(keys, inner, max_size=10)
)


@pytest.mark.parametrize("name", official.names("jcs", "input"))
def test_official_document(name: str) -> None:
    value = json.loads(official.text("jcs", "input", name))
    assert canonical_json(value).decode() == official.text("jcs", "output", name)


def test_official_numbers() -> None:
    file = official.text("jcs", "es6numbers", "es6testfile10k.txt")
    assert sha256(file.encode()).hexdigest() == "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892"
    written = 0
    for line in file.splitlines():
        bits, expected = line.split(",")
        (double,) = struct.unpack(">d", int(bits, 16).to_bytes(8))
        assert canonical_json(double).decode() == expected
        written += 1
    assert written == 10_000


@given(documents)
@settings(max_examples=500)
def test_equals_the_rfc8785_package(value: JsonValue) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(documents)
def test_stored_text_and_value_have_one_canonical_form(value: JsonValue) -> None:
    written = canonical_json(value)
    assert canonical_json(json.loads(written)) == written


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, "{}"),
        ([], "[]"),
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        ({"\U0001f602": 1, "\ufb33": 2}, '{"\U0001f602":1,"\ufb33":2}'),
        (-0.0, "0"),
        (1.0, "1"),
        (1e-7, "1e-7"),
        (1e21, "1e+21"),
        (SAFE, "9007199254740991"),
        (2**53, "9007199254740992"),
        (10**20, "100000000000000000000"),
        (10**22, "1e+22"),
        (-(10**20), "-100000000000000000000"),
        ({"n": [10**20]}, '{"n":[100000000000000000000]}'),
        ("\u2028\x7f\x1f/", '"\u2028\x7f\\u001f/"'),
    ],
)
def test_writes(value: JsonValue, expected: str) -> None:
    assert canonical_json(value).decode() == expected


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        [-math.inf],
        2**53 + 1,
        2**64 + 1,
        10**400,
        "\ud800",
        {"\ud800": 1},
        {1: "a"},
        {"at": 1j},
        b"bytes",
    ],
    ids=repr,
)
def test_refuses(value: JsonValue) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical_json(value)


def test_refuses_what_is_nested_beyond_the_interpreter() -> None:
    deep: JsonValue = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(ValueError, match="nested too deeply"):
        canonical_json(deep)


def test_refuses_stored_text_that_is_nested_beyond_the_interpreter() -> None:
    text = "[" * 1_000 + "]" * 1_000
    with pytest.raises(ValueError, match="nested too deeply"):
        canonical_stored(text)


def test_writes_nesting_that_the_fast_path_leaves() -> None:
    text = "[" * 600 + "]" * 600
    assert canonical_stored(text) == text.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", "{}"),
        ('{"b": 1, "aa": 1.10}', '{"aa":1.1,"b":1}'),
        ('{"n": 100000000000000000000}', '{"n":100000000000000000000}'),
        ('{"n": 18014398509481992}', '{"n":18014398509481990}'),
        ('{"n": 0.1}', '{"n":0.1}'),
        ('{"n": -0.000000100}', '{"n":-1e-7}'),
    ],
)
def test_stored_text(text: str, expected: str) -> None:
    assert canonical_stored(text).decode() == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"n": 9007199254740993}',
        '{"n": 18014398509481993}',
        '{"n": 18014398509481990}',
        '{"n": 0.1000000000000000055511151231257827}',
        '{"n": 1.00000000000000000000000001}',
        '{"n": ' + "9" * 400 + "}",
        '{"n": 0.' + "0" * 400 + "1}",
        "[" * 5_000 + "]" * 5_000,
        '{"n": ',
    ],
    ids=lambda text: text[:24],
)
def test_stored_text_that_the_trigger_would_have_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical_stored(text)
