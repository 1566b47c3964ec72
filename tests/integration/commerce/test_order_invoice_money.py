"""The money of an order's invoice comes through the order: it is expected once, and charged once."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.money import Currency, from_cents, money
from platform_db.domain.order_transactions import NewOrderTransaction
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import RuleViolation
from tests.integration.commerce.test_order_invoices import TERMS, confirmed
from tests.invoice_examples import DAY, SERIES

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.domain.orders import Order
    from platform_db.repositories.work import Database, Work
    from tests.integration.commerce.shop import Shop

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def invoiced(work: Work, order: Order) -> Invoice:
    await work.invoices.ensure_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
    terms = TERMS.model_copy(update={"due_date": DAY})
    return await work.invoices.issue(await work.orders.draft_invoice(order, terms), SERIES)


async def collect(work: Work, shop: Shop, order: Order, reference: str, cents: int) -> None:
    new = NewOrderTransaction(
        transaction_reference=reference,
        gateway="iyzico",
        method=PaymentMethod.CREDIT_CARD,
        amount=from_cents(cents),
    )
    attempt = await work.order_transactions.start(order.id, new)
    charge = NewPayment(
        user_id=shop.buyer,
        amount=from_cents(cents),
        order_transaction_id=attempt.id,
        provider="iyzico",
        provider_ref=reference,
    )
    await work.payments.complete(await work.payments.record(charge), AT)


async def test_what_the_order_collected_is_not_expected_of_its_invoice(database: Database, shop: Shop) -> None:
    # given an invoiced order of which a part, then the rest is collected
    async with database.unit_of_work() as work:
        order = await confirmed(work, shop, ("freze", 1))
        sale = await invoiced(work, order)
        await collect(work, shop, order, "TX-1", 10_000)
        in_part = await work.invoices.account(shop.buyer, Currency.TRY, DAY, DAY)
        dunned = await work.invoices.unpaid()
        await collect(work, shop, order, "TX-2", sale.payable_cents - 10_000)
        # when it is drawn up again
        [whole] = await work.invoices.account(shop.buyer, Currency.TRY, DAY, DAY)
        none = await work.invoices.unpaid()
        late = await work.invoices.mark_overdue()
        stored = await work.invoices.get(sale.id)

    # then nothing is expected, and it is not late
    assert [line.open for line in in_part] == [money(sale.payable_cents - 10_000, Currency.TRY)]
    assert [each.id for each in dunned.items] == [sale.id]
    assert (whole.status, whole.open.amount, whole.paid) == (InvoiceStatus.ISSUED, 0, whole.payable)
    assert (none.items, late, stored.status) == ((), 0, InvoiceStatus.ISSUED)


async def test_the_invoice_of_an_order_is_not_charged(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        sale = await invoiced(work, await confirmed(work, shop, ("freze", 1)))
    new = NewPayment(user_id=shop.buyer, invoice_id=sale.id, amount=Decimal(1), provider="havale", provider_ref="EFT-1")

    for identity in (None, shop.buyer):
        async with database.unit_of_work(as_user=identity) as work:
            with pytest.raises(RuleViolation) as refusal:
                await work.payments.record(new)
            assert await work.payments.count() == 0
        assert (refusal.value.rule, refusal.value.fields) == (
            "ck_payments_order_invoice_paid_by_order",
            ("invoice_id",),
        )
