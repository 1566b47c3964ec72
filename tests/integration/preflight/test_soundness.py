"""Whatever is planted is found: counts and keys are those of a look at every row in plain Python."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.operations.preflight.report import score
from tests.integration.preflight.planting import brute_force, found_in
from tests.parity.disturbed import disturbed_rows
from tests.parity.source import TABLES, Row, Source, source_of

if TYPE_CHECKING:
    import sqlalchemy as sa

    from platform_db.operations.preflight import Report
    from tests.integration.preflight.conftest import Definitions
    from tests.integration.preflight.planting import Ground

SEED = 20_260_401
ROWS = 400


@cache
def planted(table: str) -> tuple[Source, list[Row], str]:
    """Random rows, valid and broken, each with an id of its own; a few ids are missing or taken twice."""
    source = source_of(table)
    rows = list(disturbed_rows(source, SEED, ROWS))
    (key, *_) = (column.name for column in source.table.primary_key.columns)
    if key == "id":
        for place, row in enumerate(rows, 1):
            row["id"] = place
        chance = random.Random(SEED)  # noqa: S311 - reproducible rows, no secrets
        for row in chance.sample(rows, 6):
            row["id"] = chance.choice((None, 1, 2))
    return source, rows, key


@pytest.mark.parametrize("table", TABLES)
async def test_every_row_that_breaks_a_constraint_is_named(table: str, ground: Ground) -> None:
    # Given a table without constraints, full of rows of which many break something
    source, rows, key = planted(table)
    await ground.plant(source.table, rows)
    expected, whole = brute_force(source, rows, key)

    # When it is examined
    report = await ground.examined(table)

    # Then each constraint is broken by exactly the rows that break it, and the score is the share of the others
    (told,) = report.tables
    assert found_in(told, key) == expected
    assert told.rows == len(rows)
    assert report.summary.unjudged == 0
    assert told.broken_rows == len(rows) - whole
    assert told.score == score(len(rows), len(rows) - whole)


@pytest.mark.parametrize("table", TABLES)
async def test_without_the_rows_it_names_every_constraint_can_be_added(
    table: str, ground: Ground, definitions: Definitions
) -> None:
    # Given a table full of broken rows, and a report on it
    source, rows, _ = planted(table)
    await ground.plant(source.table, rows)
    report = await ground.examined(table)
    broken = {finding.name for finding in report.findings if finding.verdict == "broken"}

    # Then the server refuses just the constraints that it calls broken
    parents = {each.referred_table.name for each in source.table.foreign_key_constraints} - {table}
    await add(ground, definitions, *parents)
    refused = {name for name, sql in definitions[table].items() if not await is_added(ground, sql)}
    assert refused & set(named(report)) == broken & set(definitions[table])

    # And when the rows that it names are taken out
    while not report.summary.ready:
        await take_out(ground, source.table, report)
        report = await ground.examined(table)

    # Then every one of them holds
    for name, sql in definitions[table].items():
        assert name not in refused or await is_added(ground, sql), name
    assert (await ground.examined(table)).summary.score == 100.0


def named(report: Report) -> list[str]:
    return [finding.name for finding in report.findings]


async def add(ground: Ground, definitions: Definitions, *tables: str) -> None:
    for table in tables:
        for sql in definitions[table].values():
            if "FOREIGN KEY" not in sql:
                await ground.owner.execute(sql)


async def is_added(ground: Ground, sql: str) -> bool:
    """Whether the server takes the constraint; where it does, it stays."""
    try:
        await ground.owner.execute(sql)
    except asyncpg.PostgresError:
        return False
    return True


async def take_out(ground: Ground, table: sa.Table, report: Report) -> None:
    """Delete every row that a report names, by the key it gives."""
    keys = [row.key for finding in report.findings for row in finding.samples]
    names = list(keys[0])
    lines = [[None if (value := key[name]) is None else str(value) for key in keys] for name in names]
    listed = ", ".join(f"${at}::text[]" for at in range(1, len(names) + 1))
    same = " AND ".join(f"t.{name}::text IS NOT DISTINCT FROM k.{name}" for name in names)
    await ground.owner.execute(
        f"DELETE FROM {table.name} AS t USING unnest({listed}) AS k ({', '.join(names)}) WHERE {same}",  # noqa: S608
        *lines,
    )


async def test_orphans_are_the_rows_whose_parent_is_not_there(ground: Ground) -> None:
    # Given users of whom some went, and licences of all of them; a licence without a user is no orphan
    chance = random.Random(SEED)  # noqa: S311 - reproducible rows, no secrets
    users, licences = source_of("users"), source_of("licenses")
    await ground.plant(users.table, [{**users.row, "id": number} for number in range(1, 101)])
    owners = [chance.choice((None, chance.randint(1, 100), chance.randint(101, 200))) for _ in range(500)]
    await ground.plant(licences.table, [{**licences.row, "id": at, "user_id": to} for at, to in enumerate(owners, 1)])

    # When the licences are examined
    report = await ground.examined("licenses")

    # Then the orphans are named, and no other
    finding = next(each for each in report.findings if each.name == "fk_licenses_user_id_users")
    assert [row.key["id"] for row in finding.samples] == [at for at, to in enumerate(owners, 1) if (to or 0) > 100]


async def test_null_is_a_value_where_nulls_are_not_distinct(ground: Ground) -> None:
    source = source_of("invoice_tax_subtotals")
    rates = (None, None, "20", "20", "10", None)
    rows = [
        {**source.row, "id": at, "invoice_id": 1 if at < 6 else 2, "rate": rate} for at, rate in enumerate(rates, 1)
    ]
    await ground.plant(source.table, rows)

    report = await ground.examined("invoice_tax_subtotals")

    finding = next(each for each in report.findings if each.name.startswith("uq_"))
    assert [row.key["id"] for row in finding.samples] == [1, 2, 3, 4]


async def test_infinite_and_missing_values_are_found_as_they_are_stored(ground: Ground) -> None:
    # Given an instant that never comes, a NaN and a document that is not one
    orders, lines = source_of("orders"), source_of("invoice_lines")
    await ground.plant(orders.table, [{**orders.row, "id": 1}])
    await ground.plant(lines.table, [{**lines.row, "id": 1}])
    await ground.owner.execute("UPDATE orders SET created_at = 'infinity', updated_at = '-infinity'")
    await ground.owner.execute("UPDATE invoice_lines SET quantity = 'NaN'")

    report = await ground.examined("orders", "invoice_lines")

    broken = {finding.name for finding in report.findings if finding.verdict == "broken"}
    assert {"ck_orders_created_at_finite", "ck_orders_updated_at_finite"} <= broken
    assert {name for name in broken if name.startswith("ck_invoice_lines_quantity")} != set()
