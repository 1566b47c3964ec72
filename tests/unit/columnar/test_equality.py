"""Every figure and every refusal of the columns is that of the scalar path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_db.columnar import calculate_batch
from tests.unit.columnar.rows import assert_equal_to_scalar, batch_of, outcomes, rows_of
from tests.unit.columnar.strategies import documents
from tests.unit.domain.invoices.documents import document, line

if TYPE_CHECKING:
    from tests.unit.columnar.rows import Row
    from tests.unit.domain.invoices.documents import Json

WORKED: Final = Path(__file__).parents[3] / "examples" / "data" / "worked_invoices.json"
DOCUMENTS: Final = st.lists(documents(), min_size=1, max_size=5)
NARROW: Final = {
    "quantity": pa.decimal64(18, 8),
    "unit_price": pa.decimal64(18, 8),
    "discount_rate": pa.decimal64(7, 4),
    "currency": pa.dictionary(pa.int8(), pa.string()),
    "withholding_code": pa.dictionary(pa.int32(), pa.large_string()),
}

several = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
many = settings(several, max_examples=200)


@many
@given(DOCUMENTS)
def test_columns_tell_what_the_scalar_path_tells(drawn: list[Json]) -> None:
    assert_equal_to_scalar(drawn, outcomes(drawn))


def test_every_worked_invoice_is_calculated_alike() -> None:
    worked = cast("list[dict[str, Json]]", json.loads(WORKED.read_text(encoding="utf-8"))["cases"])
    given = [each["input"] for each in worked]
    assert_equal_to_scalar(given, outcomes(given))


@several
@given(DOCUMENTS, st.data())
def test_permuting_the_lines_changes_no_total(drawn: list[Json], data: st.DataObject) -> None:
    rows = [rows_of(place, each) for place, each in enumerate(drawn)]
    permuted = [data.draw(st.permutations(some)) for some in rows]

    before, after = (
        calculate_batch(batch_of([row for some in order for row in some])).to_pylist() for order in (rows, permuted)
    )

    assert [_without_lines(row) for row in after] == [_without_lines(row) for row in before]


def _without_lines(row: Row) -> Row:
    told = {name: value for name, value in row.items() if name not in {"lines", "violations"}}
    return told | {"rules": sorted(each["rule"] for each in cast("list[dict[str, str]]", row["violations"]))}


@several
@given(DOCUMENTS)
def test_totals_are_the_sums_of_their_parts(drawn: list[Json]) -> None:
    for row in outcomes(drawn):
        if row["violations"]:
            continue
        total, lines = cast("dict[str, int]", row), cast("list[dict[str, int]]", row["lines"])
        sums = {name: sum(each[name] for each in lines) for name in lines[0] if name != "withholding_percent"}
        assert total["document_allowance_cents"] == sums["allowance_share_cents"]
        assert total["document_charge_cents"] == sums["charge_share_cents"]
        assert total["allowance_cents"] == sums["discount_cents"] + sums["allowance_share_cents"]
        assert total["charge_cents"] == sums["charge_cents"] + sums["charge_share_cents"]
        for name in ("gross_cents", "kdv_cents", "other_taxes_cents", "withheld_cents"):
            assert total[name] == sums[name]
        subtotals = cast("list[dict[str, int]]", row["tax_subtotals"])
        assert sum(each["amount_cents"] for each in subtotals) == total["kdv_cents"] + total["other_taxes_cents"]


@several
@given(DOCUMENTS, st.integers(0, 30))
def test_a_batch_is_the_sum_of_its_pieces(drawn: list[Json], cut: int) -> None:
    """Also a slice, whose columns begin within their buffers."""
    rows = [row for place, each in enumerate(drawn) for row in rows_of(place, each)]
    batch = batch_of(rows)
    ends = [place for place in range(1, len(rows)) if rows[place]["invoice_id"] != rows[place - 1]["invoice_id"]]
    middle = ends[cut % len(ends)] if ends else 0

    pieces = [calculate_batch(piece).to_pylist() for piece in (batch.slice(0, middle), batch.slice(middle))]

    assert [row for piece in pieces for row in piece] == calculate_batch(batch).to_pylist()


@several
@given(DOCUMENTS)
def test_narrow_decimals_and_dictionaries_are_read_alike(drawn: list[Json]) -> None:
    fit = [
        each for each in drawn if all(len(str(row["unit_price"])) <= 18 for row in cast("list[Json]", each["lines"]))
    ]
    small = [each for each in fit if all(_is_below(row, 10**9) for row in cast("list[Json]", each["lines"]))]
    if small:
        assert_equal_to_scalar(small, outcomes(small, **NARROW))


def _is_below(row: Json, most: int) -> bool:
    return float(cast("str", row["unit_price"])) < most and float(cast("str", row["quantity"])) < most


def test_a_batch_larger_than_a_piece_is_calculated_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform_db.columnar.batch.ROWS", 3)
    given = [document(*[line(unit_price=f"{place + 1}.10")] * (place % 4 + 1)) for place in range(20)]
    assert_equal_to_scalar(given, outcomes(given))


@pytest.mark.parametrize(
    ("changes", "by_columns"),
    [
        ({}, True),
        ({"currency": "USD", "exchange_rate": "41.25"}, True),
        ({"tax_inclusive_prices": True}, True),
        ({"rounding": "document", "allowances": [{"amount": "1.00"}]}, True),
        ({"rounding": "document", "lines": [line(unit_price="30370004.99")]}, True),
        ({"rounding": "document", "lines": [line(unit_price="30370005.00")]}, False),
        ({"lines": [line(unit_price="23058430092.13")]}, True),
        ({"lines": [line(unit_price="23058430092.14")]}, False),
        ({"lines": [line(unit_price="920000000.5", quantity="0.5")]}, True),
        ({"lines": [line(unit_price="92000000.12345678", quantity="0.12345678")]}, False),
        ({"lines": [line(other_taxes=[{"code": "0071", "rate": "10"}])]}, False),
        ({"lines": [line(kdv_rate="18")]}, False),
    ],
)
def test_what_the_columns_take_and_what_they_leave_alone(changes: Json, by_columns: bool) -> None:  # noqa: FBT001
    given = [document(**changes)]
    found = outcomes(given)
    assert_equal_to_scalar(given, found)
    assert found[0]["by_columns"] is by_columns


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_among_equal_remainders_the_larger_net_comes_first(order: tuple[int, int]) -> None:
    """Two kuruş over nets of one and three leave a half each: the larger net gets both."""
    lines = [line(unit_price="0.01"), line(unit_price="0.03")]
    given = [document(*[lines[place] for place in order], allowances=[{"amount": "0.02"}])]
    found = outcomes(given)
    assert_equal_to_scalar(given, found)
    shares = [each["allowance_share_cents"] for each in cast("list[dict[str, int]]", found[0]["lines"])]
    assert [shares[order.index(place)] for place in (0, 1)] == [0, 2]
