"""Refused writes, counted since a moment and told with their rule's message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from platform_db.errors import RuleViolation
from platform_db.operations import monitoring
from platform_db.schema.catalog import catalog

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


async def put(worker: Raw, constraint: str, table: str, *hours: float) -> None:
    for each in hours:
        await worker.execute(
            "INSERT INTO constraint_violations (constraint_name, table_name, occurred_at) VALUES ($1, $2, $3)",
            constraint,
            table,
            NOW - timedelta(hours=each),
        )


async def test_rules_are_counted_since_a_moment_the_most_frequent_first(database: Database, worker: Raw) -> None:
    # Given refusals of the last three days
    await put(worker, "ck_users_performance_score_range", "users", 1, 2, 47, 48, 49)
    await put(worker, "uq_invoices_number", "invoices", 3)
    await put(worker, "ck_gone_with_an_older_release", "users", 3, 4)
    # When
    found = await monitoring.violations(database, NOW - timedelta(hours=48))
    # Then the bound belongs to it, and each tells what its rule says
    told = [(rule.constraint_name, rule.table_name, rule.times, rule.last_at) for rule in found.rules]
    assert told == [
        ("ck_users_performance_score_range", "users", 4, NOW - timedelta(hours=1)),
        ("ck_gone_with_an_older_release", "users", 2, NOW - timedelta(hours=3)),
        ("uq_invoices_number", "invoices", 1, NOW - timedelta(hours=3)),
    ]
    assert found.total == 7
    messages = [rule.message for rule in found.rules]
    assert messages == [
        catalog()["ck_users_performance_score_range"].message,
        None,
        catalog()["uq_invoices_number"].message,
    ]


async def test_two_days_without_refusals_are_seen(database: Database, worker: Raw) -> None:
    await put(worker, "uq_invoices_number", "invoices", 49)
    found = await monitoring.violations(database, NOW - timedelta(hours=48))
    assert (found.total, found.rules) == (0, ())


async def test_a_moment_outside_the_stored_years_is_refused(database: Database) -> None:
    with pytest.raises(RuleViolation, match="ck_constraint_violations_occurred_at_finite"):
        await monitoring.violations(database, datetime(1999, 12, 31, tzinfo=UTC))
