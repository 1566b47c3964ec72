"""Files of invoices: read and calculated a batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet as files
from pyarrow import types

from platform_db.columnar import refusals
from platform_db.columnar.batch import ROWS
from platform_db.columnar.documents import first_rows
from platform_db.columnar.schema import INVOICE_ID, check
from platform_db.errors import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

__all__ = ["read_invoices", "whole_invoices"]


def read_invoices(source: BinaryIO, rows: int = ROWS) -> Iterator[pa.RecordBatch]:
    """The invoices of an open Parquet file in batches of about ``rows`` lines, no invoice cut.

    Memory holds one row group of the file and one batch; an invoice may lie in several row
    groups. A file without rows gives one batch without rows.

    Raises
    ------
    RuleViolation
        It is no Parquet file; its columns are not those of :data:`~platform_db.columnar.COLUMNS`,
        or its rows out of order.
    """
    return whole_invoices(_read(source, rows))


def _read(source: BinaryIO, rows: int) -> Iterator[pa.RecordBatch]:
    try:
        schema = files.read_schema(source)
        check(schema)
        # Texts are read as codes: each is looked at once.
        texts = [field.name for field in schema if types.is_string(field.type) and field.name != INVOICE_ID]
        file = files.ParquetFile(source, read_dictionary=texts)
        yield from file.iter_batches(rows)
        if not file.metadata.num_rows:
            yield pa.RecordBatch.from_pylist([], schema=schema)
    except (OSError, pa.ArrowInvalid):
        raise RuleViolation(refusals.PARQUET_FILE.at()) from None


def whole_invoices(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows, cut between invoices alone, so that each batch can be calculated by itself.

    Holds back the last invoice of each batch until its last row is known.

    Raises
    ------
    RuleViolation
        An ``invoice_id`` is null or smaller than the one before it, within a batch or across.
    """
    held: list[pa.RecordBatch] = []
    for batch in batches:
        if not batch.num_rows:
            yield batch
            continue
        last = int(first_rows(batch)[-1])
        is_new = bool(held) and _begins_anew(held[-1], batch)
        if last or is_new:
            yield _joined([*held, batch.slice(0, last)])
            held = [batch.slice(last)]
        else:
            held.append(batch)
    if held:
        yield _joined(held)


def _begins_anew(before: pa.RecordBatch, after: pa.RecordBatch) -> bool:
    """Whether the first row after is another invoice's than the last row before.

    Raises
    ------
    RuleViolation
        It is out of order.
    """
    neighbours = [before.slice(before.num_rows - 1), after.slice(0, 1)]
    return len(first_rows(_joined([row.select([INVOICE_ID]) for row in neighbours]))) > 1


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    [whole] = pa.Table.from_batches(batches).unify_dictionaries().combine_chunks().to_batches()
    return whole
