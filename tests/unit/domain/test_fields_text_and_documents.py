"""Text, documents, bytes and addresses: Pydantic's bounds and the rule of the same annotation admit the same values."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import ip_interface
from typing import Annotated, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, TypeAdapter

from platform_db.domain import patterns
from platform_db.domain.fields import Bytes, Digest, Inet, Json, Text
from platform_db.domain.json_values import JsonArray, JsonObject
from platform_db.domain.network import InetAddress
from tests.unit.domain.field_markers import SAID, accepts, holds, sql

# -- text ------------------------------------------------------------------------------

TEXTS: Final = st.text(st.characters(exclude_categories=()), max_size=6)  # lone surrogates and U+0000 too


def storable(text: str) -> bool:
    return "\x00" not in text and not re.search("[\ud800-\udfff]", text)


PATTERNS: Final = sorted(
    {value for name, value in vars(patterns).items() if name in patterns.__all__} - {"11111111111"}
)


@pytest.mark.parametrize(
    "marker",
    [Text(), Text(max=3), Text(not_blank=True, name="not_blank"), Text(max=5, not_blank=True, name="not_blank")],
)
@given(text=TEXTS | st.text(" \t\n\r\f\v\u00a0a", max_size=6))
def test_a_texts_bounds_are_its_rules(marker: Text, text: str) -> None:
    assert accepts(Annotated[str, marker], text) is (storable(text) and holds(marker, text))


@pytest.mark.parametrize("pattern", PATTERNS)
@given(data=st.data())
def test_a_pattern_means_the_same_to_both(pattern: str, data: st.DataObject) -> None:
    marker = Text(pattern=pattern, name="format", message=SAID)
    near = st.from_regex(pattern, fullmatch=True)
    text = data.draw(near | near.map(lambda each: each + "\n") | near.map(str.swapcase) | TEXTS)
    assert accepts(Annotated[str, marker], text) is (storable(text) and holds(marker, text))


@pytest.mark.parametrize("text", ["SIP\n", "SIP\x00", "\nSIP", "sip", "SİP", "SIPS", ""])
def test_a_pattern_is_about_the_whole_text(text: str) -> None:
    marker = Text(pattern=patterns.INVOICE_SERIES, name="series_format", message=SAID)
    assert not accepts(Annotated[str, marker], text)
    assert not holds(marker, text)


def test_text_is_counted_in_characters() -> None:
    marker = Text(max=3)
    assert [accepts(Annotated[str, marker], text) for text in ("", "İıŞ", "😀😀😀", "😀😀😀😀")] == [
        False,
        True,
        True,
        False,
    ]
    assert sql(marker) == {"field_length": "char_length(field) BETWEEN 1 AND 3"}


@pytest.mark.parametrize("value", [1, b"a", None, True])
def test_text_is_text(value: object) -> None:
    assert not accepts(Annotated[str, Text()], value)


def test_what_is_blank_is_what_postgresql_is_told() -> None:
    marker = Text(not_blank=True, name="name_not_empty")
    assert sql(marker) == {"name_not_empty": r"field ~ '[^ \t\n\r\f\v]'"}
    assert [holds(marker, text) for text in (" \t\n\r\f\v", "", "\u00a0", "\u200b", " a ")] == [
        *(False, False),
        *(True, True, True),
    ]


@given(
    st.text("0123456789abcdefABCDEFg\n٣", min_size=62, max_size=66)
    | st.from_regex("[0-9a-f]{62,66}\\n?", fullmatch=True)
)
def test_a_digest_is_64_hexadecimal_digits(text: str) -> None:
    marker = Digest(name="chain_hash_format")
    assert accepts(Annotated[str, marker], text) is holds(marker, text) is bool(re.fullmatch("[0-9a-f]{64}", text))
    assert sql(marker) == {"chain_hash_format": "octet_length(field) = 64 AND field ~ '^[0-9a-f]*$'"}


# -- documents, bytes, addresses -------------------------------------------------------

OBJECT: Final = Annotated[JsonObject, Json()]
ARRAY: Final = Annotated[JsonArray, Json(kind="array")]


def nested(levels: int) -> list[object]:
    document: list[object] = []
    for _ in range(levels - 1):
        document = [document]
    return document


@pytest.mark.parametrize(
    "value",
    [
        *(float("nan"), float("inf"), float("-inf"), 2**63, -(2**63) - 1, "\x00", "\ud800", "a\udfff"),
        *({"\x00": 1}, {"\ud800": 1}, {1: 1}, [[["\x00"]]], b"bytes", Decimal(1), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_document_holds_only_what_jsonb_keeps(value: object) -> None:
    assert not accepts(OBJECT, {"key": value})
    assert not accepts(ARRAY, [value])


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), True, None, 1.5, "", "İ\n", {"": []}, [[], {}], 5e-324])
def test_a_document_holds_everything_else(value: object) -> None:
    assert accepts(OBJECT, {"key": value})
    assert accepts(ARRAY, [value])


def test_a_document_has_at_most_a_hundred_levels_below_its_own() -> None:
    assert accepts(ARRAY, nested(101))
    assert not accepts(ARRAY, nested(102))


@pytest.mark.parametrize(
    ("document", "size"),
    [
        ({"k": "x"}, len('{"k": "x"}')),
        ({"a": 1, "b": [1, 2]}, len('{"a": 1, "b": [1, 2]}')),
        ({"ş": "\n"}, len('{"ş": "\\n"}'.encode())),
        ({"a": 1e20}, len('{"a": 100000000000000000000}')),
        ({"a": 1e-7}, len('{"a": 0.0000001}')),
        ({"a": None, "b": False}, len('{"a": null, "b": false}')),
    ],
)
def test_a_document_is_measured_as_postgresql_writes_it(document: JsonObject, size: int) -> None:
    for limit in (size - 1, size):
        marker = Json(max_bytes=limit)
        assert accepts(Annotated[JsonObject, marker], document) is holds(marker, document) is (size <= limit)


def test_a_documents_kind_and_size_are_its_rules() -> None:
    assert sql(Json()) == {
        "field_object": "jsonb_typeof(field) = 'object'",
        "field_size": "octet_length(field::text) <= 65536",
    }
    assert sql(Json(kind="array", max_bytes=None)) == {"field_array": "jsonb_typeof(field) = 'array'"}
    assert sql(Json(kind="any")) == {"field_size": "octet_length(field::text) <= 65536"}


@pytest.mark.parametrize(("value", "kind"), [({}, "object"), ([], "array"), ("text", None), (1, None), (None, None)])
def test_a_document_is_of_its_kind(value: object, kind: str | None) -> None:
    assert accepts(OBJECT, value) is (kind == "object")
    assert accepts(ARRAY, value) is (kind == "array")
    if value is not None:
        assert holds(Json(), value) is (kind == "object")
        assert holds(Json(kind="array"), value) is (kind == "array")
    assert accepts(Annotated[JsonValue, Json(kind="any")], value)


@given(st.binary(max_size=4))
def test_bytes_have_their_length(value: bytes) -> None:
    marker = Bytes(length=2, name="salt_length")
    assert accepts(Annotated[bytes, marker], value) is holds(marker, value) is (len(value) == 2)
    assert sql(marker) == {"salt_length": "octet_length(field) = 2"}
    assert sql(Bytes()) == {}


@given(st.binary(max_size=4))
def test_bytes_have_at_most_so_many(value: bytes) -> None:
    marker = Bytes(max=2, name="body_size")
    assert accepts(Annotated[bytes, marker], value) is holds(marker, value) is (len(value) <= 2)
    assert sql(marker) == {"body_size": "octet_length(field) <= 2"}


@pytest.mark.parametrize("value", ["ab", bytearray(b"ab"), memoryview(b"ab"), 2])
def test_bytes_are_bytes(value: object) -> None:
    assert not accepts(Annotated[bytes, Bytes(length=2, name="salt_length")], value)


def test_an_address_may_be_a_network_and_has_no_zone() -> None:
    adapter = TypeAdapter[InetAddress](Annotated[InetAddress, Inet()])
    assert adapter.validate_python("203.0.113.7") == ip_interface("203.0.113.7/32")
    assert adapter.validate_python("2001:db8::/48") == ip_interface("2001:db8::/48")
    for refused in ("fe80::1%eth0", ip_interface("fe80::1%eth0"), "203.0.113.256", "203.0.113.0/33", "", 1, True, b"1"):
        assert not accepts(Annotated[InetAddress, Inet()], refused)
    assert sql(Inet()) == {}
