"""Sessions are found by token, listed by user, and swept when they ran out."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.errors import NotFound, RuleViolation
from platform_db.repositories.sessions import SessionFilter
from tests.integration.clock import ago
from tests.integration.stored import new_user, store, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

OVER = {"revoked_at": ago(hours=1), "revocation_reason": "logout"}


def token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


async def opened(worker: Raw, user: int, token: str, **columns: Any) -> int:  # noqa: ANN401 - columns
    row = {
        "user_id": user,
        "refresh_token_hash": token_hash(token),
        "rotated_from": None,
        "created_at": ago(hours=2),
        "expires_at": ago(days=-7),
    }
    return await store(worker, "sessions", **row | columns)


async def test_a_session_is_found_by_its_token_also_when_it_is_revoked(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    live = await opened(worker, user, "live")
    revoked = await opened(worker, user, "revoked", **OVER)
    async with database.unit_of_work() as work:
        assert (await work.sessions.by_token_hash(token_hash("live"))).id == live
        assert (await work.sessions.by_token_hash(token_hash("revoked"))).id == revoked
        assert (await work.sessions.get(live)).user_id == user
        with pytest.raises(NotFound):
            await work.sessions.by_token_hash(token_hash("other"))


async def test_a_users_sessions_are_listed_once_each_newest_first(database: Database, worker: Raw) -> None:
    # given sessions of one instant and an older one, live, revoked and over, and one of somebody else
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    oldest = await opened(worker, user, "0", created_at=ago(days=9), expires_at=ago(days=2))
    tied = [await opened(worker, user, str(number), created_at=ago(hours=3)) for number in (1, 2, 3)]
    revoked = await opened(worker, user, "4", **OVER)
    await opened(worker, other, "5")
    chosen = SessionFilter(user_id=user)
    async with database.unit_of_work() as work:
        # when both lists are read in pages of two
        every = await to_the_end(lambda after: work.sessions.page(chosen, after=after, limit=2))
        live = await to_the_end(lambda after: work.sessions.live(chosen, after=after, limit=2))
    # then each session is there once
    assert [session.id for session in every] == [revoked, *reversed(tied), oldest]
    assert [session.id for session in live] == list(reversed(tied))


async def test_a_device_names_its_users(database: Database, worker: Raw) -> None:
    # given two users of a device, one of them twice; a third long ago; a fourth with another one
    users = [await new_user(worker, name) for name in ("ayse", "mehmet", "eski", "uzak")]
    for number, (user, device, days) in enumerate(
        [(users[1], "torna-3", 1), (users[0], "torna-3", 29), (users[0], "torna-3", 2), (users[2], "torna-3", 31)]
    ):
        await opened(worker, user, str(number), device_fingerprint=device, created_at=ago(days=days))
    await opened(worker, users[3], "last", device_fingerprint="freze-1")
    month = timedelta(days=30)
    async with database.unit_of_work() as work:
        assert await work.sessions.users_of_device("torna-3", month) == (users[0], users[1])
        assert await work.sessions.users_of_device("pres-9", month) == ()
    # a user finds only themselves
    async with database.unit_of_work(as_user=users[1]) as work:
        assert await work.sessions.users_of_device("torna-3", month) == (users[1],)


@pytest.mark.parametrize("span", [timedelta(0), timedelta(days=-1), timedelta(days=3654)])
async def test_a_window_has_bounds(database: Database, span: timedelta) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refused:
            await work.sessions.users_of_device("torna-3", span)
    assert refused.value.rule == "span_range"


async def test_sessions_that_ran_out_are_swept_longest_ago_first(database: Database, worker: Raw) -> None:
    # given sessions that ran out, one of them revoked before, and one that runs
    user = await new_user(worker, "ayse")
    begun = {"created_at": ago(days=9)}
    lately = await opened(worker, user, "0", expires_at=ago(seconds=1), **begun)
    earlier = await opened(worker, user, "1", expires_at=ago(days=1), **begun)
    await opened(worker, user, "2", expires_at=ago(days=2), **begun, **OVER)
    await opened(worker, user, "3")
    async with database.unit_of_work() as work:
        assert [session.id for session in await work.sessions.expired()] == [earlier, lately]
        assert [session.id for session in await work.sessions.expired(1)] == [earlier]


async def test_a_user_sees_only_the_own_sessions(database: Database, worker: Raw) -> None:
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    own, theirs = await opened(worker, user, "0"), await opened(worker, other, "1")
    async with database.unit_of_work(as_user=user) as work:
        assert [session.id for session in (await work.sessions.page(SessionFilter(user_id=user))).items] == [own]
        assert (await work.sessions.page(SessionFilter(user_id=other))).items == ()
        with pytest.raises(NotFound):
            await work.sessions.get(theirs)
