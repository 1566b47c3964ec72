"""Outcomes of many rows, and when two values of a column are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_db.domain.bulk import BulkReport, Outcome, RowResult, is_same
from platform_db.errors import AlreadyExists

if TYPE_CHECKING:
    from pydantic import JsonValue

    from platform_db.domain.models import StoredModel

TAKEN = AlreadyExists("uq_products_sku: taken", constraint="uq_products_sku")

json: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3).filter(bool) | st.sampled_from(["", "1", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


def test_a_report_counts_every_result_and_names_what_was_refused() -> None:
    report: BulkReport[StoredModel] = BulkReport(
        (
            Outcome(0, RowResult.CREATED),
            Outcome(1, RowResult.REFUSED, error=TAKEN),
            Outcome(2, RowResult.UNCHANGED),
            Outcome(3, RowResult.CREATED),
        )
    )

    assert report.counts == {
        RowResult.CREATED: 2,
        RowResult.UPDATED: 0,
        RowResult.UNCHANGED: 1,
        RowResult.REFUSED: 1,
    }
    assert [refused.place for refused in report.refused] == [1]
    assert [outcome.place for outcome in report] == [0, 1, 2, 3]
    with pytest.raises(AlreadyExists) as raised:
        report.demand_all()
    assert raised.value is TAKEN


def test_a_report_of_nothing_is_whole() -> None:
    report: BulkReport[StoredModel] = BulkReport(())

    assert (len(report), report.rows, report.demand_all()) == (0, (), ())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (True, 1, False),
        ([1, {"a": True}], [1, {"a": True}], True),
        ([1, {"a": True}], [1, {"a": 1}], False),
        ([1], [1, 1], False),
        ({"a": None}, {}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([], {}, False),
        (("a",), ("a",), True),
        (None, "", False),
    ],
)
def test_two_values_are_the_same_where_json_says_so(one: object, other: object, same: bool) -> None:  # noqa: FBT001 - the expected answer
    assert is_same(one, other) is same
    assert is_same(other, one) is same


@given(json, json)
def test_what_is_the_same_is_written_alike(one: JsonValue, other: JsonValue) -> None:
    assert is_same(one, one)
    assert is_same(one, other) is (_written(one) == _written(other))


def _written(value: JsonValue) -> str:
    """JSON with its keys in order; a whole float as the integer it is."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{_written(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    return repr(value)
