"""A month's invoices over the workers of a Dask cluster: ``calculate_batch``, mapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_db.columnar import calculate_batch, read_invoices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa
    from distributed import Client

__all__ = ["month_end"]


def month_end(source: Path, client: Client) -> Iterator[pa.RecordBatch]:
    """The calculated invoices of a Parquet file, in order; the cluster's workers share its batches."""
    with source.open("rb") as lines:
        batches = client.scatter(list(read_invoices(lines)))
        yield from client.gather(client.map(calculate_batch, batches))
