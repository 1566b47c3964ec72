"""What is not carried stands in a decision record, and in no table or type."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.raw import Raw

RECORD = Path(__file__).parents[2] / "docs" / "decisions" / "0014-what-is-not-carried.md"


@pytest.mark.parametrize("subject", ["utting data", "rojects", "legacy table of tools", "job_priority"])
def test_the_record_says_what_is_left_out(subject: str) -> None:
    assert subject in RECORD.read_text(encoding="utf-8")


@pytest.mark.parametrize("column", ["jobs.input_params", "cam_runs.params", "jobs.priority"])
async def test_what_stands_in_its_place_is_there(migrated: Raw, column: str) -> None:
    table, _, name = column.partition(".")
    found = await migrated.fetchval(
        "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2", table, name
    )
    assert found == 1
    assert f"`{column}`" in RECORD.read_text(encoding="utf-8")


async def test_nothing_of_it_is_in_the_database(migrated: Raw) -> None:
    found = await migrated.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relname ~ 'legacy|cutting|project' "
        "UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace "
        "AND typname IN ('controller_type', 'collision_severity', 'project_status', 'job_priority')"
    )
    assert found == []
