"""The log is read by what happened; row changes by platform_auditor; personal values until they are erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from platform_db.database import TransactionOptions
from platform_db.database.identity import Role
from platform_db.domain.audit_logs import AuditAction
from platform_db.errors import NotAllowed
from platform_db.repositories.audit_logs import AuditFilter
from platform_db.repositories.enterprise_audit_log import RowChangeFilter
from tests.integration.clock import ago
from tests.integration.stored import new_user, store, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

AUDITOR = TransactionOptions(role=Role.AUDITOR)


async def logged(worker: Raw, **columns: Any) -> int:  # noqa: ANN401 - columns
    row = {"action": "update", "entity_type": "invoices", "entity_id": 700} | columns
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    return await worker.fetchval(
        f"INSERT INTO audit_logs ({', '.join(row)}) VALUES ({places}) RETURNING id",  # noqa: S608
        *row.values(),
    )


async def test_a_list_holds_what_its_filter_says(database: Database, worker: Raw) -> None:
    # given entries that differ in one thing each
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    own = await logged(worker, user_id=user)
    theirs = await logged(worker, user_id=other)
    export = await logged(worker, action="export")
    issued = await logged(worker, event_type="invoice.issued")
    middle = await worker.fetchval("SELECT clock_timestamp()")
    held = await logged(worker, payload='{"after": {"status": "issued", "total": 12}}')
    asked: list[tuple[AuditFilter, list[int]]] = [
        (AuditFilter(), [held, issued, export, theirs, own]),
        (AuditFilter(user_id=user), [own]),
        (AuditFilter(action=AuditAction.EXPORT), [export]),
        (AuditFilter(action=AuditAction.UPDATE), [held, issued, theirs, own]),
        (AuditFilter(event_type="invoice.issued"), [issued]),
        (AuditFilter(holds={"after": {"status": "issued"}}), [held]),
        (AuditFilter(since=middle), [held]),
        (AuditFilter(until=middle), [issued, export, theirs, own]),
        (AuditFilter(since=ago(days=2), until=ago(days=1)), []),
    ]
    async with database.unit_of_work() as work:
        for chosen, expected in asked:
            # when they are listed in pages of two, then each is there once, newest first
            found = await to_the_end(lambda after, c=chosen: work.audit.page(c, after=after, limit=2))
            assert [entry.id for entry in found] == expected
    # a user sees the own acts
    async with database.unit_of_work(as_user=user) as work:
        assert [entry.id for entry in (await work.audit.page()).items] == [own]
        assert (await work.audit.page(AuditFilter(user_id=other))).items == ()


async def test_what_is_kept_about_a_person_is_what_was_not_erased(database: Database, worker: Raw) -> None:
    # given values of two persons, one of them erased
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    values = [
        await store(worker, "audit_personal_data", subject_user_id=who, commitment=str(number) * 64)
        for number, who in enumerate([user, user, user, user, other])
    ]
    await worker.execute(
        "UPDATE audit_personal_data SET salt = NULL, value = NULL, erased_at = now() WHERE id = $1", values[1]
    )
    async with database.unit_of_work() as work:
        kept = await to_the_end(lambda after: work.personal_data.kept_about(user, after=after, limit=2))
    assert [(each.id, each.value) for each in kept] == [(values[number], "+905321234567") for number in (0, 2, 3)]
    # a user's request reads none, also not the own ones
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.personal_data.kept_about(user)


async def licensed(worker: Raw, user: int, status: str) -> int:
    """Store a licence and give it another status, each in a transaction of its own."""
    made = await worker.fetchval(
        "INSERT INTO licenses (user_id, type, starts_at, ends_at) "
        "VALUES ($1, 'basic', now(), now() + interval '1 year') RETURNING id",
        user,
    )
    await worker.execute("UPDATE licenses SET status = $2::text::license_status WHERE id = $1", made, status)
    return made


async def test_row_changes_are_read_by_what_they_changed(database: Database, worker: Raw) -> None:
    # given two licences, each made and changed once, the second one by a user's request
    user = await new_user(worker, "ayse")
    first = await licensed(worker, user, "suspended")
    await worker.execute(f"SET app.user_id = {user}")
    second = await licensed(worker, user, "expired")
    asked: list[tuple[RowChangeFilter, list[tuple[str, int]]]] = [
        (
            RowChangeFilter(table_name="licenses"),
            [("UPDATE", second), ("INSERT", second), ("UPDATE", first), ("INSERT", first)],
        ),
        (RowChangeFilter(table_name="licenses", row_id=str(first)), [("UPDATE", first), ("INSERT", first)]),
        (RowChangeFilter(user_id=user), [("UPDATE", second), ("INSERT", second)]),
        (RowChangeFilter(wrote={"status": "expired"}), [("UPDATE", second)]),
        (RowChangeFilter(replaced={"status": "active"}), [("UPDATE", second), ("UPDATE", first)]),
        (RowChangeFilter(since=ago(minutes=5), wrote={"status": "suspended"}), [("UPDATE", first)]),
        (RowChangeFilter(since=ago(days=2), until=ago(days=1)), []),
    ]
    async with database.unit_of_work(options=AUDITOR) as work:
        for chosen, expected in asked:
            # when the auditor lists them a row a page, then each change is there once, newest first
            found = await to_the_end(lambda after, c=chosen: work.row_changes.page(c, after=after, limit=1))
            assert [(change.operation, int(change.row_id or 0)) for change in found] == expected


async def test_a_transactions_changes_are_read_in_order(database: Database, worker: Raw) -> None:
    # given a transaction that makes and changes a licence, and another one
    user = await new_user(worker, "ayse")
    async with worker.transaction():
        one = await licensed(worker, user, "expired")
        transaction = await worker.fetchval("SELECT pg_current_xact_id()::text::bigint")
    await licensed(worker, user, "suspended")
    async with database.unit_of_work(options=AUDITOR) as work:
        changes = await work.row_changes.of_transaction(transaction)
        assert await work.row_changes.of_transaction(1) == ()
    assert [(change.operation, change.row_id) for change in changes] == [("INSERT", str(one)), ("UPDATE", str(one))]


@pytest.mark.parametrize("as_user", [None, 1])
async def test_nobody_but_the_auditor_reads_row_changes(database: Database, as_user: int | None) -> None:
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=as_user) as work:
            await work.row_changes.page()
