"""Administrators who cease at once leave one, at every isolation level."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from platform_db.database import Isolation, Role, TransactionOptions
from platform_db.domain.users import NewUser, User, UserRole
from platform_db.errors import RuleViolation
from tests.concurrency.crowd import SIZE, Crowd
from tests.concurrency.test_users import counted, kinds
from tests.raw import connect

if TYPE_CHECKING:
    from platform_db.repositories.work import Work

PATIENCE = 100
"""Attempts of a unit of work among sixteen that want to cease at once."""

LOCK = "PERFORM pg_advisory_xact_lock('users'::regclass::oid::bigint);"
"""How ``guard_last_admin`` makes those who cease take turns: what one test removes."""

at_every_isolation = pytest.mark.parametrize("isolation", get_args(Isolation))


async def administrators(crowd: Crowd) -> list[User]:
    async with crowd.database.unit_of_work() as work:
        made = [
            await work.users.register(NewUser(email=f"yonetici{n}@ornek-imalat.com.tr", role=UserRole.ADMIN))
            for n in range(SIZE)
        ]
        return [await work.users.activate(user) for user in made]


async def two_administrators(crowd: Crowd) -> list[User]:
    one, two, *others = await administrators(crowd)
    async with crowd.database.unit_of_work() as work:
        for other in others:
            await work.users.suspend(other)
    return [one, two]


ACTIVE_ADMINS = "SELECT count(*) FROM users WHERE role = 'admin' AND status = 'active'"


@at_every_isolation
async def test_sixteen_administrators_who_demote_each_other_leave_one(crowd: Crowd, isolation: Isolation) -> None:
    # given sixteen administrators
    admins = await administrators(crowd)
    options = TransactionOptions(isolation=isolation, role=Role.WORKER)

    # when each demotes, suspends or deletes the next, whoever that one is by then
    async def cease(member: int) -> User:
        target = admins[(member + 1) % SIZE]

        async def act(work: Work) -> User:
            read = await work.users.get(target.id)
            match member % 3:
                case 0:
                    return await work.users.set_role(read, UserRole.VIEWER)
                case 1:
                    return await work.users.suspend(read)
                case _:
                    return await work.users.delete(read)

        who = admins[member].id
        return await crowd.database.run(act, as_user=who, options=options, attempts=PATIENCE)

    outcomes = await crowd.at_once(cease)

    # then fifteen cease, and one is left and told by name
    assert kinds(outcomes) == {"RuleViolation": 1, "User": 15}
    assert [it.rule for it in outcomes if isinstance(it, RuleViolation)] == ["ck_users_last_admin_is_kept"]
    assert await counted(crowd, ACTIVE_ADMINS) == 1


@at_every_isolation
async def test_the_database_alone_leaves_one_of_sixteen(crowd: Crowd, isolation: Isolation) -> None:
    # given sixteen administrators, and sixteen sessions that have looked before anybody ceased
    admins = await administrators(crowd)
    sessions = [await connect(crowd.url) for _ in admins]
    for session in sessions:
        await session.execute(f"BEGIN ISOLATION LEVEL {isolation}; SET LOCAL ROLE platform_worker")
        assert await session.fetchval(ACTIVE_ADMINS) == SIZE

    # when each demotes one, past the library
    async def cease(member: int) -> str:
        session = sessions[member]
        try:
            await session.execute("UPDATE users SET role = 'viewer' WHERE id = $1", admins[member].id)
            await session.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whatever it is, its state is looked at
            await session.execute("ROLLBACK")
            return str(vars(error).get("sqlstate"))
        return "done"

    outcomes = await crowd.at_once(cease)
    for session in sessions:
        await session.close()

    # then at least one is left; who works by one snapshot is sent back rather than fooled by it
    left = await counted(crowd, ACTIVE_ADMINS)
    assert left == SIZE - outcomes.count("done")
    assert left >= 1
    if isolation == "read committed":
        assert sorted(map(str, outcomes)) == ["23514", *["done"] * 15]
    else:
        assert set(map(str, outcomes)) <= {"done", "40001", "40P01"}
        assert "done" in outcomes


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
async def test_an_old_snapshot_fools_nobody(crowd: Crowd, isolation: str) -> None:
    # given two administrators, and a session that saw both
    one, two = await two_administrators(crowd)
    session = await connect(crowd.url)
    try:
        await session.execute(f"BEGIN ISOLATION LEVEL {isolation}; SET LOCAL ROLE platform_worker")
        assert await session.fetchval(ACTIVE_ADMINS) == 2
        # when one is demoted meanwhile, and then the session demotes the other
        async with crowd.database.unit_of_work() as work:
            await work.users.set_role(await work.users.get(one.id), UserRole.VIEWER)
        with pytest.raises(Exception, match="could not serialize") as refused:
            await session.execute("UPDATE users SET role = 'viewer' WHERE id = $1", two.id)
        # then it is sent back
        assert vars(refused.value)["sqlstate"] == "40001"
    finally:
        await session.close()
    assert await counted(crowd, ACTIVE_ADMINS) == 1


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
async def test_one_snapshot_begins_again_while_the_only_other_is_being_changed(crowd: Crowd, isolation: str) -> None:
    # given two administrators, and somebody who is changing one of them
    one, two = await two_administrators(crowd)
    session, other = await connect(crowd.url), await connect(crowd.url)
    try:
        for each in (session, other):
            await each.execute(f"BEGIN ISOLATION LEVEL {isolation}; SET LOCAL ROLE platform_worker")
        await other.execute("UPDATE users SET full_name = 'Deneme Yönetici' WHERE id = $1", two.id)
        # when the other is demoted, who could then be the last
        with pytest.raises(Exception, match="the other administrators are being changed") as refused:
            await session.execute("UPDATE users SET role = 'viewer' WHERE id = $1", one.id)
        # then the transaction is to begin again
        assert vars(refused.value)["sqlstate"] == "40001"
    finally:
        await session.close()
        await other.close()
    assert await counted(crowd, ACTIVE_ADMINS) == 2


async def test_without_the_lock_two_would_leave_none(crowd: Crowd) -> None:
    # given a database whose guard takes no lock, and two administrators
    one, two = await two_administrators(crowd)
    await _without_lock(crowd)
    # when both are demoted before either commits
    async with crowd.database.unit_of_work() as first, crowd.database.unit_of_work() as second:
        await first.users.set_role(await first.users.get(one.id), UserRole.VIEWER)
        await second.users.set_role(await second.users.get(two.id), UserRole.VIEWER)
    # then none is left: it is the lock that keeps one
    assert await counted(crowd, ACTIVE_ADMINS) == 0


async def _without_lock(crowd: Crowd) -> None:
    connection = await connect(crowd.url)
    try:
        source: str = await connection.fetchval("SELECT pg_get_functiondef('guard_last_admin'::regproc)")
        assert source.count(LOCK) == 1
        await connection.execute("SET ROLE platform_owner")
        await connection.execute(source.replace(LOCK, ""))
    finally:
        await connection.close()
