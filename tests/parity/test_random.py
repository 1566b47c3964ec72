"""Values that nobody thought of: Hypothesis draws them, both sides judge, and what the model accepts is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_interface
from typing import TYPE_CHECKING, Final, Protocol, cast

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from platform_db.domain.fields import Text
from platform_db.domain.models import markers
from tests.parity.driver_side import check_stored_and_equal, validated
from tests.parity.source import TABLES, shown, source_of

if TYPE_CHECKING:
    from datetime import timezone

    from tests.parity.conftest import Bare
    from tests.parity.source import Source

EXAMPLES = 3
BATCH = 40

Values = st.SearchStrategy[object]

_STORABLE: Final = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
_TEXT: Final = st.text(_STORABLE, max_size=70)
_FLOATS: Final = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda value: orjson.loads(format(Decimal(repr(value)), "f")) == value  # see docs/parity.md, "Floats in JSON"
)
_SCALARS: Final = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _FLOATS | _TEXT
_DOCUMENTS: Final = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4), max_leaves=12
)


def _whole(bits: int) -> Values:
    limit = 2 ** (bits - 1)
    return st.integers(-limit, limit - 1) | st.integers(-3, 130)


def _of_type(kind: object) -> Values:  # noqa: C901, PLR0911, PLR0912 - one line a type
    match kind:
        case postgresql.ENUM():
            return st.sampled_from(kind.enums)
        case postgresql.ARRAY():
            return st.lists(_of_type(cast("sa.types.TypeEngine[object]", kind.item_type)), max_size=4)
        case sa.SmallInteger():
            return _whole(16)
        case sa.BigInteger():
            return _whole(64)
        case sa.Integer():
            return _whole(32)
        case sa.Numeric():
            return st.decimals() | st.decimals(-1, 200, places=2) | st.decimals(0, 10**9, places=6)
        case sa.DateTime():
            return st.datetimes(timezones=cast("st.SearchStrategy[timezone]", st.timezones()))
        case sa.Date():
            return st.dates()
        case postgresql.JSONB():
            return _DOCUMENTS | st.dictionaries(_TEXT, _DOCUMENTS, max_size=4) | st.lists(_DOCUMENTS, max_size=4)
        case sa.LargeBinary():
            return st.binary(max_size=40)
        case postgresql.INET():
            return st.ip_addresses().map(str).map(ip_interface)
        case sa.Boolean():
            return st.booleans()
        case sa.Uuid():
            return st.uuids()
        case _:
            return _TEXT


def _values(source: Source, column: sa.Column[object]) -> Values:
    """Values of the column's type; for a text with a pattern also what Python's reading of it admits."""
    drawn = _of_type(column.type) | st.none()
    for marker in markers(source.model.model_fields[column.name]):
        if isinstance(marker, Text) and marker.pattern is not None:
            drawn |= st.from_regex(re.compile(marker.pattern), alphabet=_STORABLE)
    return drawn


class SupportsText(Protocol):
    def text(self, written: str, /) -> None: ...


@dataclass(frozen=True, repr=False)
class _Rows:
    """Rows whose failure is told by the assertion, not by printing them all."""

    every: list[dict[str, object]]

    def __repr__(self) -> str:
        return f"{len(self.every)} rows"

    def _repr_pretty_(self, printer: SupportsText, _cycle: bool) -> None:  # noqa: FBT001 - IPython's protocol
        printer.text(repr(self))


def _rows(source: Source) -> st.SearchStrategy[_Rows]:
    bases = [dict(source.row), *({**source.row, **each.legal} for each in source.examples.values())]

    @st.composite
    def row(draw: st.DrawFn) -> dict[str, object]:
        column = draw(st.sampled_from(source.written))
        return {**draw(st.sampled_from(bases)), column.name: draw(_values(source, column))}

    return st.lists(row(), min_size=BATCH, max_size=BATCH).map(_Rows)


@pytest.mark.parametrize("table", TABLES)
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
async def test_both_sides_agree_on_random_values(table: str, bare: Bare, data: st.DataObject) -> None:
    source = source_of(table)
    copy = await bare(table)
    rows = data.draw(_rows(source)).every

    verdicts = await copy.judge(rows)

    for row, verdict in zip(rows, verdicts, strict=True):
        broken = source.broken(row)
        assert verdict.broken == broken & source.checks.keys(), shown(row)
        assert (verdict.refusal is None) == (not broken), (verdict.refusal, sorted(broken), shown(row))
        assert verdict.refusal is not None or validated(source, row) is not None, shown(row)
    await check_stored_and_equal(copy, [model for row in rows if (model := validated(source, row)) is not None])
