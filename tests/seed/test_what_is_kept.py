"""What a retention run leaves: every entry of the log, every financial row, every session that has not ended."""

# ruff: noqa: S608 - the names in the statements are the schema's own

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.sessions import NewSession, SessionRevocationReason
from platform_db.operations.retention import SWEEPS, Swept, retain
from tests.integration.payments.scene import opened, paid
from tests.integration.stored import new_user
from tests.integration.test_retention import ROWS
from tests.raw import refusal
from tests.seed.superuser import superuser_of

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

KEPT: Final = ("invoices", "invoice_lines", "payments", "orders", "order_transactions", "audit_logs")
"""Tables whose rows no sweep deletes: books and documents (VUK art. 253, TTK art. 82), and the log."""


SWEPT: Final = {
    "sessions": "session.deleted",
    "security_events": "security_event.deleted",
    "notifications": "notification.pruned",
    "idempotency_keys": "idempotency_key.deleted",
    "payment_webhook_events": "webhook.deleted",
    "jobs": "job.deleted",
    "outbox_events": "event.deleted",
    "constraint_violations": "violation.deleted",
}
"""The event under which the log tells of a table's sweep."""

INSTANTS: Final = ("created_at", "updated_at", "expires_at", "revoked_at")


async def count(connection: Raw, table: str) -> int:
    return await connection.fetchval(f"SELECT count(*) FROM {table}")


async def moved_back(superuser: Raw, table: str, span: str, *columns: str) -> None:
    """As if the clock had gone on: these instants of every row are earlier by so much; no trigger notices."""
    found = await superuser.fetch(
        "SELECT tgname, tgenabled::text FROM pg_trigger WHERE tgrelid = to_regclass($1) AND NOT tgisinternal", table
    )
    moved = ", ".join(f"{column} = {column} - interval '{span}'" for column in columns)
    async with superuser.transaction():
        await superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await superuser.execute(f"UPDATE {table} SET {moved}")
        for name, enabled in (row[:] for row in found):
            again = {"A": "ENABLE ALWAYS", "O": "ENABLE"}[enabled]
            await superuser.execute(f"ALTER TABLE {table} {again} TRIGGER {name}")


async def test_the_log_and_the_books_outlive_their_term(database: Database, worker: Raw, database_url: str) -> None:
    # given a sale that was paid, sessions that were opened and ended, and a clock moved eleven years past all of it
    shop = await opened(database, worker)
    async with database.unit_of_work() as work:
        await work.sessions.open(NewSession(user_id=shop.user, refresh_token=secrets.token_urlsafe(32)))
        await paid(work, shop.charge())
        await work.sessions.revoke_all(shop.user, SessionRevocationReason.LOGOUT_ALL)
    async with superuser_of(database_url) as superuser:
        for table in set(KEPT) - {"invoice_lines"}:
            await moved_back(superuser, table, "11 years", "created_at")
        await moved_back(superuser, "sessions", "11 years", *INSTANTS)
        before = {table: await count(superuser, table) for table in KEPT}
        log = await superuser.fetch("SELECT * FROM audit_logs ORDER BY id")
        assert min(before.values()) >= 1
        # when every table is swept
        swept = {each.table: each.rows for each in await retain(database)}
        # then the session is gone, the order names nobody, and every row of the log and of the books is there
        assert swept == {**dict.fromkeys(SWEEPS, 0), "sessions": 1, "orders": 1}
        assert {table: await count(superuser, table) for table in KEPT} == {
            **before,
            "audit_logs": before["audit_logs"] + 2,
        }
        kept = await superuser.fetch("SELECT * FROM audit_logs ORDER BY id")
    assert [dict(row.items()) for row in kept[:-2]] == [dict(row.items()) for row in log]
    assert [row["event_type"] for row in kept[-2:]] == ["session.deleted", "order.swept_anonymised"]
    assert kept[-2]["payload"] == '{"after": {"count": 1}}'


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("audit_logs", ("42501", None)),
        ("invoice_lines", ("23514", "ck_invoice_lines_issued_is_immutable")),
        ("invoices", ("23001", "ck_invoices_issued_is_kept")),
        ("order_transactions", ("42501", None)),
        ("orders", ("42501", None)),
        ("payments", ("42501", None)),
    ],
)
async def test_no_service_deletes_what_is_kept(
    database: Database, worker: Raw, table: str, expected: tuple[str, str | None]
) -> None:
    # given a paid sale
    shop = await opened(database, worker)
    async with database.unit_of_work() as work:
        await paid(work, shop.charge())
    before = await count(worker, table)
    assert before >= 1
    # when a service deletes its rows, then it may not, or the document's own guard refuses
    with pytest.raises(asyncpg.PostgresError) as refused:
        await worker.execute(f"DELETE FROM {table}")
    assert (vars(refused.value)["sqlstate"], refusal(refused.value)[0]) == expected
    assert await count(worker, table) == before


async def test_a_users_sessions_are_ended_and_swept_and_never_go_with_the_user(
    database: Database, worker: Raw, database_url: str
) -> None:
    # given a user with sessions
    user = await new_user(worker, "ayse")
    async with database.unit_of_work() as work:
        for _ in range(3):
            await work.sessions.open(NewSession(user_id=user, refresh_token=secrets.token_urlsafe(32)))
    async with superuser_of(database_url) as superuser:
        # when the user is deleted, then it is refused by the sessions, which stay
        for _ in ("live", "ended"):
            with pytest.raises(asyncpg.PostgresError) as refused:
                await superuser.execute("DELETE FROM users WHERE id = $1", user)
            assert refusal(refused.value)[0] == "fk_sessions_user_id_users"
            assert await count(worker, "sessions") == 3
            async with database.unit_of_work() as work:
                await work.sessions.revoke_all(user, SessionRevocationReason.ADMIN)
        assert await worker.fetchval("SELECT count(*) FROM sessions WHERE revoked_at IS NULL") == 0
        # and neither does a sweep take them before their term, but after it
        assert await retain(database, ["sessions"]) == (Swept("sessions", 0),)
        await moved_back(superuser, "sessions", "98 days", *INSTANTS)
        assert await retain(database, ["sessions"], batch=2) == (Swept("sessions", 3),)
        await superuser.execute("DELETE FROM users WHERE id = $1", user)
    assert [await count(worker, table) for table in ("sessions", "users")] == [0, 0]


@pytest.mark.parametrize(("table", "event"), SWEPT.items())
async def test_a_batch_of_a_sweep_is_one_entry_with_its_count(
    database: Database, worker: Raw, table: str, event: str
) -> None:
    # given two rows past their term and one before it
    user = await new_user(worker, "siparis")
    term, statement = ROWS[table]
    past = (
        f"(SELECT place, now() - interval '{term}' + CASE place WHEN 3 THEN 1 ELSE -1 END * interval '1 hour' AS past "
        "FROM generate_series(1, 3) AS place) AS stored"
    )
    await worker.execute(statement.replace("@past", past).replace("@user", str(user)))
    # when they are swept one by one
    assert await retain(database, [table], batch=1) == (Swept(table, 2),)
    # then the log tells each batch
    rows = await worker.fetch(
        "SELECT entity_id, payload::text FROM audit_logs WHERE entity_type = $1 AND event_type = $2", table, event
    )
    assert [row[:] for row in rows] == [(None, '{"after": {"count": 1}}')] * 2


def test_these_sweeps_leave_an_entry() -> None:
    # those of persons' values do more than delete rows: their own tests assert what their entries say
    assert {*SWEPT, "users", "audit_personal_data", "invoices", "orders"} == set(SWEEPS)
