"""Writers at once: a series has no gap, no duplicate and no step back, and nothing else is stored."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.errors import AlreadyExists, RuleViolation
from tests.concurrency.books import books_of, missing, numbers
from tests.concurrency.crowd import ARRANGED_ENTRIES, SIZE, Crowd, issued, somebody_waits
from tests.invoice_examples import DAY, SERIES, draft, issue_document
from tests.raw import connect

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice

ALLOCATION = """UPDATE invoice_series
        SET last_sequence = last_sequence + 1, last_issue_date = NEW.issue_date
        WHERE series = NEW.series AND fiscal_year = NEW.fiscal_year AND is_active
        RETURNING last_sequence INTO NEW.sequence;"""
"""How ``guard_issued_invoice`` takes a number: what the last tests replace."""


class Fate(Enum):
    """What becomes of one unit of work."""

    KEPT = auto()
    CALLED_OFF = auto()
    """Stored, and its invoice cancelled by a second unit: the number stays taken."""
    TAKEN_BACK = auto()
    """An exception leaves the block after the number was given."""
    CUT_WHILE_ISSUING = auto()
    """The task is cancelled while ``issue`` runs or waits."""
    CUT_WHILE_HOLDING = auto()
    """The task is cancelled when it holds the number."""


ROUNDS = (
    *[Fate.KEPT] * 4,
    Fate.CALLED_OFF,
    *[Fate.TAKEN_BACK] * 3,
    Fate.CUT_WHILE_ISSUING,
    Fate.CUT_WHILE_HOLDING,
)
"""Ten units of work of each writer, in an order of its own: three in ten are taken back, two are cancelled."""


class TakenBack(Exception):
    """The caller changes its mind."""


@dataclass
class Told:
    """What the writers were told, in the order in which they heard it."""

    kept: list[Invoice] = field(default_factory=list["Invoice"])
    called_off: list[int] = field(default_factory=list[int])
    taken_back: int = 0
    cut: int = 0


async def test_sixteen_writers_with_rollbacks_and_cancellations_leave_no_gap(crowd: Crowd) -> None:
    # given one series, eight users and sixteen writers, every other one a background worker
    told = Told()

    # when each has ten units of work, of which five are stored
    async def write(member: int) -> None:
        fates = random.Random(member).sample(ROUNDS, len(ROUNDS))  # noqa: S311 - no secret
        for fate in fates:
            await _live(crowd, member, fate, told)

    assert await crowd.at_once(write) == [None] * SIZE

    # then the numbers are 1 … n, every acknowledged invoice has its number, and there is nothing else
    books = await books_of(crowd.url, SERIES)
    count = SIZE * 5
    assert books.numbers == numbers(SERIES, DAY.year, count)
    assert {(it.id, it.user_id, it.ettn, it.number) for it in books.issued} == {
        (it.id, it.user_id, it.ettn, it.number) for it in told.kept
    }
    assert (len(told.kept), len(told.called_off), told.taken_back, told.cut) == (count, SIZE, SIZE * 3, SIZE * 2)
    assert (books.last_sequence, books.last_issue_date, books.drafts) == (count, DAY, 0)
    assert {it.parts for it in books.issued} == {2}
    assert sorted(it.id for it in books.issued if it.status == InvoiceStatus.CANCELLED) == sorted(told.called_off)
    # and the log tells the same, in the order of the numbers
    noted = [it.noted or [] for it in books.issued]
    assert [len(moments) for moments in noted] == [1] * count
    assert noted == sorted(noted)
    assert books.verification.findings == ()
    assert books.verification.rows == ARRANGED_ENTRIES + 2 * count + len(told.called_off)


async def _live(crowd: Crowd, member: int, fate: Fate, told: Told) -> None:
    """One unit of work of a writer."""
    user = crowd.owner(member)
    identity = user if member % 2 else None
    reached = asyncio.Event()

    async def unit() -> Invoice:
        async with crowd.database.unit_of_work(as_user=identity) as work:
            drafted = await work.invoices.draft(draft(user))
            if fate is Fate.CUT_WHILE_ISSUING:
                reached.set()
            invoice = await work.invoices.issue(drafted, SERIES)
            reached.set()
            if fate is Fate.TAKEN_BACK:
                raise TakenBack
            if fate is Fate.CUT_WHILE_HOLDING:
                await asyncio.Event().wait()
        return invoice

    if fate is Fate.TAKEN_BACK:
        with pytest.raises(TakenBack):
            await unit()
        told.taken_back += 1
    elif fate in {Fate.CUT_WHILE_ISSUING, Fate.CUT_WHILE_HOLDING}:
        task = asyncio.create_task(unit())
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        told.cut += 1
    else:
        invoice = await unit()
        told.kept.append(invoice)
        if fate is Fate.CALLED_OFF:
            async with crowd.database.unit_of_work(as_user=identity) as work:
                await work.invoices.cancel(invoice, "Müşteri vazgeçti")
            told.called_off.append(invoice.id)


async def test_dates_of_a_series_never_go_back_whoever_comes_first(crowd: Crowd) -> None:
    # given sixteen writers, each with a day of its own
    async def write(member: int) -> Invoice:
        day = DAY + timedelta(days=member)
        async with crowd.database.unit_of_work() as work:
            return await issued(work, crowd.owner(member), issue_document(issue_date=day.isoformat()))

    # when they issue at once
    outcomes = await crowd.at_once(write)

    # then those who came after a later day were refused, and left nothing
    refused = [it.rule for it in outcomes if isinstance(it, RuleViolation)]
    kept = [it for it in outcomes if not isinstance(it, Exception)]
    assert len(refused) + len(kept) == SIZE
    assert set(refused) <= {"ck_invoice_series_dates_ascend"}
    books = await books_of(crowd.url, SERIES)
    days = [it.issue_date for it in books.issued]
    assert (days, books.last_issue_date) == (sorted(days), DAY + timedelta(days=SIZE - 1))
    assert books.numbers == numbers(SERIES, DAY.year, len(kept)) == sorted(it.number or "" for it in kept)
    assert (books.drafts, books.verification.verified) == (0, True)


async def test_a_number_that_is_taken_back_goes_to_who_waited_for_it(crowd: Crowd) -> None:
    # given a unit of work that holds number 1, and another that waits behind it
    held: list[str | None] = []
    waiting: list[asyncio.Task[Invoice]] = []

    async def wait() -> Invoice:
        async with crowd.database.unit_of_work() as work:
            return await issued(work, crowd.users[1])

    async def hold() -> None:
        async with crowd.database.unit_of_work() as work:
            held.append((await issued(work, crowd.users[0])).number)
            waiting.append(asyncio.create_task(wait()))
            await somebody_waits(crowd.url)
            raise TakenBack

    # when the first is taken back
    with pytest.raises(TakenBack):
        await hold()

    # then the second has the same number
    second = await waiting[0]
    assert held == [second.number] == numbers(SERIES, DAY.year, 1)
    assert (await books_of(crowd.url, SERIES)).by_ettn == {second.ettn: second.number}


# -- without the guard -----------------------------------------------------------------


async def _allocating(crowd: Crowd, allocation: str) -> None:
    """Give numbers in another way, in this test's database."""
    connection = await connect(crowd.url)
    try:
        source: str = await connection.fetchval("SELECT pg_get_functiondef('guard_issued_invoice'::regproc)")
        assert source.count(ALLOCATION) == 1
        await connection.execute("CREATE SEQUENCE numbers; GRANT USAGE ON numbers TO platform_worker")
        await connection.execute("SET ROLE platform_owner")
        await connection.execute(source.replace(ALLOCATION, allocation))
    finally:
        await connection.close()


async def test_a_number_taken_as_the_highest_plus_one_is_refused_as_a_duplicate(crowd: Crowd) -> None:
    # given numbers taken without a lock
    await _allocating(
        crowd, "SELECT coalesce(max(sequence), 0) + 1 INTO NEW.sequence FROM invoices WHERE series = NEW.series;"
    )

    async def write(member: int) -> Invoice:
        async with crowd.database.unit_of_work() as work:
            return await issued(work, crowd.owner(member))

    # when a second writer issues while the first has not committed
    async with crowd.database.unit_of_work() as work:
        first = await issued(work, crowd.users[0])
        second = asyncio.create_task(write(1))
        await somebody_waits(crowd.url)

    # then both took the same number, and the second is refused
    with pytest.raises(AlreadyExists) as refusal:
        await second
    assert refusal.value.constraint == "uq_invoices_number"
    assert (await books_of(crowd.url, SERIES)).by_ettn == {first.ettn: numbers(SERIES, DAY.year, 1)[0]}


async def test_a_number_taken_from_a_plain_sequence_leaves_a_gap_that_these_tests_see(crowd: Crowd) -> None:
    # given numbers that a rollback does not return
    await _allocating(crowd, "SELECT nextval('numbers') INTO NEW.sequence;")

    # when the second of three is taken back
    await _keep_one(crowd)
    with pytest.raises(TakenBack):
        await _take_one_back(crowd)
    await _keep_one(crowd)

    # then the measure of this module fails
    found = (await books_of(crowd.url, SERIES)).numbers
    assert found != numbers(SERIES, DAY.year, 2)
    assert missing(found) == [2]


async def _keep_one(crowd: Crowd) -> None:
    async with crowd.database.unit_of_work() as work:
        await issued(work, crowd.users[0])


async def _take_one_back(crowd: Crowd) -> None:
    async with crowd.database.unit_of_work() as work:
        await issued(work, crowd.users[0])
        raise TakenBack
