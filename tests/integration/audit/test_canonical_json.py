"""The database's canonical JSON: the official vectors, and equality with Python on random documents."""

from __future__ import annotations

import json
import math
import struct
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_db.domain.canonical_json import canonical_json, canonical_stored
from tests import official

if TYPE_CHECKING:
    from pydantic import JsonValue

    from tests.raw import Raw

SAFE = 2**53 - 1
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

IN_ORDER = """
SELECT canonical_json(number::jsonb) FROM unnest($1::text[]) WITH ORDINALITY AS given (number, place) ORDER BY place
"""

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
keys = text | st.text(
    st.sampled_from('a"\\Z1é\r\u007f\u0001\u0002\ud7ff\ue000\ufb33\uffff\U00010000\U0001f602\U0010ffff'), max_size=4
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(10**6), 10**6).map(lambda cents: cents / 100)
    | text
)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=12) | st.dictionaries(keys, inner, max_size=12)
)
numbers = (
    st.integers(-(2**70), 2**70)
    | st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**18), max_value=10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
)


async def written(reader: Raw, value: str) -> str:
    return await reader.fetchval("SELECT canonical_json($1::text::jsonb)", value)


@pytest.mark.parametrize("name", official.names("jcs", "input"))
async def test_official_document(reader: Raw, name: str) -> None:
    given_text, expected = official.text("jcs", "input", name), official.text("jcs", "output", name)
    assert await written(reader, given_text) == expected
    hashed = await reader.fetchval("SELECT compute_json_hash($1::text::jsonb)", given_text)
    assert hashed == sha256(expected.encode()).hexdigest()


async def test_official_numbers(reader: Raw) -> None:
    lines = [line.split(",") for line in official.text("jcs", "es6numbers", "es6testfile10k.txt").splitlines()]
    doubles = [repr(struct.unpack(">d", int(bits, 16).to_bytes(8))[0]) for bits, _ in lines]
    rows = await reader.fetch(IN_ORDER, doubles)
    assert [row[0] for row in rows] == [expected for _, expected in lines]
    assert len(rows) == 10_000


async def test_digits_that_lie_between_two_doubles(reader: Raw) -> None:
    doubles = [
        near
        for power in range(-1070, 1023)
        for near in (math.ldexp(1, power), math.nextafter(math.ldexp(1, power), math.inf), math.ldexp(1.5, power))
    ]
    rows = await reader.fetch(
        IN_ORDER,
        [repr(double) for double in doubles],
    )
    assert [row[0].encode() for row in rows] == [rfc8785.dumps(double) for double in doubles]
    # PostgreSQL itself takes longer digits for this one.
    assert await reader.fetchval("SELECT 18014398509481992::float8::text") == "1.8014398509481992e+16"
    assert await written(reader, "18014398509481992") == "18014398509481990"


@given(documents)
@MANY
async def test_database_python_and_rfc8785_agree(reader: Raw, value: JsonValue) -> None:
    expected = rfc8785.dumps(value)
    assert canonical_json(value) == expected
    assert (await written(reader, json.dumps(value))).encode() == expected


@given(st.lists(numbers, max_size=5))
@MANY
async def test_stored_numbers_agree_or_are_refused(reader: Raw, values: list[int | Decimal | float]) -> None:
    given_text = "[" + ", ".join(format(Decimal(str(value)), "f") for value in values) + "]"
    stored: str = await reader.fetchval("SELECT $1::text::jsonb::text", given_text)
    exact: bool = await reader.fetchval(
        "SELECT coalesce(bool_and(n::numeric::float8::text::numeric = n::numeric), true) "
        "FROM jsonb_array_elements($1::text::jsonb) AS n",
        given_text,
    )
    if exact:
        assert canonical_stored(stored).decode() == await written(reader, stored)
    else:
        with pytest.raises(ValueError, match="exactly"):
            canonical_stored(stored)


@pytest.mark.parametrize("number", ["1e400", "-1e309", "1e-400"])
async def test_number_beyond_a_double(reader: Raw, number: str) -> None:
    with pytest.raises(asyncpg.NumericValueOutOfRangeError) as refused:
        await written(reader, f'{{"n": [{number}]}}')
    assert refused.value.sqlstate == "22003"


@pytest.mark.parametrize("setting", ["extra_float_digits = -15", "extra_float_digits = 0", "search_path = pg_temp"])
async def test_does_not_depend_on_the_session(owner: Raw, setting: str) -> None:
    await owner.execute(f"SET LOCAL {setting}")
    query = 'SELECT public.canonical_json(\'[0.30000000000000004, 123456789012345680, {"b": 0.1, "a": {}}]\')'
    assert await owner.fetchval(query) == '[0.30000000000000004,123456789012345680,{"a":{},"b":0.1}]'


async def test_large_containers_take_the_same_form(reader: Raw) -> None:
    value: JsonValue = {f"key {number:03}": [number, {"n": list(range(20))}] for number in range(50, 0, -1)}
    assert (await written(reader, json.dumps(value))).encode() == rfc8785.dumps(value)


async def test_null_argument_gives_null(reader: Raw) -> None:
    assert await reader.fetchval("SELECT canonical_json(NULL)") is None
