"""Parts at once, on an invoice and on an order transaction: no sum passes its bound, also past the library."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from platform_db.domain.payments import Payment, PaymentStatus
from platform_db.errors import PlatformError, RuleViolation, StaleVersion
from tests.concurrency.books import books_of
from tests.concurrency.crowd import SIZE, Crowd
from tests.integration.clock import ago
from tests.integration.payments.scene import AT, TARGETS, TOO_MUCH, Shop, Target, opened_for, paid, sums
from tests.integration.stored import store
from tests.invoice_examples import SERIES
from tests.raw import Raw, connect, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.repositories.work import Work

PATIENCE = 100
COMPLETE = "UPDATE payments SET status = 'completed', paid_at = now() WHERE id = $1"
of_either = pytest.mark.parametrize("target", TARGETS)


@pytest_asyncio.fixture(loop_scope="session")
async def worker(crowd: Crowd) -> AsyncGenerator[Raw]:
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def shop(crowd: Crowd, worker: Raw) -> Shop:
    return await opened_for(crowd.users[0], crowd.database, worker)


async def pending(crowd: Crowd, shop: Shop, target: Target, amount: str) -> list[Payment]:
    async with crowd.database.unit_of_work() as work:
        return [await work.payments.record(shop.charge(amount, f"r-{it}", target)) for it in range(SIZE)]


async def refunds(crowd: Crowd, shop: Shop, target: Target, amount: str) -> list[Payment]:
    """Open refunds of one charge of 20.000,00."""
    async with crowd.database.unit_of_work() as work:
        charge = await paid(work, shop.charge("20000", "r-0", target))
        return [await work.payments.refund(charge, amount, "İptal", f"i-{it}") for it in range(SIZE)]


async def completed(crowd: Crowd, payments: list[Payment]) -> list[str]:
    """Complete them at once through the library; the rules of those that were refused."""

    async def complete(member: int) -> Payment:
        return await crowd.database.run(lambda work: work.payments.complete(payments[member], AT), attempts=PATIENCE)

    return [it.rule for it in await crowd.at_once(complete) if isinstance(it, RuleViolation)]


async def completed_past_the_library(crowd: Crowd, payments: list[Payment]) -> list[str]:
    """The same by SQL of one's own."""

    async def complete(member: int) -> str:
        connection = await connect(crowd.url)
        try:
            await connection.execute("SET ROLE platform_worker")
            await connection.execute(COMPLETE, payments[member].id)
        except asyncpg.CheckViolationError as refused:
            return str(refusal(refused)[0])
        else:
            return ""
        finally:
            await connection.close()

    outcomes = await crowd.at_once(complete)
    assert not any(isinstance(it, PlatformError) for it in outcomes)
    return [it for it in outcomes if isinstance(it, str) and it]


BOTH_WAYS = pytest.mark.parametrize("way", [completed, completed_past_the_library])
Way = Callable[[Crowd, list[Payment]], Awaitable[list[str]]]


@of_either
@BOTH_WAYS
async def test_sixteen_parts_stay_within_what_is_to_be_paid(
    crowd: Crowd, worker: Raw, shop: Shop, target: Target, way: Way
) -> None:
    # given sixteen charges of 5.000,00 for 24.000,00, when they complete at once
    refused = await way(crowd, await pending(crowd, shop, target, "5000"))

    # then four came
    assert refused == [TOO_MUCH[target]] * 12
    assert await sums(worker, shop, target) == (2_000_000, 0)
    assert await worker.fetchval("SELECT count(*) FROM payments WHERE status = 'completed'") == 4
    assert (await books_of(crowd.url, SERIES)).unbalanced is None


@of_either
@BOTH_WAYS
async def test_sixteen_refunds_stay_within_their_charge(
    crowd: Crowd, worker: Raw, shop: Shop, target: Target, way: Way
) -> None:
    # given sixteen refunds of 3.000,00 of a charge of 20.000,00, when they complete at once
    refused = await way(crowd, await refunds(crowd, shop, target, "3000"))

    # then six went back
    assert refused == ["ck_payments_refunds_within_charge"] * 10
    assert await sums(worker, shop, target) == (2_000_000, 1_800_000)
    row = await worker.fetchrow("SELECT status::text, refunded_cents FROM payments WHERE kind = 'charge'")
    assert (row[0], row[1]) == ("partial_refund", 1_800_000)


@of_either
async def test_of_sixteen_ends_of_a_dispute_one_counts(crowd: Crowd, worker: Raw, shop: Shop, target: Target) -> None:
    # given a disputed charge
    async with crowd.database.unit_of_work() as work:
        disputed = await work.payments.dispute(await paid(work, shop.charge(target=target)))

    # when eight say that it is won, and eight that it is lost
    async def end(member: int) -> Payment:
        async def act(work: Work) -> Payment:
            if member % 2:
                return await work.payments.win_dispute(disputed)
            return await work.payments.lose_dispute(disputed, AT, "Ters ibraz", f"cb-{member}")

        return await crowd.database.run(act, attempts=PATIENCE)

    outcomes = await crowd.at_once(end)

    # then one is right, the others read again, and nothing of theirs is stored
    assert [type(it) for it in outcomes if not isinstance(it, Payment)] == [StaleVersion] * 15
    (won,) = (it for it in outcomes if isinstance(it, Payment))
    is_lost = won.refunds_payment_id is not None
    assert await worker.fetchval("SELECT count(*) FROM payments") == (2 if is_lost else 1)
    assert await sums(worker, shop, target) == (2_400_000, 2_400_000 if is_lost else 0)
    status = await worker.fetchval("SELECT status::text FROM payments WHERE kind = 'charge'")
    assert status == (PaymentStatus.REFUNDED if is_lost else PaymentStatus.COMPLETED)


async def test_sixteen_sweeps_cancel_each_charge_once(crowd: Crowd, worker: Raw, shop: Shop) -> None:
    # given forty charges that were left
    kept = {"user_id": shop.user, "invoice_id": shop.targets["invoice_id"], "order_transaction_id": None}
    plain = {"refunded_cents": 0, "fee_cents": 0, "paid_at": None, "status": "pending", "provider_payment_id": None}
    for number in range(40):
        left_at = ago(seconds=7200 - number)
        await store(worker, "payments", provider_ref=f"r-{number}", created_at=left_at, version=1, **kept, **plain)

    # when sixteen sweep them three at a time, until nothing is left
    async def sweep(_: int) -> list[int]:
        found: list[int] = []
        while batch := await crowd.database.run(lambda work: work.payments.cancel_abandoned(timedelta(hours=1), 3)):
            found += [it.id for it in batch]
        return found

    shares = await crowd.at_once(sweep)

    # then each was cancelled by one of them
    swept = sorted(it for share in shares if isinstance(share, list) for it in share)
    assert len(swept) == len(set(swept)) == 40
    assert await worker.fetchval("SELECT array_agg(DISTINCT ROW(status, version)::text) FROM payments") == [
        "(cancelled,2)"
    ]
