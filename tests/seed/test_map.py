"""The map is whole and true: every row that is due has an end, every test and every object it names is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from platform_db.schema import summary
from platform_db.schema.all_tables import metadata
from platform_db.schema.all_triggers import triggers
from platform_db.schema.catalog import catalog
from platform_db.schema.functions import ROUTINES
from platform_db.schema.metadata import enum_types
from platform_db.schema.views import views
from tests import official
from tests.seed.mapped import seed_rows
from tests.seed.page import page

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DUE = {1, 2, 3}
"""The parts of the plan whose rows have an end."""

TABLE_LINE = re.compile(r"\| (S\d{3}-\d+) \|.*\| (\d) \| \w+ \|$")


def test_every_row_of_the_reports_is_mapped_to_its_part() -> None:
    found = [TABLE_LINE.match(line) for line in official.text("SEED_MAP.md").splitlines()]
    expected = {match[1]: int(match[2]) for match in found if match}
    assert len(expected) == 795
    assert {row.id: row.part for row in seed_rows()} == expected


def test_a_row_has_an_end_where_its_part_is_due() -> None:
    for row in seed_rows():
        assert (row.outcome == "open") == (row.part not in DUE), row.id
        assert bool(row.because) == (row.outcome == "changed"), row.id
        assert bool(row.tests) == (row.outcome != "open"), row.id
        assert row.names, row.id


def test_no_row_is_there_twice() -> None:
    names = [row.id for row in seed_rows()]
    assert len(set(names)) == len(names)


def test_every_test_that_is_named_exists() -> None:
    # given the tests as pytest itself finds them, those with a marker of their own too
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "", "-p", "no:cacheprovider", "tests"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    cases = {line for line in listed.splitlines() if line.startswith("tests/")}
    known = cases | {case.partition("[")[0] for case in cases}
    # then each name is one of them, or begins some
    missing = sorted(
        f"{row.id} {test}"
        for row in seed_rows()
        for test in row.tests
        if test not in known
        and not (test.endswith("-*]") and any(case.startswith(test.removesuffix("*]")) for case in cases))
    )
    assert missing == []


def test_every_object_that_is_named_is_in_the_models() -> None:
    known = set(known_objects())
    assert sorted(f"{row.id} {name}" for row in seed_rows() for name in row.objects if name not in known) == []


def known_objects() -> Iterator[str]:
    yield from catalog()
    yield from enum_types
    yield from ROUTINES
    yield from (trigger.name for trigger in triggers())
    yield from (view.name for view in views())
    yield from (summary.NAME, summary.UNIQUE_INDEX)
    for table in metadata.tables.values():
        yield table.name
        yield from (f"{table.name}.{column.name}" for column in table.columns)
        yield from (str(index.name) for index in table.indexes)


def test_the_committed_page_is_made_from_the_rows() -> None:
    committed = (ROOT / "docs" / "seed-map.md").read_text(encoding="utf-8")
    assert committed == page(), "docs/seed-map.md is not what the rows say: run `make docs`"
