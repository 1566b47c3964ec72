"""Licences are listed on the day that they end on, expired when their time is over, and go after ten years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.instants import ISTANBUL, istanbul_day
from platform_db.domain.licenses import License, LicenseStatus
from platform_db.errors import NotAllowed, RuleViolation
from platform_db.repositories.audit_logs import AuditFilter
from tests.integration.clock import ago, ahead
from tests.integration.stored import new_user, store, to_the_end
from tests.invoice_examples import draft
from tests.raw import connect

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw


# -- what ends, and what is over -------------------------------------------------------------


async def assigned(worker: Raw, name: str, ends_at: datetime, **columns: Any) -> int:  # noqa: ANN401 - columns
    """Store a licence of a user of its own that began long ago."""
    row = {"seats_used": 0, "auto_renew": False, "starts_at": ago(days=9000), "ends_at": ends_at, **columns}
    return await store(worker, "licenses", user_id=await new_user(worker, name), **row)


async def test_what_ends_on_a_day_of_istanbul_is_listed_on_one_day_only(database: Database, worker: Raw) -> None:
    # given licences that end at the bounds of the seventh day from today, by the calendar in Istanbul
    today = istanbul_day(datetime.now(UTC))
    seventh = datetime(today.year, today.month, today.day, tzinfo=ISTANBUL) + timedelta(days=7)
    moment = timedelta(microseconds=1)
    ends = [seventh - moment, seventh, seventh + timedelta(hours=12), seventh + timedelta(days=1) - moment]
    made = [
        await assigned(worker, f"uye{place}", end) for place, end in enumerate([*ends, seventh + timedelta(days=1)])
    ]
    await assigned(worker, "durmus", seventh, status="suspended")
    async with database.unit_of_work() as work:
        listed = [
            [
                found.id
                for found in await to_the_end(lambda after, d=days: work.licenses.expiring_in(d, after=after, limit=2))
            ]
            for days in (6, 7, 8)
        ]
    # then each is there on the day that it ends on, and on no other
    assert listed == [made[:1], made[1:4], made[4:]]


async def test_today_holds_what_is_still_to_end(database: Database, worker: Raw) -> None:
    today = istanbul_day(datetime.now(UTC))
    last = datetime(today.year, today.month, today.day, tzinfo=ISTANBUL) + timedelta(days=1, microseconds=-1)
    later = await assigned(worker, "sonra", last)
    await assigned(worker, "once", ago(seconds=1))
    async with database.unit_of_work() as work:
        assert [found.id for found in (await work.licenses.expiring_in(0)).items] == [later]


@pytest.mark.parametrize("days", [-1, 3654, True, 1.0])
async def test_days_ahead_are_a_whole_number_up_to_ten_years(database: Database, days: Any) -> None:  # noqa: ANN401
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refusal:
            await work.licenses.expiring_in(days)
    assert refusal.value.rule == "days_range"


async def test_what_is_over_expires_and_one_entry_tells_how_many(database: Database, worker: Raw) -> None:
    # given licences whose time is over, some that run, and some that ended before
    late = await assigned(worker, "gec", ago(seconds=1), auto_renew=True)
    early = await assigned(worker, "erken", ago(days=2))
    suspended = await assigned(worker, "durmus", ago(days=3), status="suspended", auto_renew=True)
    runs = await assigned(worker, "suren", ahead(days=1))
    before = await assigned(worker, "once", ago(days=5), status="expired")
    # when the sweep runs in batches of two, until it finds nothing
    async with database.unit_of_work() as work:
        first = await work.licenses.expire_due(2)
    async with database.unit_of_work() as work:
        second = await work.licenses.expire_due(2)
    async with database.unit_of_work() as work:
        assert await work.licenses.expire_due(2) == ()
    # then the active ones came first, and none renews any more
    assert [each.id for each in (*first, *second)] == [early, late, suspended]
    assert {(each.status, each.auto_renew) for each in (*first, *second)} == {(LicenseStatus.EXPIRED, False)}
    async with database.unit_of_work() as work:
        states = {each.id: each.status async for each in work.licenses.stream()}
        assert (states[runs], states[before]) == (LicenseStatus.ACTIVE, LicenseStatus.EXPIRED)
        entries = (await work.audit.page(AuditFilter(event_type="license.expired"))).items
    assert [(entry.action, entry.entity_type, entry.entity_id, entry.payload) for entry in reversed(entries)] == [
        (AuditAction.UPDATE, "licenses", None, {"after": {"count": 2}}),
        (AuditAction.UPDATE, "licenses", None, {"after": {"count": 1}}),
    ]


async def test_what_somebody_else_holds_waits_for_the_next_sweep(
    database: Database, database_url: str, worker: Raw
) -> None:
    held, free = [await assigned(worker, name, ago(days=1)) for name in ("tutulan", "bos")]
    other = await connect(database_url)
    await other.execute("SET ROLE platform_worker")
    transaction = other.transaction()
    await transaction.start()
    await other.execute("SELECT FROM licenses WHERE id = $1 FOR NO KEY UPDATE", held)
    async with database.unit_of_work() as work:
        assert [each.id for each in await work.licenses.expire_due()] == [free]
    await transaction.rollback()
    await other.close()
    async with database.unit_of_work() as work:
        assert [each.id for each in await work.licenses.expire_due()] == [held]


@pytest.mark.parametrize("limit", [0, 1001])
async def test_a_batch_is_bounded(database: Database, limit: int) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refusal:
            await work.licenses.expire_due(limit)
        assert refusal.value.rule == "page_limit"
        with pytest.raises(RuleViolation) as refusal:
            await work.licenses.renew_due(timedelta(days=1), limit)
        assert refusal.value.rule == "page_limit"


async def test_a_user_expires_and_renews_nothing(database: Database, worker: Raw) -> None:
    licence = await assigned(worker, "uye", ago(days=1))
    async with database.unit_of_work() as work:
        before = await work.licenses.get(licence)
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=before.user_id) as work:
            await work.licenses.expire_due()
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=before.user_id) as work:
            await work.licenses.renew_due(timedelta(days=1))
    async with database.unit_of_work() as work:
        assert await work.licenses.get(licence) == before


async def test_only_what_nothing_needs_may_go_after_ten_years(database: Database, worker: Raw) -> None:
    # given licences that ended around ten years ago, one with an invoice and one with a seat
    years = await worker.fetchval("SELECT now() - interval '10 years'")
    over = {"status": "expired"}
    old = await assigned(worker, "eski", years - timedelta(seconds=5), **over)
    cancelled = await assigned(
        worker,
        "iptal",
        years - timedelta(days=5),
        status="cancelled",
        cancelled_at=ago(days=1),
        cancellation_reason="Ölü",
    )
    await assigned(worker, "yeni", years + timedelta(seconds=600), **over)
    await assigned(worker, "etkin", years - timedelta(days=5))
    invoiced = await assigned(worker, "faturali", years - timedelta(days=5), **over)
    seated = await assigned(worker, "koltuklu", ahead(days=1))
    await worker.execute("INSERT INTO license_seats (license_id, holder) VALUES ($1, 'tezgah-1')", seated)
    await worker.execute(
        "UPDATE licenses SET status = 'expired', ends_at = $2 WHERE id = $1", seated, years - timedelta(days=5)
    )
    owner = await worker.fetchval("SELECT user_id FROM licenses WHERE id = $1", invoiced)
    async with database.unit_of_work() as work:
        invoice = await work.invoices.draft(draft(owner))
    await worker.execute("UPDATE invoices SET license_id = $2 WHERE id = $1", invoice.id, invoiced)
    async with database.unit_of_work() as work:
        found: tuple[License, ...] = await work.licenses.due_for_deletion()
    assert [each.id for each in found] == [old, cancelled]
