"""A provider's money of a period: in order for its statement, and in sum."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.money import Currency, money
from platform_db.domain.payments.inputs import Settlement
from platform_db.domain.payments.totals import ProviderTotals
from platform_db.errors import RuleViolation
from platform_db.repositories.payments import ProviderPeriod
from tests.integration.payments.scene import AT, PROVIDER, Shop
from tests.integration.stored import to_the_end

if TYPE_CHECKING:
    from moneyed import Money

    from platform_db.repositories.work import Database

DAY = ProviderPeriod(provider=PROVIDER, since=AT, until=AT + timedelta(days=1))


def lira(cents: int) -> Money:
    return money(cents, Currency.TRY)


async def moved(database: Database, shop: Shop) -> None:
    """A charge at the first instant, two of noon, a refund; another provider's, one too late, and one still open."""
    async with database.unit_of_work() as work:
        for amount, ref, minutes in (("100", "r-1", 0), ("200", "r-2", 60), ("300", "r-3", 60), ("5", "r-late", 1440)):
            new = await work.payments.record(shop.charge(amount, ref))
            fee = Settlement(fee=Decimal("1.25"))
            charge = await work.payments.complete(new, AT + timedelta(minutes=minutes), fee)
            if ref == "r-2":
                refund = await work.payments.refund(charge, "50.50", "Eksik", "i-1")
                await work.payments.complete(refund, AT + timedelta(minutes=90))
        other = await work.payments.record(shop.charge("7", "r-1", provider="paytr"))
        await work.payments.complete(other, AT)
        disputed = await work.payments.by_reference(PROVIDER, "r-3")
        await work.payments.dispute(disputed)
        await work.payments.record(shop.charge("9", "r-open"))


async def test_a_provider_s_money_comes_in_the_order_in_which_it_moved(database: Database, shop: Shop) -> None:
    await moved(database, shop)

    async with database.unit_of_work() as work:
        found = await to_the_end(lambda after: work.payments.of_provider(DAY, after=after, limit=1))
        first = await work.payments.of_provider(DAY, limit=1)
        other = ProviderPeriod(provider="paytr", since=DAY.since, until=DAY.until)
        with pytest.raises(RuleViolation):
            await work.payments.of_provider(other, after=first.next_cursor)

    assert [it.provider_ref for it in found] == ["r-1", "r-2", "r-3", "i-1"]


async def test_a_provider_s_money_is_summed_by_currency(database: Database, shop: Shop) -> None:
    await moved(database, shop)

    async with database.unit_of_work() as work:
        totals = await work.payments.provider_totals(DAY)
        before = ProviderPeriod(provider=PROVIDER, since=AT - timedelta(days=1), until=AT)
        none = await work.payments.provider_totals(before)

    assert totals == (
        ProviderTotals(
            currency=Currency.TRY,
            charges=3,
            charged=lira(60_000),
            refunds=1,
            refunded=lira(5_050),
            fees=lira(375),
        ),
    )
    assert totals[0].due == lira(54_575)
    assert none == ()


async def test_a_user_reconciles_the_own_payments_only(database: Database, shop: Shop) -> None:
    await moved(database, shop)
    async with database.unit_of_work(as_user=shop.user + 1) as work:
        assert await work.payments.provider_totals(DAY) == ()
        assert (await work.payments.of_provider(DAY)).items == ()
