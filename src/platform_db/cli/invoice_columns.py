"""``platform-db invoice calculate --parquet``: a file of lines in, a file of invoices out."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import typer

from platform_db.cli.documents import STANDARD_INPUT, opened
from platform_db.cli.output import error_document, print_json
from platform_db.errors import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    import pyarrow as pa

__all__ = ["calculate_columns"]


def calculate_columns(file: str, output: Path | None) -> bool:
    """Calculate a Parquet file batch by batch; true when something was refused.

    With ``output`` a Parquet file is written, whole or not at all, and what became of the
    invoices printed; without it each invoice is printed as a line of JSON.
    """
    from platform_db.columnar import calculate_batch, read_invoices

    if file == STANDARD_INPUT:
        message = "--parquet reads a file, not standard input: a Parquet file is read from its end"
        raise typer.BadParameter(message)
    with opened(file) as source:
        results = (calculate_batch(batch) for batch in read_invoices(source))
        try:
            return _print(results) if output is None else _write(results, output)
        except RuleViolation as refusal:
            print_json(error_document(refusal))
            return True


def _print(results: Iterator[pa.RecordBatch]) -> bool:
    refused = 0
    for batch in results:
        for invoice in batch.to_pylist():
            refused += bool(invoice["violations"])
            typer.echo(orjson.dumps(invoice, default=str))
    return refused > 0


def _write(results: Iterator[pa.RecordBatch], output: Path) -> bool:
    from pyarrow.parquet import ParquetWriter

    counts: dict[str, int] = dict.fromkeys(("invoices", "lines", "by_columns", "refused"), 0)
    unfinished = output.with_name(f"{output.name}.unfinished")
    first = next(results)
    try:
        with _created(unfinished) as target, ParquetWriter(target, first.schema) as writer:
            for batch in chain([first], results):
                writer.write_batch(batch)
                _count(batch, counts)
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)
    print_json(counts)
    return counts["refused"] > 0


def _created(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise typer.BadParameter(message) from None


def _count(batch: pa.RecordBatch, counts: dict[str, int]) -> None:
    counts["invoices"] += batch.num_rows
    counts["lines"] += len(batch.column("lines").flatten())
    counts["by_columns"] += batch.column("by_columns").true_count
    counts["refused"] += batch.column("lines").null_count
