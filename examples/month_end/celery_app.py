"""A month's invoices over Celery workers: each task is one batch through ``calculate_batch``, and nothing else.

    MONTH_END_FOLDER=/var/spool/month-end celery -A examples.month_end.celery_app worker

Without ``CELERY_BROKER_URL`` the messages and the results are files in that folder, which all workers see.
"""

from __future__ import annotations

import os
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from celery import Celery, group

from examples.month_end.messages import packed, unpacked
from platform_db.columnar import calculate_batch, read_invoices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

__all__ = ["app", "calculate", "month_end"]

FOLDER = Path(os.environ.get("MONTH_END_FOLDER", "month-end")).absolute()
(FOLDER / "queue").mkdir(parents=True, exist_ok=True)

app = Celery(
    "month_end",
    broker=os.environ.get("CELERY_BROKER_URL", "filesystem://"),
    backend=os.environ.get("CELERY_RESULT_BACKEND", f"file://{FOLDER}"),
)
app.conf.update(
    broker_transport_options={name: str(FOLDER / "queue") for name in ("data_folder_in", "data_folder_out")}
    | {"control_folder": str(FOLDER / "control")},
    task_acks_late=True,
    worker_prefetch_multiplier=1,
)


@app.task
def calculate(batch: str) -> str:
    """Calculate one batch of lines."""
    return packed(calculate_batch(unpacked(batch)))


def month_end(source: Path, queues: Sequence[str] = ("celery",)) -> Iterator[pa.RecordBatch]:
    """The calculated invoices of a Parquet file, in order; the queues take its batches in turn."""
    with source.open("rb") as lines:
        turns = zip(read_invoices(lines), cycle(queues), strict=False)
        batches = group(calculate.s(packed(batch)).set(queue=queue) for batch, queue in turns)
        yield from map(unpacked, batches.apply_async().get())
