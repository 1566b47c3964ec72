"""Every operation that is to be on the record is, in its own transaction, with who did it in which session."""

# ruff: noqa: S608 - the names in the statements are the schema's own

from __future__ import annotations

import ast
import re
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from platform_db.database.identity import Identity
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.sessions import NewSession
from platform_db.domain.users import ProfileChanges
from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts
from tests.integration.payments.scene import AT, Shop, opened, paid
from tests.integration.stored import new_user
from tests.invoice_examples import DAY, SERIES, draft
from tests.parity.source import source_of
from tests.seed.rows import store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.domain.payments import Payment
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

ROOT: Final = Path(__file__).parents[2]
EVENT: Final = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
NO_EVENTS: Final = {"app.user_id", "audit_logs.history", "payment_methods.gateway_token_hash"}
"""What looks like the name of an event in the repositories and is a setting, a list or a column."""

COMPOSED: Final = {
    "order_transaction.declined": "tests/integration/commerce/test_order_transaction_operations.py",
    "order_transaction.failed": "tests/integration/commerce/test_order_transaction_operations.py",
}
"""Events whose names a test puts together: it asserts ``order_transaction.{…}`` by the operation."""

RECORDED: Final = sorted(name for name, table in metadata.tables.items() if facts(table).recorded)


# -- every operation ---------------------------------------------------------------------


def _texts(path: Path) -> Iterator[str]:
    """The texts written in a module that are no docstrings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def _events() -> frozenset[str]:
    """The names of the events that repositories record."""
    modules = (ROOT / "src" / "platform_db" / "repositories").rglob("*.py")
    return frozenset(text for module in modules for text in _texts(module) if EVENT.fullmatch(text)) - NO_EVENTS


@cache
def _asserted() -> frozenset[str]:
    """The names of events in the tests that run on a server."""
    modules = [
        path for name in ("integration", "concurrency", "seed") for path in (ROOT / "tests" / name).rglob("*.py")
    ]
    return frozenset(found[0] for module in modules for text in _texts(module) for found in EVENT.finditer(text))


@pytest.mark.parametrize("event", sorted(_events()))
def test_an_event_is_asserted_by_a_test_of_its_operation(event: str) -> None:
    if event in COMPOSED:
        noun, _, _ = event.partition(".")
        assert f'f"{noun}.{{' in (ROOT / COMPOSED[event]).read_text(encoding="utf-8")
    else:
        assert event in _asserted()


async def events(work: Work, entity: str, key: int) -> list[tuple[str, str | None]]:
    found = (await work.audit.history(entity, key)).items
    return [(entry.action, entry.event_type) for entry in reversed(found)]


async def test_each_step_of_a_payment_is_on_the_record(database: Database, worker: Raw) -> None:
    shop = await opened(database, worker)

    async def ended(work: Work, shop: Shop, how: str) -> Payment:
        charge = await work.payments.record(shop.charge("1.00", ref=how))
        match how:
            case "failed":
                return await work.payments.fail(await work.payments.start_processing(charge), "51")
            case "cancelled":
                return await work.payments.cancel(charge)
            case _:
                return await work.payments.dispute(await work.payments.complete(charge, AT))

    async with database.unit_of_work() as work:
        failed, cancelled, disputed = [await ended(work, shop, how) for how in ("failed", "cancelled", "disputed")]
    async with database.unit_of_work() as work:
        assert await events(work, "payments", failed.id) == [
            ("create", "payment.recorded"),
            ("update", "payment.processing"),
            ("update", "payment.failed"),
        ]
        assert await events(work, "payments", cancelled.id) == [
            ("create", "payment.recorded"),
            ("update", "payment.cancelled"),
        ]
        assert await events(work, "payments", disputed.id) == [
            ("create", "payment.recorded"),
            ("update", "payment.completed"),
            ("update", "payment.disputed"),
        ]
        latest = (await work.audit.history("payments", failed.id)).items[0]
    assert latest.payload == {
        "before": {"status": "processing", "failure_code": None, "failure_reason": None},
        "after": {"status": "failed", "failure_code": "51", "failure_reason": None},
    }


async def test_a_series_and_the_reading_of_an_invoice_are_on_the_record(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "muhasebe")
    async with database.unit_of_work() as work:
        series = await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
        issued = await work.invoices.issue(await work.invoices.draft(draft(user)), SERIES)
        await work.invoices.mark_viewed(await work.invoices.mark_sent(issued))
        await work.invoices.close_series(await work.invoices.series(SERIES, DAY.year))
    async with database.unit_of_work() as work:
        assert await events(work, "invoice_series", series.id) == [
            ("create", "invoice_series.opened"),
            ("update", "invoice_series.closed"),
        ]
        assert await events(work, "invoices", issued.id) == [
            ("create", "invoice.drafted"),
            ("update", "invoice.issued"),
            ("update", "invoice.sent"),
            ("update", "invoice.viewed"),
        ]


# -- every row ---------------------------------------------------------------------------


def test_these_tables_of_money_are_recorded_row_by_row() -> None:
    assert RECORDED == [
        "exchange_rates",
        "invoice_series",
        "invoices",
        "licenses",
        "order_transactions",
        "orders",
        "payments",
    ]


@pytest.mark.parametrize("table", RECORDED)
async def test_every_change_of_a_row_is_recorded_by_whatever_way_it_came(undone: Raw, table: str) -> None:
    # given an empty table without guards and foreign keys
    await undone.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    await undone.execute(f"DELETE FROM {table}")
    before = await undone.fetchval("SELECT coalesce(max(id), 0) FROM enterprise_audit_log")
    for event in ("insert", "update", "delete"):
        await undone.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_record_{event}")
    row = source_of(table).row
    key, column = row["id"], "updated_at" if "updated_at" in row else "created_at"
    # when a row is written, changed and deleted past the library
    await store(undone, table, {})
    await undone.execute(f"UPDATE {table} SET {column} = {column} + interval '1 second'")
    await undone.execute(f"DELETE FROM {table}")
    # then each change is recorded, with its row
    found = await undone.fetch(
        "SELECT operation, row_id, new_values ? $2 FROM enterprise_audit_log "
        "WHERE table_name = $1 AND id > $3 ORDER BY id",
        table,
        column,
        before,
    )
    assert [row[:] for row in found] == [
        ("INSERT", str(key), None),
        ("UPDATE", str(key), True),
        ("DELETE", str(key), None),
    ]


# -- every session -----------------------------------------------------------------------


async def test_an_entry_carries_the_session_of_the_act(database: Database, worker: Raw) -> None:
    # given a user with two sessions
    shop = await opened(database, worker)
    async with database.unit_of_work() as work:
        first, second = [
            await work.sessions.open(NewSession(user_id=shop.user, refresh_token=letter * 43)) for letter in "ab"
        ]
        charge = await paid(work, shop.charge("5.00"))
    # when acts of different kinds come from each
    here = Identity(user_id=shop.user, session_id=first.id, ip=IPv4Address("203.0.113.17"), user_agent="Firefox/140")
    there = Identity(user_id=shop.user, session_id=second.id)
    async with database.unit_of_work(as_user=here) as work:
        user = await work.users.change(await work.users.get(shop.user), ProfileChanges(full_name="Depo Sorumlusu"))
        recorded = await work.payments.record(shop.charge("1.00", ref="r-2"))
    async with database.unit_of_work(as_user=there) as work:
        await work.users.change(user, ProfileChanges(full_name=None))
    # then every entry says in which it was, and background work in none
    rows = await worker.fetch(
        "SELECT event_type, entity_id, user_id, session_id FROM audit_logs "
        "WHERE event_type IN ('user.changed', 'payment.recorded') ORDER BY id"
    )
    assert [row[:] for row in rows] == [
        ("payment.recorded", charge.id, None, None),
        ("user.changed", shop.user, shop.user, first.id),
        ("payment.recorded", recorded.id, shop.user, first.id),
        ("user.changed", shop.user, shop.user, second.id),
    ]
    # and so do the changes of the financial rows
    await worker.execute("SET ROLE platform_auditor")
    changes = await worker.fetch(
        "SELECT row_id, user_id, session_id FROM enterprise_audit_log WHERE table_name = 'payments' "
        "AND operation = 'INSERT' ORDER BY id"
    )
    assert [row[:] for row in changes] == [(str(charge.id), None, None), (str(recorded.id), shop.user, first.id)]
