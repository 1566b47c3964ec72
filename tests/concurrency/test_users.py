"""Accounts at once: one address is one account, one reading is one act, and every failure counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.domain.users import LoginState, NewUser, ProfileChanges, User, UserRole
from platform_db.errors import AlreadyExists, PlatformError, RuleViolation
from tests.concurrency.books import as_auditor
from tests.concurrency.crowd import ARRANGED_ENTRIES, SIZE, USERS, Crowd
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.repositories.work import Work


def kinds(outcomes: list[User | PlatformError]) -> dict[str, int]:
    names = [type(it).__name__ for it in outcomes]
    return {name: names.count(name) for name in sorted(set(names))}


async def counted(crowd: Crowd, query: str) -> int:
    async with as_auditor(crowd.url) as connection:
        return await connection.fetchval(query)


# -- uniqueness ------------------------------------------------------------------------


async def test_one_address_in_sixteen_writings_is_one_account(crowd: Crowd) -> None:
    # given sixteen writings of one address
    def written(member: int) -> str:
        return (
            "".join(letter.upper() if member >> place & 1 else letter for place, letter in enumerate("depo"))
            + "@ornek-imalat.com.tr"
        )

    assert len({written(member) for member in range(SIZE)}) == SIZE

    # when all register at once
    async def register(member: int) -> User:
        async with crowd.database.unit_of_work() as work:
            return await work.users.register(NewUser(email=written(member)))

    outcomes = await crowd.at_once(register)

    # then one does, and the others learn which constraint it was
    assert kinds(outcomes) == {"AlreadyExists": 15, "User": 1}
    assert {it.constraint for it in outcomes if isinstance(it, AlreadyExists)} == {"uq_users_email"}
    assert await counted(crowd, "SELECT count(*) FROM users WHERE lower(email) = 'depo@ornek-imalat.com.tr'") == 1
    assert await counted(crowd, "SELECT count(*) FROM audit_logs") == ARRANGED_ENTRIES + 1


async def test_one_phone_number_is_of_one_account(crowd: Crowd) -> None:
    # when sixteen register with one number, and when eight change to another
    async def register(member: int) -> User:
        async with crowd.database.unit_of_work() as work:
            return await work.users.register(NewUser(email=f"tel{member}@ornek-imalat.com.tr", phone="0532 123 45 67"))

    async def change(member: int) -> User:
        async with crowd.database.unit_of_work(as_user=crowd.users[member]) as work:
            own = await work.users.get(crowd.users[member])
            return await work.users.change(own, ProfileChanges(phone="0533 123 45 67"))

    registered = await crowd.at_once(register)
    changed = await crowd.at_once(change, USERS)

    # then one of each has it
    assert kinds(registered) == {"AlreadyExists": 15, "User": 1}
    assert kinds(changed) == {"AlreadyExists": 7, "User": 1}
    assert {it.constraint for it in (*registered, *changed) if isinstance(it, AlreadyExists)} == {"uq_users_phone"}
    assert await counted(crowd, "SELECT count(*) FROM users WHERE phone IS NOT NULL") == 2


async def test_one_address_is_taken_by_one_of_sixteen(crowd: Crowd) -> None:
    async with crowd.database.unit_of_work() as work:
        made = [await work.users.register(NewUser(email=f"eski{n}@ornek-imalat.com.tr")) for n in range(SIZE)]

    async def change(member: int) -> User:
        async with crowd.database.unit_of_work() as work:
            return await work.users.change_email(made[member], f"{'Y' if member % 2 else 'y'}eni@ornek-imalat.com.tr")

    assert kinds(await crowd.at_once(change)) == {"AlreadyExists": 15, "User": 1}


# -- versions --------------------------------------------------------------------------


async def test_of_sixteen_acts_on_one_reading_one_is_done(crowd: Crowd) -> None:
    # given an account that sixteen have read
    async with crowd.database.unit_of_work() as work:
        made = await work.users.register(NewUser(email="okunan@ornek-imalat.com.tr"))
    acts: list[Callable[[Work], Awaitable[User]]] = [
        lambda work: work.users.suspend(made),
        lambda work: work.users.delete(made),
        lambda work: work.users.set_role(made, UserRole.VIEWER),
        lambda work: work.users.change(made, ProfileChanges(full_name="Başka")),
    ]

    # when each acts on it
    async def act(member: int) -> User:
        async with crowd.database.unit_of_work() as work:
            return await acts[member % len(acts)](work)

    outcomes = await crowd.at_once(act)

    # then one act is done, and recorded
    assert kinds(outcomes) == {"StaleVersion": 15, "User": 1}
    (won,) = [it for it in outcomes if isinstance(it, User)]
    async with crowd.database.unit_of_work() as work:
        assert await work.users.get(made.id) == won
        assert len((await work.audit.history("users", made.id)).items) == 2


async def test_an_address_is_verified_once_by_sixteen(crowd: Crowd) -> None:
    user = crowd.users[0]

    async def verify(member: int) -> User:
        del member
        async with crowd.database.unit_of_work() as work:
            return await work.users.verify_email(user, "muhasebe0@ornek-imalat.com.tr")

    outcomes = await crowd.at_once(verify)

    assert len({(it.email_verified_at, it.version) for it in outcomes if isinstance(it, User)}) == 1
    assert kinds(outcomes) == {"User": SIZE}
    assert await counted(crowd, "SELECT count(*) FROM audit_logs WHERE event_type = 'user.email_verified'") == 1


async def test_consents_given_at_once_are_all_kept(crowd: Crowd) -> None:
    user = crowd.users[0]

    async def give(member: int) -> User:
        async with crowd.database.unit_of_work(as_user=user) as work:
            return await work.users.give_consent(user, f"purpose_{member}", "1")

    assert kinds(await crowd.at_once(give)) == {"User": SIZE}
    async with crowd.database.unit_of_work() as work:
        assert len((await work.users.get(user)).consents) == SIZE


# -- sign-in ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["login", "otp"])
async def test_sixteen_failures_count_sixteen(crowd: Crowd, kind: str) -> None:
    user = crowd.users[0]
    counter = {"login": "failed_login_attempts", "otp": "otp_attempts"}[kind]

    # when sixteen attempts fail at once
    async def fail(member: int) -> LoginState:
        del member
        async with crowd.database.unit_of_work() as work:
            return await (work.users.record_failed_login if kind == "login" else work.users.record_failed_otp)(user)

    outcomes = await crowd.at_once(fail)

    # then each counted, and from the tenth on the account is locked until one instant
    states = sorted((it for it in outcomes if isinstance(it, LoginState)), key=lambda state: getattr(state, counter))
    assert [getattr(state, counter) for state in states] == list(range(1, SIZE + 1))
    assert [state.is_locked for state in states] == [False] * 9 + [True] * 7
    assert len({state.locked_until for state in states}) == 2
    assert await counted(crowd, f"SELECT {counter} FROM users WHERE locked_until IS NOT NULL") == SIZE  # noqa: S608
    assert await counted(crowd, f"SELECT count(*) FROM audit_logs WHERE event_type = 'user.{kind}_failed'") == SIZE  # noqa: S608


async def test_sixteen_requests_for_a_reset_count_sixteen(crowd: Crowd) -> None:
    user = crowd.users[0]

    async def ask(member: int) -> LoginState:
        del member
        async with crowd.database.unit_of_work() as work:
            return await work.users.record_reset_request(user)

    outcomes = await crowd.at_once(ask)

    assert sorted(it.reset_attempts for it in outcomes if isinstance(it, LoginState)) == list(range(1, SIZE + 1))
    assert await counted(crowd, "SELECT max(reset_attempts) FROM users WHERE locked_until IS NULL") == SIZE


async def test_a_lock_is_not_opened_by_sign_ins_beside_it(crowd: Crowd) -> None:
    # given a locked account
    user = crowd.users[0]
    async with crowd.database.unit_of_work() as work:
        for _ in range(10):
            await work.users.record_failed_login(user)

    # when sixteen right passwords come at once, then none opens it
    async def sign_in(member: int) -> User:
        del member
        async with crowd.database.unit_of_work() as work:
            return await work.users.record_login(user)

    outcomes = await crowd.at_once(sign_in)
    assert [it.rule for it in outcomes if isinstance(it, RuleViolation)] == ["users_sign_in_not_locked"] * SIZE


# -- erasure ---------------------------------------------------------------------------


async def test_sixteen_sweeps_erase_each_account_once(crowd: Crowd) -> None:
    # given forty accounts that are due
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    await connection.execute(
        "INSERT INTO users (email, status, deleted_at) SELECT 'giden' || n || '@ornek.com.tr', 'deleted', "
        "now() - interval '31 days' FROM generate_series(1, 40) n"
    )
    await connection.close()

    # when sixteen sweeps take at most five each
    async def sweep(member: int) -> tuple[User, ...]:
        del member
        async with crowd.database.unit_of_work() as work:
            return await work.users.anonymise_due(5)

    outcomes = await crowd.at_once(sweep)

    # then no account was swept twice, and all that were swept are erased
    swept = [user.id for batch in outcomes if isinstance(batch, tuple) for user in batch]
    assert len(swept) == len(set(swept))
    assert await counted(crowd, "SELECT count(*) FROM users WHERE anonymised_at IS NOT NULL") == len(swept)
    async with crowd.database.unit_of_work() as work:
        await work.users.anonymise_due()
    assert await counted(crowd, "SELECT count(*) FROM users WHERE anonymised_at IS NULL") == USERS
