"""Sixteen at once: one token is stored once, and a buyer has one default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_db.domain.payment_methods import NewPaymentMethod, PaymentMethod, StoredPaymentMethod
from platform_db.encryption import Keyring
from tests.concurrency.crowd import SIZE
from tests.raw import connect

if TYPE_CHECKING:
    from tests.concurrency.crowd import Crowd

KEYS = Keyring({"k1": bytes(32)})


def account(buyer: int, token: str) -> NewPaymentMethod:
    return NewPaymentMethod.parse(
        {"buyer_id": buyer, "method": PaymentMethod.IYZICO, "gateway": "iyzico", "gateway_token": token}
    )


async def test_one_token_is_stored_once(crowd: Crowd) -> None:
    # given one token of one buyer
    buyer = crowd.users[0]

    async def add(_: int) -> int:
        async with crowd.database.unit_of_work(as_user=buyer) as work:
            return (await work.payment_methods.add(account(buyer, "tok_1"), KEYS)).id

    # when sixteen store it, then all get the one row
    outcomes = await crowd.at_once(add)
    assert len(outcomes) == SIZE
    assert len(set(outcomes)) == 1
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    assert await connection.fetchval("SELECT count(*) FROM payment_methods") == 1
    assert await connection.fetchval("SELECT count(*) FROM audit_logs WHERE event_type = 'payment_method.added'") == 1
    await connection.close()


async def test_a_buyer_has_one_default(crowd: Crowd) -> None:
    # given sixteen methods of one buyer
    buyer = crowd.users[0]
    async with crowd.database.unit_of_work(as_user=buyer) as work:
        methods = [await work.payment_methods.add(account(buyer, f"tok_{place}"), KEYS) for place in range(SIZE)]

    async def choose(member: int) -> StoredPaymentMethod:
        async with crowd.database.unit_of_work(as_user=buyer) as work:
            return await work.payment_methods.make_default(methods[member])

    # when each is made the default at once
    outcomes = await crowd.at_once(choose)
    # then every one was for a while, none failed, and one is
    assert [type(outcome) for outcome in outcomes] == [StoredPaymentMethod] * SIZE
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    assert await connection.fetchval("SELECT count(*) FROM payment_methods WHERE is_default") == 1
    assert (
        await connection.fetchval("SELECT count(*) FROM audit_logs WHERE event_type = 'payment_method.made_default'")
        == SIZE
    )
    await connection.close()
