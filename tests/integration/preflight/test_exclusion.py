"""Rows that must stay apart: those that meet are found as by comparing each with each."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar

import pytest
import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from platform_db.domain.fields import Integer
from platform_db.domain.models import Identified
from platform_db.domain.rules import Message
from platform_db.operations.preflight import preflight
from platform_db.schema.metadata import TableFacts
from tests.integration.preflight.planting import EVERY, brute_force
from tests.parity.source import source_of

if TYPE_CHECKING:
    from platform_db.operations.preflight import Report
    from tests.integration.preflight.planting import Ground

START = datetime(2026, 1, 1, tzinfo=UTC)


def found(report: Report, name: str) -> list[object]:
    finding = next(each for each in report.findings if each.name == name)
    assert finding.rows == len(finding.samples)
    return [row.key["id"] for row in finding.samples]


@pytest.mark.parametrize("seed", range(5))
async def test_licences_whose_periods_meet(ground: Ground, seed: int) -> None:
    # Given random periods of few users: adjoining, nested, equal, empty, of other states; and a few without an end
    chance = random.Random(seed)  # noqa: S311 - reproducible rows, no secrets
    source = source_of("licenses")
    rows = [
        {
            **source.row,
            "id": at,
            "user_id": chance.randint(1, 25),
            "type": chance.choice(("basic", "professional")),
            "status": chance.choice(("active", "active", "active", "expired")),
            "starts_at": (start := START + timedelta(days=chance.randint(0, 120))),
            "ends_at": start + timedelta(days=chance.randint(0, 6)),
        }
        for at in range(1, 301)
    ]
    for row in chance.sample(rows, 3):
        row["ends_at"] = None
    # In every other run there is one that belongs to nobody, and so meets whoever's
    rows[7]["user_id"] = None if seed % 2 else 7
    await ground.plant(source.table, rows)
    expected, _ = brute_force(source, rows, "id")

    report = await ground.examined("licenses")

    meeting = found(report, "ex_licenses_no_overlap")
    assert 20 < len(meeting) < 200
    assert Counter(meeting) == expected["ex_licenses_no_overlap"]


class Booking(Identified):
    """A stretch of places for a stretch of hours."""

    entity: ClassVar[str] = "bookings"

    first: Annotated[int, Integer()] = Field(description="The first place.")
    last: Annotated[int, Integer()] = Field(description="The last place.")
    begins: Annotated[int, Integer()] = Field(description="The hour it begins.")
    ends: Annotated[int, Integer()] = Field(description="The hour it ends.")


def _apart() -> ExcludeConstraint:
    constraint = ExcludeConstraint(
        (sa.text("int4range(first, last, '[]')"), "&&"),
        (sa.text("int4range(begins, ends)"), "&&"),
        using="gist",
        name="ex_bookings_apart",
    )
    constraint.info.update(fields=("first", "last", "begins", "ends"), message=Message("Dolu", "Taken"))
    return constraint


BOOKINGS = sa.Table(
    "bookings",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger(), nullable=False),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in ("first", "last", "begins", "ends")),
    sa.PrimaryKeyConstraint("id", name="pk_bookings"),
    _apart(),
    info={"facts": TableFacts(model=Booking)},
)


@pytest.mark.parametrize("seed", range(5))
async def test_stretches_that_overlap_in_two_directions(ground: Ground, seed: int) -> None:
    # Given bookings of several places at once, so that neither operand is told by equality
    chance = random.Random(seed)  # noqa: S311 - reproducible rows, no secrets
    rows = [
        (at, place, place + chance.randint(0, 3), hour, hour + chance.randint(0, 3))
        for at in range(1, 201)
        for place, hour in [(chance.randint(1, 80), chance.randint(1, 80))]
    ]
    columns = ", ".join(column.name for column in BOOKINGS.columns)
    await ground.owner.execute("CREATE TABLE bookings (id bigint, first int, last int, begins int, ends int)")
    for row in rows:
        await ground.owner.execute(f"INSERT INTO bookings ({columns}) VALUES ($1, $2, $3, $4, $5)", *row)  # noqa: S608

    report = await preflight(ground.url, [BOOKINGS], samples=EVERY)

    # Then those that share a place and an hour with another are named; an empty stretch of hours meets nothing
    meeting = [
        a[0]
        for a in rows
        if any(b[0] != a[0] and a[1] <= b[2] and b[1] <= a[2] and max(a[3], b[3]) < min(a[4], b[4]) for b in rows)
    ]
    assert meeting
    assert found(report, "ex_bookings_apart") == meeting
