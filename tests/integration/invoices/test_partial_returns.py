"""Some lines and quantities come back: priced as they were sold, never more, and in the end to zero."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.invoices.codes import InvoiceStatus, InvoiceTypeCode
from platform_db.domain.invoices.partial_returns import PartialReturn, ReturnedLine
from platform_db.domain.invoices.returns import InvoiceReturn
from platform_db.domain.invoices.series import NewSeries
from platform_db.errors import AlreadyExists, RuleViolation, StaleVersion
from tests.integration.invoices.scene import issued, refusing
from tests.invoice_examples import DAY, SERIES, draft, issue_document, line
from tests.raw import connect

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

THREE = issue_document(
    type="TEVKIFAT",
    lines=[
        line(quantity="3", unit_price="33333.33", withholding_code="604", discount={"rate": "7"}),
        line(quantity="1.5", unit="KGM", unit_price="0.37", kdv_rate="10"),
    ],
    allowances=[{"amount": "100.01"}],
)
INCLUSIVE = issue_document(
    tax_inclusive_prices=True, lines=[line(quantity="7", unit_price="9.99", charge={"amount": "1"})]
)
TAXED = issue_document(
    rounding="document",
    lines=[
        line(quantity="7", unit_price="0.33", other_taxes=[{"code": "0071", "rate": "7.5"}]),
        line(quantity="7", unit_price="0.33", other_taxes=[{"code": "9077", "amount": "0.05"}]),
    ],
)
EXPORTED = issue_document(type="IHRACKAYITLI", lines=[line(quantity="7", unit_price="0.33", exemption_code="701")])


def some(**quantities: str) -> PartialReturn:
    """Quantities by line: ``some(_1="2")``."""
    lines = tuple(
        ReturnedLine(line_number=int(name.removeprefix("_")), quantity=Decimal(quantity))
        for name, quantity in quantities.items()
    )
    return PartialReturn(issue_date=DAY, note="Kısmi iade", lines=lines)


async def returned(work: Work, sale: Invoice, terms: PartialReturn) -> Invoice:
    """Draft the return of the sale as it is now, and issue it."""
    drafted = await work.invoices.draft_partial_return(await work.invoices.get(sale.id), terms)
    return await work.invoices.issue(drafted, SERIES)


async def test_a_part_carries_its_share_and_names_its_line(database: Database, user: int) -> None:
    # given a sale of 3 × 33.333,33 less 7 % and a share of 100,01, of which half the KDV is withheld
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, THREE)
        # when one of three comes back
        drafted = await work.invoices.draft_partial_return(sale, some(_1="1"))
        back = await work.invoices.issue(drafted, SERIES)
        whole, part = await work.invoices.document(sale.id), await work.invoices.document(back.id)

    # then a third of the line does, discount and withholding with it
    assert (back.type_code, back.return_of_invoice_id, back.note) == (InvoiceTypeCode.IADE, sale.id, "Kısmi iade")
    assert len(part.lines) == 1
    sold, given = whole.lines[0], part.lines[0]
    net = sold.net_cents - sold.allowance_share_cents
    assert (given.line_number, given.quantity, given.unit_price) == (1, 1, Decimal("33333.33"))
    assert (given.gross_cents, given.net_cents, net) == (3333333, 3096666, 9289998)
    assert (given.discount_cents, given.discount_rate) == (236667, None)
    assert (given.kdv_cents, given.withheld_cents) == (619334, 309667)
    assert (sold.kdv_cents, sold.withheld_cents) == (1858000, 929000)
    assert back.payable_cents == 3096666 + 619334 - 309667
    assert [(row.code, row.base_cents, row.amount_cents) for row in part.withholdings] == [("604", 619334, 309667)]


@pytest.mark.parametrize(
    ("document", "parts"),
    [
        (THREE, [{"_1": "1"}, {"_2": "0.00000001"}, {"_1": "1"}, {"_1": "1", "_2": "1.49999999"}]),
        (INCLUSIVE, [{"_1": "1"}] * 7),
        (TAXED, [{"_1": "1", "_2": "2"}, {"_2": "3"}, *[{"_1": "1"}] * 5, {"_1": "1", "_2": "2"}]),
        (EXPORTED, [{"_1": "3"}, {"_1": "4"}]),
    ],
    ids=["withheld", "inclusive", "other taxes", "export-registered"],
)
async def test_everything_in_parts_is_issued_and_nets_to_zero(
    database: Database, user: int, document: dict[str, object], parts: list[dict[str, str]]
) -> None:
    # given a sale; when all of it comes back, part by part
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, document)
        backs = [await returned(work, sale, some(**part)) for part in parts]
        # then nothing is left, and what was to be paid cancels out
        left = await work.invoices.returnable(sale.id)

    assert {each.quantity for each in left} == {Decimal(0)}
    assert {each.net_cents for each in left} == {each.kdv_cents for each in left} == {0}
    assert sum(back.payable_cents for back in backs) == sale.payable_cents
    assert sum(back.withheld_cents for back in backs) == sale.withheld_cents
    assert sum(back.tax_exclusive_cents for back in backs) == sale.tax_exclusive_cents


async def test_the_whole_at_once_is_the_whole_return(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        one, other = await issued(work, user, THREE), await issued(work, user, THREE)
        part = await work.invoices.draft_partial_return(one, some(_1="3", _2="1.5"))
        whole = await work.invoices.draft_return(other, InvoiceReturn(issue_date=DAY, note="Kısmi iade"))
        documents = [await work.invoices.document(each.id) for each in (part, whole)]

    own = {"id", "invoice_id", "ettn", "created_at", "updated_at", "return_of_invoice_id"}
    assert documents[0].invoice.model_dump(exclude=own) == documents[1].invoice.model_dump(exclude=own)
    assert [each.model_dump(exclude=own) for each in documents[0].lines] == [
        each.model_dump(exclude=own) for each in documents[1].lines
    ]


async def test_more_than_is_left_is_refused_and_nothing_stored(database: Database, user: int) -> None:
    # given a sale of three, of which two are drafted to come back
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, THREE)
        first = await work.invoices.draft_partial_return(sale, some(_1="2"))
        # when more is asked for than the one that is left
        with pytest.raises(RuleViolation) as refusal:
            await work.invoices.draft_partial_return(sale, some(_2="1", _1="1.00000001"))
        assert (refusal.value.rule, refusal.value.fields) == ("ck_invoices_returned_within_sold", ("lines.1.quantity",))
        for terms, rule in (
            (some(_3="1"), "line_exists"),
            (PartialReturn(issue_date=DAY, lines=()), "lines_given_once"),
            (PartialReturn(issue_date=DAY, lines=some(_1="1").lines * 2), "lines_given_once"),
            (some(_1="1").model_copy(update={"issue_date": DAY - timedelta(days=1)}), "return_after_original"),
        ):
            async with refusing(work, rule):
                await work.invoices.draft_partial_return(sale, terms)
        with pytest.raises(AlreadyExists):
            await work.invoices.draft_return(sale, InvoiceReturn(issue_date=DAY))
        assert await work.invoices.returns_of(sale.id) == (first,)
        # then the draft deleted, or the return cancelled, there is room again
        await work.invoices.delete_draft(first)
        second = await returned(work, sale, some(_1="3"))
        await work.invoices.cancel(second, "Mükerrer")
        await returned(work, sale, some(_1="3"))
        assert [each.quantity for each in await work.invoices.returnable(sale.id)] == [0, Decimal("1.5")]


async def test_what_is_returned_was_issued_and_is_not_cancelled(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        drafted = await work.invoices.draft(draft(user, THREE))
        cancelled = await work.invoices.cancel(await issued(work, user, THREE), "Mükerrer")
        for invoice in (drafted, cancelled):
            async with refusing(work, "ck_invoices_return_has_reference"):
                await work.invoices.draft_partial_return(invoice, some(_1="1"))


async def test_the_issue_of_a_return_counts_as_a_change_of_the_sale(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, THREE)
        await returned(work, sale, some(_1="1"))
        with pytest.raises(StaleVersion):
            await work.invoices.draft_partial_return(sale, some(_1="1"))
        assert (await work.invoices.get(sale.id)).version == sale.version + 1


async def test_a_return_is_noted_without_a_party(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, THREE)
        back = await work.invoices.draft_partial_return(sale, some(_2="1.5"))
    async with database.unit_of_work() as work:
        entry = (await work.audit.history("invoices", back.id)).items[0]

    assert (entry.action, entry.event_type, entry.user_id) == ("create", "invoice.drafted", user)
    assert entry.payload["after"] == {
        "status": "draft",
        "profile": "TEMELFATURA",
        "type_code": "IADE",
        "currency": "TRY",
        "issue_date": DAY.isoformat(),
        "ettn": str(back.ettn),
        "return_of_invoice_id": sale.id,
        "tax_exclusive_cents": 56,
        "kdv_cents": 6,
        "withheld_cents": 0,
        "payable_cents": 62,
    }


# -- without the library ---------------------------------------------------------------

WITHIN_SOLD = "ck_invoices_returned_within_sold"


@pytest.mark.parametrize(
    "line_of_return",
    [
        line(quantity="4", unit_price="100"),
        line(quantity="1", unit_price="66000"),
        line(quantity="1", unit_price="50000", kdv_rate="18"),
    ],
    ids=["quantity", "amount", "nothing of it is left"],
)
async def test_the_database_refuses_to_issue_a_return_of_more_than_was_sold(
    database: Database, user: int, line_of_return: dict[str, object]
) -> None:
    # given a sale of 3 for about 93.000, two thirds of which came back
    plain = issue_document(lines=[line(quantity="3", unit_price="31000")])
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, plain)
        await returned(work, sale, some(_1="1.5"))
        # when a return that was written by hand gives back more
        by_hand = issue_document(type="IADE", return_of_invoice_id=sale.id, lines=[line_of_return])
        more = await work.invoices.draft(draft(user, by_hand))
        # then it stays a draft
        async with refusing(work, WITHIN_SOLD):
            await work.invoices.issue(more, SERIES)
        assert (await work.invoices.get(more.id)).status is InvoiceStatus.DRAFT
        assert (await work.invoices.series(SERIES, DAY.year)).last_sequence == 2


async def test_the_database_knows_no_line_that_was_not_sold(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, THREE)
        lines = [line(quantity="1", unit_price="1"), line(quantity="1", unit_price="0.1"), line(unit_price="0")]
        by_hand = issue_document(type="IADE", return_of_invoice_id=sale.id, lines=lines)
        async with refusing(work, WITHIN_SOLD):
            await work.invoices.issue(await work.invoices.draft(draft(user, by_hand)), SERIES)


async def test_of_two_snapshots_that_return_the_same_one_fails(
    database: Database, user: int, database_url: str
) -> None:
    # given a sale of one, and two returns of it written by hand, for two series
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series="WEB", fiscal_year=DAY.year))
        sale = await issued(work, user, issue_document(lines=[line(quantity="1")]))
        by_hand = issue_document(type="IADE", return_of_invoice_id=sale.id, lines=[line(quantity="1")])
        drafts = await work.invoices.draft_many([draft(user, by_hand), draft(user, by_hand)])
    first, second = await connect(database_url), await connect(database_url)
    try:
        # when both are issued in snapshots that do not see each other
        for connection in (first, second):
            await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SET ROLE platform_worker")
            assert await connection.fetchval("SELECT count(*) FROM invoices WHERE status = 'issued'") == 1
        await first.execute(ISSUE, drafts[0].id, SERIES)
        await first.execute("COMMIT")
        # then the second has to begin again
        with pytest.raises(Exception, match="concurrent update"):
            await second.execute(ISSUE, drafts[1].id, "WEB")
    finally:
        await first.close()
        await second.close()


ISSUE = "UPDATE invoices SET status = 'issued', series = $2, fiscal_year = 2025 WHERE id = $1"


async def test_what_was_returned_is_not_cancelled(database: Database, user: int, worker: Raw) -> None:
    # given a sale of which a part came back
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, THREE)
        back = await returned(work, sale, some(_1="1"))
        sale = await work.invoices.get(sale.id)
        # when it is cancelled, it is refused, until the return is cancelled itself
        async with refusing(work, WITHIN_SOLD):
            await work.invoices.cancel(sale, "Vazgeçildi")
        await work.invoices.cancel(back, "Mükerrer")
        cancelled = await work.invoices.cancel(sale, "Vazgeçildi")

    assert cancelled.status is InvoiceStatus.CANCELLED
    assert await worker.fetchval("SELECT count(*) FROM invoices WHERE status = 'cancelled'") == 2


async def test_the_ratio_of_the_sale_returns_when_another_is_in_force(database: Database, user: int) -> None:
    # given a sale of 2021-02-26 with code 603 at 5/10, which became 7/10 on 2021-03-01
    old = issue_document(
        type="TEVKIFAT",
        issue_date="2021-02-26",
        lines=[line(quantity="2", unit_price="5000", kdv_rate="18", withholding_code="603")],
    )
    async with database.unit_of_work() as work:
        await work.invoices.ensure_series(NewSeries(series=SERIES, fiscal_year=2021))
        sale = await issued(work, user, old)
        # when a part of it is returned afterwards
        terms = some(_1="1").model_copy(update={"issue_date": sale.issue_date + timedelta(days=10)})
        back = await returned(work, sale, terms)

    # then half of its KDV is withheld, as it was
    assert (sale.withheld_cents, back.withheld_cents, back.kdv_cents) == (90000, 45000, 90000)
