"""The calculation of one Arrow batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from platform_db.columnar.documents import documents, first_rows
from platform_db.columnar.lines import read_lines
from platform_db.columnar.one_by_one import calculated
from platform_db.columnar.results import Results
from platform_db.columnar.schema import check, result_schema
from platform_db.columnar.steps import charge_kdv, leave_what_does_not_fit, spread, withhold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.columnar.arithmetic import Whole
    from platform_db.columnar.documents import Documents
    from platform_db.columnar.one_by_one import Outcome

__all__ = ["ROWS", "calculate_batch"]

ROWS: Final = 2**16
"""Rows that are calculated at a time: their columns stay in a core's cache."""

# glibc keeps freed memory for the next column up to a bound that grows with the largest block freed so far (at most
# 32 MiB). Freeing one that was never touched costs nothing; without it each column's pages are mapped anew, which
# takes longer than the calculation.
_ = np.empty(31 * 2**20, np.int8)
del _


def calculate_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Calculate every invoice of a batch: lines in, invoices out, each kuruş that of the scalar path.

    A pure function: no database, no clock, no file, nothing remembered of other batches. A row
    is a line, with the columns of :data:`~platform_db.columnar.COLUMNS`; those of the document are
    repeated in each of its rows. The rows of an invoice follow each other, in ascending order of
    ``invoice_id``. The result has a row an invoice, in the same order, with the columns of
    :func:`~platform_db.columnar.result_schema` and amounts in whole kuruş of the document's currency.

    An invoice that breaks a rule has no figures and its ``violations``: the rules, fields and
    messages of the scalar path in its order. The others go on. ``by_columns`` is false for every
    invoice that the scalar path judged: what is refused, what has taxes beside KDV, and amounts
    whose products do not fit 64 bits.

    Raises
    ------
    RuleViolation
        A column is unknown, missing, repeated or of a type that does not fit; an ``invoice_id``
        is null; the rows are out of order.
    """
    check(batch.schema)
    if not batch.num_rows:
        return pa.RecordBatch.from_pylist([], schema=result_schema(batch.schema))
    results = [_calculated(piece, starts) for piece, starts in _pieces(batch, first_rows(batch))]
    if len(results) == 1:
        return results[0]
    [whole] = pa.Table.from_batches(results).combine_chunks().to_batches()
    return whole


def _pieces(batch: pa.RecordBatch, starts: Whole) -> Iterator[tuple[pa.RecordBatch, Whole]]:
    """The batch in pieces of about :data:`ROWS` rows, each with the first rows of its invoices, none cut."""
    cuts = np.unique(np.searchsorted(starts, np.arange(ROWS, batch.num_rows - ROWS // 2, ROWS)))
    pieces = np.split(starts, cuts[cuts < len(starts)])
    ends = [*[int(piece[0]) for piece in pieces[1:]], batch.num_rows]
    for piece, end in zip(pieces, ends, strict=True):
        start = int(piece[0])
        yield batch.slice(start, end - start), piece - start


def _calculated(batch: pa.RecordBatch, starts: Whole) -> pa.RecordBatch:
    heads = documents(batch, starts)
    lines = read_lines(batch, heads)
    leave_what_does_not_fit(heads, lines)
    spread(heads, lines)
    charge_kdv(heads, lines)
    withheld = withhold(heads, lines)
    return Results(heads, lines, withheld, _left_alone(batch, heads)).batch(batch)


def _left_alone(batch: pa.RecordBatch, heads: Documents) -> dict[int, Outcome]:
    """What the scalar path tells of each invoice that was left alone, by its place."""
    starts = [*heads.starts.tolist(), batch.num_rows]
    return {
        place: calculated(batch.slice(starts[place], starts[place + 1] - starts[place]))
        for place in np.flatnonzero(heads.alone).tolist()
    }
