"""However a stream of rows is cut, each invoice comes whole, once, and in bounded batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_db.columnar import whole_invoices
from platform_db.errors import RuleViolation
from tests.unit.columnar.rows import batch_of, rows_of
from tests.unit.domain.invoices.documents import document, line

if TYPE_CHECKING:
    import pyarrow as pa


def stream(ids: list[int], cuts: list[int]) -> list[pa.RecordBatch]:
    rows = [row for each in ids for row in rows_of(each, document(line()))]
    ends = [*sorted(cut for cut in cuts if cut <= len(rows)), len(rows)]
    return [batch_of(rows[start:end]) for start, end in zip([0, *ends[:-1]], ends, strict=True)]


@given(st.lists(st.integers(0, 9), max_size=25).map(sorted), st.lists(st.integers(0, 25), max_size=8))
def test_each_invoice_lies_in_one_batch_and_no_row_is_lost(ids: list[int], cuts: list[int]) -> None:
    given = stream(ids, cuts)
    found = [[row["invoice_id"] for row in batch.to_pylist()] for batch in whole_invoices(given)]

    assert [each for some in found for each in some] == ids
    owners = [each for some in found for each in set(some)]
    assert len(owners) == len(set(owners))
    # No batch waits for more than the last invoice of the one before.
    longest = max((ids.count(each) for each in ids), default=0)
    assert all(len(some) <= longest + max(batch.num_rows for batch in given) for some in found)


@pytest.mark.parametrize("ids", [[1, 2, 1], [2, 1], [1, 1, 3, 2]])
@pytest.mark.parametrize("cuts", [[], [1], [2], [1, 2, 3]])
def test_disorder_is_refused_within_a_batch_and_across(ids: list[int], cuts: list[int]) -> None:
    with pytest.raises(RuleViolation) as refused:
        list(whole_invoices(stream(ids, cuts)))
    assert refused.value.rule == "invoices_in_order"
