"""Words, and what holds for every marker: on a nullable field, in both languages, with a name for each bound."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, Literal

import pytest
from pydantic import AwareDatetime

from platform_db.domain.fields import BigInteger, Bytes, Day, Inet, Instant, Integer, Json, Marker, Numeric, OneOf, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.network import InetAddress
from platform_db.domain.rules import Message
from tests.unit.domain.field_markers import RATE, SAID, accepts, accepts_json, holds, sql

if TYPE_CHECKING:
    from collections.abc import Callable


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
