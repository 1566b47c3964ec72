"""The same function on a Dask cluster of two worker processes gives the same invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from distributed import Client, LocalCluster

from examples.month_end.dask_run import month_end
from platform_db.columnar.kinds import judged

if TYPE_CHECKING:
    from tests.engines.conftest import Month

pytestmark = pytest.mark.engines


def kinds_judged() -> int:
    """How many kinds of lines this process has judged: none where it has calculated nothing."""
    return judged.cache_info().currsize


def test_two_workers_calculate_what_one_process_does(month: Month) -> None:
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    with cluster, Client(cluster) as client:
        batches = list(month_end(month.path, client))
        judging = client.run(kinds_judged)

    assert len(batches) > 2
    assert len(judging) == 2
    assert all(judging.values())
    assert pa.Table.from_batches(batches).combine_chunks().equals(month.expected.combine_chunks())
