"""A draft is replaced or edited as a whole, under its version; an issued invoice never."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.partial_returns import PartialReturn, ReturnedLine
from platform_db.errors import NotFound, RuleViolation, StaleVersion, StillReferenced
from tests.integration.invoices.scene import issued, refusing, register
from tests.invoice_examples import DAY, MANY_SIDED, SERIES, WITHHELD, draft, issue_document, line

if TYPE_CHECKING:
    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.repositories.work import Database
    from tests.raw import Raw

OWN = {"id", "invoice_id", "ettn", "created_at", "updated_at", "version"}


def told(document: InvoiceDocument) -> list[dict[str, object]]:
    """Everything that the document says, without keys and stamps."""
    parts = (document.invoice, *document.lines, *document.tax_subtotals, *document.withholdings)
    return [part.model_dump(exclude=OWN) for part in parts]


async def test_a_replaced_draft_is_the_new_document_under_its_old_keys(database: Database, user: int) -> None:
    # given a draft of many lines
    async with database.unit_of_work(as_user=user) as work:
        first = await work.invoices.draft(draft(user, MANY_SIDED))
        # when another document takes its place
        second = await work.invoices.replace(first, draft(user, WITHHELD))
        at_once = await work.invoices.draft(draft(user, WITHHELD))
        stored, expected = await work.invoices.document(first.id), await work.invoices.document(at_once.id)

    # then it is as if it had been drafted at once
    assert told(stored) == told(expected)
    assert stored.invoice == second
    assert (second.id, second.ettn, second.created_at, second.version) == (
        first.id,
        first.ettn,
        first.created_at,
        first.version + 1,
    )


async def test_an_old_copy_of_a_draft_is_not_read_as_its_document(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        read = await work.invoices.draft(draft(user, issue_document()))
        await work.invoices.add_line(read, line())
        with pytest.raises(StaleVersion):
            await work.invoices.as_draft(read)


async def test_lines_come_change_and_go(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user, issue_document(allowances=[{"amount": "0.01"}])))
        made = await work.invoices.add_line(made, line(unit_price="5", kdv_rate="10", item_data={"parti": "7"}))
        made = await work.invoices.change_line(made, 1, {"quantity": "3", "discount": {"amount": "0.05"}})
        made = await work.invoices.add_line(made, line(unit_price="1"))
        made = await work.invoices.remove_line(made, 3)
        final = [line(quantity="3", discount={"amount": "0.05"}), line(unit_price="5", kdv_rate="10")]
        final[1]["item_data"] = {"parti": "7"}
        same = await work.invoices.draft(draft(user, issue_document(lines=final, allowances=[{"amount": "0.01"}])))
        documents = [await work.invoices.document(each.id) for each in (made, same)]
        sold = await work.invoices.issue(made, SERIES)

    assert told(documents[0]) == told(documents[1])
    assert (sold.status, sold.payable_cents) == (InvoiceStatus.ISSUED, same.payable_cents)


async def test_a_draft_comes_back_as_it_was_given(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user, MANY_SIDED))
        again = await work.invoices.draft(await work.invoices.as_draft(made))
        documents = [await work.invoices.document(each.id) for each in (made, again)]

    assert told(documents[0]) == told(documents[1])


async def test_an_issued_invoice_is_not_edited(database: Database, user: int, worker: Raw) -> None:
    # given an issued invoice
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user))
        sold = await work.invoices.issue(made, SERIES)
        # when it is edited, then the library refuses
        for edit in (
            work.invoices.replace(sold, draft(user, WITHHELD)),
            work.invoices.add_line(sold, line()),
            work.invoices.change_line(sold, 1, {"quantity": "1"}),
            work.invoices.remove_line(sold, 1),
        ):
            with pytest.raises(RuleViolation) as refusal:
                await edit
            assert refusal.value.rule == "ck_invoices_issued_is_immutable"
        # and who still holds the draft is told to read again
        with pytest.raises(StaleVersion):
            await work.invoices.replace(made, draft(user, WITHHELD))
        whole = await work.invoices.document(sold.id)
    assert (whole.invoice, len(whole.lines)) == (sold, 1)
    # and the database does, past the library
    for statement, rule in (
        ("UPDATE invoices SET payable_cents = 1, payable_try_cents = 1", "ck_invoices_issued_is_immutable"),
        ("UPDATE invoice_lines SET quantity = 1", "ck_invoice_lines_issued_is_immutable"),
        ("DELETE FROM invoice_tax_subtotals", "ck_invoice_tax_subtotals_issued_is_immutable"),
    ):
        with pytest.raises(Exception, match=r".") as refused:
            await worker.execute(statement)
        assert getattr(refused.value, "constraint_name", None) == rule


async def test_an_edit_is_refused_by_name_and_changes_nothing(database: Database, user: int) -> None:
    stranger = await register(database, "depo")
    async with database.unit_of_work() as work:
        made = await work.invoices.draft(draft(user))
        before = await work.invoices.document(made.id)
        for edit, rule in (
            (lambda: work.invoices.replace(made, draft(stranger)), "draft_keeps_its_user"),
            (lambda: work.invoices.change_line(made, 1, {"kdv_rate": "17"}), "ck_invoice_lines_kdv_rate_in_force"),
            (lambda: work.invoices.change_line(made, 2, {"kdv_rate": "10"}), "line_exists"),
            (lambda: work.invoices.remove_line(made, 1), "ck_invoices_has_lines"),
        ):
            async with refusing(work, rule):
                await edit()
        with pytest.raises(StillReferenced):
            async with work.savepoint():
                await work.invoices.change_line(made, 1, {"product_id": 404})
        assert await work.invoices.document(made.id) == before
    async with database.unit_of_work(as_user=stranger) as work:
        for hidden in (work.invoices.replace(made, draft(user)), work.invoices.add_line(made, line())):
            with pytest.raises((NotFound, RuleViolation)):
                await hidden


async def test_a_return_s_draft_is_not_edited_line_by_line(database: Database, user: int) -> None:
    three = issue_document(lines=[line(quantity="3", unit_price="0.333")])
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, three)
        one = PartialReturn(issue_date=DAY, lines=(ReturnedLine(line_number=1, quantity=Decimal(1)),))
        await work.invoices.draft_partial_return(sale, one)
        share = await work.invoices.draft_partial_return(sale, one)
        async with refusing(work, "draft_recalculates"):
            await work.invoices.change_line(share, 1, {"quantity": "2"})


async def test_a_replacement_is_noted_with_what_it_changed(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user))
        await work.invoices.change_line(made, 1, {"quantity": "3"})
    async with database.unit_of_work() as work:
        entry = (await work.audit.history("invoices", made.id)).items[0]

    assert (entry.action, entry.event_type, entry.user_id) == ("update", "invoice.draft_replaced", user)
    assert entry.payload == {
        "before": {"tax_exclusive_cents": 2000000, "kdv_cents": 400000, "payable_cents": 2400000},
        "after": {"tax_exclusive_cents": 3000000, "kdv_cents": 600000, "payable_cents": 3600000},
    }
