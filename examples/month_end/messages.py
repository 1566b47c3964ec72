"""Arrow batches as texts that any message can carry."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pyarrow as pa
from pyarrow import ipc

__all__ = ["packed", "unpacked"]


def packed(batch: pa.RecordBatch) -> str:
    """A batch as text: Arrow's own stream format in base 64."""
    stream = pa.BufferOutputStream()
    with ipc.new_stream(stream, batch.schema) as writer:
        writer.write_batch(batch)
    return b64encode(memoryview(stream.getvalue())).decode()


def unpacked(text: str) -> pa.RecordBatch:
    """The batch that :func:`packed` wrote."""
    return ipc.open_stream(b64decode(text)).read_next_batch()
