"""Attempts to sign in are counted, lock and unlock by the database's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

import pytest

from platform_db.domain.users import LOCK_POLICY, LoginState
from platform_db.errors import NotAllowed, NotFound, RuleViolation
from tests.integration.clock import ago
from tests.integration.identity.accounts import account, told

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

Count: TypeAlias = "Callable[[Work, int], Awaitable[LoginState]]"

COUNTERS: list[tuple[str, Count]] = [
    ("failed_login_attempts", lambda work, user: work.users.record_failed_login(user)),
    ("otp_attempts", lambda work, user: work.users.record_failed_otp(user)),
]


async def once(database: Database, user: int, count: Count) -> LoginState:
    async with database.unit_of_work() as work:
        return await count(work, user)


@pytest.mark.parametrize(("counter", "count"), COUNTERS)
async def test_the_tenth_failure_locks_for_a_quarter_of_an_hour(
    database: Database, worker: Raw, counter: str, count: Count
) -> None:
    assert (LOCK_POLICY.attempts, LOCK_POLICY.length) == (10, timedelta(minutes=15))
    # given nine failures
    user = await account(worker, "deneyen")
    for number in range(1, 10):
        state = await once(database, user, count)
        assert (getattr(state, counter), state.is_locked, state.locked_until) == (number, False, None)
    # when the tenth comes
    tenth = await once(database, user, count)
    # then the account is locked, by the database's clock
    assert (getattr(tenth, counter), tenth.is_locked) == (10, True)
    left = await worker.fetchval("SELECT locked_until - now() FROM users WHERE id = $1", user)
    assert timedelta(minutes=14, seconds=30) < left <= timedelta(minutes=15)
    async with database.unit_of_work() as work:
        assert await work.users.is_locked(user)
        assert await work.users.login_state(user) == tenth
    # and a failure meanwhile counts and prolongs nothing
    eleventh = await once(database, user, count)
    assert (getattr(eleventh, counter), eleventh.locked_until) == (11, tenth.locked_until)


@pytest.mark.parametrize(("counter", "count"), COUNTERS)
async def test_the_first_failure_after_a_lock_counts_as_one(
    database: Database, worker: Raw, counter: str, count: Count
) -> None:
    # given an account whose lock has passed
    user = await account(
        worker, "sonra", failed_login_attempts=12, otp_attempts=11, reset_attempts=3, locked_until=ago(seconds=1)
    )
    async with database.unit_of_work() as work:
        assert not await work.users.is_locked(user)
    # when one more fails, then only that is counted, of that kind
    state = await once(database, user, count)
    counted = {"failed_login_attempts": 0, "otp_attempts": 0} | {counter: 1}
    assert state == LoginState(user_id=user, **counted, reset_attempts=3, locked_until=None, is_locked=False)


async def test_asking_for_resets_is_counted_and_locks_nothing(database: Database, worker: Raw) -> None:
    user = await account(worker, "soran", reset_attempts=98)
    async with database.unit_of_work() as work:
        await work.users.record_reset_request(user)
        state = await work.users.record_reset_request(user)
    assert state == LoginState(user, 0, 0, 100, None, is_locked=False)
    # and the log takes it for no failure: nothing failed
    assert [it[:2] for it in await told(database, user)] == [("user_update", "user.reset_requested")] * 2


async def test_a_sign_in_begins_anew(database: Database, worker: Raw) -> None:
    # given an account with failures, and a lock that has passed
    user = await account(worker, "giren", failed_login_attempts=10, otp_attempts=2, locked_until=ago(seconds=1))
    # when the person signs in
    async with database.unit_of_work() as work:
        signed_in = await work.users.record_login(user)
        state = await work.users.login_state(user)
    # then the counters begin anew, and the database's clock says when it was
    assert (state.failed_login_attempts, state.otp_attempts, state.locked_until) == (0, 0, None)
    assert signed_in.last_login_at is not None
    assert ago() <= signed_in.last_login_at < ago(minutes=-1)
    assert await told(database, user) == [
        ("auth_login", "user.signed_in", {"after": {"last_login_at": signed_in.last_login_at.isoformat()}})
    ]


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"locked_until": ago(days=-1)}, "users_sign_in_not_locked"),
        ({"status": "suspended"}, "users_sign_in_status"),
        ({"status": "inactive"}, "users_sign_in_status"),
        ({"status": "deleted", "deleted_at": ago(days=1)}, "users_sign_in_status"),
    ],
)
async def test_a_right_password_opens_no_closed_account(
    database: Database, worker: Raw, columns: dict[str, object], rule: str
) -> None:
    # given an account that is locked or closed
    user = await account(worker, "kapali", failed_login_attempts=10, **columns)
    # when a sign-in is to be noted, then it is refused and nothing begins anew
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.users.record_login(user)
    assert refused.value.rule == rule
    assert tuple((await worker.fetchrow("SELECT failed_login_attempts, last_login_at FROM users"))[:]) == (10, None)
    assert await told(database, user) == []


async def test_a_locked_account_is_opened_before_its_time(database: Database, worker: Raw) -> None:
    # given a locked account
    user = await account(worker, "kilitli", failed_login_attempts=10, otp_attempts=1, locked_until=ago(minutes=-5))
    # when it is unlocked, twice
    async with database.unit_of_work() as work:
        opened = await work.users.unlock(user)
        assert await work.users.unlock(user) == opened
        assert await work.users.login_state(user) == LoginState(user, 0, 0, 0, None, is_locked=False)
    # then the log says so once
    after = {"failed_login_attempts": 0, "otp_attempts": 0, "locked_until": None}
    assert await told(database, user) == [("user_update", "user.unlocked", {"after": after})]


async def test_a_failure_is_told_with_its_count(database: Database, worker: Raw) -> None:
    user = await account(worker, "yanlis", failed_login_attempts=9, otp_attempts=2)
    state = await once(database, user, COUNTERS[0][1])
    assert state.locked_until is not None
    after = {
        "failed_login_attempts": 10,
        "otp_attempts": 2,
        "reset_attempts": 0,
        "locked_until": state.locked_until.isoformat(),
    }
    assert await told(database, user) == [("auth_failed", "user.login_failed", {"after": after})]
    assert await once(database, user, COUNTERS[1][1])
    assert (await told(database, user))[1][1] == "user.otp_failed"


async def test_attempts_are_counted_for_accounts_that_are_there_and_by_the_worker(
    database: Database, worker: Raw
) -> None:
    user = await account(worker, "kendi")
    acts: list[Callable[[Work, int], Awaitable[object]]] = [
        *(count for _, count in COUNTERS),
        lambda work, key: work.users.record_reset_request(key),
        lambda work, key: work.users.record_login(key),
        lambda work, key: work.users.unlock(key),
        lambda work, key: work.users.login_state(key),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            async with database.unit_of_work() as work:
                await act(work, user + 1)
    for act in acts[:-1]:
        with pytest.raises(NotAllowed):
            async with database.unit_of_work(as_user=user) as work:
                await act(work, user)
    assert await worker.fetchval("SELECT version FROM users") == 1
