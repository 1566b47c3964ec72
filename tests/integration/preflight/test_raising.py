"""Expressions that fail on some rows: the rows are told, and no other constraint is hidden by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.dialects import postgresql

from platform_db.domain.fields import Integer, Json
from platform_db.domain.json_values import JsonObject  # noqa: TC001 - Pydantic reads it
from platform_db.domain.models import Identified
from platform_db.domain.rules import Message, Rule
from platform_db.operations.preflight import preflight
from platform_db.schema.metadata import TableFacts

if TYPE_CHECKING:
    from platform_db.operations.preflight import Finding, Report
    from tests.integration.preflight.planting import Ground

ROWS = 3000


class Sample(Identified):
    """A row with rules that are not written with care."""

    entity: ClassVar[str] = "samples"

    divisor: Annotated[int, Integer()] = Field(description="What is divided by.")
    document: Annotated[JsonObject, Json()] = Field(description="A document.")


def rule(name: str, sql: str, *fields: str) -> sa.CheckConstraint:
    told = Message("Kural", "A rule")
    made = Rule(name=name, fields=fields, holds=lambda *_: None, sql=sql, message=told)
    return sa.CheckConstraint(sa.text(sql), name=made.constraint("samples"), info={"rule": made, "message": told})


SAMPLES = sa.Table(
    "samples",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger(), nullable=False),
    sa.Column("divisor", sa.Integer(), nullable=False),
    sa.Column("document", postgresql.JSONB(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_samples"),
    rule("quotient_small", "100 / divisor < 50", "divisor"),
    rule("size_positive", "((document ->> 'size')\\:\\:integer) > 0", "document"),
    rule("always_fails", "divisor < 1 / (divisor - divisor)", "divisor"),
    rule("unknown_function", "no_such_function(divisor)", "divisor"),
    rule("divisor_not_negative", "divisor >= 0", "divisor"),
    info={"facts": TableFacts(model=Sample)},
)


async def examined(ground: Ground) -> Report:
    return await preflight(ground.url, [SAMPLES], samples=ROWS)


def found(report: Report, name: str) -> Finding:
    return next(each for each in report.findings if each.name == name)


async def plant(ground: Ground, divisors: dict[int, int], documents: dict[int, str]) -> None:
    """Rows 1 to 3000, over many pages, whole but for these."""
    await ground.owner.execute("CREATE TABLE samples (id bigint, divisor integer, document jsonb)")
    await ground.owner.execute(
        """INSERT INTO samples SELECT n, 10, jsonb_build_object('size', 5, 'text', repeat('x', 200))
        FROM generate_series(1, 3000) AS n"""
    )
    for number, divisor in divisors.items():
        await ground.owner.execute("UPDATE samples SET divisor = $1 WHERE id = $2", divisor, number)
    for number, document in documents.items():
        await ground.owner.execute("UPDATE samples SET document = $1::text::jsonb WHERE id = $2", document, number)


async def test_the_rows_on_which_an_expression_fails_are_found_one_by_one(ground: Ground) -> None:
    # Given rows to divide by zero, by one and by a negative number, and sizes that are none, missing or too small
    await plant(
        ground,
        {7: 0, 1500: 0, 2999: 0, 20: 1, 21: -1},
        {30: '{"size": "many"}', 31: '{"size": -1}', 32: "{}", 33: '{"size": 1e400}', 1500: '{"size": "1.5"}'},
    )

    report = await examined(ground)

    # Then each rule has its own rows: those that break it, and those on which it cannot be told
    quotient = found(report, "ck_samples_quotient_small")
    assert [row.key["id"] for row in quotient.samples] == [7, 20, 1500, 2999]
    assert quotient.rows == 4
    assert quotient.reason is not None
    assert quotient.reason.en == "on 3 of them the expression cannot be evaluated"
    size = found(report, "ck_samples_size_positive")
    assert [row.key["id"] for row in size.samples] == [30, 31, 33, 1500]
    # And the rule beside them is judged as ever
    assert [row.key["id"] for row in found(report, "ck_samples_divisor_not_negative").samples] == [21]
    assert report.tables[0].rows == ROWS


async def test_an_expression_that_fails_on_every_row_or_means_nothing_here_is_not_judged(ground: Ground) -> None:
    await plant(ground, {}, {})

    report = await examined(ground)

    always, unknown = found(report, "ck_samples_always_fails"), found(report, "ck_samples_unknown_function")
    assert (always.verdict, always.rows) == ("unjudged", None)
    assert always.reason is not None
    assert always.reason.en == "its expression cannot be evaluated on some rows (SQLSTATE 22012)"
    assert unknown.verdict == "unjudged"
    assert unknown.reason is not None
    assert unknown.reason.en.endswith("is not in this database (SQLSTATE 42883)")
    # What is not known is not ready, and weighs as what it is about
    assert (report.summary.ready, report.summary.unjudged, report.worst) == (False, 2, "other")


async def test_values_do_not_travel_in_an_error(ground: Ground) -> None:
    await plant(ground, {}, {8: '{"size": "canary"}'})

    assert "canary" not in (await examined(ground)).model_dump_json()
