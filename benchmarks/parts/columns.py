"""A month of invoices over columns: Arrow in, Arrow out, every figure that of the scalar path."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Final, cast

from benchmarks.measure import Measured
from benchmarks.month import ROWS, month
from benchmarks.report import Section, Verdict
from platform_db.columnar import calculate_batch
from platform_db.columnar.one_by_one import calculated
from platform_db.domain.invoices.calculation import Calculation

if TYPE_CHECKING:
    import pyarrow as pa

    from benchmarks.measure import Effort

__all__ = ["columns"]

_TARGET: Final = 20_000_000
_COMPARED: Final = 300
_BATCHES: Final = 8


def columns(effort: Effort) -> list[Section]:
    _assert_equal_to_scalar(month(1))
    section = Section(
        f"calculate a month over columns: batches of {ROWS:,} lines, 3 rates, discounts, tevkifat",
        ("lines/s", "least disturbed"),
        notes=("what the columns leave to the scalar path costs what `calculate` says, an invoice",),
    )
    section_of_one = _measured([_seconds(effort.rounds)])
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as workers:
        both = _measured(list(workers.map(_seconds, [effort.rounds] * 2)))
    for name, rounds in (("one core", section_of_one), ("two processes", both)):
        section.row(name, rounds.per_second, 1 / rounds.best)
    section.verdicts = [
        Verdict("one core", section_of_one.per_second, _TARGET, kind="aim", lowest=True, unit="lines/s"),
        Verdict("two processes", both.per_second, _TARGET, lowest=True, unit="lines/s"),
    ]
    return [section]


def _seconds(rounds: int) -> list[float]:
    """Seconds that a batch takes here, one value a round."""
    batches = [month(seed) for seed in range(_BATCHES)]
    for batch in batches:
        calculate_batch(batch)
    found: list[float] = []
    for _ in range(rounds):
        begin = time.perf_counter()
        for batch in batches:
            calculate_batch(batch)
        found.append((time.perf_counter() - begin) / _BATCHES)
    return found


def _measured(processes: list[list[float]]) -> Measured:
    """Seconds a line of processes side by side: their rates add up, round by round."""
    return Measured(tuple(1 / sum(ROWS / seconds for seconds in turn) for turn in zip(*processes, strict=True)))


def _assert_equal_to_scalar(batch: pa.RecordBatch) -> None:
    found = calculate_batch(batch).slice(0, _COMPARED).to_pylist()
    start = 0
    for invoice in found:
        lines = cast("list[dict[str, int]]", invoice["lines"])
        alone = calculated(batch.slice(start, len(lines)))
        assert isinstance(alone, Calculation)
        assert invoice["by_columns"]
        assert invoice["payable_cents"] == alone.totals.payable
        assert [line["kdv_cents"] for line in lines] == [line.kdv for line in alone.lines]
        assert [line["withheld_cents"] for line in lines] == [line.withheld for line in alone.lines]
        start += len(lines)
