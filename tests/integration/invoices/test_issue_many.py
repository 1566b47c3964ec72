"""Many drafts take consecutive numbers in the order given, all or none."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from platform_db.database import Statement
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.errors import NotFound, RuleViolation, StaleVersion
from platform_db.repositories.invoices import InvoiceFilter
from tests.invoice_examples import DAY, SERIES, draft, issue_document

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Database, Work

NO_INDEX = Statement(
    sa.text(
        "SELECT set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true), "
        "set_config('enable_tidscan', 'off', true)"
    )
)


async def shuffled(work: Work, user: int, count: int) -> list[Invoice]:
    """Drafts in an order of their own, so not in that of their rows."""
    made = list(await work.invoices.draft_many([draft(user) for _ in range(count)]))
    random.Random(7).shuffle(made)  # noqa: S311 - no secret
    return made


def numbers(count: int) -> list[str]:
    return [f"{SERIES}{DAY.year}{place:09d}" for place in range(1, count + 1)]


@pytest.mark.parametrize("count", [1, 2, 150])
async def test_numbers_follow_the_order_given(database: Database, user: int, count: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        drafts = await shuffled(work, user, count)
        issued = await work.invoices.issue_many(drafts, SERIES)

    assert [invoice.number for invoice in issued] == numbers(count)
    assert [invoice.id for invoice in issued] == [each.id for each in drafts]
    assert {(invoice.status, invoice.version) for invoice in issued} == {(InvoiceStatus.ISSUED, 2)}


async def test_numbers_follow_the_order_given_where_the_server_visits_rows_in_another(
    database: Database, user: int
) -> None:
    # given a plan that reads the table from its beginning
    async with database.unit_of_work(as_user=user) as work:
        drafts = await shuffled(work, user, 40)
        await work.fetch(NO_INDEX)
        # when they are issued; then their numbers are in the order given all the same, and none was lost
        issued = await work.invoices.issue_many(drafts, SERIES)

    assert [invoice.number for invoice in issued] == numbers(40)
    async with database.unit_of_work() as work:
        assert (await work.invoices.series(SERIES, DAY.year)).last_sequence == 40


async def test_days_ascend_in_the_order_given(database: Database, user: int) -> None:
    days = [DAY, DAY, DAY + timedelta(days=1), DAY + timedelta(days=3)]
    async with database.unit_of_work(as_user=user) as work:
        made = [
            await work.invoices.draft(draft(user, issue_document(issue_date=day.isoformat()))) for day in reversed(days)
        ]
        issued = await work.invoices.issue_many(made[::-1], SERIES)

    assert [(invoice.sequence, invoice.issue_date) for invoice in issued] == list(enumerate(days, start=1))


async def test_all_or_none_and_the_refused_draft_is_named(database: Database, user: int) -> None:
    # given three drafts, of which the second is of the day after tomorrow
    later = (datetime.now(UTC) + timedelta(days=2)).date()
    async with database.unit_of_work(as_user=user) as work:
        good = await work.invoices.draft_many([draft(user), draft(user)])
        bad = await work.invoices.draft(draft(user, issue_document(issue_date=later.isoformat())))
        # when they are issued together
        with pytest.raises(RuleViolation) as refusal:
            await work.invoices.issue_many([good[0], bad, good[1]], SERIES)
        # then none is, and the refusal tells which
        assert refusal.value.rule == "ck_invoices_issue_date_not_in_future"
        assert refusal.value.fields == ("drafts.1.issue_date",)
        assert await work.invoices.count(InvoiceFilter(statuses=frozenset({InvoiceStatus.DRAFT}))) == 3
    async with database.unit_of_work() as work:
        assert (await work.invoices.series(SERIES, DAY.year)).last_sequence == 0


async def test_who_moved_on_is_named_and_none_is_issued(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        drafts = await work.invoices.draft_many([draft(user) for _ in range(4)])
        await work.invoices.change_line(drafts[1], 1, {"quantity": "1"})
        await work.invoices.change_line(drafts[3], 1, {"quantity": "1"})
        with pytest.raises(StaleVersion) as stale:
            await work.invoices.issue_many(drafts, SERIES)
        await work.invoices.delete_draft(drafts[0])
        with pytest.raises(NotFound) as gone:
            await work.invoices.issue_many(drafts, SERIES)
        assert (await work.invoices.get(drafts[2].id)).status is InvoiceStatus.DRAFT

    assert stale.value.fields == ("drafts.1", "drafts.3")
    assert f"{drafts[1].id}, {drafts[3].id}" in str(stale.value)
    assert gone.value.fields == ("drafts.0", "drafts.1", "drafts.3")


async def test_only_drafts_and_each_once(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        assert await work.invoices.issue_many([], SERIES) == ()
        one, two = await work.invoices.draft_many([draft(user), draft(user)])
        sold = await work.invoices.issue(one, SERIES)
        with pytest.raises(RuleViolation) as issued_before:
            await work.invoices.issue_many([two, sold], SERIES)
        with pytest.raises(RuleViolation) as twice:
            await work.invoices.issue_many([two, two], SERIES)

    assert (issued_before.value.rule, issued_before.value.fields) == (
        "ck_invoices_transition_allowed",
        ("drafts.1.status",),
    )
    assert twice.value.rule == "ck_invoices_transition_allowed"


async def test_one_call_takes_at_most_a_thousand(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        one = await work.invoices.draft(draft(user))
        with pytest.raises(RuleViolation) as issue:
            await work.invoices.issue_many([one] * 1001, SERIES)
        with pytest.raises(RuleViolation) as drafting:
            await work.invoices.draft_many([draft(user)] * 1001)
        with pytest.raises(RuleViolation) as read:
            await work.invoices.get_many(range(1001))
        assert await work.invoices.get_many([one.id] * 1000) == (one,)
        assert await work.invoices.count() == 1

    assert [(each.value.rule, each.value.fields) for each in (issue, drafting, read)] == [
        ("batch_limit", ("drafts",)),
        ("batch_limit", ("drafts",)),
        ("batch_limit", ("invoice_ids",)),
    ]


async def test_each_issue_is_noted_once_in_the_order_of_numbers(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        drafts = await shuffled(work, user, 3)
        await work.fetch(NO_INDEX)
        issued = await work.invoices.issue_many(drafts, SERIES)
    async with database.unit_of_work() as work:
        entries = [(await work.audit.history("invoices", each.id)).items for each in issued]

    assert [[entry.event_type for entry in each] for each in entries] == [["invoice.issued", "invoice.drafted"]] * 3
    assert [each[0].payload for each in entries] == [
        {"before": {"status": "draft"}, "after": {"status": "issued", "number": number}} for number in numbers(3)
    ]
