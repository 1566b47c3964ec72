"""A keyed request is begun by one, completed once, taken up when stuck or expired, and given again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.idempotency_keys import (
    Answer,
    IdempotencyKey,
    IdempotencyPolicy,
    IdempotencyStatus,
    InProgress,
    KeyedRequest,
    Replayed,
    Started,
    body_hash,
)
from platform_db.errors import IdempotencyMismatch, NotAllowed, NotFound, RuleViolation, StaleVersion, StillReferenced
from tests.integration.clock import ago
from tests.integration.stored import new_user
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

ANSWER = Answer(response_status=201, response_headers={"etag": '"7"'}, response_body='{"no": "ş"}'.encode())
EMPTY = Answer(response_status=204)
PASSED = "UPDATE idempotency_keys SET locked_until = now() - interval '1 second'"
EXPIRED = (
    "UPDATE idempotency_keys SET expires_at = now() - interval '1 second', "
    "locked_until = CASE WHEN locked_until IS NOT NULL THEN now() - interval '1 second' END"
)
"""Time that went by: the key is older than it was."""


def asked(user: int | None, body: bytes = b"{}", **more: Any) -> KeyedRequest:  # noqa: ANN401 - fields
    given = {"user_id": user, "endpoint": "POST /invoices", "key": "8c1c2f0e", "request_hash": body_hash(body)}
    return KeyedRequest.parse({**given, **more})


async def begun(database: Database, request: KeyedRequest) -> Started | InProgress | Replayed:
    async with database.unit_of_work(as_user=request.user_id) as work:
        return await work.idempotency_keys.begin(request)


async def started(database: Database, request: KeyedRequest) -> IdempotencyKey:
    outcome = await begun(database, request)
    assert isinstance(outcome, Started)
    return outcome.key


async def completed(database: Database, key: IdempotencyKey, answer: Answer = ANSWER) -> IdempotencyKey:
    async with database.unit_of_work(as_user=key.user_id) as work:
        return await work.idempotency_keys.complete(key, answer)


async def later(worker: Raw, statement: str) -> None:
    """Let time go by; created_at goes back too, so that the row's rules hold."""
    await worker.execute("UPDATE idempotency_keys SET created_at = created_at - interval '2 days'")
    await worker.execute(statement)


@pytest.fixture(params=["a user", "nobody"])
def signed_in(request: pytest.FixtureRequest) -> bool:
    return request.param == "a user"


async def owner(worker: Raw, *, signed_in: bool) -> int | None:
    return await new_user(worker, "ayse") if signed_in else None


async def test_a_request_is_done_once_and_its_answer_given_again(
    database: Database, worker: Raw, *, signed_in: bool
) -> None:
    # given a request of a user, or of nobody
    request = asked(await owner(worker, signed_in=signed_in))
    # when it begins
    key = await started(database, request)
    assert (key.status, key.user_id, key.request_hash) == ("in_progress", request.user_id, body_hash(b"{}"))
    assert key.locked_until is not None
    assert (key.locked_until - key.created_at, key.expires_at - key.created_at) == (
        timedelta(minutes=1),
        timedelta(days=1),
    )
    # then who asks again waits
    assert await begun(database, request) == InProgress(key.locked_until)
    # and once it is completed, gets the answer, byte for byte
    done = await completed(database, key)
    assert (done.status, done.locked_until, done.id) == (IdempotencyStatus.COMPLETED, None, key.id)
    for _ in range(2):
        assert await begun(database, request) == Replayed(ANSWER)
    # and no key is an entry of the log
    assert await worker.fetchval("SELECT count(*) FROM audit_logs") == 0


async def test_an_answer_may_be_empty(database: Database) -> None:
    request = asked(None)
    await completed(database, await started(database, request), EMPTY)
    assert await begun(database, request) == Replayed(EMPTY)


async def test_a_key_counts_within_its_user_and_endpoint(database: Database, worker: Raw) -> None:
    users = [await new_user(worker, "ayse"), await new_user(worker, "mehmet"), None]
    keys = [await started(database, asked(user)) for user in users]
    keys += [await started(database, asked(users[0], endpoint="POST /orders"))]
    keys += [await started(database, asked(users[0], key="8c1c2f0f"))]
    assert len({key.id for key in keys}) == 5


@pytest.mark.parametrize("answered", [False, True])
async def test_another_request_under_the_key_is_a_mismatch(database: Database, worker: Raw, *, answered: bool) -> None:
    key = await started(database, asked(None))
    if answered:
        await completed(database, key)
    else:
        # also where the first one is stuck
        await worker.execute(PASSED)
    before = await worker.fetchval("SELECT t::text FROM idempotency_keys t")
    with pytest.raises(IdempotencyMismatch) as refused:
        await begun(database, asked(None, b'{"another": true}'))
    assert refused.value.fields == ("request_hash",)
    assert await worker.fetchval("SELECT t::text FROM idempotency_keys t") == before


async def test_a_policy_says_how_long(database: Database) -> None:
    policy = IdempotencyPolicy(lease=timedelta(seconds=5), lifetime=timedelta(minutes=5))
    async with database.unit_of_work() as work:
        outcome = await work.idempotency_keys.begin(asked(None), policy)
    assert isinstance(outcome, Started)
    assert outcome.key.locked_until == outcome.key.created_at + timedelta(seconds=5)
    assert outcome.key.expires_at == outcome.key.created_at + timedelta(minutes=5)


async def test_request_and_effects_are_stored_together_or_not_at_all(database: Database, worker: Raw) -> None:
    async def fail(work: Work) -> None:
        outcome = await work.idempotency_keys.begin(asked(None))
        assert isinstance(outcome, Started)
        await work.idempotency_keys.complete(outcome.key, ANSWER)
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(fail)
    assert await worker.fetchval("SELECT count(*) FROM idempotency_keys") == 0
    assert isinstance(await begun(database, asked(None)), Started)


# -- who holds a request ---------------------------------------------------------------


async def test_a_stuck_request_is_taken_up_and_its_first_holder_comes_too_late(
    database: Database, worker: Raw, *, signed_in: bool
) -> None:
    # given a request whose lease ended without an answer
    request = asked(await owner(worker, signed_in=signed_in))
    first = await started(database, request)
    await worker.execute(PASSED)
    # when another takes it up
    second = await started(database, request)
    # then the first one is refused, and the second one's answer stays
    assert second.id == first.id
    with pytest.raises(StaleVersion) as refused:
        await completed(database, first, EMPTY)
    assert refused.value.fields == ("locked_until",)
    await completed(database, second)
    with pytest.raises(StaleVersion):
        await completed(database, first, EMPTY)
    assert await begun(database, request) == Replayed(ANSWER)


async def test_a_holder_whose_lease_ended_may_complete_what_nobody_took_up(database: Database, worker: Raw) -> None:
    policy = IdempotencyPolicy(lease=timedelta(microseconds=1))
    async with database.unit_of_work() as work:
        outcome = await work.idempotency_keys.begin(asked(None), policy)
    assert isinstance(outcome, Started)
    await completed(database, outcome.key)
    assert await worker.fetchval("SELECT status::text FROM idempotency_keys") == "completed"


async def test_a_request_is_completed_once(database: Database) -> None:
    key = await started(database, asked(None))
    done = await completed(database, key)
    with pytest.raises(StaleVersion):
        await completed(database, key, EMPTY)
    with pytest.raises(RuleViolation) as refused:
        await completed(database, done, EMPTY)
    assert refused.value.rule == "ck_idempotency_keys_answer_is_final"
    assert await begun(database, asked(None)) == Replayed(ANSWER)


async def test_a_released_request_begins_again_at_once(database: Database, worker: Raw, *, signed_in: bool) -> None:
    # given a request that failed
    request = asked(await owner(worker, signed_in=signed_in))
    first = await started(database, request)
    # when it is released, twice
    for _ in range(2):
        async with database.unit_of_work(as_user=request.user_id) as work:
            await work.idempotency_keys.release(first)
    # then it begins again, and the first holder has no part in it any more
    second = await started(database, request)
    async with database.unit_of_work(as_user=request.user_id) as work:
        await work.idempotency_keys.release(first)
    with pytest.raises(StaleVersion):
        await completed(database, first, EMPTY)
    assert await begun(database, request) == InProgress(second.locked_until or ago())
    # and another request under the key is none of its business
    with pytest.raises(IdempotencyMismatch):
        await begun(database, asked(request.user_id, b"[]"))


async def test_a_completed_request_is_not_released(database: Database) -> None:
    key = await started(database, asked(None))
    done = await completed(database, key)
    async with database.unit_of_work() as work:
        await work.idempotency_keys.release(key)
        await work.idempotency_keys.release(done)
    assert await begun(database, asked(None)) == Replayed(ANSWER)


@pytest.mark.parametrize("answered", [False, True])
async def test_an_expired_key_begins_anew_with_any_request(
    database: Database, worker: Raw, *, answered: bool, signed_in: bool
) -> None:
    # given a key that has expired, answered or not
    user = await owner(worker, signed_in=signed_in)
    first = await started(database, asked(user))
    if answered:
        await completed(database, first)
    await later(worker, EXPIRED)
    # when another request comes under it
    second = await started(database, asked(user, b"[]"))
    # then nothing of the first is left
    assert (second.id, second.request_hash, second.status) == (first.id, body_hash(b"[]"), "in_progress")
    assert (second.response_status, second.response_headers, second.response_body) == (None, None, None)
    with pytest.raises(StaleVersion):
        await completed(database, first, EMPTY)


async def test_a_holder_of_a_swept_key_finds_nothing(database: Database, worker: Raw) -> None:
    key = await started(database, asked(None))
    await worker.execute("DELETE FROM idempotency_keys")
    with pytest.raises(NotFound):
        await completed(database, key)


# -- both sides ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (
            (
                "status = 'in_progress', locked_until = now(), response_status = NULL, "
                "response_headers = NULL, response_body = NULL"
            ),
            "transition_allowed",
        ),
        ("response_status = 500", "answer_is_final"),
        ("response_headers = NULL", "answer_is_final"),
        ("response_body = ''", "answer_is_final"),
        ("request_hash = repeat('0', 64)", "answer_is_final"),
    ],
)
async def test_the_database_keeps_an_answer_until_it_expires(
    database: Database, worker: Raw, change: str, rule: str
) -> None:
    # given an answered request
    await completed(database, await started(database, asked(None)))
    # when it is changed past the library, then that is refused by name
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await worker.execute(f"UPDATE idempotency_keys SET {change}")  # noqa: S608 - a change above
    assert refusal(refused.value)[:2] == (f"ck_idempotency_keys_{rule}", "idempotency_keys")
    assert await begun(database, asked(None)) == Replayed(ANSWER)


async def test_a_user_begins_for_nobody_else(database: Database, worker: Raw) -> None:
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    theirs = await started(database, asked(other))
    for request in (asked(other), asked(None)):
        with pytest.raises(NotAllowed):
            async with database.unit_of_work(as_user=user) as work:
                await work.idempotency_keys.begin(request)
    async with database.unit_of_work(as_user=user) as work:
        await work.idempotency_keys.release(theirs)
    with pytest.raises(NotFound):
        async with database.unit_of_work(as_user=user) as work:
            await work.idempotency_keys.complete(theirs, EMPTY)
    assert await begun(database, asked(other)) == InProgress(theirs.locked_until or ago())
    assert await worker.fetchval("SELECT count(*) FROM idempotency_keys") == 1


async def test_a_request_of_no_user_known_is_refused(database: Database) -> None:
    with pytest.raises(StillReferenced):
        async with database.unit_of_work() as work:
            await work.idempotency_keys.begin(asked(4711))


# -- sweeping --------------------------------------------------------------------------


async def test_expired_keys_are_deleted_in_batches(database: Database, worker: Raw) -> None:
    # given two keys that expired, and one that has not
    for key in ("a", "b"):
        await started(database, asked(None, key=key))
    await later(worker, EXPIRED)
    await started(database, asked(None))

    async def sweep(work: Work) -> int:
        return await work.idempotency_keys.delete_expired(1)

    # when they are swept one by one, then one is left, and the log has an entry a batch
    assert [await database.run(sweep) for _ in range(3)] == [1, 1, 0]
    assert await worker.fetchval("SELECT array_agg(key) FROM idempotency_keys") == ["8c1c2f0e"]
    rows = await worker.fetch("SELECT action::text, event_type, entity_type, entity_id, payload::text FROM audit_logs")
    assert [row[:] for row in rows] == [
        ("delete", "idempotency_key.deleted", "idempotency_keys", None, '{"after": {"count": 1}}')
    ] * 2


async def test_a_user_deletes_no_key(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.idempotency_keys.delete_expired()
