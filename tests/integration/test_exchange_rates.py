"""Published rates: added once, never changed, seen by everybody, and each on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.raw import connect, refusal

if TYPE_CHECKING:
    from tests.raw import Raw

PUBLISH = """
    INSERT INTO exchange_rates (currency, rate_date, source, kind, rate)
    VALUES ('EUR', '2026-05-04', 'TCMB', 'forex_buying', $1::text::numeric) RETURNING id
"""


async def test_a_rate_is_published_once(worker: Raw) -> None:
    await worker.execute(PUBLISH, "35.2512")
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await worker.execute(PUBLISH, "35.2513")
    assert refusal(refused.value)[0] == "uq_exchange_rates_currency_rate_date_source_kind"


@pytest.mark.parametrize("statement", ["UPDATE exchange_rates SET rate = 36", "DELETE FROM exchange_rates"])
async def test_a_published_rate_stays(worker: Raw, statement: str) -> None:
    await worker.execute(PUBLISH, "35.2512")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await worker.execute(statement)


@pytest.mark.parametrize("role", ["app", "readonly", "auditor"])
async def test_everybody_reads_the_rates_and_only_the_worker_adds(worker: Raw, role: str) -> None:
    await worker.execute(PUBLISH, "35.2512")
    await worker.execute(f"SET ROLE platform_{role}")
    assert await worker.fetchval("SELECT rate::text FROM exchange_rates") == "35.2512"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await worker.execute(PUBLISH, "36")


async def test_a_published_rate_is_on_the_record(database_url: str, worker: Raw) -> None:
    rate = await worker.fetchval(PUBLISH, "35.2512")
    auditor = await connect(database_url)
    await auditor.execute("SET ROLE platform_auditor")
    rows = await auditor.fetch("SELECT operation, row_id FROM enterprise_audit_log WHERE table_name = 'exchange_rates'")
    assert [(row["operation"], row["row_id"]) for row in rows] == [("INSERT", str(rate))]
    await auditor.close()
