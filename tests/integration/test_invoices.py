"""Drafts become numbered invoices, are read whole, cancelled and returned; nothing untrue is stored."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from platform_db.database import Statement
from platform_db.domain.invoices.codes import InvoiceStatus, InvoiceTypeCode
from platform_db.domain.invoices.returns import InvoiceReturn
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.users import NewUser
from platform_db.errors import (
    AlreadyExists,
    NotAllowed,
    NotFound,
    PlatformError,
    RuleViolation,
    StaleVersion,
    StillReferenced,
)
from platform_db.repositories.invoices import InvoiceFilter
from tests.invoice_examples import DAY, MANY_SIDED, SERIES, WITHHELD, draft, issue_document, line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.domain.invoices.parts import InvoiceWithholding
    from platform_db.repositories.work import Database, Work

YEAR = DAY.year
COUNT_LINES = Statement(sa.text("SELECT count(*) FROM invoice_lines"))


async def register(database: Database, name: str) -> int:
    async with database.unit_of_work() as work:
        return (await work.users.register(NewUser(email=f"{name}@ornek-imalat.com.tr"))).id


@pytest_asyncio.fixture(loop_scope="session")
async def user(database: Database) -> int:
    """A user, and the open series of the examples' year."""
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=YEAR))
    return await register(database, "muhasebe")


async def issued(work: Work, user: int, document: dict[str, object] | None = None) -> Invoice:
    return await work.invoices.issue(await work.invoices.draft(draft(user, document)), SERIES)


@asynccontextmanager
async def refusing(work: Work, rule: str) -> AsyncGenerator[None]:
    """The block is refused under this rule, and undone."""
    with pytest.raises(RuleViolation) as refusal:
        async with work.savepoint():
            yield
    assert refusal.value.rule == rule


async def as_owner(url: str, statement: str) -> None:
    """Run a statement past the library, as a migration would."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=sa.NullPool)
    async with engine.begin() as connection:
        await connection.execute(sa.text("SET ROLE platform_owner"))
        await connection.execute(sa.text(statement))
    await engine.dispose()


# -- drafting --------------------------------------------------------------------------


async def test_a_draft_reads_back_whole_and_equal(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user, MANY_SIDED))
    async with database.unit_of_work(as_user=user) as work:
        whole = await work.invoices.document(made.id)

    assert whole.invoice == made
    assert (made.status, made.number, made.user_id, made.customer_phone) == (
        InvoiceStatus.DRAFT,
        None,
        user,
        "+902122930000",
    )
    assert made.exchange_rate == Decimal("40.123456")
    assert made.meta == {"sepet": 41, "oran": 0.5}
    assert [item.line_number for item in whole.lines] == [1, 2, 3]
    assert (whole.lines[0].quantity, whole.lines[0].unit_price) == (Decimal("1.33333333"), Decimal("0.00000001"))
    tax = {"code": "0071", "rate": "7.5", "amount_cents": whole.lines[1].other_taxes_cents, "in_kdv_base": True}
    assert whole.lines[1].other_taxes == [tax]
    assert whole.lines[2].item_data == {"parti": "7"}
    assert sum(item.kdv_cents for item in whole.lines) == made.kdv_cents
    assert [(item.tax_code, item.rate) for item in whole.tax_subtotals] == [
        ("0015", Decimal(0)),
        ("0015", Decimal(10)),
        ("0015", Decimal(20)),
        ("0071", Decimal("7.5")),
    ]


async def test_many_drafts_are_stored_in_two_statements_in_their_order(database: Database, user: int) -> None:
    documents = [issue_document(note=f"Not {place}") for place in range(7)] + [WITHHELD, MANY_SIDED]

    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft_many([draft(user, document) for document in documents])
        one = await work.invoices.draft(draft(user, WITHHELD))
        bulk, single = await work.invoices.document(made[7].id), await work.invoices.document(one.id)

    assert [invoice.note for invoice in made[:7]] == [f"Not {place}" for place in range(7)]
    own = {"id", "invoice_id", "ettn", "created_at", "updated_at"}
    assert single.invoice.model_dump(exclude=own) == bulk.invoice.model_dump(exclude=own)
    assert [part.model_dump(exclude=own) for part in (*single.lines, *single.tax_subtotals, *single.withholdings)] == [
        part.model_dump(exclude=own) for part in (*bulk.lines, *bulk.tax_subtotals, *bulk.withholdings)
    ]


async def test_drafting_nothing_stores_nothing(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        assert await work.invoices.draft_many([]) == ()
        assert await work.invoices.count() == 0


async def test_what_a_draft_names_must_be_the_same_users(database: Database, user: int) -> None:
    with pytest.raises(StillReferenced) as refusal:
        async with database.unit_of_work(as_user=user) as work:
            await work.invoices.draft(draft(user, issue_document(license_id=99)))

    assert refusal.value.constraint == "fk_invoices_license_id_licenses"
    async with database.unit_of_work() as work:
        assert await work.invoices.count() == 0


async def test_a_draft_is_deleted_with_its_parts_and_an_issued_invoice_is_not(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        gone = await work.invoices.draft(draft(user))
        kept = await issued(work, user)
        await work.invoices.delete_draft(gone)

        async with refusing(work, "ck_invoices_issued_is_kept"):
            await work.invoices.delete_draft(kept)
        with pytest.raises(NotFound):
            await work.invoices.get(gone.id)
        with pytest.raises(NotFound):
            await work.invoices.delete_draft(gone)
        assert await work.fetch_value(COUNT_LINES) == 1


# -- issuing ---------------------------------------------------------------------------


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


# -- series ----------------------------------------------------------------------------


async def test_a_series_is_opened_once_and_ensured_often(database: Database) -> None:
    new = NewSeries(series="WEB", fiscal_year=2026, description="Mağaza")

    async def ensure(work: Work) -> int:
        return (await work.invoices.ensure_series(new)).id

    opened = await asyncio.gather(*(database.run(ensure) for _ in range(8)))

    assert len(set(opened)) == 1
    with pytest.raises(AlreadyExists):
        async with database.unit_of_work() as work:
            await work.invoices.open_series(new)
    with pytest.raises(NotFound):
        async with database.unit_of_work() as work:
            await work.invoices.series("WEB", 2027)


async def test_a_closed_series_gives_no_numbers(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        closed = await work.invoices.close_series(await work.invoices.series(SERIES, YEAR))

    assert not closed.is_active
    async with database.unit_of_work(as_user=user) as work, refusing(work, "ck_invoices_number_is_allocated"):
        await issued(work, user)


async def test_a_user_opens_no_series(database: Database, user: int) -> None:
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.invoices.open_series(NewSeries(series="WEB", fiscal_year=2026))


# -- afterwards ------------------------------------------------------------------------


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


async def test_a_return_is_issued_and_mirrors_its_original(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sold = await issued(work, user, WITHHELD)
        drafted = await work.invoices.draft_return(sold, InvoiceReturn(issue_date=DAY + timedelta(days=2)))
        with pytest.raises(AlreadyExists):
            await work.invoices.draft_return(sold, InvoiceReturn(issue_date=DAY))
        returned = await work.invoices.issue(drafted, SERIES)
        original, mirror = await work.invoices.document(sold.id), await work.invoices.document(returned.id)

    assert (returned.type_code, returned.return_of_invoice_id, returned.sequence) == (InvoiceTypeCode.IADE, sold.id, 2)
    assert returned.payable_cents == sold.payable_cents == 1980000
    assert [item.net_cents for item in mirror.lines] == [item.net_cents for item in original.lines]
    assert [item.amount_cents for item in mirror.withholdings] == [180000]


@pytest.mark.parametrize(
    "document",
    [
        issue_document(type="TEVKIFAT", lines=[line(unit_price="100", withholding_code="604")]),
        issue_document(type="IHRACKAYITLI", lines=[line(exemption_code="701"), line(unit_price="5")]),
        issue_document(tax_inclusive_prices=True, lines=[line(discount={"rate": "3"}, charge={"amount": "1"})]),
        issue_document(rounding="document", lines=[line(unit_price="0.333"), line(unit_price="0.333", kdv_rate="10")]),
        issue_document(
            allowances=[{"amount": "7.77"}],
            lines=[line(other_taxes=[{"code": "0071", "amount": "5"}]), line(kdv_rate="0", exemption_code="351")],
        ),
    ],
    ids=["below the limit", "export-registered", "inclusive", "per document", "other taxes"],
)
async def test_the_database_takes_the_return_of_every_kind_of_sale(
    database: Database, user: int, document: dict[str, object]
) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sold = await issued(work, user, document)
        drafted = await work.invoices.draft_return(sold, InvoiceReturn(issue_date=DAY))
        returned = await work.invoices.issue(drafted, SERIES)

    assert returned.payable_cents == sold.payable_cents


async def test_sixteen_who_return_one_invoice_draft_one_return(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sold = await issued(work, user)

    async def give_back(work: Work) -> int:
        return (await work.invoices.draft_return(sold, InvoiceReturn(issue_date=DAY))).id

    async def attempt() -> str:
        try:
            await database.run(give_back, as_user=user)
        except PlatformError as error:
            return type(error).__name__
        return "drafted"

    outcomes = await asyncio.gather(*(attempt() for _ in range(16)))

    assert sorted(outcomes) == ["AlreadyExists"] * 15 + ["drafted"]
    async with database.unit_of_work() as work:
        assert len(await work.invoices.returns_of(sold.id)) == 1


# -- reading ---------------------------------------------------------------------------


async def test_pages_hold_every_invoice_once_and_refuse_a_strange_cursor(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft_many([draft(user) for _ in range(5)])
        chosen = InvoiceFilter(user_id=user, statuses=frozenset({InvoiceStatus.DRAFT, InvoiceStatus.ISSUED}))
        seen: list[int] = []
        cursor: str | None = None
        while True:
            page = await work.invoices.page(chosen, after=cursor, limit=2)
            seen += [invoice.id for invoice in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        first = await work.invoices.page(chosen, limit=2)

        async with refusing(work, "page_cursor"):
            await work.invoices.page(after=first.next_cursor, limit=2)
        async with refusing(work, "page_limit"):
            await work.invoices.page(limit=0)

    assert seen == sorted((invoice.id for invoice in made), reverse=True)


async def test_lists_are_narrowed_counted_and_streamed(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user)
        withheld = await work.invoices.draft(draft(user, WITHHELD))
        drafts = InvoiceFilter(statuses=frozenset({InvoiceStatus.DRAFT}))
        of_july = InvoiceFilter(issued_from=DAY, issued_until=DAY)

        assert await work.invoices.count() == 2
        assert await work.invoices.count(drafts) == 1
        assert await work.invoices.count(of_july) == 2
        assert not await work.invoices.exists(InvoiceFilter(issued_from=DAY + timedelta(days=1)))
        assert await work.invoices.exists(InvoiceFilter(type_code=InvoiceTypeCode.TEVKIFAT))
        assert [invoice.id async for invoice in work.invoices.stream()] == [sale.id, withheld.id]
        assert await work.invoices.get_many([withheld.id, sale.id, -1]) == (sale, withheld)


async def test_a_user_sees_and_writes_only_their_own(database: Database, user: int) -> None:
    stranger = await register(database, "depo")
    async with database.unit_of_work(as_user=user) as work:
        own = await work.invoices.draft(draft(user))

    async with database.unit_of_work(as_user=stranger) as work:
        assert await work.invoices.count() == 0
        for attempt in (
            work.invoices.get(own.id),
            work.invoices.document(own.id),
            work.invoices.issue(own, SERIES),
            work.invoices.delete_draft(own),
        ):
            with pytest.raises(NotFound):
                await attempt
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=stranger) as work:
            await work.invoices.draft(draft(user))
    async with database.unit_of_work() as work:
        assert await work.invoices.get(own.id) == own


async def test_an_aggregate_survives_a_change_of_its_parts_columns(
    database: Database, user: int, database_url: str
) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user, WITHHELD))
        await work.invoices.document(made.id)
    await as_owner(database_url, "ALTER TABLE invoice_withholdings ALTER COLUMN percent TYPE bigint")

    async def whole(work: Work) -> tuple[InvoiceWithholding, ...]:
        return (await work.invoices.document(made.id)).withholdings

    assert [item.percent for item in await database.run(whole, as_user=user)] == [50]


# -- the log ---------------------------------------------------------------------------


async def test_every_operation_leaves_an_entry_without_a_party(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        final = await issued(work, user, MANY_SIDED)
        sent = await work.invoices.mark_sent(final)
        await work.invoices.cancel(sent, "Yanlış alıcı")
        gone = await work.invoices.draft(draft(user))
        await work.invoices.delete_draft(gone)
    async with database.unit_of_work() as work:
        entries = (await work.audit.history("invoices", final.id)).items
        deleted = (await work.audit.history("invoices", gone.id)).items

    assert [entry.event_type for entry in reversed(entries)] == [
        "invoice.drafted",
        "invoice.issued",
        "invoice.sent",
        "invoice.cancelled",
    ]
    assert entries[2].payload == {"before": {"status": "draft"}, "after": {"status": "issued", "number": final.number}}
    assert entries[0].payload["before"] == {"status": "sent", "cancelled_at": None, "cancellation_reason": None}
    assert deleted[0].event_type == "invoice.draft_deleted"
    assert {entry.user_id for entry in (*entries, *deleted)} == {user}
    told = " ".join(str(entry.payload) for entry in (*entries, *deleted))
    assert not any(name in told for name in ("Deneme", "11111111111", "0150015264", "2930000", "Teşekkür"))


async def test_an_amount_beyond_a_doubles_digits_stands_as_text_in_the_log(database: Database, user: int) -> None:
    document = issue_document(lines=[line(quantity="1", unit_price="99999999999999.99")])

    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user, document))
    async with database.unit_of_work() as work:
        entry = (await work.audit.history("invoices", made.id)).items[0]

    told = cast("dict[str, object]", entry.payload["after"])
    assert made.payable_cents == 11999999999999999
    assert (told["payable_cents"], told["kdv_cents"]) == ("11999999999999999", 2000000000000000)


async def test_what_is_rolled_back_leaves_no_entry(database: Database, user: int) -> None:
    made: list[Invoice] = []

    async def changes_its_mind(work: Work) -> None:
        made.append(await work.invoices.draft(draft(user)))
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(changes_its_mind, as_user=user)

    async with database.unit_of_work() as work:
        assert (await work.audit.history("invoices", made[0].id)).items == ()
