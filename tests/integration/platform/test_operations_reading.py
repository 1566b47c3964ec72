"""Settings, baselines and refused writes, as operators' programs read them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.errors import NotFound, RuleViolation
from platform_db.repositories.constraint_violations import ViolationCount, ViolationFilter
from tests.integration.clock import ago
from tests.integration.stored import store, to_the_end

if TYPE_CHECKING:
    from datetime import datetime

    from platform_db.repositories.work import Database
    from tests.raw import Raw


async def test_a_setting_has_a_value_per_environment(database: Database, worker: Raw) -> None:
    # given a setting in two environments, and another in one
    for key, value, environment in (
        ("sync.batch", "50", "staging"),
        ("sync.batch", "5", "testing"),
        ("audit.enabled", "true", "testing"),
    ):
        await worker.execute(
            "INSERT INTO enterprise_config (config_key, config_value, environment) VALUES ($1, $2, $3)",
            key,
            value,
            environment,
        )
    async with database.unit_of_work() as work:
        settings = work.configuration
        assert (await settings.by_key("sync.batch", "staging")).config_value == "50"
        found = await settings.of_environment("testing")
        assert [(each.config_key, each.config_value) for each in found] == [
            ("audit.enabled", "true"),
            ("sync.batch", "5"),
        ]
        assert await settings.of_environment("development") == ()
        with pytest.raises(NotFound):
            await settings.by_key("audit.enabled", "staging")
        with pytest.raises(RuleViolation) as refused:
            await settings.by_key("Audit", "staging")
    assert refused.value.rule == "ck_enterprise_config_config_key_format"


async def measured(worker: Raw, value: str, at: datetime, **columns: Any) -> int:  # noqa: ANN401 - columns
    row = {"baseline_value": value, "measurement_date": at} | columns
    return await store(worker, "enterprise_performance_baseline", **row)


async def test_the_latest_baseline_of_a_figure_counts(database: Database, worker: Raw) -> None:
    # given measurements of a table and of the database, two of one instant, and of another metric
    await measured(worker, "1.5", ago(days=1))
    await measured(worker, "9.5", ago(days=2))
    await measured(worker, "1.25", ago(days=1))
    await measured(worker, "7", ago(days=3), table_name=None)
    await measured(worker, "3", ago(days=1), metric_name="cache_hits")
    async with database.unit_of_work() as work:
        baselines = work.performance_baselines
        of_table = await baselines.latest("index_scan_ms", "invoices")
        of_database = await baselines.latest("index_scan_ms")
        each = await baselines.latest_of_each()
        assert await baselines.latest("index_scan_ms", "orders") is None
        with pytest.raises(RuleViolation) as refused:
            await baselines.latest("")
    assert refused.value.rule == "ck_enterprise_performance_baseline_metric_name_length"
    # then the last one counts, of two at one instant the one stored last
    assert of_table is not None
    assert of_table.baseline_value == Decimal("1.25")
    assert of_database is not None
    assert of_database.baseline_value == 7
    assert [(found.metric_name, found.table_name, found.baseline_value) for found in each] == [
        ("cache_hits", "invoices", Decimal(3)),
        ("index_scan_ms", "invoices", Decimal("1.25")),
        ("index_scan_ms", None, Decimal(7)),
    ]


async def refused_write(worker: Raw, constraint: str, at: datetime, table: str = "invoices") -> int:
    return await store(worker, "constraint_violations", constraint_name=constraint, table_name=table, occurred_at=at)


async def test_refused_writes_are_counted_by_rule(database: Database, worker: Raw) -> None:
    # given writes refused since an hour, at its very beginning, and before
    since = ago(hours=1)
    last = ago(minutes=1)
    await refused_write(worker, "ck_invoices_total_is_sum", since)
    await refused_write(worker, "ck_invoices_total_is_sum", last)
    await refused_write(worker, "uq_users_phone", last, "users")
    await refused_write(worker, "ck_invoices_number_format", last)
    await refused_write(worker, "ck_invoices_total_is_sum", ago(hours=1, seconds=1))
    async with database.unit_of_work() as work:
        counts = await work.constraint_violations.counts(since)
        with pytest.raises(RuleViolation) as refused:
            await work.constraint_violations.counts(since.replace(tzinfo=None))
    assert refused.value.violations[0].fields == ("occurred_at",)
    assert counts == (
        ViolationCount("invoices", "ck_invoices_total_is_sum", 2, last),
        ViolationCount("invoices", "ck_invoices_number_format", 1, last),
        ViolationCount("users", "uq_users_phone", 1, last),
    )


async def test_refused_writes_are_listed_newest_first_and_go_after_ninety_days(database: Database, worker: Raw) -> None:
    # given writes refused at one instant, later, and more than ninety days ago
    tied = [await refused_write(worker, "uq_users_phone", ago(hours=2)) for _ in range(3)]
    newest = await refused_write(worker, "uq_users_phone", ago(hours=1))
    late = await refused_write(worker, "uq_users_phone", ago(days=90, minutes=1))
    old = await refused_write(worker, "uq_users_phone", ago(days=99))
    async with database.unit_of_work() as work:
        violations = work.constraint_violations
        listed = await to_the_end(lambda after: violations.page(after=after, limit=2))
        lately = await violations.page(ViolationFilter(since=ago(hours=2)))
        assert [each.id for each in await violations.due_for_deletion()] == [old, late]
        assert [each.id for each in await violations.due_for_deletion(1)] == [old]
    assert [each.id for each in listed] == [newest, *reversed(tied), late, old]
    assert [each.id for each in lately.items] == [newest, *reversed(tied)]
