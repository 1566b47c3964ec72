"""What needs attention, and what the page about monitoring promises."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from platform_db.operations.monitoring import Answer, Overview
from platform_db.operations.monitoring.answers import InvalidIndex, LockWait
from platform_db.operations.monitoring.metrics import METRICS, Metric

PAGE: Final = (Path(__file__).parents[3] / "docs" / "monitoring.md").read_text(encoding="utf-8")

QUIET: Final = Overview(
    taken_at=datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
    server_version="17.6",
    summary=Answer(),
    tables=Answer(),
    indexes=Answer(),
    redundant_indexes=Answer(),
    invalid_indexes=Answer(),
    long_transactions=Answer(),
    lock_waits=Answer(),
    connections=Answer(),
    replicas=Answer(),
)


def waiting(seconds: float | None) -> Overview:
    wait = LockWait(
        pid=41,
        application_name="fatura-servisi",
        command="UPDATE",
        lock_mode="ShareLock",
        waits_for="transactionid",
        seconds=seconds,
        blocked_by=(40, 0),
        blockers=("siparis-servisi", ""),
    )
    return QUIET.model_copy(update={"lock_waits": Answer[LockWait](rows=(wait,))})


def test_a_quiet_database_needs_none() -> None:
    assert list(QUIET.needs_attention()) == []


@pytest.mark.parametrize("seconds", [None, 0.0, 0.999])
def test_a_wait_of_less_than_a_second_needs_none(seconds: float | None) -> None:
    assert list(waiting(seconds).needs_attention()) == []


def test_a_wait_of_a_second_names_who_is_in_the_way() -> None:
    assert list(waiting(1.0).needs_attention()) == ["session 41 has waited 1 s for transactionid, behind 40, 0"]


@pytest.mark.parametrize(("being_built", "told"), [(True, 0), (False, 1)])
def test_an_invalid_index_needs_attention_unless_it_is_being_built(*, being_built: bool, told: int) -> None:
    index = InvalidIndex(
        table_name="orders", index_name="idx_orders_status", leftover_of_reindex=False, being_built=being_built
    )
    found = QUIET.model_copy(update={"invalid_indexes": Answer[InvalidIndex](rows=(index,))})
    assert len(list(found.needs_attention())) == told


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_the_page_states_every_figure_and_its_tolerance(metric: Metric) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{metric.name}` "))
    assert row == f"| `{metric.name}` | {metric.unit} | {metric.about} | {metric.tolerance} |"
