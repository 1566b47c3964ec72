"""Payment methods are found by buyer and token; a buyer sees only the own ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.errors import NotFound
from tests.integration.stored import new_user, store

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

HASHES = [digit * 64 for digit in "abc"]


async def test_the_default_comes_first_and_a_token_names_its_method(database: Database, worker: Raw) -> None:
    # Given a buyer with three ways to pay, the second the default, the third not offered; and one without any
    buyer, other = [await new_user(worker, name) for name in ("alici", "baska.alici")]
    states = [(False, True), (True, True), (False, False)]
    first, second, third = [
        await store(
            worker,
            "payment_methods",
            buyer_id=buyer,
            gateway_token_hash=token,
            is_default=is_default,
            is_active=is_active,
        )
        for token, (is_default, is_active) in zip(HASHES, states, strict=True)
    ]

    # When the buyer asks
    async with database.unit_of_work(as_user=buyer) as work:
        methods = await work.payment_methods.of_buyer(buyer)
        default = await work.payment_methods.default_of(buyer)
        by_token = await work.payment_methods.by_token_hash("iyzico", HASHES[2])
        with pytest.raises(NotFound):
            await work.payment_methods.by_token_hash("paytr", HASHES[2])

    # Then each is found
    assert [method.id for method in methods] == [second, first, third]
    assert (default, by_token) == (methods[0], methods[2])
    # And nobody else finds one
    async with database.unit_of_work(as_user=other) as work:
        assert await work.payment_methods.of_buyer(buyer) == ()
        for missing in (
            work.payment_methods.get(first),
            work.payment_methods.default_of(buyer),
            work.payment_methods.by_token_hash("iyzico", HASHES[0]),
        ):
            with pytest.raises(NotFound):
                await missing
    async with database.unit_of_work() as work:
        assert await work.payment_methods.get(first) == methods[1]
        with pytest.raises(NotFound):
            await work.payment_methods.default_of(other)
