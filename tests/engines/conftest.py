"""A month of invoices in a file, and what one process makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pytest
from pyarrow import parquet

from platform_db.columnar import calculate_batch
from tests.unit.columnar.rows import batch_of, rows_of
from tests.unit.domain.invoices.documents import document, line

if TYPE_CHECKING:
    from pathlib import Path

INVOICES: Final = 9_000


@dataclass(frozen=True, slots=True)
class Month:
    """The file, and the invoices calculated in one go."""

    path: Path
    expected: pa.Table


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    """Four batches of sales, invoices with tevkifat, in foreign currency, with other taxes, and some refused."""
    path = tmp_path_factory.mktemp("month") / "lines.parquet"
    kinds = [
        document(*[line(unit_price=f"{price}.35") for price in range(1, 15)]),
        document(line(unit_price="90000", withholding_code="604"), type="TEVKIFAT", rounding="document"),
        document(*[line(kdv_rate="10")] * 15, currency="EUR", exchange_rate="44.75", charges=[{"amount": "0.01"}]),
        document(*[line()] * 15, tax_inclusive_prices=True),
        document(line(kdv_rate="18")),
    ]
    rows = [row for place in range(INVOICES) for row in rows_of(place, kinds[place % len(kinds)])]
    batch = batch_of(rows)
    parquet.write_table(pa.Table.from_batches([batch]), path, row_group_size=10_000)
    return Month(path, pa.Table.from_batches([calculate_batch(batch)]))
