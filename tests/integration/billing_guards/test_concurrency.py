"""Writers at once: numbers without gaps, parts and refunds without races."""

from __future__ import annotations

import asyncio
import random
from typing import cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.concurrency.crowd import somebody_waits
from tests.integration.billing_guards.rows import (
    Connection,
    Refusal,
    World,
    as_user,
    as_worker,
    connect,
    legal,
    new_series,
    new_user,
    refused,
    withheld,
)


async def _load(url: str, series: str, users: list[int], writer: int, rounds: int) -> list[str]:
    """One writer: drafts and issues, taking back three in ten."""
    kept: list[str] = []
    chance = random.Random(writer)  # noqa: S311 - no secret
    connection = await connect(url)
    try:
        for _ in range(rounds):
            transaction = connection.transaction()
            await transaction.start()
            await as_user(connection, users[writer])
            world = World(connection, users[writer], series)
            number = await world.issue(await world.store(withheld()))
            if chance.random() < 0.3:
                await transaction.rollback()
            else:
                await transaction.commit()
                kept.append(number)
    finally:
        await connection.close()
    return kept


async def _shared(url: str, users: int) -> tuple[str, list[int]]:
    connection = await connect(url)
    try:
        async with connection.transaction():
            await as_worker(connection)
            return await new_series(connection), [await new_user(connection) for _ in range(users)]
    finally:
        await connection.close()


async def test_sixteen_writers_with_rollbacks_leave_no_gap(url: str) -> None:
    # given one series and sixteen writers who take back three issues in ten
    series, users = await _shared(url, 16)
    # when they issue at once
    kept = sorted(
        number
        for numbers in await asyncio.gather(*(_load(url, series, users, it, 12) for it in range(16)))
        for number in numbers
    )
    # then the numbers are 1 … n
    assert kept == [f"{series}2026{number:09d}" for number in range(1, len(kept) + 1)]
    assert 96 <= len(kept) < 192


async def test_a_changed_line_and_an_issue_wait_for_each_other(url: str) -> None:
    # given a committed draft, and a transaction that has changed one of its lines
    series, (user,) = await _shared(url, 1)
    one, two = await connect(url), await connect(url)
    try:
        async with one.transaction():
            await as_worker(one)
            invoice = await World(one, user, series).store(legal())
        change = one.transaction()
        await change.start()
        await as_worker(one)
        await one.execute("UPDATE invoice_lines SET quantity = 3 WHERE invoice_id = $1 AND line_number = 1", invoice)

        # when another issues it meanwhile
        async def issue() -> None:
            async with two.transaction():
                await as_worker(two)
                await World(two, user, series).issue(invoice)

        waiting = asyncio.create_task(issue())
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await change.commit()
        # then it waits, and sees the changed line
        with refused("ck_invoice_lines_gross_is_product", "invoice_lines"):
            await waiting
    finally:
        await one.close()
        await two.close()


@pytest.mark.parametrize("change", ["UPDATE invoice_lines SET description = 'Başka'", "DELETE FROM invoice_lines"])
async def test_a_line_that_changes_behind_an_issue_is_refused(url: str, change: str) -> None:
    # given a committed draft, and a transaction that has issued it
    series, (user,) = await _shared(url, 1)
    one, two = await connect(url), await connect(url)
    try:
        async with one.transaction():
            await as_worker(one)
            invoice = await World(one, user, series).store(legal())
        issue = one.transaction()
        await issue.start()
        await as_worker(one)
        await World(one, user, series).issue(invoice)

        # when another, to whom it is a draft still, changes a line meanwhile
        async def late() -> None:
            async with two.transaction():
                await as_worker(two)
                await two.execute(f"{change} WHERE invoice_id = $1", invoice)

        waiting = asyncio.create_task(late())
        await somebody_waits(url)
        await issue.commit()
        # then it waits, and is told that the invoice is issued
        with refused("ck_invoice_lines_issued_is_immutable", "invoice_lines"):
            await waiting
    finally:
        await one.close()
        await two.close()


async def test_two_refunds_at_once_stay_within_their_charge(url: str) -> None:
    # given a charge of 10.00 and two refunds of 6.00 about to complete
    series, (user,) = await _shared(url, 1)
    one, two = await connect(url), await connect(url)
    try:
        async with one.transaction():
            await as_worker(one)
            world = World(one, user, series)
            invoice = await world.issued()
            charge = await world.pay(invoice, 1000)
            refunds = [await world.refund(charge, invoice, 600, status="pending", paid_at=None) for _ in range(2)]
        complete = "UPDATE payments SET status = 'completed', paid_at = now() WHERE id = $1"

        # when both complete at once
        async def finish(connection: Connection, refund: int) -> None:
            async with connection.transaction():
                await as_worker(connection)
                await connection.execute(complete, refund)
                await asyncio.sleep(0.1)

        outcomes = await asyncio.gather(finish(one, refunds[0]), finish(two, refunds[1]), return_exceptions=True)
        # then one of them is refused
        failures = [cast("Refusal", it) for it in outcomes if isinstance(it, asyncpg.PostgresError)]
        assert [it.constraint_name for it in failures] == ["ck_payments_refunds_within_charge"]
        async with one.transaction():
            await as_worker(one)
            row = await one.fetchrow("SELECT paid_cents, refunded_cents, status FROM invoices WHERE id = $1", invoice)
            assert tuple(row) == (1000, 600, "partial")
    finally:
        await one.close()
        await two.close()
