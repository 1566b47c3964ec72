"""What the summary says of known rows, exactly; how it is refreshed, and who may read it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.operations import monitoring
from platform_db.schema.roles import Role
from tests.integration.clock import now
from tests.integration.monitoring.rows import put_trade, put_work
from tests.raw import connect

if TYPE_CHECKING:
    from datetime import datetime

    from platform_db.repositories.work import Database
    from tests.raw import Raw


async def summary(reader: Raw) -> dict[str, tuple[tuple[int, int, int, int], dict[str, object]]]:
    """By kind: total, active, pending and failed, and the details."""
    rows = await reader.fetch("SELECT * FROM system_performance_summary")
    return {row["entity_type"]: (tuple(row[1:5]), json.loads(row["details"])) for row in rows}


async def test_each_kind_of_work_is_counted_exactly(database: Database, superuser: Raw, worker: Raw) -> None:
    # Given rows of every kind in every state that counts
    await put_work(superuser)
    await put_trade(superuser)
    # When the summary is refreshed
    outcome = await monitoring.refresh(database)
    # Then
    assert outcome.refreshed
    age = outcome.refreshed_at - now()
    found = await summary(worker)
    assert found == {
        "jobs": (
            (9, 1, 3, 2),
            {
                "by_status": {
                    "running": 1,
                    "pending": 2,
                    "queued": 1,
                    "failed": 1,
                    "timeout": 1,
                    "completed": 2,
                    "cancelled": 1,
                },
                "oldest_due_seconds": round((timedelta(minutes=10) + age).total_seconds(), 3),
                "average_seconds": 90,
                "p95_seconds": 117,
            },
        ),
        "users": ((6, 2, 1, 2), {"active_in_30_days": 1, "verified": 5, "new_in_30_days": 1}),
        "sessions": ((5, 1, 0, 2), {"by_revocation_reason": {"logout": 1, "reuse_detected": 2}}),
        "licenses": ((5, 2, 1, 2), {"seats": 8, "seats_used": 5, "ending_in_30_days": 1}),
        "invoices": (
            (9, 5, 1, 1),
            {
                "by_status": {
                    "draft": 1,
                    "issued": 2,
                    "sent": 1,
                    "viewed": 1,
                    "partial": 1,
                    "overdue": 1,
                    "paid": 1,
                    "cancelled": 1,
                },
                "payable_try_cents_by_status": {
                    "draft": 120_000,
                    "issued": 240_000,
                    "sent": 120_000,
                    "viewed": 120_000,
                    "partial": 120_000,
                    "overdue": 120_000,
                    "paid": 120_000,
                    "cancelled": 120_000,
                },
                # Invoices 2, 4, 5 and 7 are of this month, 9 is the return; the cancelled one does not count.
                "kdv_try_cents_this_month": 20_002 + 20_004 + 20_005 + 20_007 - 20_009,
            },
        ),
        "payments": (
            (8, 3, 2, 2),
            {
                "by_status": {
                    "completed": 2,
                    "partial_refund": 1,
                    "pending": 1,
                    "processing": 1,
                    "failed": 1,
                    "disputed": 1,
                    "cancelled": 1,
                },
                "net_try_cents_by_status": {
                    "completed": 100_000,
                    "partial_refund": 120_000,
                    "pending": 120_000,
                    "processing": 120_000,
                    "failed": 120_000,
                    "disputed": 120_000,
                    "cancelled": 120_000,
                },
            },
        ),
        "orders": (
            (7, 3, 1, 2),
            {
                "by_status": {
                    "confirmed": 1,
                    "processing": 1,
                    "shipped": 1,
                    "pending": 1,
                    "delivered": 1,
                    "cancelled": 1,
                    "refunded": 1,
                }
            },
        ),
        "outbox_events": (
            (5, 1, 4, 1),
            {"oldest_undelivered_seconds": round((timedelta(minutes=9) + age).total_seconds(), 3)},
        ),
        "erp_mes_sync": (
            (7, 1, 2, 2),
            {"by_status": {"synced": 1, "in_progress": 1, "pending": 2, "failed": 1, "conflict": 1, "skipped": 1}},
        ),
    }


async def test_an_empty_database_has_every_kind_with_nothing(database: Database, worker: Raw) -> None:
    await monitoring.refresh(database)
    found = await summary(worker)
    assert sorted(found) == [
        "erp_mes_sync",
        "invoices",
        "jobs",
        "licenses",
        "orders",
        "outbox_events",
        "payments",
        "sessions",
        "users",
    ]
    assert {counts for counts, _ in found.values()} == {(0, 0, 0, 0)}
    assert found["jobs"][1] == {
        "by_status": {},
        "oldest_due_seconds": None,
        "average_seconds": None,
        "p95_seconds": None,
    }


async def refreshed_at(reader: Raw) -> datetime:
    moments = await reader.fetch("SELECT DISTINCT refreshed_at FROM system_performance_summary")
    assert len(moments) == 1
    return moments[0][0]


async def test_the_statement_and_the_command_both_move_refreshed_at(
    database: Database, worker: Raw, owner: Raw
) -> None:
    made = await refreshed_at(worker)
    await owner.execute("REFRESH MATERIALIZED VIEW system_performance_summary")
    by_statement = await refreshed_at(worker)
    outcome = await monitoring.refresh(database)
    assert made < by_statement < await refreshed_at(worker) == outcome.refreshed_at


async def test_its_key_is_unique_and_lets_it_refresh_concurrently(worker: Raw, owner: Raw) -> None:
    definition = await worker.fetchval("SELECT pg_get_indexdef('idx_system_performance_entity_type'::regclass)")
    assert definition == (
        "CREATE UNIQUE INDEX idx_system_performance_entity_type "
        "ON public.system_performance_summary USING btree (entity_type)"
    )
    before = await refreshed_at(worker)
    await owner.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY system_performance_summary")
    assert before < await refreshed_at(worker)


async def test_a_reader_inside_a_transaction_does_not_hold_the_refresh_up_nor_wait_for_it(
    database: Database, database_url: str, worker: Raw
) -> None:
    # Given a reader whose transaction has read the summary
    reader = await connect(database_url)
    try:
        await reader.execute("SET ROLE platform_readonly")
        async with reader.transaction(isolation="repeatable_read"):
            before = await refreshed_at(reader)
            # When it is refreshed meanwhile
            async with asyncio.timeout(10):
                outcome = await monitoring.refresh(database)
                # Then neither waits: the reader keeps its figures, others have the new ones
                assert outcome.refreshed
                assert await refreshed_at(reader) == before
                assert await refreshed_at(worker) == outcome.refreshed_at > before
    finally:
        await reader.close()


async def test_a_reader_during_the_refresh_is_not_blocked(database_url: str, worker: Raw) -> None:
    # Given a refresh that has not committed yet
    refresher = await connect(database_url)
    try:
        before = await refreshed_at(worker)
        await refresher.execute("BEGIN; SET LOCAL ROLE platform_worker")
        assert await refresher.fetchval("SELECT refresh_system_performance_summary()") is True
        # Then others read the figures of before at once
        async with asyncio.timeout(5):
            assert await refreshed_at(worker) == before
        await refresher.execute("COMMIT")
        assert await refreshed_at(worker) > before
    finally:
        await refresher.close()


async def test_of_two_refreshers_the_second_is_told_and_does_not_wait(
    database: Database, database_url: str, worker: Raw
) -> None:
    first = await connect(database_url)
    try:
        before = await refreshed_at(worker)
        await first.execute("BEGIN; SET LOCAL ROLE platform_worker")
        assert await first.fetchval("SELECT refresh_system_performance_summary()") is True
        async with asyncio.timeout(5):
            second = await monitoring.refresh(database)
        assert (second.refreshed, second.refreshed_at) == (False, before)
        await first.execute("ROLLBACK")
        assert (await monitoring.refresh(database)).refreshed
    finally:
        await first.close()


@pytest.mark.parametrize(
    ("role", "reads", "refreshes"),
    [
        (Role.APP, False, False),
        (Role.READONLY, True, False),
        (Role.AUDITOR, True, False),
        (Role.WORKER, True, True),
    ],
)
async def test_who_reads_it_and_who_refreshes_it(
    database_url: str, role: Role, *, reads: bool, refreshes: bool
) -> None:
    connection = await connect(database_url)
    try:
        await connection.execute(f"SET ROLE {role}")
        for allowed, statement in (
            (reads, "SELECT count(*) FROM system_performance_summary"),
            (refreshes, "SELECT refresh_system_performance_summary()"),
        ):
            if allowed:
                assert await connection.fetchval(statement)
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.fetchval(statement)
    finally:
        await connection.close()
