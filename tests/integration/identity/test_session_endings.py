"""Sessions are touched, ended for good, swept, and found."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.sessions import (
    Device,
    SessionRevocationReason,
)
from platform_db.errors import NotAllowed, NotFound, RuleViolation
from platform_db.repositories.sessions import SessionFilter
from tests.integration.clock import ago, ahead
from tests.integration.identity.signing_in import (
    end,
    entries,
    opened,
    reasons,
    stored_before,
    sweeps,
)
from tests.integration.stored import new_user
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

LOGOUT = SessionRevocationReason.LOGOUT
WEEK = timedelta(hours=168)


# -- ending ----------------------------------------------------------------------------


async def test_a_session_is_revoked_once(database: Database, worker: Raw) -> None:
    session = await opened(database, await new_user(worker, "ayse"))
    async with database.unit_of_work() as work:
        ended = await work.sessions.revoke(session.id, LOGOUT)
    async with database.unit_of_work() as work:
        again = await work.sessions.revoke(session.id, SessionRevocationReason.ADMIN)
    assert (ended.revocation_reason, again) == (LOGOUT, ended)
    assert (await entries(database, session.id))[1:] == [end("logout")]


@pytest.mark.parametrize(
    "change",
    [
        "revoked_at = NULL, revocation_reason = NULL",
        "revoked_at = revoked_at + interval '1 second'",
        "revocation_reason = 'admin'",
    ],
)
async def test_the_database_keeps_a_revocation_as_the_library_does(
    database: Database, worker: Raw, change: str
) -> None:
    session = await opened(database, await new_user(worker, "ayse"))
    async with database.unit_of_work() as work:
        await work.sessions.revoke(session.id, LOGOUT)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await worker.execute(f"UPDATE sessions SET {change}")  # noqa: S608 - a change above
    assert refusal(refused.value)[:2] == ("ck_sessions_revocation_is_final", "sessions")
    assert await reasons(worker) == ["logout"]


@pytest.mark.parametrize("change", ["refresh_token_hash = repeat('0', 64)", "user_id = $1"])
async def test_the_database_keeps_user_and_token(database: Database, worker: Raw, change: str) -> None:
    await opened(database, await new_user(worker, "ayse"))
    other = await new_user(worker, "mehmet")
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await worker.execute(f"UPDATE sessions SET {change}", *([other] if "$1" in change else []))  # noqa: S608
    assert refusal(refused.value)[0] == "ck_sessions_token_is_fixed"


async def test_a_user_revokes_the_own_sessions_only(database: Database, worker: Raw) -> None:
    # given sessions of two users
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    own, theirs = [await opened(database, user) for _ in range(3)], await opened(database, other)
    async with database.unit_of_work(as_user=user) as work:
        # when the user ends one, and somebody else's
        assert (await work.sessions.revoke(own[0].id, LOGOUT)).revocation_reason == LOGOUT
        assert (await work.sessions.revoke(own[0].id, LOGOUT)).revocation_reason == LOGOUT
        with pytest.raises(NotFound):
            await work.sessions.revoke(theirs.id, LOGOUT)
        with pytest.raises(NotFound):
            await work.sessions.touch(theirs.id)
        assert await work.sessions.revoke_all(other, LOGOUT) == 0
        # and all the others of their own
        assert await work.sessions.revoke_others(own[2], SessionRevocationReason.LOGOUT_ALL) == 1
    # then somebody else's is live
    assert await reasons(worker) == ["logout", "logout_all", None, None]
    async with database.unit_of_work() as work:
        (_, entry) = reversed((await work.audit.history("sessions", own[1].id)).items)
        assert entry.user_id == user


async def test_every_live_session_of_a_user_ends_at_once(database: Database, worker: Raw) -> None:
    # given three live sessions, one that is over, one that is revoked, one of somebody else
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    live = [await opened(database, user) for _ in range(3)]
    await stored_before(worker, user, created_at=ago(days=9), expires_at=ago(days=1))
    await stored_before(worker, user, revoked_at=ago(hours=1), revocation_reason="logout")
    await opened(database, other)
    # when all end, then the others, then again
    changed = SessionRevocationReason.PASSWORD_CHANGED
    async with database.unit_of_work() as work:
        assert await work.sessions.revoke_others(live[1], changed) == 2
        assert await work.sessions.revoke_all(user, changed) == 1
        assert await work.sessions.revoke_all(user, changed) == 0
    # then the live ones of the user have ended, each with its entry
    assert await reasons(worker) == [*["password_changed"] * 3, None, "logout", None]
    assert [(await entries(database, session.id))[1:] for session in live] == [[end("password_changed")]] * 3


async def test_a_touch_says_when_and_is_no_entry(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    session = await opened(database, user)
    later = await stored_before(worker, user, last_used_at=ahead(hours=1))
    async with database.unit_of_work(as_user=user) as work:
        await work.sessions.touch(session.id)
        await work.sessions.touch(later)
        now = await worker.fetchval("SELECT now()")
        used = (await work.sessions.get(session.id)).last_used_at
        assert used is not None
        assert session.created_at < used < now
        # it never goes back
        assert (await work.sessions.get(later)).last_used_at == ahead(hours=1)
    assert len(await entries(database, session.id)) == 1


async def test_only_a_live_session_is_touched(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    dead = [
        await stored_before(worker, user, revoked_at=ago(hours=1), revocation_reason="logout"),
        await stored_before(worker, user, created_at=ago(days=9), expires_at=ago(days=1)),
        10**9,
    ]
    for session in dead:
        async with database.unit_of_work() as work:
            with pytest.raises(NotFound):
                await work.sessions.touch(session)
    assert await worker.fetchval("SELECT count(*) FROM sessions WHERE last_used_at IS NOT NULL") == 0


# -- sweeping --------------------------------------------------------------------------


async def test_what_ran_out_is_revoked_in_batches(database: Database, worker: Raw) -> None:
    # given three sessions that ran out, one of them revoked before, and a live one
    user = await new_user(worker, "ayse")
    for days in (3, 2, 1):
        await stored_before(worker, user, created_at=ago(days=9), expires_at=ago(days=days))
    await worker.execute("UPDATE sessions SET revoked_at = now(), revocation_reason = 'logout' WHERE id = 2")
    await stored_before(worker, user)

    async def sweep(work: Work) -> int:
        return await work.sessions.revoke_expired(1)

    # when they are swept one by one
    assert [await database.run(sweep) for _ in range(3)] == [1, 1, 0]
    # then each is told as expired, and the log has an entry a batch
    assert await reasons(worker) == ["expired", "logout", "expired", None]
    assert await sweeps(worker) == [("auth_logout", "session.expired", None, '{"after": {"count": 1}}')] * 2


async def test_sessions_go_ninety_days_after_their_end(database: Database, worker: Raw) -> None:
    # given sessions that ended around the limit, whatever became of them, and a child of one that goes
    user = await new_user(worker, "ayse")
    begun = {"created_at": ago(days=200)}
    gone = await stored_before(worker, user, expires_at=ago(days=91), **begun)
    rotated_away = {"revoked_at": ago(days=150), "revocation_reason": "rotated"}
    await stored_before(worker, user, expires_at=ago(days=90, seconds=60), **begun, **rotated_away)
    kept = await stored_before(worker, user, expires_at=ago(days=89), **begun)
    child = await stored_before(worker, user, rotated_from=gone)
    # when the old ones are deleted
    async with database.unit_of_work() as work:
        assert await work.sessions.delete_old() == 2
        assert await work.sessions.delete_old() == 0
    # then the child is there, of no parent
    rows = await worker.fetch("SELECT id, rotated_from FROM sessions ORDER BY id")
    assert [row[:] for row in rows] == [(kept, None), (child, None)]
    assert await sweeps(worker) == [("delete", "session.deleted", None, '{"after": {"count": 2}}')]


@pytest.mark.parametrize("limit", [0, 1001])
async def test_a_sweep_is_bounded(database: Database, limit: int) -> None:
    async with database.unit_of_work() as work:
        for act in (work.sessions.revoke_expired(limit), work.sessions.delete_old(limit)):
            with pytest.raises(RuleViolation):
                await act


async def test_a_user_deletes_no_session(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    await stored_before(worker, user, created_at=ago(days=200), expires_at=ago(days=100))
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.sessions.delete_old()
    assert await reasons(worker) == [None]


# -- finding ---------------------------------------------------------------------------


async def test_a_session_is_found_by_access_token_and_by_owner(database: Database, worker: Raw) -> None:
    # given one access token's id in sessions of two users, one of them revoked
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    own = await opened(database, user, access_token_jti="j-1")
    ended = await opened(database, other, access_token_jti="j-1")
    async with database.unit_of_work() as work:
        await work.sessions.revoke(ended.id, LOGOUT)
    async with database.unit_of_work() as work:
        assert (await work.sessions.by_access_token(user, "j-1")).id == own.id
        assert (await work.sessions.owned(own.id, user)).id == own.id
        assert (await work.sessions.owned(ended.id, other)).id == ended.id
        for asked in (
            work.sessions.by_access_token(other, "j-1"),
            work.sessions.by_access_token(user, "j-2"),
            work.sessions.owned(own.id, other),
        ):
            with pytest.raises(NotFound):
                await asked
        with pytest.raises(RuleViolation):
            await work.sessions.by_access_token(user, "")


async def test_a_users_devices_are_told_last_seen_first(database: Database, worker: Raw) -> None:
    # given sessions on two devices, one without, and one of somebody else
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    lathe, mill = {"device_fingerprint": "torna-3"}, {"device_fingerprint": "freze-1"}
    await stored_before(worker, user, created_at=ago(days=3), **lathe)
    await stored_before(worker, user, created_at=ago(hours=5), last_used_at=ago(hours=1), **lathe)
    over = {"revoked_at": ago(minutes=5), "revocation_reason": "logout"}
    await stored_before(worker, user, created_at=ago(minutes=30), **mill, **over)
    await stored_before(worker, user, device_fingerprint=None)
    await stored_before(worker, other, created_at=ago(days=29), **lathe)
    async with database.unit_of_work() as work:
        assert await work.sessions.devices(user) == (
            Device("freze-1", ago(minutes=30), ago(minutes=30), 0),
            Device("torna-3", ago(days=3), ago(hours=1), 2),
        )
        # and counted in a window
        assert await work.sessions.devices_within(user) == 2
        assert await work.sessions.devices_within(user, timedelta(hours=1)) == 1
        # and the others who use one
        (last, *_) = (await work.sessions.page(SessionFilter(user_id=user, device_fingerprint="torna-3"))).items
        assert await work.sessions.other_users_of_device(last) == (other,)
        assert await work.sessions.other_users_of_device(last, timedelta(days=28)) == ()
        assert await work.sessions.users_of_device("torna-3") == (user, other)
