"""Issue gives numbers without a gap, stamps follow, cancelling is final."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.instants import istanbul_day
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.series import NewSeries
from platform_db.errors import (
    StaleVersion,
)
from platform_db.repositories.audit_logs import AuditFilter
from tests.integration.invoices.scene import issued, refusing
from tests.invoice_examples import DAY, SERIES, WITHHELD, draft, issue_document

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work

YEAR = DAY.year


async def test_numbers_run_without_a_gap_also_past_a_rollback(database: Database, user: int) -> None:
    numbers: list[str | None] = []
    for place in range(4):
        with suppress(LookupError):
            async with database.unit_of_work(as_user=user) as work:
                invoice = await issued(work, user)
                if place == 1:
                    raise LookupError
            numbers.append(invoice.number)

    assert numbers == [f"ABC{YEAR}00000000{place}" for place in (1, 2, 3)]


async def test_an_issued_invoice_has_its_number_and_is_found_by_it(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user, WITHHELD))
        final = await work.invoices.issue(made, SERIES)
        found = await work.invoices.by_number(f"ABC{YEAR}000000001")

    assert found == final
    assert (final.status, final.sequence, final.fiscal_year, final.version) == (InvoiceStatus.ISSUED, 1, YEAR, 2)
    assert final.issued_at is not None
    assert final.payable_cents == made.payable_cents == 1980000


async def test_sixteen_writers_share_a_series_without_gap_or_duplicate(database: Database, user: int) -> None:
    async def write() -> str | None:
        async def once(work: Work) -> str | None:
            return (await issued(work, user)).number

        return await database.run(once, as_user=user)

    numbers = await asyncio.gather(*(write() for _ in range(16)))

    assert sorted(filter(None, numbers)) == [f"ABC{YEAR}{place:09d}" for place in range(1, 17)]


async def test_issue_is_refused_by_the_rule_that_the_draft_breaks(database: Database, user: int) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date()
    async with database.unit_of_work() as work:
        await work.invoices.ensure_series(NewSeries(series=SERIES, fiscal_year=tomorrow.year))
        unmatched = await work.invoices.draft(draft(user))
        future = await work.invoices.draft(draft(user, issue_document(issue_date=tomorrow.isoformat())))

    async with database.unit_of_work(as_user=user) as work:
        async with refusing(work, "ck_invoices_number_is_allocated"):
            await work.invoices.issue(unmatched, "XYZ")
        async with refusing(work, "ck_invoice_series_series_format"):
            await work.invoices.issue(unmatched, "xyz")
        async with refusing(work, "ck_invoices_issue_date_not_in_future"):
            await work.invoices.issue(future, SERIES)
        again = await work.invoices.issue(unmatched, SERIES)
        async with refusing(work, "ck_invoices_transition_allowed"):
            await work.invoices.issue(again, SERIES)

    assert again.sequence == 1


async def test_of_two_who_issue_one_draft_the_second_reads_again(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user))
    async with database.unit_of_work(as_user=user) as work:
        await work.invoices.issue(made, SERIES)

    with pytest.raises(StaleVersion) as refusal:
        async with database.unit_of_work(as_user=user) as work:
            await work.invoices.issue(made, SERIES)

    assert refusal.value.fields == ("version",)
    async with database.unit_of_work() as work:
        assert (await work.invoices.series(SERIES, YEAR)).last_sequence == 1


async def test_dates_of_a_series_never_go_backwards(database: Database, user: int) -> None:
    earlier = issue_document(issue_date=(DAY - timedelta(days=1)).isoformat())

    async with database.unit_of_work(as_user=user) as work:
        await issued(work, user)
        async with refusing(work, "ck_invoice_series_dates_ascend"):
            await issued(work, user, earlier)


async def test_stamps_move_the_state_and_the_first_stays(database: Database, user: int) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)

    async with database.unit_of_work(as_user=user) as work:
        final = await issued(work, user)
        sent = await work.invoices.mark_sent(final)
        again = await work.invoices.mark_sent(sent, at)
        seen = await work.invoices.mark_viewed(sent, at)

    assert sent.sent_at is not None
    assert final.issued_at is not None
    assert sent.sent_at >= final.issued_at
    assert again == sent
    assert (seen.status, seen.viewed_at) == (InvoiceStatus.VIEWED, at)


async def test_a_cancelled_invoice_keeps_its_number_and_stays_cancelled(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        cancelled = await work.invoices.cancel(await issued(work, user), "Yanlış alıcı")
        async with refusing(work, "ck_invoices_transition_allowed"):
            await work.invoices.mark_sent(cancelled)
        following = await issued(work, user)

    assert (cancelled.status, cancelled.sequence, cancelled.cancellation_reason) == (
        InvoiceStatus.CANCELLED,
        1,
        "Yanlış alıcı",
    )
    assert following.sequence == 2


async def test_the_overdue_sweep_marks_what_is_late_and_unpaid(database: Database, user: int) -> None:
    due = issue_document(due_date="2025-07-15")
    async with database.unit_of_work(as_user=user) as work:
        late = await issued(work, user, due)
        await issued(work, user)
        await work.invoices.draft(draft(user, due))

    async with database.unit_of_work() as work:
        assert await work.invoices.mark_overdue(date(2025, 7, 15)) == 0
        assert await work.invoices.mark_overdue(date(2025, 7, 16)) == 1
        assert (await work.invoices.get(late.id)).status is InvoiceStatus.OVERDUE


async def test_the_overdue_sweep_takes_those_due_first_up_to_its_limit(database: Database, user: int) -> None:
    # given three late invoices, and one that is due in Istanbul today
    today = istanbul_day(datetime.now(UTC))
    days = [date(2025, 7, 20), date(2025, 7, 10), date(2025, 7, 15), today]
    async with database.unit_of_work(as_user=user) as work:
        made = [await issued(work, user, issue_document(due_date=day.isoformat())) for day in days]
    # when the sweep runs with a limit of two, then again
    async with database.unit_of_work() as work:
        assert await work.invoices.mark_overdue(limit=2) == 2
        first = {invoice.id for invoice in await work.invoices.get_many([it.id for it in made]) if invoice.version == 3}
    async with database.unit_of_work() as work:
        assert await work.invoices.mark_overdue(limit=2) == 1
        assert await work.invoices.mark_overdue() == 0
        async with refusing(work, "page_limit"):
            await work.invoices.mark_overdue(limit=0)
        states = [(await work.invoices.get(it.id)).status for it in made]
    async with database.unit_of_work() as work:
        entries = (await work.audit.page(AuditFilter(event_type="invoice.swept_overdue"))).items

    # then first the two that were due first, and today's is not late
    assert first == {made[1].id, made[2].id}
    assert states == [InvoiceStatus.OVERDUE] * 3 + [InvoiceStatus.ISSUED]
    assert [entry.payload for entry in entries] == [{"after": {"count": 1}}, {"after": {"count": 2}}]
