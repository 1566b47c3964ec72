"""Edits, returns and cancellations at once: one of them wins, whole, and never more comes back than was sold."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.partial_returns import CreditedLine, PartialReturn, PriceReduction, ReturnedLine
from platform_db.domain.invoices.returns import InvoiceReturn
from platform_db.errors import AlreadyExists, RuleViolation, StaleVersion
from platform_db.repositories.invoices import InvoiceFilter
from tests.concurrency.books import as_auditor, books_of, numbers
from tests.concurrency.crowd import SIZE, Crowd, issued
from tests.invoice_examples import DAY, SERIES, WITHHELD, draft, issue_document, line

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.errors import PlatformError
    from platform_db.repositories.work import Work

WITHIN_SOLD = "ck_invoices_returned_within_sold"
TEN = issue_document(lines=[line(quantity="10", unit_price="33.33"), line(quantity="1", unit_price="1")])
ONE_BACK = PartialReturn(issue_date=DAY, lines=(ReturnedLine(line_number=1, quantity=Decimal(1)),))

_BACK = """
    SELECT coalesce(sum(line.quantity), 0), coalesce(sum(line.net_cents), 0), coalesce(sum(line.kdv_cents), 0)
    FROM invoices AS back JOIN invoice_lines AS line ON line.invoice_id = back.id
    WHERE back.return_of_invoice_id = $1 AND line.line_number = 1 AND back.status <> 'cancelled'
"""
_MIXED = """
    SELECT count(*) FROM invoices AS invoice WHERE kdv_cents <> (
        SELECT sum(kdv_cents) FROM invoice_lines AS line WHERE line.invoice_id = invoice.id)
"""


async def sold(crowd: Crowd, document: dict[str, object] = TEN) -> Invoice:
    async with crowd.database.unit_of_work() as work:
        return await issued(work, crowd.users[0], document)


async def came_back(crowd: Crowd, sale: Invoice) -> tuple[Decimal, int, int]:
    """Quantity, net and KDV of the sale's first line that its returns hold."""
    async with as_auditor(crowd.url) as connection:
        row = await connection.fetchrow(_BACK, sale.id)
    return row[0], row[1], row[2]


def rules(outcomes: list[Invoice | PlatformError]) -> list[str]:
    return [it.rule for it in outcomes if isinstance(it, RuleViolation)]


async def test_sixteen_partial_returns_of_a_line_are_never_more_than_was_sold(crowd: Crowd) -> None:
    # given a line of ten
    sale = await sold(crowd)

    async def give_back(member: int) -> Invoice:
        async with crowd.database.unit_of_work(as_user=sale.user_id if member % 2 else None) as work:
            return await work.invoices.draft_partial_return(sale, ONE_BACK)

    # when sixteen return one each
    outcomes = await crowd.at_once(give_back)

    # then ten do, and together they are the line to the kuruş
    assert rules(outcomes) == [WITHIN_SOLD] * 6
    assert len([it for it in outcomes if not isinstance(it, Exception)]) == 10
    assert await came_back(crowd, sale) == (10, 33330, 6666)


async def test_sixteen_returns_written_by_hand_are_issued_as_far_as_was_sold(crowd: Crowd) -> None:
    # given sixteen drafts of one each, which the library did not derive
    sale = await sold(crowd, issue_document(lines=[line(quantity="10", unit_price="40")]))
    by_hand = issue_document(type="IADE", return_of_invoice_id=sale.id, lines=[line(quantity="1", unit_price="40")])
    async with crowd.database.unit_of_work() as work:
        drafts = await work.invoices.draft_many([draft(sale.user_id, by_hand) for _ in range(SIZE)])

    async def give(member: int) -> Invoice:
        async with crowd.database.unit_of_work() as work:
            return await work.invoices.issue(drafts[member], SERIES)

    # when they are issued at once
    outcomes = await crowd.at_once(give)

    # then the database lets ten through, and the numbers have no gap
    assert rules(outcomes) == [WITHIN_SOLD] * 6
    books = await books_of(crowd.url, SERIES)
    assert books.numbers == numbers(SERIES, DAY.year, 11)
    assert (books.drafts, books.verification.verified) == (6, True)


async def test_partial_returns_drafted_and_issued_at_once_take_their_turns(crowd: Crowd) -> None:
    sale = await sold(crowd)

    async def give_back(_: int) -> Invoice:
        async def once(work: Work) -> Invoice:
            original = await work.invoices.get_for_update(sale.id)
            return await work.invoices.issue(await work.invoices.draft_partial_return(original, ONE_BACK), SERIES)

        return await crowd.database.run(once)

    outcomes = await crowd.at_once(give_back)

    assert rules(outcomes) == [WITHIN_SOLD] * 6
    assert await came_back(crowd, sale) == (10, 33330, 6666)
    assert (await books_of(crowd.url, SERIES)).numbers == numbers(SERIES, DAY.year, 11)


async def test_sixteen_price_reductions_take_no_more_than_the_price(crowd: Crowd) -> None:
    # given a line of 333,30
    sale = await sold(crowd)
    terms = PriceReduction(
        issue_date=DAY, reason="Fiyat farkı", lines=(CreditedLine(line_number=1, amount=Decimal("33.33")),)
    )

    async def reduce(_: int) -> Invoice:
        async with crowd.database.unit_of_work() as work:
            return await work.invoices.draft_price_reduction(sale, terms)

    outcomes = await crowd.at_once(reduce)

    assert rules(outcomes) == [WITHIN_SOLD] * 6
    assert (await came_back(crowd, sale))[1:] == (33330, 6666)


async def test_of_whole_and_partial_returns_one_kind_wins(crowd: Crowd) -> None:
    # given a line of ten
    sale = await sold(crowd)

    async def give_back(member: int) -> Invoice:
        async with crowd.database.unit_of_work() as work:
            if member % 2:
                return await work.invoices.draft_partial_return(sale, ONE_BACK)
            return await work.invoices.draft_return(sale, InvoiceReturn(issue_date=DAY))

    # when eight return all of it and eight a tenth
    outcomes = await crowd.at_once(give_back)

    # then it is returned whole, once, or eight tenths of it are
    whole = [it for it in outcomes[::2] if not isinstance(it, Exception)]
    assert all(isinstance(it, AlreadyExists) for it in outcomes[::2] if isinstance(it, Exception))
    back = await came_back(crowd, sale)
    if whole:
        assert len(whole) == 1
        assert rules(outcomes) == [WITHIN_SOLD] * 8
        assert back == (10, 33330, 6666)
    else:
        assert rules(outcomes) == []
        assert back == (8, 26664, 5333)


async def test_of_edits_and_issues_of_one_draft_one_wins(crowd: Crowd) -> None:
    # given a draft of two lines
    user = crowd.users[0]
    async with crowd.database.unit_of_work() as work:
        made = await work.invoices.draft(draft(user, TEN))

    async def act(member: int) -> Invoice:
        async with crowd.database.unit_of_work(as_user=user) as work:
            if member % 2:
                return await work.invoices.issue(made, SERIES)
            return await work.invoices.replace(made, draft(user, WITHHELD))

    # when eight issue it and eight replace it
    outcomes = await crowd.at_once(act)

    # then one did, and the others are told to read again
    done = [it for it in outcomes if not isinstance(it, Exception)]
    assert len(done) == 1
    assert [type(it) for it in outcomes if isinstance(it, Exception)] == [StaleVersion] * (SIZE - 1)
    async with crowd.database.unit_of_work() as work:
        stored = await work.invoices.document(made.id)
    assert stored.invoice == done[0]
    expected = {InvoiceStatus.ISSUED: (2, 6686), InvoiceStatus.DRAFT: (1, 360000)}
    found = len(stored.lines), sum(it.kdv_cents for it in stored.lines)
    assert found == expected[stored.invoice.status]
    assert stored.invoice.kdv_cents == found[1]


async def test_edits_and_issues_of_eight_drafts_never_mix(crowd: Crowd) -> None:
    # given eight drafts, each with somebody who issues and somebody who edits its line
    async with crowd.database.unit_of_work() as work:
        drafts = await work.invoices.draft_many([draft(user, TEN) for user in crowd.users])

    async def act(member: int) -> Invoice:
        made = drafts[member // 2]
        async with crowd.database.unit_of_work() as work:
            if member % 2:
                return await work.invoices.issue(made, SERIES)
            return await work.invoices.change_line(made, 1, {"quantity": "7", "kdv_rate": "10"})

    # when all begin at once
    outcomes = await crowd.at_once(act)

    # then of each pair one was stale, and every document adds up
    pairs = list(zip(outcomes[::2], outcomes[1::2], strict=True))
    assert [sum(isinstance(it, StaleVersion) for it in pair) for pair in pairs] == [1] * 8
    async with as_auditor(crowd.url) as connection:
        assert await connection.fetchval(_MIXED) == 0
    sales = [issue for _, issue in pairs if not isinstance(issue, Exception)]
    assert {it.payable_cents for it in sales} <= {40116}
    assert (await books_of(crowd.url, SERIES)).numbers == numbers(SERIES, DAY.year, len(sales))


async def test_a_sale_is_either_cancelled_or_returned(crowd: Crowd) -> None:
    # given eight sales, each with the draft of a return
    pairs: list[tuple[Invoice, Invoice]] = []
    for user in crowd.users:
        async with crowd.database.unit_of_work() as work:
            sale = await issued(work, user, TEN)
            pairs.append((sale, await work.invoices.draft_partial_return(sale, ONE_BACK)))

    async def act(member: int) -> Invoice:
        sale, back = pairs[member // 2]
        async with crowd.database.unit_of_work() as work:
            if member % 2:
                return await work.invoices.cancel(sale, "Vazgeçildi")
            return await work.invoices.issue(back, SERIES)

    # when each is cancelled and its return issued at once
    outcomes = await crowd.at_once(act)

    # then one of the two was refused
    refused = [sum(isinstance(it, Exception) for it in outcomes[place : place + 2]) for place in range(0, SIZE, 2)]
    assert refused == [1] * 8
    assert {type(it) for it in outcomes if isinstance(it, Exception)} <= {StaleVersion, RuleViolation}
    async with as_auditor(crowd.url) as connection:
        both = await connection.fetchval(
            "SELECT count(*) FROM invoices AS back JOIN invoices AS sale ON sale.id = back.return_of_invoice_id "
            "WHERE sale.status = 'cancelled' AND back.status = 'issued'"
        )
    assert both == 0


async def test_sixteen_batches_share_a_series_each_in_its_own_order(crowd: Crowd) -> None:
    # given sixteen writers with five drafts each, the last drafted first
    batches: list[tuple[Invoice, ...]] = []
    for member in range(SIZE):
        async with crowd.database.unit_of_work() as work:
            made = await work.invoices.draft_many([draft(crowd.owner(member)) for _ in range(5)])
            batches.append(made[::-1])

    async def write(member: int) -> tuple[Invoice, ...]:
        async with crowd.database.unit_of_work() as work:
            return await work.invoices.issue_many(batches[member], SERIES)

    # when they issue at once
    outcomes = await crowd.at_once(write)

    # then each has five consecutive numbers in its order, and the series has no gap
    for given, outcome in zip(batches, outcomes, strict=True):
        assert not isinstance(outcome, Exception)
        first = outcome[0].sequence or 0
        assert [it.sequence for it in outcome] == list(range(first, first + 5))
        assert [it.id for it in outcome] == [it.id for it in given]
    books = await books_of(crowd.url, SERIES)
    assert (books.numbers, books.drafts) == (numbers(SERIES, DAY.year, 5 * SIZE), 0)
    assert books.verification.verified


async def test_batches_and_returns_of_one_sale_never_wait_in_a_ring(crowd: Crowd) -> None:
    # given a sale, eight batches that end with a return of it, and eight drafts
    sale = await sold(crowd, issue_document(lines=[line(quantity="10", unit_price="40")]))
    by_hand = issue_document(type="IADE", return_of_invoice_id=sale.id, lines=[line(quantity="1", unit_price="40")])
    async with crowd.database.unit_of_work() as work:
        firsts = await work.invoices.draft_many([draft(sale.user_id) for _ in range(SIZE)])
        returns = await work.invoices.draft_many([draft(sale.user_id, by_hand) for _ in range(SIZE)])

    async def act(member: int) -> int:
        async with crowd.database.unit_of_work() as work:
            if member % 2:
                return len(await work.invoices.issue_many([firsts[member], returns[member]], SERIES))
            # Who holds the sale, and takes a number after it.
            await work.invoices.get_for_update(sale.id)
            await work.invoices.issue(firsts[member], SERIES)
            return 1

    # when all issue at once
    outcomes = await crowd.at_once(act)

    # then none was given up as a deadlock
    assert outcomes == [1, 2] * 8
    assert (await books_of(crowd.url, SERIES)).numbers == numbers(SERIES, DAY.year, 25)


async def test_sixteen_sweeps_mark_each_late_invoice_once(crowd: Crowd) -> None:
    # given forty invoices that were due
    late = issue_document(due_date="2025-07-15")
    async with crowd.database.unit_of_work() as work:
        made = await work.invoices.draft_many([draft(crowd.owner(member), late) for member in range(40)])
        await work.invoices.issue_many(made, SERIES)

    async def sweep(_: int) -> int:
        async with crowd.database.unit_of_work() as work:
            return await work.invoices.mark_overdue(limit=3)

    # when sixteen sweeps of three run at once
    outcomes = await crowd.at_once(sweep)

    # then each invoice was marked by one of them
    marked = sum(it for it in outcomes if not isinstance(it, Exception))
    async with crowd.database.unit_of_work() as work:
        overdue = InvoiceFilter(statuses=frozenset({InvoiceStatus.OVERDUE}))
        assert marked == await work.invoices.count(overdue)
        assert {it.version async for it in work.invoices.stream(overdue)} == {3}
