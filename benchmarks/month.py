"""A month of invoices as columns: ordinary lines, drawn from a fixed seed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

__all__ = ["ROWS", "month"]

ROWS: Final = 65_536
"""Lines of a batch: small enough for a core's cache, large enough that nothing is told twice."""

_FIRST: Final = (date(2025, 7, 1) - date(1970, 1, 1)).days
_LINES_OF_AN_INVOICE: Final = 5


def month(seed: int) -> pa.RecordBatch:
    """July 2025 in TRY: sales, and every sixth invoice with tevkifat; five lines, three rates, some discounts."""
    random = np.random.default_rng(seed)
    owner = np.sort(random.integers(0, ROWS // _LINES_OF_AN_INVOICE, ROWS))
    day = random.integers(0, 31, ROWS)[owner]
    is_withheld = (random.random(ROWS) < 1 / 6)[owner]
    code = np.where(is_withheld & (random.random(ROWS) < 0.6), random.integers(0, 3, ROWS), -1)
    rate = np.where(code >= 0, 2000, random.choice([100, 1000, 2000, 2000], ROWS))
    return pa.RecordBatch.from_arrays(
        [
            pa.array(owner),
            pa.array((_FIRST + day).astype(np.int32)).cast(pa.date32()),
            _texts(np.zeros(ROWS, np.int8), ["TRY"]),
            _texts(np.zeros(ROWS, np.int8), ["TEMELFATURA"]),
            _texts(is_withheld.astype(np.int8), ["SATIS", "TEVKIFAT"]),
            _decimals(random.integers(1, 500_000, ROWS), pa.decimal128(12, 3)),
            _decimals(random.integers(1, 1_000_000, ROWS), pa.decimal128(14, 2)),
            _decimals(np.where(random.random(ROWS) < 0.2, random.integers(1, 3000, ROWS), 0), pa.decimal128(5, 2)),
            _decimals(rate, pa.decimal128(5, 2)),
            _texts(code.astype(np.int8), ["603", "604", "612"]),
        ],
        schema=_SCHEMA,
    )


_TEXT: Final = pa.dictionary(pa.int8(), pa.string())
_SCHEMA: Final = pa.schema(
    [
        pa.field("invoice_id", pa.int64()),
        pa.field("issue_date", pa.date32()),
        *[pa.field(name, _TEXT) for name in ("currency", "profile", "type")],
        pa.field("quantity", pa.decimal128(12, 3)),
        pa.field("unit_price", pa.decimal128(14, 2)),
        pa.field("discount_rate", pa.decimal128(5, 2)),
        pa.field("kdv_rate", pa.decimal128(5, 2)),
        pa.field("withholding_code", _TEXT),
    ]
)


def _texts(places: npt.NDArray[np.int8], known: Sequence[str]) -> pa.Array:
    """Texts by place, null below 0."""
    return pa.DictionaryArray.from_arrays(pa.array(places, mask=places < 0), pa.array(known))


def _decimals(unscaled: npt.NDArray[np.int64], kind: pa.DataType) -> pa.Array:
    words = np.zeros((len(unscaled), 2), np.int64)
    words[:, 0] = unscaled
    return pa.Array.from_buffers(kind, len(unscaled), [None, pa.py_buffer(words)])
