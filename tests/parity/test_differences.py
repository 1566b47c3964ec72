"""The differences between model and server that are accepted, each shown; ``docs/parity.md`` gives the reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.domain.fields import Numeric
from platform_db.domain.models import markers
from tests.parity.driver_side import validated
from tests.parity.server_side import bare_name
from tests.parity.source import TABLES, Source, source_of
from tests.parity.untyped import in_sql

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.parity.conftest import Bare
    from tests.parity.server_side import BareTable

PAGE: Final = Path(__file__).parents[2] / "docs" / "parity.md"

Written = tuple[sa.types.TypeEngine[object], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that SQL written by hand can store and a model does not read."""

    heading: str
    covers: Callable[[Written], bool]


def _nests(text: str, levels: int) -> bool:
    return text.count("{") > levels


READABLE_BY_SQL_ONLY: Final = (
    Difference(
        "Numbers in JSON beyond a double",
        lambda written: isinstance(written[0], postgresql.JSONB) and "1e400" in written[1],
    ),
    Difference(
        "JSON nested more than 100 levels",
        lambda written: isinstance(written[0], postgresql.JSONB) and _nests(written[1], 101),
    ),
    Difference(
        "JSON null in a column of any JSON",
        lambda written: isinstance(written[0], postgresql.JSONB) and written[1] == "null",
    ),
    Difference(
        "Arrays with NULL or of several dimensions",
        lambda written: isinstance(written[0], postgresql.ARRAY) and written[1] in {"{NULL}", "{{a},{b}}"},
    ),
)

OTHERS: Final = (
    "Input syntax",
    "Fractions of a kuruş in SQL",
    "Surplus zeros",
    "Values without a name",
    "Floats in JSON",
    "More digits in JSON than a double holds",
    "One name, or all",
    "Rules that follow from others",
)


def test_the_page_lists_exactly_the_accepted_differences() -> None:
    headings = re.findall(r"^### (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert headings == [*(each.heading for each in READABLE_BY_SQL_ONLY), *OTHERS]


async def test_what_sql_stores_past_the_library_validates_but_for_the_listed(bare: Bare) -> None:
    met: set[str] = set()
    stored = 0
    for table in TABLES:
        source, copy = source_of(table), await bare(table)
        for column in source.written:
            for text in in_sql(column):
                if await copy.write_text(source.row, column.name, text):
                    stored += 1
                    if not await _reads(copy):
                        covering = [each.heading for each in READABLE_BY_SQL_ONLY if each.covers((column.type, text))]
                        assert len(covering) == 1, (table, column.name, text[:60], covering)
                        met.update(covering)
    assert met == {each.heading for each in READABLE_BY_SQL_ONLY}
    assert stored > 1000


async def _reads(copy: BareTable) -> bool:
    try:
        (row,) = await copy.accepted()
    except orjson.JSONDecodeError:
        return False
    return validated(copy.source, row) is not None


async def test_a_fraction_of_a_kurus_is_rounded_by_the_cast_and_refused_by_the_model(bare: Bare) -> None:
    copy = await bare("payments")
    source = copy.source
    await copy.connection.execute(f"TRUNCATE {bare_name('payments')}")
    await copy.fill([source.row])
    values = ", ".join("2400.4" if each.name == "fee_cents" else each.name for each in source.columns)
    names = ", ".join(each.name for each in source.columns)

    await copy.connection.execute(f"INSERT INTO bare_payments ({names}) SELECT {values} FROM loose_payments")  # noqa: S608 - the schema's names

    (stored,) = await copy.accepted()
    assert stored["fee_cents"] == 2400
    assert validated(source, {**source.row, "fee_cents": Decimal("2400.4")}) is None


@pytest.mark.parametrize("table", TABLES)
async def test_surplus_zeros_are_dropped_by_the_model_and_refused_in_sql(table: str, bare: Bare) -> None:
    source = source_of(table)
    copy = await bare(table)
    for column, places in _decimals(source):
        surplus = Decimal(20).quantize(Decimal(1).scaleb(-places - 1))
        row = {**source.row, column: surplus}
        (verdict,) = await copy.judge([row])
        broken = source.broken(row)
        assert verdict.broken == broken
        (rule,) = (rule.constraint(table) for rule in source.checks.values() if rule.fields == (column,))
        assert rule in broken
        model = validated(source, row)
        assert model is None or str(getattr(model, column)) == "20"


def _decimals(source: Source) -> list[tuple[str, int]]:
    return [
        (name, marker.places)
        for name, info in source.model.model_fields.items()
        for marker in markers(info)
        if isinstance(marker, Numeric)
    ]


@pytest.mark.parametrize(
    ("column", "text", "sqlstate"),
    [
        ("full_name", "a\x00b", "22021"),
        ("metadata", '{"a":"\\u0000"}', "22P05"),
        ("metadata", '{"a":"\\ud800"}', "22P02"),
        ("version", "2147483648", "22003"),
        ("status", "İptal", "22P02"),
    ],
)
async def test_a_value_that_is_not_of_its_type_has_an_sqlstate_and_no_constraint(
    column: str, text: str, sqlstate: str, bare: Bare
) -> None:
    copy = await bare("users")
    kind = {"full_name": "text", "metadata": "jsonb", "version": "integer", "status": "user_status"}[column]
    with pytest.raises(asyncpg.PostgresError) as refused:
        await copy.connection.fetchval(f"SELECT $1::text::{kind}", text)
    assert {name: getattr(refused.value, name) for name in ("sqlstate", "constraint_name")} == {
        "sqlstate": sqlstate,
        "constraint_name": None,
    }
    given: object = orjson.loads(text) if column == "metadata" and "ud800" not in text else text
    assert validated(copy.source, {**copy.source.row, column: given}) is None


async def test_a_long_number_in_json_is_read_as_the_nearest_double(bare: Bare) -> None:
    copy = await bare("users")
    await copy.write_text(copy.source.row, "consents", '{"a":123456789012345678901234567890}')
    (stored,) = await copy.accepted()
    assert stored["consents"] == {"a": 1.2345678901234568e29}


async def test_a_float_that_json_gives_back_as_another_number_is_refused_by_the_model_alone(bare: Bare) -> None:
    copy = await bare("users")
    row = {**copy.source.row, "consents": {"a": 1.6130484589462314e17}}
    (verdict,) = await copy.judge([row])
    (stored,) = await copy.accepted()
    assert verdict.refusal is None
    assert stored["consents"] == {"a": 161304845894623140} != row["consents"]
    assert validated(copy.source, row) is None


async def test_the_server_names_the_first_broken_check_and_the_model_all(bare: Bare) -> None:
    copy = await bare("users")
    row = {**copy.source.row, "version": 0, "otp_attempts": -1}
    (verdict,) = await copy.judge([row])
    assert verdict.refusal == "ck_users_otp_attempts_non_negative"
    assert copy.source.broken(row) == {"ck_users_otp_attempts_non_negative", "ck_users_version_positive"}
