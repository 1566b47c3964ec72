"""An idempotency key counts within its user and endpoint; expired ones are swept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from platform_db.errors import RuleViolation
from tests.integration.clock import ago
from tests.integration.stored import new_user, store

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

ENDPOINT, KEY = "POST /invoices", "8c1c2f0e"


async def sent(worker: Raw, user: int | None, **columns: Any) -> int:  # noqa: ANN401 - columns
    row = {"user_id": user, "endpoint": ENDPOINT, "key": KEY, "expires_at": ago(days=-1)}
    return await store(worker, "idempotency_keys", **row | columns)


async def expired(worker: Raw, user: int | None, days: int) -> int:
    """A key that expired so many days ago."""
    return await worker.fetchval(
        "INSERT INTO idempotency_keys (user_id, endpoint, key, request_hash, locked_until, created_at, expires_at) "
        "VALUES ($1, 'POST /orders', $2, repeat('0', 64), $3, $4, $5) RETURNING id",
        user,
        f"expired-{days}",
        ago(days=days),
        ago(days=9),
        ago(days=days),
    )


async def found(work: Work, endpoint: str, key: str, user: int | None = None) -> int | None:
    request = await work.idempotency_keys.find(endpoint, key, user)
    return None if request is None else request.id


async def test_a_key_is_found_in_its_own_space(database: Database, worker: Raw) -> None:
    # given one key of two users and of nobody, and of another endpoint
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    own, theirs, nobodys = [await sent(worker, who) for who in (user, other, None)]
    elsewhere = await sent(worker, user, endpoint="POST /orders")
    async with database.unit_of_work() as work:
        assert await found(work, ENDPOINT, KEY, user) == own
        assert await found(work, ENDPOINT, KEY, other) == theirs
        assert await found(work, ENDPOINT, KEY) == nobodys
        assert await found(work, "POST /orders", KEY, user) == elsewhere
        assert await found(work, ENDPOINT, "another", user) is None
    # a user finds only the own ones
    async with database.unit_of_work(as_user=user) as work:
        assert await found(work, ENDPOINT, KEY, user) == own
        assert await found(work, ENDPOINT, KEY, other) is None
        assert await found(work, ENDPOINT, KEY) is None


async def test_what_is_no_key_is_refused(database: Database) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refused:
            await work.idempotency_keys.find("", "k" * 256)
    assert {each.rule for each in refused.value.violations} == {
        "ck_idempotency_keys_endpoint_length",
        "ck_idempotency_keys_key_length",
    }


async def test_expired_keys_are_swept_longest_expired_first(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    later = await expired(worker, user, days=1)
    first = await expired(worker, None, days=2)
    await sent(worker, user)
    async with database.unit_of_work() as work:
        assert [each.id for each in await work.idempotency_keys.expired()] == [first, later]
        assert [each.id for each in await work.idempotency_keys.expired(1)] == [first]
    async with database.unit_of_work(as_user=user) as work:
        assert [each.id for each in await work.idempotency_keys.expired()] == [later]
