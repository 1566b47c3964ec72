"""Sixteen who send one keyed request at once: one does it, and every other gets that one's answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_db.domain.idempotency_keys import (
    Answer,
    InProgress,
    KeyedRequest,
    Replayed,
    Started,
    body_hash,
)
from platform_db.domain.security_events import NewSecurityEvent, SecurityEventType, SecuritySeverity
from tests.concurrency.crowd import SIZE
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.domain.idempotency_keys import IdempotencyKey
    from tests.concurrency.crowd import Crowd

OLDER = "UPDATE idempotency_keys SET created_at = created_at - interval '2 days'"
STUCK = "UPDATE idempotency_keys SET locked_until = now() - interval '1 second'"
EXPIRED = (
    "UPDATE idempotency_keys SET expires_at = now() - interval '1 second', "
    "locked_until = CASE WHEN locked_until IS NOT NULL THEN now() - interval '1 second' END"
)
EFFECT = NewSecurityEvent(type=SecurityEventType.ACCESS_DENIED, severity=SecuritySeverity.LOW)
"""What the request does, once."""


@pytest_asyncio.fixture(loop_scope="session")
async def worker(crowd: Crowd) -> AsyncGenerator[Raw]:
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    yield connection
    await connection.close()


@pytest.fixture(params=["a user", "nobody"])
def request_of(request: pytest.FixtureRequest, crowd: Crowd) -> KeyedRequest:
    user = crowd.users[0] if request.param == "a user" else None
    return KeyedRequest(user_id=user, endpoint="POST /invoices", key="8c1c2f0e", request_hash=body_hash(b"{}"))


async def begin(crowd: Crowd, request: KeyedRequest) -> Started | InProgress | Replayed:
    async with crowd.database.unit_of_work(as_user=request.user_id) as work:
        return await work.idempotency_keys.begin(request)


async def begin_at_once(crowd: Crowd, request: KeyedRequest) -> list[Started | InProgress | Replayed]:
    together = asyncio.Barrier(SIZE)

    async def one(_: int) -> Started | InProgress | Replayed:
        async with crowd.database.unit_of_work(as_user=request.user_id) as work:
            await work.idempotency_keys.find("POST /orders", "none")
            await together.wait()
            return await work.idempotency_keys.begin(request)

    outcomes = await crowd.at_once(one)
    found = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert found == outcomes
    return found


def fail_unless(last: bool) -> None:  # noqa: FBT001 - a condition
    if not last:
        raise LookupError


def the_one_started(outcomes: list[Started | InProgress | Replayed]) -> IdempotencyKey:
    """The key of the one who started, when the others were told to wait for this very one."""
    (started,) = [outcome for outcome in outcomes if isinstance(outcome, Started)]
    assert started.key.locked_until is not None
    waiting = InProgress(started.key.locked_until)
    assert [outcome for outcome in outcomes if outcome != started] == [waiting] * (SIZE - 1)
    return started.key


@pytest.mark.parametrize("before", ["nothing", "stuck", "expired", "expired answer", "swept"])
async def test_one_of_sixteen_begins(crowd: Crowd, worker: Raw, request_of: KeyedRequest, before: str) -> None:
    # given a key that is new, or that may be used anew
    if before != "nothing":
        first = await begin(crowd, request_of)
        assert isinstance(first, Started)
        if before == "expired answer":
            async with crowd.database.unit_of_work() as work:
                await work.idempotency_keys.complete(first.key, Answer(response_status=200))
        await worker.execute(OLDER)
        await worker.execute(STUCK if before == "stuck" else EXPIRED)
        if before == "swept":
            async with crowd.database.unit_of_work() as work:
                assert await work.idempotency_keys.delete_expired() == 1

    # when sixteen begin, all with a transaction that is older than the first of them
    key = the_one_started(await begin_at_once(crowd, request_of))

    # then one row says who holds it
    rows = await worker.fetch("SELECT id, status::text, locked_until FROM idempotency_keys")
    assert [row[:] for row in rows] == [(key.id, "in_progress", key.locked_until)]


async def test_sixteen_who_do_it_in_their_own_unit_do_it_once(
    crowd: Crowd, worker: Raw, request_of: KeyedRequest
) -> None:
    # given a request whose effect and answer are stored in one unit of work
    async def do(member: int) -> tuple[bool, Answer]:
        async with crowd.database.unit_of_work(as_user=request_of.user_id) as work:
            outcome = await work.idempotency_keys.begin(request_of)
            match outcome:
                case Started(key):
                    await work.security_events.record(EFFECT.model_copy(update={"user_id": request_of.user_id}))
                    answer = Answer(response_status=201, response_body=f"{member}".encode())
                    await work.idempotency_keys.complete(key, answer)
                    return True, answer
                case Replayed(answer):
                    return False, answer
                case InProgress():
                    pytest.fail("whoever comes second waits for the end of the first unit")

    # when sixteen do it
    outcomes = [outcome for outcome in await crowd.at_once(do) if isinstance(outcome, tuple)]

    # then one did it, and all have that one's answer
    assert (len(outcomes), sum(did for did, _ in outcomes)) == (SIZE, 1)
    assert len({answer.response_body for _, answer in outcomes}) == 1
    assert await worker.fetchval("SELECT count(*) FROM security_events") == 1


async def test_a_unit_that_fails_leaves_the_request_to_the_next(
    crowd: Crowd, worker: Raw, request_of: KeyedRequest
) -> None:
    # given sixteen, of whom every one but the last to begin fails after it began
    begun: list[int] = []

    async def do(member: int) -> str:
        try:
            async with crowd.database.unit_of_work(as_user=request_of.user_id) as work:
                outcome = await work.idempotency_keys.begin(request_of)
                assert isinstance(outcome, Started)
                begun.append(member)
                fail_unless(len(begun) == SIZE)
                await work.idempotency_keys.complete(outcome.key, Answer(response_status=201))
        except LookupError:
            return "failed"
        return "done"

    outcomes = await crowd.at_once(do)

    # then each had its turn, one after the other
    assert sorted(map(str, outcomes)) == ["done", *["failed"] * (SIZE - 1)]
    assert await worker.fetchval("SELECT array_agg(status::text) FROM idempotency_keys") == ["completed"]


async def test_one_answer_stays_however_many_complete(crowd: Crowd, worker: Raw, request_of: KeyedRequest) -> None:
    # given one holder in sixteen processes
    first = await begin(crowd, request_of)
    assert isinstance(first, Started)

    async def complete(member: int) -> int:
        async with crowd.database.unit_of_work(as_user=request_of.user_id) as work:
            await work.idempotency_keys.complete(first.key, Answer(response_status=200 + member))
        return 200 + member

    outcomes = await crowd.at_once(complete)

    # then one of them was in time, and the others were told
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["StaleVersion"] * (SIZE - 1) + ["int"]
    stored = await worker.fetchval("SELECT response_status FROM idempotency_keys")
    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == [stored]


async def test_takers_over_and_the_late_holder_leave_one_answer(
    crowd: Crowd, worker: Raw, request_of: KeyedRequest
) -> None:
    # given a holder whose lease has ended
    late = await begin(crowd, request_of)
    assert isinstance(late, Started)
    await worker.execute(STUCK)

    async def act(member: int) -> int:
        async with crowd.database.unit_of_work(as_user=request_of.user_id) as work:
            if member == 0:
                await work.idempotency_keys.complete(late.key, Answer(response_status=500))
                return 500
            outcome = await work.idempotency_keys.begin(request_of)
        match outcome:
            case Started(key):
                async with crowd.database.unit_of_work(as_user=request_of.user_id) as work:
                    await work.idempotency_keys.complete(key, Answer(response_status=201))
                return 201
            case Replayed(answer):
                return answer.response_status
            case InProgress():
                return 409

    # when it comes back while fifteen take the request up
    outcomes = await crowd.at_once(act)

    # then the one answer that is stored is the only one that anybody was told
    stored = await worker.fetchval("SELECT response_status FROM idempotency_keys")
    assert {outcome for outcome in outcomes if isinstance(outcome, int)} - {409} == {stored}
    assert stored == 201 if outcomes[0] != 500 else stored == 500
