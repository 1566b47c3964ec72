"""The page of the indexes is what the evidence says, and nothing that went is missed."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from platform_db.schema.metadata import tables
from tests.plans.gone import GONE
from tests.plans.page import page

PAGE = Path(__file__).parents[2] / "docs" / "indexes.md"


def test_the_page_is_written_anew_by_make_docs() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_what_went_is_in_no_table() -> None:
    names = {str(index.name) for table in tables().values() for index in table.indexes}
    assert names & GONE.keys() == set()


@pytest.mark.parametrize("table", sorted(tables()))
def test_every_foreign_key_begins_an_index(table: str) -> None:
    made = tables()[table]
    begun = {column for index in made.indexes if (column := _first(index)) is not None}
    begun |= {
        each.columns.keys()[0]
        for each in made.constraints
        if isinstance(each, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
    }
    assert sorted({item.column_keys[0] for item in made.foreign_key_constraints} - begun) == []


def _first(index: sa.Index) -> str | None:
    """The column by which every row with a value in it is found."""
    column = str(index.expressions[0]).split()[0]
    where: object = index.dialect_options["postgresql"]["where"]
    return column if where is None or str(where) == f"{column} IS NOT NULL" else None
