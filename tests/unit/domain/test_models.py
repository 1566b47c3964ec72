"""A stored row is frozen and true by every rule; what breaks one is reported under its name."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

import pytest
from pydantic import Field, ValidationError

from platform_db.domain.columns import columns_of
from platform_db.domain.fields import Integer, Json, Numeric, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Identified, InputModel, StoredModel, Versioned, changed_fields
from platform_db.domain.rules import Message, Rule
from platform_db.domain.trust import FROM_DATABASE
from platform_db.errors import RuleViolation, Violation

CROWDED = Message("Dolu miktar, yeri aşamaz", "What is stored cannot exceed the room")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class ShelfKind(StrEnum):
    OPEN = "open"
    LOCKED = "locked"


def stored_fits(stored: int, room: int) -> bool:
    return stored <= room


class Shelf(Versioned):
    """A shelf of a store."""

    entity = "shelves"

    label: Annotated[str, Text(max=5)]
    kind: ShelfKind = ShelfKind.OPEN
    stored: Annotated[int, Integer(ge=0, name="level_non_negative")] = 0
    room: Annotated[int | None, Integer(ge=0, name="level_non_negative")] = None
    load: Annotated[Decimal, Numeric(places=2, ge=0, le=100, name="load_valid")] = Decimal(0)
    meta: Annotated[JsonObject, Json()] = Field(default_factory=dict)

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("stored_within_room", ("stored", "room"), stored_fits, "stored <= room", CROWDED),
    )


class NewShelf(InputModel):
    """A shelf to put up."""

    entity = "shelves"

    label: Annotated[str, Text(max=5)]
    room: Annotated[int | None, Integer(ge=0, name="level_non_negative")] = None


ROW: dict[str, object] = {"id": 1, "label": "A-1", "created_at": NOW, "updated_at": NOW}


def broken(model: type[Shelf | NewShelf], row: dict[str, object]) -> list[tuple[str, tuple[str, ...]]]:
    """Name and fields of each rule that ``parse`` reports."""
    with pytest.raises(RuleViolation) as refused:
        model.parse(row)
    assert {violation.entity for violation in refused.value.violations} == {"shelves"}
    return [(violation.rule, violation.fields) for violation in refused.value.violations]


# -- rules -----------------------------------------------------------------------------


def test_a_models_rules_are_its_fields_then_its_shapes_then_its_own() -> None:
    assert [rule.name for rule in Shelf.all_rules()] == [
        "created_at_finite",
        "version_positive",
        "updated_at_finite",
        "label_length",
        "level_non_negative",
        "load_valid",
        "meta_object",
        "meta_size",
        "updated_after_created",
        "stored_within_room",
    ]
    assert [rule.name for rule in Shelf.row_rules()] == [
        "level_non_negative",
        "updated_after_created",
        "stored_within_room",
    ]


def test_parse_reports_every_broken_rule_under_its_name() -> None:
    row = {
        **ROW,
        "label": "A-1-23",
        "stored": -1,
        "room": -2,
        "load": Decimal("1.001"),
        "updated_at": NOW - timedelta(microseconds=1),
    }
    assert broken(Shelf, row) == [
        ("ck_shelves_label_length", ("label",)),
        ("ck_shelves_level_non_negative", ("stored",)),
        ("ck_shelves_level_non_negative", ("room",)),
        ("ck_shelves_load_valid", ("load",)),
        ("ck_shelves_updated_after_created", ("updated_at", "created_at")),
    ]


def test_parse_reports_a_rule_over_several_fields_with_its_words() -> None:
    with pytest.raises(RuleViolation) as refused:
        Shelf.parse({**ROW, "stored": 6, "room": 5})
    assert refused.value.violations == (
        Violation("ck_shelves_stored_within_room", ("stored", "room"), CROWDED, "shelves"),
    )
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_rule_over_several_fields_waits_until_they_are_valid() -> None:
    assert broken(Shelf, {**ROW, "stored": 6, "room": "five"}) == [("shelves_room_type", ("room",))]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"label": None}, "shelves_label_not_null"),
        ({"label": 5}, "shelves_label_type"),
        ({"label": "a\x00"}, "shelves_label_type"),
        ({"label": "\ud800"}, "shelves_label_type"),
        ({"stored": True}, "shelves_stored_type"),
        ({"stored": 1.0}, "shelves_stored_type"),
        ({"stored": 2**31}, "shelves_stored_type"),
        ({"load": 1.5}, "shelves_load_type"),
        ({"load": Decimal("NaN")}, "ck_shelves_load_valid"),
        ({"load": Decimal("Infinity")}, "ck_shelves_load_valid"),
        ({"kind": "half-open"}, "shelves_kind_type"),
        ({"created_at": NOW.replace(tzinfo=None)}, "shelves_created_at_type"),
        ({"meta": []}, "ck_shelves_meta_object"),
        ({"meta": {"k": "x" * 65_528}}, "ck_shelves_meta_size"),
        ({"meta": {"k": float("nan")}}, "shelves_meta_type"),
        ({"version": 0}, "ck_shelves_version_positive"),
        ({"floor": 2}, "shelves_floor_unknown_field"),
    ],
)
def test_a_value_that_does_not_fit_is_reported_by_one_name(changed: dict[str, object], rule: str) -> None:
    assert broken(Shelf, {**ROW, **changed}) == [(rule, tuple(changed))]


def test_a_missing_field_is_required() -> None:
    assert broken(Shelf, {}) == [
        (f"shelves_{name}_not_null", (name,)) for name in ("id", "created_at", "updated_at", "label")
    ]


def test_a_report_never_shows_the_value() -> None:
    with pytest.raises(RuleViolation) as refused:
        Shelf.parse({**ROW, "label": "10000000146", "kind": "TR330006100519786457841326", "load": Decimal("123.456")})
    shown = f"{refused.value} {refused.value.violations!r}"
    assert not any(value in shown for value in ("10000000146", "TR330006100519786457841326", "123.456"))


def test_violations_judges_typed_values_as_the_checks_do() -> None:
    row: dict[str, object] = {
        **ROW,
        "version": 1,
        "kind": "open",
        "stored": 6,
        "room": None,
        "load": Decimal("1.50"),
        "meta": {},
    }
    assert Shelf.violations(row) == ()
    assert [told.rule for told in Shelf.violations({**row, "room": 5, "load": Decimal("1.500")})] == [
        "ck_shelves_load_valid",
        "ck_shelves_stored_within_room",
    ]
    assert Shelf.violations({"stored": 6}) == ()


# -- stored rows -----------------------------------------------------------------------


def test_pydantics_own_error_carries_the_rules_name_and_both_languages() -> None:
    with pytest.raises(ValidationError) as refused:
        Shelf.model_validate({**ROW, "stored": 6, "room": 5})
    (error,) = refused.value.errors(include_url=False, include_input=False)
    assert error == {
        "type": "ck_shelves_stored_within_room",
        "loc": (),
        "msg": CROWDED.en,
        "ctx": {"tr": CROWDED.tr, "en": CROWDED.en, "fields": ("stored", "room")},
    }


def test_a_row_from_the_database_is_not_judged_again() -> None:
    crowded = Shelf.model_validate({**ROW, "stored": 6, "room": 5}, context=FROM_DATABASE)
    assert (crowded.stored, crowded.room) == (6, 5)
    with pytest.raises(ValidationError):
        Shelf.model_validate({**ROW, "stored": -1}, context=FROM_DATABASE)


def test_a_row_is_frozen() -> None:
    shelf = Shelf.parse(ROW)
    with pytest.raises(ValidationError, match="frozen"):
        shelf.stored = 1
    assert pickle.loads(pickle.dumps(shelf)) == shelf  # noqa: S301 - our own bytes


def test_a_row_is_stored_as_it_is_written() -> None:
    shelf = Shelf.parse({**ROW, "kind": "locked", "load": Decimal("12.50")})
    assert shelf.kind is ShelfKind.LOCKED
    assert str(shelf.load) == "12.5"
    assert (shelf.version, shelf.stored, shelf.room, shelf.meta) == (1, 0, None, {})


def test_two_rows_share_no_default() -> None:
    assert Shelf.parse(ROW).meta is not Shelf.parse(ROW).meta


def test_what_a_column_holds_is_read_from_its_field() -> None:
    assert Shelf.enum_of("kind") is ShelfKind
    assert Shelf.enum_of("label") is None
    assert [name for name in Shelf.model_fields if Shelf.is_nullable(name)] == ["room"]


def test_a_shape_without_rules_has_none() -> None:
    class Bare(Identified):
        entity = "bare"

    assert Bare.all_rules() == ()
    assert Bare.parse({"id": 2**63 - 1}).id == 2**63 - 1


def test_some_columns_are_judged_by_the_rules_that_read_only_them() -> None:
    part = columns_of(Shelf, ("stored", "room"))
    assert [rule.name for rule in part.all_rules()] == ["level_non_negative", "stored_within_room"]
    assert issubclass(part, StoredModel)
    with pytest.raises(RuleViolation) as refused:
        part.parse({"stored": 6, "room": 5})
    assert refused.value.rule == "ck_shelves_stored_within_room"


# -- inputs ----------------------------------------------------------------------------


def test_an_input_speaks_the_columns_rules() -> None:
    assert broken(NewShelf, {"label": "", "room": -1}) == [
        ("ck_shelves_label_length", ("label",)),
        ("ck_shelves_level_non_negative", ("room",)),
    ]


def test_an_input_refuses_what_it_does_not_know() -> None:
    assert broken(NewShelf, {"label": "A-1", "id": 7, "version": 1}) == [
        ("shelves_id_unknown_field", ("id",)),
        ("shelves_version_unknown_field", ("version",)),
    ]
    with pytest.raises(ValidationError):
        NewShelf.model_validate({"label": "A-1", "id": 7})


def test_an_input_is_frozen() -> None:
    new = NewShelf(label="A-1")
    with pytest.raises(ValidationError, match="frozen"):
        new.label = "A-2"


def test_a_patch_is_what_was_set_and_none_on_purpose_is_a_value() -> None:
    assert changed_fields(NewShelf(label="A-1")) == {"label": "A-1"}
    assert changed_fields(NewShelf(label="A-1", room=None)) == {"label": "A-1", "room": None}
