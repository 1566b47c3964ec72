"""A price falls after the sale: amounts come back, goods do not."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.invoices.codes import InvoiceType, InvoiceTypeCode
from platform_db.domain.invoices.partial_returns import CreditedLine, PartialReturn, PriceReduction, ReturnedLine
from platform_db.errors import RuleViolation
from tests.integration.invoices.scene import issued, refusing
from tests.invoice_examples import DAY, SERIES, issue_document, line

if TYPE_CHECKING:
    from platform_db.repositories.work import Database

SALE = issue_document(
    type="TEVKIFAT",
    lines=[
        line(quantity="4", unit_price="5000", withholding_code="604"),
        line(unit_price="10", other_taxes=[{"code": "0059", "rate": "2"}]),
    ],
)


def reduced(amount: str, *, line_number: int = 1) -> PriceReduction:
    lines = (CreditedLine(line_number=line_number, amount=Decimal(amount)),)
    return PriceReduction(issue_date=DAY, reason="Ciro primi", lines=lines)


async def test_a_reduction_lowers_kdv_and_withholding_and_gives_back_no_goods(database: Database, user: int) -> None:
    # given a sale of 4 × 5.000; when 1.000 is taken off its price
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, SALE)
        credit = await work.invoices.issue(await work.invoices.draft_price_reduction(sale, reduced("1000.00")), SERIES)
        part = (await work.invoices.document(credit.id)).lines[0]
        left = await work.invoices.returnable(sale.id)

    # then it is a return of an amount
    assert (credit.type, credit.type_code, credit.return_of_invoice_id) == (
        InvoiceType.CREDIT,
        InvoiceTypeCode.IADE,
        sale.id,
    )
    assert (credit.tax_exclusive_cents, credit.kdv_cents, credit.withheld_cents) == (100000, 20000, 10000)
    assert credit.payable_cents == 110000
    assert (part.description, part.quantity, part.unit_price) == ("Ciro primi: Yemek servisi", 1, 1000)
    assert (left[0].quantity, left[0].net_cents, left[0].kdv_cents, left[0].withheld_cents) == (
        4,
        1900000,
        380000,
        190000,
    )


async def test_goods_return_at_the_reduced_price_and_all_nets_to_zero(database: Database, user: int) -> None:
    # given a sale of which one of four came back, and then 1.000,01 off the price of the rest
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, SALE)
        one = PartialReturn(issue_date=DAY, lines=(ReturnedLine(line_number=1, quantity=Decimal(1)),))
        drafts = [await work.invoices.draft_partial_return(sale, one)]
        drafts.append(await work.invoices.draft_price_reduction(sale, reduced("1000.01")))
        # when another comes back, and then all the rest
        drafts.append(await work.invoices.draft_partial_return(sale, one))
        left = [each for each in await work.invoices.returnable(sale.id) if each.quantity]
        rest = tuple(ReturnedLine(line_number=each.line_number, quantity=each.quantity) for each in left)
        drafts.append(await work.invoices.draft_partial_return(sale, PartialReturn(issue_date=DAY, lines=rest)))
        backs = [await work.invoices.issue(drafted, SERIES) for drafted in drafts]

    # then it came back at a third of what was left, and everything cancels out
    assert [back.tax_exclusive_cents for back in backs] == [500000, 100001, 466666, 935333]
    assert sum(back.payable_cents for back in backs) == sale.payable_cents
    assert sum(back.withheld_cents for back in backs) == sale.withheld_cents


@pytest.mark.parametrize(
    ("terms", "rule", "field"),
    [
        (reduced("20000.01"), "ck_invoices_returned_within_sold", "lines.0.amount"),
        (reduced("0.00"), "credit_positive", "lines.0.amount"),
        (reduced("1.00", line_number=2), "credit_of_kdv_only", "lines.0.line_number"),
        (reduced("1.00", line_number=3), "line_exists", "lines.0.line_number"),
        (reduced("1.00").model_copy(update={"lines": ()}), "lines_given_once", "lines"),
    ],
)
async def test_a_reduction_is_refused_by_name_and_nothing_stored(
    database: Database, user: int, terms: PriceReduction, rule: str, field: str
) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, SALE)
        with pytest.raises(RuleViolation) as refusal:
            await work.invoices.draft_price_reduction(sale, terms)
        assert (refusal.value.rule, refusal.value.fields) == (rule, (field,))
        assert await work.invoices.returns_of(sale.id) == ()


async def test_reductions_count_towards_what_was_sold(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, SALE)
        await work.invoices.draft_price_reduction(sale, reduced("15000.00"))
        async with refusing(work, "ck_invoices_returned_within_sold"):
            await work.invoices.draft_price_reduction(sale, reduced("5000.01"))
        await work.invoices.draft_price_reduction(sale, reduced("5000.00"))


async def test_an_inclusive_price_is_reduced_by_an_amount_without_kdv(database: Database, user: int) -> None:
    inclusive = issue_document(tax_inclusive_prices=True, lines=[line(quantity="1", unit_price="120")])
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, inclusive)
        credit = await work.invoices.issue(await work.invoices.draft_price_reduction(sale, reduced("10.00")), SERIES)

    assert (credit.tax_exclusive_cents, credit.kdv_cents, credit.payable_cents) == (1000, 200, 1200)
    assert not credit.tax_inclusive_prices


async def test_a_reason_that_no_description_holds_is_told_at_its_line(database: Database, user: int) -> None:
    # given a sale whose description has the 500 characters that there are
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user, issue_document(lines=[line(description="Y" * 500)]))
        # when a reason is to stand before it, then the draft is refused before it is stored
        with pytest.raises(RuleViolation) as refused:
            await work.invoices.draft_price_reduction(sale, reduced("1.00"))
    assert refused.value.fields == ("lines.0.description",)
