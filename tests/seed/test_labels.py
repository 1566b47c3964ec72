"""Every enum type by its labels, in their order; an unknown label is no value on either side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
from sqlalchemy.dialects import postgresql

from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts
from tests.seed.definitions import labels

if TYPE_CHECKING:
    from enum import StrEnum

    from tests.raw import Raw

DIALECT = postgresql.dialect()
LABELS = "SELECT enumlabel FROM pg_enum WHERE enumtypid = to_regtype($1) ORDER BY enumsortorder"


def python_enums() -> dict[str, type[StrEnum]]:
    """The enums of the domain by the name of their type."""
    found: dict[str, type[StrEnum]] = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            kind = facts(table).model.enum_of(column.name)
            if kind is not None:
                name = str(column.type.compile(dialect=DIALECT)).removesuffix("[]")
                assert found.setdefault(name, kind) is kind
    return found


async def test_these_are_the_enum_types(migrated: Raw) -> None:
    found = await migrated.fetch(
        "SELECT typname FROM pg_type WHERE typtype = 'e' AND typnamespace = 'public'::regnamespace"
    )
    assert {row[0] for row in found} == set(labels())


@pytest.mark.parametrize("name", sorted(labels()))
async def test_a_type_has_these_labels_in_this_order(migrated: Raw, name: str) -> None:
    assert tuple(row[0] for row in await migrated.fetch(LABELS, name)) == labels()[name]


@pytest.mark.parametrize("name", sorted(labels()))
def test_the_domain_has_the_same_labels(name: str) -> None:
    assert tuple(label.value for label in python_enums()[name]) == labels()[name]


@pytest.mark.parametrize("wrong", ["no_such_label", "", " ", "{upper}"])
@pytest.mark.parametrize("name", sorted(labels()))
async def test_an_unknown_label_is_refused_by_both(undone: Raw, name: str, wrong: str) -> None:
    # given a text that is no label, at the worst a label in other case
    first = labels()[name][0]
    given = first.swapcase() if wrong == "{upper}" else wrong
    # when it is cast to the type, or read by the domain, then neither takes it
    with pytest.raises(asyncpg.InvalidTextRepresentationError):
        await undone.fetchval(f"SELECT $1::text::{name}", given)
    with pytest.raises(ValueError, match="is not a valid"):
        python_enums()[name](given)
