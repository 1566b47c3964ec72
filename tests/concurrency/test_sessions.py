"""Sixteen sign-ins, rotations, replays and sweeps at once: the limit holds, a token has one child, nothing is left."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from platform_db.database import TransactionOptions
from platform_db.domain.sessions import (
    NewSession,
    NextToken,
    Reused,
    Rotated,
    SessionPolicy,
    SessionRevocationReason,
    token_hash,
)
from platform_db.errors import RuleViolation
from platform_db.repositories.sessions.statements import PRESENTED
from tests.concurrency.crowd import SIZE, somebody_waits
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from platform_db.domain.sessions import Session
    from platform_db.repositories.work import Work
    from tests.concurrency.crowd import Crowd

CAP: Final = SessionPolicy(live_sessions=3)
LIVE: Final = "SELECT count(*) FROM sessions WHERE revoked_at IS NULL"
REASONS: Final = "SELECT revocation_reason::text, count(*) FROM sessions GROUP BY 1 ORDER BY 1"


def token() -> str:
    return secrets.token_urlsafe(32)


def signed_in(user: int, refresh_token: str) -> NewSession:
    return NewSession(user_id=user, refresh_token=refresh_token)


def following() -> NextToken:
    return NextToken(refresh_token=token())


@pytest_asyncio.fixture(loop_scope="session")
async def worker(crowd: Crowd) -> AsyncGenerator[Raw]:
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    yield connection
    await connection.close()


async def opened(crowd: Crowd, user: int, refresh_token: str) -> Session:
    async with crowd.database.unit_of_work() as work:
        return await work.sessions.open(signed_in(user, refresh_token))


async def rotated(crowd: Crowd, old: str, new: str) -> Session:
    async with crowd.database.unit_of_work() as work:
        outcome = await work.sessions.rotate(old, NextToken(refresh_token=new))
    assert isinstance(outcome, Rotated)
    return outcome.session


async def ends(worker: Raw) -> dict[str | None, int]:
    return {row[0]: row[1] for row in await worker.fetch(REASONS)}


async def test_the_limit_holds_however_many_sign_in_at_once(crowd: Crowd, worker: Raw) -> None:
    # given one user, and sixteen devices that all open a transaction first
    user = crowd.users[0]
    together = asyncio.Barrier(SIZE)

    async def sign_in(_: int) -> Session:
        async with crowd.database.unit_of_work() as work:
            await work.sessions.count()
            await together.wait()
            return await work.sessions.open(signed_in(user, token()), CAP)

    # when all sign in
    outcomes = await crowd.at_once(sign_in)

    # then three are live, and the log has an entry for each beginning and each end
    assert len({session.id for session in outcomes if not isinstance(session, Exception)}) == SIZE
    assert await ends(worker) == {None: 3, "session_limit": SIZE - 3}
    noted = await worker.fetch("SELECT event_type, count(*) FROM audit_logs WHERE entity_type = 'sessions' GROUP BY 1")
    assert {row[0]: row[1] for row in noted} == {"session.opened": SIZE, "session.revoked": SIZE - 3}


async def test_one_token_has_one_child_however_many_rotate_it(crowd: Crowd, worker: Raw) -> None:
    # given one token
    user, first = crowd.users[0], token()
    await opened(crowd, user, first)

    async def rotate(_: int) -> Rotated | Reused:
        async with crowd.database.unit_of_work() as work:
            return await work.sessions.rotate(first, following())

    # when sixteen rotate it
    outcomes = await crowd.at_once(rotate)

    # then one got a session, which the others' replays have ended
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Reused"] * (SIZE - 1) + ["Rotated"]
    assert {outcome.family_size for outcome in outcomes if isinstance(outcome, Reused)} == {2}
    assert sum(outcome.revoked for outcome in outcomes if isinstance(outcome, Reused)) == 1
    assert await ends(worker) == {"rotated": 1, "reuse_detected": 1}
    assert await worker.fetchval("SELECT count(*) FROM security_events") == SIZE - 1


async def test_a_token_is_rotated_by_one_even_when_all_have_read_it(crowd: Crowd, worker: Raw) -> None:
    # given sixteen who saw the token live in a snapshot of their own
    user, first = crowd.users[0], token()
    await opened(crowd, user, first)
    together = asyncio.Barrier(SIZE)
    options = TransactionOptions(isolation="repeatable read")

    async def rotate(_: int) -> Rotated | Reused:
        async with crowd.database.unit_of_work(options=options) as work:
            await work.sessions.by_token(first)
            await together.wait()
            return await work.sessions.rotate(first, following())

    outcomes = await crowd.at_once(rotate)

    # then the others are told to begin again
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Rotated"] + ["SerializationFailure"] * (SIZE - 1)
    assert await ends(worker) == {None: 1, "rotated": 1}


@pytest.mark.parametrize("act", ["replay", "revoke_all"])
async def test_what_ends_a_family_waits_for_a_rotation_that_is_under_way(crowd: Crowd, worker: Raw, act: str) -> None:
    # given a session rotated once, and a rotation of its child that has not committed
    user, tokens = crowd.users[0], [token() for _ in range(3)]
    await opened(crowd, user, tokens[0])
    await rotated(crowd, tokens[0], tokens[1])

    async def finish() -> Reused | Rotated | int:
        async with crowd.database.unit_of_work() as work:
            if act == "replay":
                return await work.sessions.rotate(tokens[0], following())
            return await work.sessions.revoke_all(user, SessionRevocationReason.ADMIN)

    async with crowd.database.unit_of_work() as work:
        await work.sessions.rotate(tokens[1], NextToken(refresh_token=tokens[2]))
        # when the first token is played again, or all sessions of the user end
        ending = asyncio.create_task(finish())
        await somebody_waits(crowd.url)
    outcome = await ending

    # then the grandchild, which was not there yet, has ended too
    assert await worker.fetchval(LIVE) == 0
    if act == "replay":
        assert isinstance(outcome, Reused)
        assert (outcome.family_size, outcome.revoked) == (3, 1)
    else:
        assert outcome == 1


async def test_whoever_finds_a_replay_holds_the_user_already(crowd: Crowd, worker: Raw) -> None:
    # given a token that was rotated; whether the rotation that fails locks the user depends on its plan
    user, first = crowd.users[0], token()
    await opened(crowd, user, first)
    await rotated(crowd, first, token())
    async with crowd.database.unit_of_work() as work:
        # when its session is looked for, then nobody else rotates a session of the user's meanwhile
        await work.fetch_row(PRESENTED, {"presented_hash": token_hash(first)})
        with pytest.raises(asyncpg.LockNotAvailableError):
            await worker.execute("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE NOWAIT", user)


async def test_a_rotation_that_waited_for_the_end_finds_it(crowd: Crowd, worker: Raw) -> None:
    # given an end of all sessions that has not committed
    user, first = crowd.users[0], token()
    await opened(crowd, user, first)

    async def rotate() -> Rotated | Reused:
        async with crowd.database.unit_of_work() as work:
            return await work.sessions.rotate(first, following())

    async with crowd.database.unit_of_work() as work:
        await work.sessions.revoke_all(user, SessionRevocationReason.LOGOUT_ALL)
        rotating = asyncio.create_task(rotate())
        await somebody_waits(crowd.url)

    assert isinstance(await rotating, Reused)
    assert await ends(worker) == {"logout_all": 1}


async def test_a_sign_in_that_waits_for_a_suspension_is_refused(crowd: Crowd, worker: Raw) -> None:
    # given an account that is being suspended, and sixteen who sign in at this moment
    user = crowd.users[0]
    async with crowd.database.unit_of_work() as work:
        await work.users.activate(await work.users.get(user))
    async with crowd.database.unit_of_work() as work:
        await work.users.suspend(await work.users.get(user))
        signing_in = asyncio.create_task(crowd.at_once(lambda _: opened(crowd, user, token())))
        await somebody_waits(crowd.url)
    # when the suspension is committed, then none of them is in
    outcomes = await signing_in
    assert [it.rule for it in outcomes if isinstance(it, RuleViolation)] == ["users_sign_in_status"] * SIZE
    assert await worker.fetchval("SELECT count(*) FROM sessions") == 0


async def test_everything_at_once_neither_deadlocks_nor_leaves_two_children(crowd: Crowd, worker: Raw) -> None:
    # given a user with a line of sessions, and whoever signs in, rotates, replays, touches and ends
    user = crowd.users[0]
    lines = [[token()] for _ in range(SIZE)]
    for line in lines:
        await opened(crowd, user, line[0])

    async def act(member: int) -> list[str]:
        line = lines[member]
        acts: tuple[Callable[[Work], Awaitable[object]], ...] = (
            lambda work: work.sessions.open(signed_in(user, token()), CAP),
            lambda work: work.sessions.rotate(line[-1], NextToken(refresh_token=token())),
            lambda work: work.sessions.rotate(lines[member // 2][0], following()),
            lambda work: work.sessions.revoke_all(user, SessionRevocationReason.LOGOUT_ALL),
            lambda work: work.sessions.revoke_expired(),
        )
        done: list[str] = []
        for step in range(len(acts)):
            async with crowd.database.unit_of_work() as work:
                done.append(type(await acts[(member + step) % len(acts)](work)).__name__)
        return done

    # when they all act
    outcomes = await crowd.at_once(act)

    # then none of them met a deadlock, and no session has two children
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    async with crowd.database.unit_of_work() as work:
        await work.sessions.revoke_all(user, SessionRevocationReason.ADMIN)
    assert await worker.fetchval(LIVE) == 0
    assert (
        await worker.fetchval(
            "SELECT count(*) - count(DISTINCT rotated_from) FROM sessions WHERE rotated_from IS NOT NULL"
        )
        == 0
    )


async def test_a_session_ends_once_however_many_end_it(crowd: Crowd, worker: Raw) -> None:
    session = await opened(crowd, crowd.users[0], token())

    async def revoke(member: int) -> str | None:
        reason = list(SessionRevocationReason)[member % 2]
        who = crowd.users[0] if member % 4 < 2 else None
        async with crowd.database.unit_of_work(as_user=who) as work:
            return (await work.sessions.revoke(session.id, reason)).revocation_reason

    outcomes = await crowd.at_once(revoke)

    # then all were told the first reason, and the log has one end
    assert len(set(outcomes)) == 1
    assert await worker.fetchval("SELECT count(*) FROM audit_logs WHERE event_type = 'session.revoked'") == 1


async def test_sweeps_share_what_ran_out(crowd: Crowd, worker: Raw) -> None:
    # given many sessions that ran out
    await worker.execute(
        "INSERT INTO sessions (user_id, refresh_token_hash, created_at, updated_at, expires_at) "
        "SELECT $1, encode(sha256(n::text::bytea), 'hex'), now() - interval '300 days', now(), "
        "now() - interval '100 days' FROM generate_series(1, 200) AS n",
        crowd.users[0],
    )

    async def sweep(_: int) -> tuple[int, int]:
        revoked = deleted = 0
        while True:
            async with crowd.database.unit_of_work() as work:
                count = await work.sessions.revoke_expired(7)
            revoked += count
            if not count:
                break
        async with crowd.database.unit_of_work() as work:
            deleted += await work.sessions.delete_old(5)
        return revoked, deleted

    outcomes = [outcome for outcome in await crowd.at_once(sweep) if isinstance(outcome, tuple)]

    # then each was told by one of them, and the log has the sum
    assert len(outcomes) == SIZE
    assert sum(revoked for revoked, _ in outcomes) == 200
    assert await worker.fetchval("SELECT count(*) FROM sessions") == 200 - sum(deleted for _, deleted in outcomes)
    noted = await worker.fetch(
        "SELECT event_type, sum((payload->'after'->>'count')::int) FROM audit_logs "
        "WHERE entity_type = 'sessions' GROUP BY 1"
    )
    assert {row[0]: row[1] for row in noted} == {
        "session.expired": 200,
        "session.deleted": sum(deleted for _, deleted in outcomes),
    }
