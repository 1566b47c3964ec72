"""State and role of an account: what may become of them, and the administrator who is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.users import USER_STATES, UserRole, UserStatus
from platform_db.errors import NotAllowed, RuleViolation, StaleVersion
from platform_db.schema.triggers_identity import IDENTITY_TRIGGERS
from platform_db.schema.triggers_of_changes import triggers_of_changes
from platform_db.schema.users import users
from tests.integration.clock import ago
from tests.integration.identity.accounts import ADMINISTRATION, account, told
from tests.raw import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.domain.users import User
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

Act: TypeAlias = "Callable[[Work, User], Awaitable[User]]"

CEASING: list[tuple[str, Act]] = [
    ("set_role", lambda work, user: work.users.set_role(user, UserRole.VIEWER)),
    ("suspend", lambda work, user: work.users.suspend(user)),
    ("deactivate", lambda work, user: work.users.deactivate(user)),
    ("delete", lambda work, user: work.users.delete(user)),
]


async def done(database: Database, user_id: int, act: Act) -> User:
    async with database.unit_of_work() as work:
        return await act(work, await work.users.get(user_id))


async def rule_of(statement: Awaitable[object]) -> str | None:
    """The constraint under which the server refuses; None where it does not."""
    try:
        await statement
    except asyncpg.CheckViolationError as error:
        constraint, table, _ = refusal(error)
        assert table == "users"
        return constraint
    return None


# -- states ----------------------------------------------------------------------------


async def test_an_account_goes_through_its_states(database: Database, worker: Raw) -> None:
    # given a pending account
    user = await account(worker, "yol", status="pending")
    acts: list[tuple[Act, str, str, str]] = [
        (lambda work, row: work.users.activate(row), "user.activated", "pending", "active"),
        (lambda work, row: work.users.suspend(row), "user.suspended", "active", "suspended"),
        (lambda work, row: work.users.reactivate(row), "user.reactivated", "suspended", "active"),
        (lambda work, row: work.users.deactivate(row), "user.deactivated", "active", "inactive"),
    ]
    # when it is moved, each time twice, then it is where it was put, and the second time nothing happens
    for act, _, _, status in acts:
        moved = await done(database, user, act)
        assert moved.status.value == status
        assert await done(database, user, act) == moved
    # and the log tells each once
    assert await told(database, user) == [
        ("user_update", event, {"before": {"status": before}, "after": {"status": after}})
        for _, event, before, after in acts
    ]


async def test_a_deleted_account_is_restored_within_its_grace(database: Database, worker: Raw) -> None:
    # given an account
    user = await account(worker, "giden")
    # when it is deleted, and deleted again
    deleted = await done(database, user, lambda work, row: work.users.delete(row))
    assert await done(database, user, lambda work, row: work.users.delete(row)) == deleted
    # then the database's clock says when
    assert deleted.status is UserStatus.DELETED
    assert deleted.deleted_at is not None
    assert deleted.deleted_at == await worker.fetchval("SELECT deleted_at FROM users WHERE id = $1", user)
    # when it is restored, then it is inactive and may be reactivated
    restored = await done(database, user, lambda work, row: work.users.restore(row))
    assert (restored.status, restored.deleted_at) == (UserStatus.INACTIVE, None)
    stamp = deleted.deleted_at.isoformat()
    assert await told(database, user) == [
        (
            "user_delete",
            "user.deleted",
            {"before": {"status": "active", "deleted_at": None}, "after": {"status": "deleted", "deleted_at": stamp}},
        ),
        (
            "user_update",
            "user.restored",
            {
                "before": {"status": "deleted", "deleted_at": stamp},
                "after": {"status": "inactive", "deleted_at": None},
            },
        ),
    ]


async def test_what_was_deleted_longer_ago_stays_deleted(database: Database, worker: Raw) -> None:
    # given accounts a minute within and a minute past the thirty days
    within = await account(worker, "icinde", status="deleted", deleted_at=ago(days=30, minutes=-1))
    past = await account(worker, "gecmis", status="deleted", deleted_at=ago(days=30, minutes=1))
    # when both are restored, then the first comes back
    assert (await done(database, within, lambda work, row: work.users.restore(row))).status is UserStatus.INACTIVE
    with pytest.raises(RuleViolation) as refused:
        await done(database, past, lambda work, row: work.users.restore(row))
    assert refused.value.rule == "ck_users_restored_within_grace"
    assert await worker.fetchval("SELECT status::text FROM users WHERE id = $1", past) == "deleted"
    assert await told(database, past) == []


async def test_the_database_knows_the_same_transitions(worker: Raw) -> None:
    # given an account of each state, when it is written each state past the library
    for old in UserStatus:
        for new in UserStatus:
            gone = ago(days=1) if old is UserStatus.DELETED else None
            user = await account(worker, f"{old}-{new}", status=old.value, deleted_at=gone)
            stamp = gone if old is new else ago(days=1) if new is UserStatus.DELETED else None
            found = await rule_of(
                worker.execute(
                    "UPDATE users SET status = $2::text::user_status, deleted_at = $3 WHERE id = $1", user, new, stamp
                )
            )
            # then it answers as the machine does
            assert found == (None if USER_STATES.may_become(old, new) else "ck_users_transition_allowed"), (old, new)


async def test_a_state_is_refused_by_name_and_nothing_is_stored(database: Database, worker: Raw) -> None:
    deleted = await account(worker, "silinmis", status="deleted", deleted_at=ago(days=1))
    acts: list[Act] = [
        lambda work, row: work.users.activate(row),
        lambda work, row: work.users.suspend(row),
        lambda work, row: work.users.reactivate(row),
        lambda work, row: work.users.deactivate(row),
    ]
    for act in acts:
        with pytest.raises(RuleViolation) as refused:
            await done(database, deleted, act)
        assert (refused.value.rule, refused.value.violations[0].fields) == ("ck_users_transition_allowed", ("status",))
    assert await worker.fetchval("SELECT version FROM users") == 1


async def test_a_state_is_changed_as_it_was_read(database: Database, worker: Raw) -> None:
    user = await account(worker, "okunan")
    async with database.unit_of_work() as work:
        read = await work.users.get(user)
    await worker.execute("UPDATE users SET full_name = 'Başka' WHERE id = $1", user)
    for _, act in CEASING:
        with pytest.raises(StaleVersion):
            async with database.unit_of_work() as work:
                await act(work, read)
    assert await told(database, user) == []


async def test_a_user_moves_no_account(database: Database, worker: Raw) -> None:
    user = await account(worker, "kendi")
    for _, act in CEASING:
        with pytest.raises((NotAllowed, RuleViolation)):
            async with database.unit_of_work(as_user=user) as work:
                await act(work, await work.users.get(user))
    assert await worker.fetchval("SELECT version FROM users") == 1


# -- the last administrator --------------------------------------------------------------


@pytest.mark.parametrize(("name", "act"), CEASING, ids=lambda of: of if isinstance(of, str) else "")
async def test_the_last_active_administrator_stays(database: Database, worker: Raw, name: str, act: Act) -> None:
    # given one active administrator beside some who are not active
    last = await account(worker, "son", role="admin")
    await account(worker, "askida", role="admin", status="suspended")
    await account(worker, "bekleyen", role="admin", status="pending")
    # when that one is to cease, then it is refused, and the unit of work goes on
    async with database.unit_of_work() as work:
        read = await work.users.get(last)
        with pytest.raises(RuleViolation) as refused:
            await act(work, read)
        assert refused.value.rule == "ck_users_last_admin_is_kept", name
        assert refused.value.violations[0].fields == ("role", "status")
        assert await work.users.get(last) == read
    assert await told(database, last) == []
    # and when there is another, then it may
    await account(worker, "yeni", role="admin")
    ceased = await done(database, last, act)
    assert (ceased.role, ceased.status) != (UserRole.ADMIN, UserStatus.ACTIVE)


@pytest.mark.parametrize(
    "change",
    [
        "role = 'viewer'",
        "status = 'suspended'",
        "status = 'inactive'",
        "status = 'deleted', deleted_at = now()",
        "role = 'system', status = 'suspended'",
    ],
)
@pytest.mark.parametrize("isolation", ["read_committed", "repeatable_read", "serializable"])
async def test_the_database_keeps_the_last_administrator(worker: Raw, change: str, isolation: str) -> None:
    # given two active administrators
    first = await account(worker, "bir", role="admin")
    second = await account(worker, "iki", role="admin")
    # when both cease in one statement, then none does
    transaction = worker.transaction(isolation=isolation)
    await transaction.start()
    found = await rule_of(worker.execute(f"UPDATE users SET {change}"))  # noqa: S608
    await transaction.rollback()
    assert found == "ck_users_last_admin_is_kept"
    # and when one ceases and then the other, then the second stays
    async with worker.transaction(isolation=isolation):
        await worker.execute(f"UPDATE users SET {change} WHERE id = $1", first)  # noqa: S608
    transaction = worker.transaction(isolation=isolation)
    await transaction.start()
    found = await rule_of(worker.execute(f"UPDATE users SET {change} WHERE id = $1", second))  # noqa: S608
    await transaction.rollback()
    assert found == "ck_users_last_admin_is_kept"
    # and anything else of the last one may change
    await worker.execute(
        "UPDATE users SET full_name = 'Başka', status = 'active', role = 'admin' WHERE id = $1", second
    )


async def test_the_guards_hold_for_replicated_changes_too(worker: Raw) -> None:
    enabled = await worker.fetch(
        "SELECT tgname::text, tgenabled::text FROM pg_trigger WHERE tgrelid = 'users'::regclass AND tgname = ANY ($1)",
        [trigger.name for trigger in (*IDENTITY_TRIGGERS, *triggers_of_changes(users))],
    )
    assert {row[0]: row[1] for row in enabled} == {
        "users_anonymised_is_final": "A",
        "users_clear_verification": "A",
        "users_last_admin_is_kept": "A",
        "users_own_role_is_kept": "A",
        "users_restored_within_grace": "A",
        "users_transition_allowed": "A",
    }


# -- role ------------------------------------------------------------------------------


async def test_an_administrator_gives_a_role_and_not_to_themselves(database: Database, worker: Raw) -> None:
    # given two administrators and an engineer
    first = await account(worker, "bir", role="admin")
    await account(worker, "iki", role="admin")
    engineer = await account(worker, "uc", role="engineer")
    # when one gives the engineer another role, and the same again
    async with database.unit_of_work(as_user=first, options=ADMINISTRATION) as work:
        changed = await work.users.set_role(await work.users.get(engineer), UserRole.OPERATOR)
        assert await work.users.set_role(changed, UserRole.OPERATOR) is changed
    # then the engineer has it, and the log says who gave it
    assert changed.role is UserRole.OPERATOR
    assert await told(database, engineer) == [
        ("user_update", "user.role_set", {"before": {"role": "engineer"}, "after": {"role": "operator"}})
    ]
    assert await worker.fetchval("SELECT user_id FROM audit_logs") == first
    # and when they give themselves one, then it is refused
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work(as_user=first, options=ADMINISTRATION) as work:
            await work.users.set_role(await work.users.get(first), UserRole.VIEWER)
    assert refused.value.rule == "ck_users_own_role_is_kept"
    assert await worker.fetchval("SELECT role::text FROM users WHERE id = $1", first) == "admin"


async def test_the_database_knows_who_acts(worker: Raw) -> None:
    # given two administrators, one of whom acts
    first, second = [await account(worker, name, role="admin") for name in ("bir", "iki")]
    await worker.execute(f"SET app.user_id = {first}")
    # when that one writes the own role past the library, then it is refused
    own = worker.execute("UPDATE users SET role = 'viewer' WHERE id = $1", first)
    assert await rule_of(own) == "ck_users_own_role_is_kept"
    assert await rule_of(worker.execute("UPDATE users SET role = 'viewer' WHERE id = $1", second)) is None


# -- what administration and the platform say of an account --------------------------------


async def test_clearance_and_score_are_given_within_their_bounds(database: Database, worker: Raw) -> None:
    user = await account(worker, "yetki")
    cleared = await done(database, user, lambda work, row: work.users.set_clearance(row, 5))
    scored = await done(database, user, lambda work, row: work.users.set_performance_score(row, 0))
    assert (cleared.security_clearance_level, scored.performance_score) == (5, 0)
    beyond: list[tuple[str, Act]] = [
        ("ck_users_security_clearance_range", lambda work, row: work.users.set_clearance(row, 6)),
        ("ck_users_performance_score_range", lambda work, row: work.users.set_performance_score(row, -1)),
    ]
    for rule, act in beyond:
        with pytest.raises(RuleViolation) as refused:
            await done(database, user, act)
        assert refused.value.rule == rule
    assert await told(database, user) == [
        (
            "user_update",
            "user.clearance_set",
            {"before": {"security_clearance_level": 1}, "after": {"security_clearance_level": 5}},
        ),
        ("user_update", "user.scored", {"before": {"performance_score": 100}, "after": {"performance_score": 0}}),
    ]
