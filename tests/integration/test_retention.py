"""Every table's term: what is past it goes or is made anonymous, what is not stays."""

# ruff: noqa: S608 - the statements stand here

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final

import pytest
from pydantic import SecretStr

from platform_db.cli import app as cli
from platform_db.errors import RuleViolation, UsageError
from platform_db.operations.retention import SWEEPS, Swept, retain
from platform_db.repositories.work import Database
from platform_db.settings import Settings
from tests.integration.stored import new_user

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.raw import Raw

ROWS: Final[Mapping[str, tuple[str, str]]] = {
    "sessions": (
        "90 days",
        (
            "INSERT INTO sessions (user_id, refresh_token_hash, created_at, updated_at, expires_at) "
            "SELECT @user, encode(sha256(place::text::bytea), 'hex'), past - interval '1 day', past, past FROM @past"
        ),
    ),
    "security_events": (
        "2 years",
        (
            "INSERT INTO security_events (user_id, type, severity, created_at, updated_at) "
            "SELECT @user, 'login_failed', 'low', past, past FROM @past"
        ),
    ),
    "notifications": (
        "90 days",
        (
            "INSERT INTO notifications (user_id, type, title, created_at, updated_at, read_at) "
            "SELECT @user, 'job_completed', 'bitti', past, past, past FROM @past"
        ),
    ),
    "idempotency_keys": (
        "0 days",
        (
            "INSERT INTO idempotency_keys (user_id, endpoint, key, request_hash, locked_until, created_at, expires_at) "
            "SELECT @user, 'POST /orders', place::text, repeat('0a', 32), past, past - interval '1 day', past "
            "FROM @past"
        ),
    ),
    "outbox_events": (
        "7 days",
        (
            "INSERT INTO outbox_events (event_type, aggregate_type, aggregate_id, payload, created_at, delivered_at) "
            "SELECT 'job.completed', 'jobs', 7, '{}', past, past FROM @past"
        ),
    ),
    "payment_webhook_events": (
        "2 years",
        (
            "INSERT INTO payment_webhook_events "
            "(provider, event_id, event_type, payload_hash, payload, status, processed_at, created_at, updated_at) "
            "SELECT 'iyzico', place::text, 'paid', repeat('0a', 32), '{}', 'processed', past, past, past FROM @past"
        ),
    ),
    "constraint_violations": (
        "90 days",
        (
            "INSERT INTO constraint_violations (constraint_name, table_name, occurred_at) "
            "SELECT 'uq_users_email', 'users', past FROM @past"
        ),
    ),
    "jobs": (
        "180 days",
        (
            "INSERT INTO jobs "
            "(type, status, attempt, error_code, started_at, finished_at, available_at, created_at, updated_at) "
            "SELECT 'sim_run', 'failed', 1, 'tool_missing', past, past, past, past, past FROM @past"
        ),
    ),
}
"""Term, and a statement that stores three rows: two an hour past it, one an hour before."""

_PAST: Final = (
    "(SELECT place, now() - interval '{term}' + CASE place WHEN 3 THEN 1 ELSE -1 END * interval '1 hour' AS past "
    "FROM generate_series(1, 3) AS place) AS stored"
)


@pytest.mark.parametrize("table", ROWS)
async def test_a_row_goes_when_its_term_is_over(database: Database, worker: Raw, table: str) -> None:
    # given rows on both sides of their term
    user = await new_user(worker, "siparis")
    term, statement = ROWS[table]
    await worker.execute(statement.replace("@past", _PAST.format(term=term)).replace("@user", str(user)))
    # when the table is swept, row by row, then those past it go, and a second run finds nothing
    assert await retain(database, [table], batch=1) == (Swept(table, 2),)
    assert await worker.fetchval(f"SELECT count(*) FROM {table}") == 1
    assert await retain(database, [table]) == (Swept(table, 0),)


async def test_a_deleted_account_is_made_anonymous(database: Database, worker: Raw) -> None:
    # given accounts deleted 31 and 29 days ago
    for name, days in (("eski", 31), ("yeni", 29)):
        await worker.execute(
            "UPDATE users SET full_name = 'Depo Sorumlusu', status = 'deleted', "
            "deleted_at = now() - $2 * interval '1 day' WHERE id = $1",
            await new_user(worker, name),
            days,
        )
    # when it is swept, then the first one names nobody
    assert await retain(database, ["users"]) == (Swept("users", 1),)
    rows = await worker.fetch("SELECT full_name, anonymised_at IS NOT NULL AS done FROM users ORDER BY id")
    assert [(row["full_name"], row["done"]) for row in rows] == [(None, True), ("Depo Sorumlusu", False)]


def test_every_sweep_is_shown() -> None:
    assert {*ROWS, "users", "audit_personal_data", "invoices", "orders"} == set(SWEEPS)


async def test_a_table_without_a_term_is_refused_by_name(database: Database) -> None:
    with pytest.raises(UsageError, match=r"no rows of payments, machines are swept; choose of: sessions, "):
        await retain(database, ["payments", "sessions", "machines"])
    with pytest.raises(RuleViolation):
        await retain(database, ["sessions"], batch=1001)


def test_the_command_tells_what_it_did(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given an installation without anything past its term
    monkeypatch.setenv("PLATFORM_DB_URL", database_url)
    # when the command runs, then it tells each table
    assert cli.run(["retain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"tables": [{"table": name, "rows": 0} for name in SWEEPS]}
    assert cli.run(["retain", "--table", "jobs", "--table", "users"]) == 0
    printed = capsys.readouterr().out
    assert [name for name in SWEEPS if name in printed] == ["jobs", "users"]
    assert cli.run(["retain", "--table", "payments"]) == 64


async def test_a_second_run_shares_the_work(database_url: str, database: Database, worker: Raw) -> None:
    # given many rows past their term
    user = await new_user(worker, "siparis")
    await worker.execute(
        "INSERT INTO notifications (user_id, type, title, created_at, updated_at, read_at) "
        "SELECT $1, 'job_completed', 'bitti', past, past, past FROM generate_series(1, 90), "
        "LATERAL (SELECT now() - interval '91 days') AS stored (past)",
        user,
    )
    # when two sweep at once, then each row is counted once
    async with Database(Settings(url=SecretStr(database_url), environment="testing")) as other:
        first = retain(database, ["notifications"], batch=7)
        second = retain(other, ["notifications"], batch=7)
        counts = [swept.rows for [swept] in await asyncio.gather(first, second)]
    assert sum(counts) == 90
