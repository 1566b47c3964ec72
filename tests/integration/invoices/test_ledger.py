"""The statement of an account, the months, and the KDV of a period: every figure by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.instants import istanbul_day
from platform_db.domain.invoices.account import AccountLine, MonthlyTotal
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.kdv_summary import KdvOfRate, KdvSummary, KdvWithheld
from platform_db.domain.invoices.partial_returns import PartialReturn, ReturnedLine
from platform_db.domain.invoices.returns import InvoiceReturn
from platform_db.domain.invoices.statement import AccountStatement, EntryKind, StatementEntry
from platform_db.domain.money import Currency, money
from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import RuleViolation
from platform_db.repositories.invoices import ledger
from tests.integration.invoices.scene import issued, register
from tests.invoice_examples import SERIES, draft, issue_document, line

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.domain.payments import Payment
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

JULY_1, JULY_2, JULY_31, AUGUST_1 = date(2025, 7, 1), date(2025, 7, 2), date(2025, 7, 31), date(2025, 8, 1)


def of(day: date, **changes: object) -> dict[str, object]:
    return issue_document(issue_date=day.isoformat(), **changes)


async def pay(work: Work, sale: Invoice, amount: str, at: datetime) -> Payment:
    new = NewPayment(
        user_id=sale.user_id,
        invoice_id=sale.id,
        amount=Decimal(amount),
        provider="havale",
        provider_ref=f"EFT-{sale.id}-{amount}",
    )
    return await work.payments.complete(await work.payments.record(new), at)


async def give_back(work: Work, sale: Invoice, day: date) -> Invoice:
    """One of the sale's two pieces."""
    terms = PartialReturn(issue_date=day, lines=(ReturnedLine(line_number=1, quantity=Decimal(1)),))
    return await work.invoices.issue(await work.invoices.draft_partial_return(sale, terms), SERIES)


def line_of(
    status: InvoiceStatus, amounts: tuple[int, int, int], *, is_return: bool = False, count: int = 1
) -> AccountLine:
    """Of an account in TRY; payable, paid and returned in kuruş."""
    return AccountLine(status, is_return, count, *(money(cents, Currency.TRY) for cents in amounts))


# -- account, and what money is expected on ------------------------------------------------


async def test_a_return_lessens_what_is_expected_of_its_sale(database: Database, user: int) -> None:
    # given sales of 24.000,00 of which nothing, a half and all came back, and one half paid and half returned
    async with database.unit_of_work() as work:
        whole, part, gone, settled = [await issued(work, user, of(JULY_1, due_date="2025-07-15")) for _ in range(4)]
        await give_back(work, part, JULY_2)
        await work.invoices.issue(await work.invoices.draft_return(gone, InvoiceReturn(issue_date=JULY_2)), SERIES)
        await pay(work, settled, "12000.00", datetime(2025, 7, 2, tzinfo=UTC))
        await give_back(work, await work.invoices.get(settled.id), JULY_31)
        # and a return that is only drafted
        await work.invoices.draft_partial_return(
            whole, PartialReturn(issue_date=JULY_31, lines=(ReturnedLine(line_number=1, quantity=Decimal(2)),))
        )
        # when the account is drawn up
        account = await work.invoices.account(user, Currency.TRY, JULY_1, JULY_31)
        before_returns = await work.invoices.account(user, Currency.TRY, JULY_1, JULY_1)
        unpaid = await work.invoices.unpaid()
        late = await work.invoices.mark_overdue()
        states = [(await work.invoices.get(each.id)).status for each in (whole, part, gone, settled)]

    # then returns are lines of their own, and what they give back is not expected
    assert account == (
        line_of(InvoiceStatus.ISSUED, (7_200_000, 0, 3_600_000), count=3),
        line_of(InvoiceStatus.PARTIAL, (2_400_000, 1_200_000, 1_200_000)),
        line_of(InvoiceStatus.ISSUED, (4_800_000, 0, 0), is_return=True, count=3),
    )
    assert [each.open.amount for each in account] == [36_000, 0, 0]
    assert before_returns == account[:2]
    # and what is returned whole, or paid as far as it was not returned, is neither dunned nor late
    assert [each.id for each in unpaid.items] == [part.id, whole.id]
    assert late == 2
    assert states == [InvoiceStatus.OVERDUE, InvoiceStatus.OVERDUE, InvoiceStatus.ISSUED, InvoiceStatus.PARTIAL]


async def test_an_account_is_of_legal_days(database: Database, user: int) -> None:
    # given invoices of 1 and 31 July that were issued today
    async with database.unit_of_work() as work:
        await issued(work, user, of(JULY_1))
        await issued(work, user, of(JULY_31))
        await work.invoices.draft(draft(user, of(JULY_31)))
        first = await work.invoices.account(user, Currency.TRY, JULY_1, JULY_2)
        both = await work.invoices.account(user, Currency.TRY, JULY_1, JULY_31)
        with pytest.raises(RuleViolation) as refusal:
            await work.invoices.account(user, Currency.TRY, JULY_31, JULY_1)

    assert first == (line_of(InvoiceStatus.ISSUED, (2_400_000, 0, 0)),)
    assert both == (line_of(InvoiceStatus.ISSUED, (4_800_000, 0, 0), count=2),)
    assert refusal.value.rule == "period_forward"


# -- statement -------------------------------------------------------------------------


async def test_a_statement_runs_from_its_opening_to_its_closing_balance(database: Database, user: int) -> None:
    # given sales of 24.000,00 before and in July, a return of half, and money that came and went back
    async with database.unit_of_work() as work:
        june = await issued(work, user, of(JULY_1))
        await pay(work, june, "10000.00", datetime(2025, 7, 1, 20, 59, tzinfo=UTC))
        sale = await issued(work, user, of(JULY_2))
        back = await give_back(work, sale, JULY_31)
        charge = await pay(work, sale, "24000.00", datetime(2025, 7, 1, 21, 0, tzinfo=UTC))
        refund = await work.payments.refund(charge, "12000.00", "İade", "EFT-GERI")
        await work.payments.complete(refund, datetime(2025, 7, 31, 20, 59, tzinfo=UTC))
        await issued(work, user, of(AUGUST_1))
        await work.invoices.draft(draft(user, of(JULY_2)))
        # when the statement runs from 2 July, which began in Istanbul at 21:00 of the 1st, to 31 July
        told = await work.invoices.statement(user, Currency.TRY, JULY_2, JULY_31)

    # then the day's invoice comes before its payment, and each entry has the balance after it
    number = "ABC2025{:09d}".format
    assert told == AccountStatement(
        user,
        Currency.TRY,
        JULY_2,
        JULY_31,
        1_400_000,
        (
            StatementEntry(EntryKind.INVOICE, JULY_2, sale.id, number(2), 2_400_000, 0, 3_800_000),
            StatementEntry(EntryKind.PAYMENT, JULY_2, charge.id, f"EFT-{sale.id}-24000.00", 0, 2_400_000, 1_400_000),
            StatementEntry(EntryKind.RETURN, JULY_31, back.id, number(3), 0, 1_200_000, 200_000),
            StatementEntry(EntryKind.REFUND, JULY_31, refund.id, "EFT-GERI", 1_200_000, 0, 1_400_000),
        ),
    )
    assert (told.debit_cents, told.credit_cents, told.closing_cents) == (3_600_000, 3_600_000, 1_400_000)


async def test_a_cancellation_is_an_entry_of_its_own_day(database: Database, user: int) -> None:
    # given an invoice of July that was cancelled today
    async with database.unit_of_work() as work:
        sale = await issued(work, user, of(JULY_2))
        cancelled = await work.invoices.cancel(sale, "Mükerrer")
        assert cancelled.cancelled_at is not None
        today = istanbul_day(cancelled.cancelled_at)
        july = await work.invoices.statement(user, Currency.TRY, JULY_1, JULY_31)
        after = await work.invoices.statement(user, Currency.TRY, AUGUST_1, today)

    # then July's statement is what it was, and it is taken back today
    assert (july.closing_cents, after.opening_cents, after.closing_cents) == (2_400_000, 2_400_000, 0)
    assert [(each.kind, each.day, each.credit_cents) for each in after.entries] == [
        (EntryKind.CANCELLATION, today, 2_400_000)
    ]


async def test_a_statement_is_of_one_user_and_one_currency(database: Database, user: int) -> None:
    stranger = await register(database, "depo")
    async with database.unit_of_work() as work:
        await issued(work, user, of(JULY_2))
        dollars = of(
            JULY_2,
            currency="USD",
            exchange_rate="40",
            exchange_rate_date="2025-07-01",
            exchange_rate_source="TCMB",
        )
        await issued(work, user, dollars)
        in_dollars = await work.invoices.statement(user, Currency.USD, JULY_1, JULY_31)
        others = await work.invoices.statement(stranger, Currency.TRY, JULY_1, JULY_31)
        with pytest.raises(RuleViolation) as refusal:
            await work.invoices.statement(user, Currency.TRY, JULY_31, JULY_1)
    async with database.unit_of_work(as_user=user) as work:
        own = await work.invoices.statement(user, Currency.TRY, JULY_1, JULY_31)
    async with database.unit_of_work(as_user=stranger) as work:
        hidden = await work.invoices.statement(user, Currency.TRY, JULY_1, JULY_31)

    assert [each.debit_cents for each in in_dollars.entries] == [2_400_000]
    assert (others.opening_cents, others.entries) == (hidden.opening_cents, hidden.entries) == (0, ())
    assert [each.debit_cents for each in own.entries] == [2_400_000]
    assert refusal.value.rule == "period_forward"


# -- KDV -------------------------------------------------------------------------------

VIEW = """
    SELECT is_return, rate, invoice_count, base_try * 100, kdv_try * 100 FROM kdv_period_summary
    WHERE month = $1 ORDER BY 1, 2
"""


async def test_the_kdv_of_a_period_is_that_of_the_view_and_more(database: Database, user: int, worker: Raw) -> None:
    # given a withheld sale and a foreign one of July, one that was cancelled, a draft, and a return of August
    withheld = {
        "type": "TEVKIFAT",
        "lines": [line(unit_price="10000", withholding_code="604"), line(unit_price="0.05", kdv_rate="10")],
    }
    foreign = {
        "currency": "EUR",
        "exchange_rate": "47.123456",
        "exchange_rate_date": "2025-07-01",
        "exchange_rate_source": "TCMB",
        "lines": [line(quantity="1", unit_price="0.33")],
    }
    async with database.unit_of_work() as work:
        sale = await issued(work, user, of(JULY_1, **withheld))
        await issued(work, user, of(JULY_2, **foreign))
        await work.invoices.cancel(await issued(work, user, of(JULY_31)), "Mükerrer")
        await work.invoices.draft(draft(user, of(JULY_31)))
        await give_back(work, sale, AUGUST_1)
        july = await work.invoices.kdv_summary(JULY_1, JULY_31)
        both = await work.invoices.kdv_summary(JULY_1, AUGUST_1)
        first_day = await work.invoices.kdv_summary(JULY_1, JULY_1)

    # then July has its sales, by rate and by code
    assert july == KdvSummary(
        JULY_1,
        JULY_31,
        rates=(
            KdvOfRate(
                is_return=False, rate=Decimal(10), invoices=1, base_try_cents=10, kdv_try_cents=1, withheld_try_cents=0
            ),
            KdvOfRate(
                is_return=False,
                rate=Decimal(20),
                invoices=2,
                base_try_cents=2_000_000 + 1_555,
                kdv_try_cents=400_000 + 330,
                withheld_try_cents=200_000,
            ),
        ),
        withheld=(
            KdvWithheld(
                is_return=False, code="604", percent=50, invoices=1, kdv_try_cents=400_000, withheld_try_cents=200_000
            ),
        ),
    )
    # and with August the return stands apart, and is taken off the sums
    assert both.rates[2:] == (
        KdvOfRate(
            is_return=True,
            rate=Decimal(20),
            invoices=1,
            base_try_cents=1_000_000,
            kdv_try_cents=200_000,
            withheld_try_cents=100_000,
        ),
    )
    assert [(each.is_return, each.withheld_try_cents) for each in both.withheld] == [(False, 200_000), (True, 100_000)]
    assert (both.kdv_try_cents, both.withheld_try_cents) == (200_331, 100_000)
    assert [each.base_try_cents for each in first_day.rates] == [10, 2_000_000]
    # and of whole months it is what the view shows
    for month, summary in ((JULY_1, july.rates), (AUGUST_1, both.rates[2:])):
        shown = await worker.fetch(VIEW, month)
        assert [tuple(row[:]) for row in shown] == [
            (each.is_return, each.rate, each.invoices, each.base_try_cents, each.kdv_try_cents) for each in summary
        ]


async def test_a_user_sees_the_kdv_of_own_invoices(database: Database, user: int) -> None:
    stranger = await register(database, "depo")
    async with database.unit_of_work() as work:
        await issued(work, user, of(JULY_1))
    async with database.unit_of_work(as_user=user) as work:
        own = await work.invoices.kdv_summary(JULY_1, JULY_1)
    async with database.unit_of_work(as_user=stranger) as work:
        hidden = await work.invoices.kdv_summary(JULY_1, JULY_1)

    assert (own.kdv_try_cents, hidden.kdv_try_cents, hidden.rates) == (400_000, 0, ())


# -- months ----------------------------------------------------------------------------


async def test_months_are_summed_up_by_state(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        await issued(work, user, of(JULY_1))
        paid = await issued(work, user, of(JULY_31))
        await pay(work, paid, "24000.00", datetime(2025, 8, 1, tzinfo=UTC))
        await work.invoices.cancel(await issued(work, user, of(AUGUST_1)), "Mükerrer")
        await work.invoices.draft(draft(user, of(JULY_2)))
        months = await work.invoices.monthly(JULY_1, AUGUST_1, Currency.TRY)
        assert await work.invoices.monthly(JULY_1, AUGUST_1, Currency.USD) == ()

    def total(month: date, status: InvoiceStatus, came: int) -> MonthlyTotal:
        return MonthlyTotal(month, line_of(status, (2_400_000, came, 0)))

    assert months == (
        total(JULY_1, InvoiceStatus.ISSUED, 0),
        total(JULY_1, InvoiceStatus.PAID, 2_400_000),
        total(AUGUST_1, InvoiceStatus.CANCELLED, 0),
    )


async def test_a_statement_has_as_many_entries_as_a_reader_takes(
    database: Database, user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two invoices of July
    async with database.unit_of_work() as work:
        for _ in range(2):
            await issued(work, user, of(JULY_2))
        # when a statement may have two entries, then it has them; when one, then it is refused rather than cut short
        monkeypatch.setattr(ledger, "_MOST_ENTRIES", 2)
        whole = await work.invoices.statement(user, Currency.TRY, JULY_1, JULY_31)
        monkeypatch.setattr(ledger, "_MOST_ENTRIES", 1)
        with pytest.raises(RuleViolation) as refused:
            await work.invoices.statement(user, Currency.TRY, JULY_1, JULY_31)
    assert len(whole.entries) == 2
    assert refused.value.rule == ledger._BOUNDED.rule
