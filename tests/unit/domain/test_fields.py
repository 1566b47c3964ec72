"""What a marker says once: Pydantic's bounds and the rule of the same annotation admit the same values."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from ipaddress import ip_interface
from typing import TYPE_CHECKING, Annotated, Final, Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, JsonValue, TypeAdapter, ValidationError

from platform_db.domain import patterns
from platform_db.domain.fields import (
    BigInteger,
    Bytes,
    Day,
    Digest,
    Inet,
    Instant,
    Integer,
    Json,
    Marker,
    Numeric,
    OneOf,
    SmallInteger,
    Text,
)
from platform_db.domain.json_values import JsonArray, JsonObject
from platform_db.domain.network import InetAddress
from platform_db.domain.rules import Message, combine

if TYPE_CHECKING:
    from collections.abc import Callable

SAID: Final = Message("biçim", "format")
SHOP: Final = timezone(timedelta(hours=3))


@cache
def adapter_of(kind: object) -> TypeAdapter[object]:
    return TypeAdapter(cast("type[object]", kind))


def accepts(kind: object, value: object) -> bool:
    """Whether Pydantic takes a Python value."""
    try:
        adapter_of(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def accepts_json(kind: object, text: str) -> bool:
    try:
        adapter_of(kind).validate_json(text)
    except ValidationError:
        return False
    return True


def holds(marker: Marker, value: object) -> bool:
    """Whether the rules of the marker hold for a value of the column's type."""
    return not any(rule.broken_by({"field": value}) for rule in combine(marker.rules("field")))


def sql(marker: Marker) -> dict[str, str]:
    return {rule.name: rule.sql for rule in marker.rules("field")}


# -- whole numbers ---------------------------------------------------------------------


@pytest.mark.parametrize(("marker", "bits"), [(SmallInteger(), 16), (Integer(), 32), (BigInteger(), 64)])
def test_a_whole_number_fills_its_columns_type_and_no_more(marker: Marker, bits: int) -> None:
    kind = Annotated[int, marker]
    limit = 2 ** (bits - 1)
    assert [accepts(kind, value) for value in (-limit - 1, -limit, 0, limit - 1, limit)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert sql(marker) == {}


@pytest.mark.parametrize("value", [True, False, 1.0, "1", Decimal(1), b"1"])
def test_a_whole_number_is_an_int_and_nothing_else(value: object) -> None:
    assert not accepts(Annotated[int, Integer()], value)


def test_a_whole_number_in_json_is_written_as_one() -> None:
    kind = Annotated[int, Integer()]
    assert [accepts_json(kind, text) for text in ("1", "1.0", '"1"', "true", "null")] == [
        True,
        False,
        False,
        False,
        False,
    ]


WHOLE: Final = (
    (BigInteger(ge=0, name="amount"), "field >= 0"),
    (Integer(gt=0, name="amount"), "field > 0"),
    (SmallInteger(ge=0, le=15, name="amount"), "field >= 0 AND field <= 15"),
    (Integer(ge=10, le=100, multiple_of=10, name="amount"), "field >= 10 AND field <= 100 AND field % 10 = 0"),
    (Integer(ge=-5, le=5, name="amount"), "field >= -5 AND field <= 5"),
)


@pytest.mark.parametrize(("marker", "check"), WHOLE)
@given(value=st.integers(-40, 130))
def test_a_whole_numbers_bounds_are_its_rule(marker: Marker, check: str, value: int) -> None:
    assert sql(marker) == {"amount": check}
    assert accepts(Annotated[int, marker], value) is holds(marker, value)


# -- decimals --------------------------------------------------------------------------

RATE: Final = Numeric(places=2, ge=0, le=100, name="rate_valid")
QUANTITY: Final = Numeric(places=8, gt=0, lt=10**18, name="quantity_positive")


def written(value: Decimal) -> Decimal:
    """The value without surplus zeros, by its text alone."""
    if not value.is_finite():
        return value
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


@pytest.mark.parametrize("marker", [RATE, QUANTITY])
@given(value=st.decimals() | st.decimals(-1, 101, places=3) | st.decimals(0, 10**18, places=8))
def test_a_decimals_bounds_are_its_rule(marker: Numeric, value: Decimal) -> None:
    if value.is_finite() and abs(value.adjusted()) > 10_000:
        return  # the text of such a number takes more memory than a test may
    assert accepts(Annotated[Decimal, marker], value) is holds(marker, written(value))


@pytest.mark.parametrize(
    ("given_", "stored"),
    [("1.50", "1.5"), ("1E+2", "100"), ("-0", "0"), ("0E-30", "0"), ("20", "20"), ("100.000000000", "100")],
)
def test_a_decimal_is_stored_without_surplus_zeros(given_: str, stored: str) -> None:
    kept = TypeAdapter[Decimal](Annotated[Decimal, RATE]).validate_python(Decimal(given_))
    assert str(kept) == stored
    assert holds(RATE, kept)


def test_a_decimal_keeps_every_digit_it_may_have() -> None:
    text = "123456789012345678.12345678"
    assert str(TypeAdapter[Decimal](Annotated[Decimal, QUANTITY]).validate_python(Decimal(text))) == text


@pytest.mark.parametrize(
    "text", ["1.005", "-0.01", "100.01", "NaN", "sNaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400"]
)
def test_a_decimal_is_never_rounded_nor_unbounded(text: str) -> None:
    value = Decimal(text)
    assert not accepts(Annotated[Decimal, RATE], value)
    assert not holds(RATE, value)


@pytest.mark.parametrize("value", [1.5, 1, True, "1.5"])
def test_a_decimal_is_no_float_and_no_text(value: object) -> None:
    assert not accepts(Annotated[Decimal, RATE], value)


def test_a_decimal_in_json_is_read_from_its_digits() -> None:
    adapter = TypeAdapter[Decimal](Annotated[Decimal, RATE])
    assert adapter.validate_json("0.1") == Decimal("0.1")
    assert adapter.validate_json('"0.10"') == Decimal("0.1")
    assert not accepts_json(Annotated[Decimal, RATE], "0.001")
    assert not accepts_json(Annotated[Decimal, RATE], '"NaN"')


def test_a_decimals_check_counts_the_places() -> None:
    assert sql(RATE) == {"rate_valid": "field >= 0 AND field <= 100 AND scale(field) <= 2"}
    assert sql(QUANTITY) == {"quantity_positive": "field > 0 AND field < 1000000000000000000 AND scale(field) <= 8"}


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


# -- instants and days -----------------------------------------------------------------


@given(moment=st.datetimes(datetime(1999, 12, 1), datetime(2100, 2, 1), timezones=st.sampled_from([UTC, SHOP])))  # noqa: DTZ001 - bounds are drawn naive
def test_an_instants_bounds_are_its_rule(moment: datetime) -> None:
    assert accepts(Annotated[AwareDatetime, Instant()], moment) is holds(Instant(), moment)


@pytest.mark.parametrize(
    ("moment", "admitted"),
    [
        (datetime(2000, 1, 1, tzinfo=UTC), True),
        (datetime(2000, 1, 1, 2, 59, 59, 999999, tzinfo=SHOP), False),
        (datetime(2100, 1, 1, 2, 59, 59, 999999, tzinfo=SHOP), True),
        (datetime(2100, 1, 1, tzinfo=UTC), False),
        (datetime.max.replace(tzinfo=UTC), False),
    ],
)
def test_an_instant_lies_in_the_century(moment: datetime, admitted: bool) -> None:  # noqa: FBT001
    assert accepts(Annotated[AwareDatetime, Instant()], moment) is admitted
    assert holds(Instant(), moment) is admitted


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), date(2026, 1, 1), "2026-01-01T00:00:00Z", 1_767_225_600])  # noqa: DTZ001
def test_an_instant_knows_its_offset_and_is_no_text_or_number(value: object) -> None:
    assert not accepts(Annotated[AwareDatetime, Instant()], value)


def test_an_instants_check_does_not_depend_on_the_time_zone() -> None:
    assert sql(Instant()) == {
        "field_finite": "field >= to_timestamp(946684800) AND field < to_timestamp(4102444800)",
    }


@pytest.mark.parametrize(
    ("marker", "first"), [(Day(), date(2005, 1, 1)), (Day(law=True), date(1985, 1, 1))], ids=["legal", "law"]
)
@given(step=st.integers(-3, 3))
def test_a_days_bounds_are_its_rule(marker: Day, first: date, step: int) -> None:
    for day in (first + timedelta(days=step), date(2099, 12, 31) + timedelta(days=step)):
        assert accepts(Annotated[date, marker], day) is holds(marker, day) is (first <= day <= date(2099, 12, 31))
    assert sql(marker) == {"field_finite": f"field BETWEEN DATE '{first}' AND DATE '2099-12-31'"}


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01", 0])
def test_a_day_is_no_instant(value: object) -> None:
    assert not accepts(Annotated[date, Day()], value)


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


# -- words -----------------------------------------------------------------------------

Size = Literal["s", "m"]
SIZE: Final = OneOf(words=("s", "m"), name="valid_size")


@pytest.mark.parametrize(
    ("value", "taken"), [("s", True), ("m", True), ("l", False), ("S", False), ("s\n", False), ("", False)]
)
def test_a_word_is_one_of_those_listed(value: str, taken: bool) -> None:  # noqa: FBT001
    assert accepts(Annotated[Size, SIZE], value) is holds(SIZE, value) is taken
    assert sql(SIZE) == {"valid_size": "field IN ('s', 'm')"}


# -- all of them -----------------------------------------------------------------------

NULLABLE: Final = (
    Annotated[int | None, BigInteger(ge=0, name="amount")],
    Annotated[int | None, Integer(ge=10, le=100, multiple_of=10, name="amount")],
    Annotated[Decimal | None, RATE],
    Annotated[str | None, Text(max=3)],
    Annotated[AwareDatetime | None, Instant()],
    Annotated[date | None, Day()],
    Annotated[JsonObject | None, Json()],
    Annotated[bytes | None, Bytes(length=2, name="salt_length")],
    Annotated[InetAddress | None, Inet()],
    Annotated[Size | None, SIZE],
)


@pytest.mark.parametrize("kind", NULLABLE)
def test_a_marker_stands_outside_the_union_of_a_nullable_field(kind: object) -> None:
    assert accepts(kind, None)
    assert accepts_json(kind, "null")


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        (
            RATE,
            Message(
                "field: en az 0 ve en çok 100 olmalıdır, virgülden sonra en çok 2 basamak",
                "field must be at least 0 and at most 100, with at most 2 decimal places",
            ),
        ),
        (
            Integer(gt=0, name="positive"),
            Message("field: 0 değerinden büyük olmalıdır", "field must be greater than 0"),
        ),
        (Text(max=3), Message("field: 1 ile 3 karakter arasında olmalıdır", "field must have 1 to 3 characters")),
        (Text(not_blank=True, name="not_empty"), Message("field boş olamaz", "field must not be blank")),
        (Text(pattern="^a$", name="format", message=SAID), SAID),
        (Bytes(length=32, name="salt"), Message("field 32 bayt olmalıdır", "field must have 32 bytes")),
        (Bytes(max=9, name="size"), Message("field en çok 9 bayt olabilir", "field must take at most 9 bytes")),
        (SIZE, Message("field şunlardan biri olmalıdır: s, m", "field must be one of s, m")),
        (Json(kind="array", max_bytes=None), Message("field bir JSON dizisi olmalıdır", "field must be a JSON array")),
    ],
)
def test_a_bound_is_told_in_both_languages(marker: Marker, told: Message) -> None:
    assert [rule.message for rule in marker.rules("field")] == [told]


@pytest.mark.parametrize(
    "declared",
    [
        lambda: Integer(ge=0),
        lambda: Integer(name="amount"),
        lambda: Numeric(places=2, ge=0, name="rate"),
        lambda: Text(pattern="^a$", message=SAID),
        lambda: Text(pattern="^a$", name="format"),
        lambda: Text(name="format"),
        lambda: Text(not_blank=True),
        lambda: Bytes(length=32),
        lambda: Bytes(max=32),
        lambda: Bytes(name="salt"),
        lambda: Bytes(length=32, max=64, name="salt"),
    ],
)
def test_a_bound_without_its_name_or_words_cannot_be_declared(declared: Callable[[], Marker]) -> None:
    with pytest.raises(TypeError):
        declared()
