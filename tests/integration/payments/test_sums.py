"""Parts are paid and refunded up to the whole, and not above: by the library, and past it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.payments import PaymentStatus
from platform_db.errors import RuleViolation, StaleVersion
from tests.integration.payments.scene import AT, TARGETS, TOO_MUCH, Shop, Target, paid, sums
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

COMPLETE = "UPDATE payments SET status = 'completed', paid_at = now() WHERE id = $1"
of_either = pytest.mark.parametrize("target", TARGETS)


@of_either
async def test_parts_are_paid_and_go_back_in_parts(database: Database, worker: Raw, shop: Shop, target: Target) -> None:
    # given two charges that together are the whole
    async with database.unit_of_work() as work:
        first = await paid(work, shop.charge("9000.01", "r-1", target))
        second = await paid(work, shop.charge("14999.99", "r-2", target))
    assert await sums(worker, shop, target) == (2_400_000, 0)

    # when parts of both go back
    async with database.unit_of_work() as work:
        for charge, amount, ref in ((first, "9000", "i-1"), (second, "0.01", "i-2"), (first, "0.01", "i-3")):
            fresh = await work.payments.get(charge.id)
            await work.payments.complete(await work.payments.refund(fresh, amount, "Eksik teslim", ref), AT)
        states = [(await work.payments.get(it.id)).status for it in (first, second)]

    # then each charge and the target tell what went back, and there is room for as much again
    assert states == [PaymentStatus.REFUNDED, PaymentStatus.PARTIAL_REFUND]
    assert await sums(worker, shop, target) == (2_400_000, 900_002)
    async with database.unit_of_work() as work:
        await paid(work, shop.charge("9000.02", "r-3", target))
    assert await sums(worker, shop, target) == (3_300_002, 900_002)


@of_either
async def test_a_part_too_much_is_refused_before_anything_is_written(
    database: Database, worker: Raw, shop: Shop, target: Target
) -> None:
    async with database.unit_of_work() as work:
        await paid(work, shop.charge("24000", "r-1", target))
        second = await work.payments.record(shop.charge("0.01", "r-2", target))
        # when the library is asked, then it refuses without a savepoint, and the unit goes on
        with pytest.raises(RuleViolation) as refused:
            await work.payments.complete(second, AT)
        assert (await work.payments.get(second.id)) == second

    assert refused.value.rule == TOO_MUCH[target]
    assert await sums(worker, shop, target) == (2_400_000, 0)


@of_either
async def test_a_part_too_much_is_refused_past_the_library(
    database: Database, worker: Raw, shop: Shop, target: Target
) -> None:
    async with database.unit_of_work() as work:
        await paid(work, shop.charge("24000", "r-1", target))
        second = await work.payments.record(shop.charge("0.01", "r-2", target))

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await worker.execute(COMPLETE, second.id)

    assert refusal(refused.value)[0] == TOO_MUCH[target]
    assert await sums(worker, shop, target) == (2_400_000, 0)


@of_either
async def test_more_than_the_charge_does_not_go_back(
    database: Database, worker: Raw, shop: Shop, target: Target
) -> None:
    # given two open refunds that are too much together
    async with database.unit_of_work() as work:
        charge = await paid(work, shop.charge("100", "r-1", target))
        one, two = [await work.payments.refund(charge, "60", "İptal", ref) for ref in ("i-1", "i-2")]
        await work.payments.complete(one, AT)
        # when the library is asked, then it refuses and the unit goes on
        with pytest.raises(RuleViolation) as refused:
            await work.payments.complete(two, AT)
        assert (await work.payments.get(two.id)) == two
    assert refused.value.rule == "ck_payments_refunds_within_charge"

    # and when the library is bypassed, the database refuses under the same name
    with pytest.raises(asyncpg.CheckViolationError) as past:
        await worker.execute(COMPLETE, two.id)
    assert refusal(past.value)[0] == "ck_payments_refunds_within_charge"
    assert await sums(worker, shop, target) == (10_000, 6_000)


@of_either
async def test_who_completes_what_somebody_completed_is_told_of_that(
    database: Database, worker: Raw, shop: Shop, target: Target
) -> None:
    # given a charge of the whole, completed since it was read
    async with database.unit_of_work() as work:
        charge = await work.payments.record(shop.charge("24000", "r-1", target))
        await work.payments.complete(charge, AT)

    # then it is not told that there is no room: the room is its own
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.payments.complete(charge, AT)
    assert await sums(worker, shop, target) == (2_400_000, 0)


@of_either
async def test_money_does_not_move_on_a_day_to_come(
    database: Database, worker: Raw, shop: Shop, target: Target
) -> None:
    # given a charge that is to come, and the first moment of tomorrow in Istanbul
    async with database.unit_of_work() as work:
        charge = await work.payments.record(shop.charge("1", "r-1", target))
    midnight = "date_trunc('day', now() AT TIME ZONE 'Europe/Istanbul') + interval '1 day'"
    tomorrow = await worker.fetchval(f"SELECT ({midnight}) AT TIME ZONE 'Europe/Istanbul'")
    ahead = "UPDATE payments SET status = 'completed', paid_at = $2 WHERE id = $1"

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.payments.complete(charge, tomorrow)
    with pytest.raises(asyncpg.CheckViolationError) as raised:
        await worker.execute(ahead, charge.id, tomorrow)

    assert (refused.value.rule, refused.value.fields) == ("ck_payments_paid_at_not_in_future", ("paid_at",))
    assert refusal(raised.value) == ("ck_payments_paid_at_not_in_future", "payments", "paid_at")
    # what a provider's clock is ahead by within the day is no lie
    await worker.execute(ahead, charge.id, tomorrow - timedelta(microseconds=1))
