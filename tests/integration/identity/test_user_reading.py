"""Users are listed by what an administrator asks; sweeps find those who are due, by the database's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.users import UserRole, UserStatus
from platform_db.errors import RuleViolation
from platform_db.repositories.users import UserFilter
from tests.integration.clock import ago
from tests.integration.stored import store, to_the_end

if TYPE_CHECKING:
    from platform_db.domain.json_values import JsonObject
    from platform_db.repositories.work import Database
    from tests.raw import Raw


async def account(worker: Raw, name: str, **columns: Any) -> int:  # noqa: ANN401 - columns
    row = {"email": f"{name}@ornek-imalat.com.tr", "phone": None, "phone_verified_at": None, "last_login_at": None}
    return await store(worker, "users", **row | columns)


async def test_a_list_holds_what_its_filter_says(database: Database, worker: Raw) -> None:
    # given users who differ in one thing each
    tckn = {"tax_number": "10000000146", "tax_number_kind": "tckn"}
    admin = await account(worker, "yonetici", role="admin")
    suspended = await account(worker, "askida", status="suspended")
    wishing = await account(worker, "tercihli", metadata={"theme": "dark", "beta": True})
    person = await account(worker, "kisi", **tckn)
    namesake = await account(worker, "adas", **tckn)
    asked: list[tuple[UserFilter, list[int]]] = [
        (UserFilter(role=UserRole.ADMIN), [admin]),
        (UserFilter(status=UserStatus.SUSPENDED), [suspended]),
        (UserFilter(role=UserRole.ADMIN, status=UserStatus.SUSPENDED), []),
        (UserFilter(preferences={"beta": True}), [wishing]),
        (UserFilter(tax_number="10000000146"), [namesake, person]),
    ]
    async with database.unit_of_work() as work:
        for chosen, expected in asked:
            # when they are listed and counted, then only they are there, newest first
            assert [user.id for user in (await work.users.page(chosen)).items] == expected
            assert await work.users.count(chosen) == len(expected)


async def test_who_signed_in_since_an_instant_is_counted(database: Database, worker: Raw) -> None:
    # given a sign-in at the instant, one before it, and a user who never signed in
    since = ago(days=30)
    await account(worker, "o-anda", last_login_at=since)
    await account(worker, "once", last_login_at=ago(days=30, seconds=1))
    await account(worker, "hic")
    async with database.unit_of_work() as work:
        assert await work.users.count(UserFilter(signed_in_since=since)) == 1
        assert await work.users.count() == 3


async def test_locked_accounts_are_those_whose_lock_is_not_over(database: Database, worker: Raw) -> None:
    # given locks that end at three instants, two of them together, one that is over and an account without
    later = await account(worker, "sonra", locked_until=ago(hours=-2))
    tied = [await account(worker, f"birlikte{number}", locked_until=ago(hours=-1)) for number in range(3)]
    await account(worker, "bitti", locked_until=ago(seconds=1))
    await account(worker, "kilitsiz")
    # when they are read in pages of two
    async with database.unit_of_work() as work:
        locked = await to_the_end(lambda after: work.users.locked(after=after, limit=2))
    # then each is there once, first those whose lock ends first
    assert [user.id for user in locked] == [*tied, later]


async def test_deleted_accounts_are_due_for_anonymising_after_thirty_days(database: Database, worker: Raw) -> None:
    # given accounts deleted at different times, one anonymised already
    erased = dict.fromkeys(
        ("password_hash", "full_name", "company_name", "tax_number", "tax_number_kind", "tax_office", "address")
    )
    due = await account(worker, "dolmus", status="deleted", deleted_at=ago(days=30, minutes=1))
    longer = await account(worker, "coktan", status="deleted", deleted_at=ago(days=90))
    await account(worker, "bekliyor", status="deleted", deleted_at=ago(days=29))
    await account(
        worker, "silik", status="deleted", deleted_at=ago(days=99), anonymised_at=ago(days=1), metadata=None, **erased
    )
    await account(worker, "etkin")
    async with database.unit_of_work() as work:
        # when the sweep asks, then those past their thirty days come, longest ago first, and no more than it wants
        assert [user.id for user in await work.users.due_for_anonymising()] == [longer, due]
        assert [user.id for user in await work.users.due_for_anonymising(1)] == [longer]


async def test_a_sweep_has_a_bound(database: Database) -> None:
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.users.due_for_anonymising(1001)
    assert refused.value.rule == "page_limit"


async def test_a_user_finds_only_the_own_account(database: Database, worker: Raw) -> None:
    # given two locked accounts
    own = await account(worker, "kendi", locked_until=ago(hours=-1))
    await account(worker, "baska", locked_until=ago(hours=-1))
    # when one of them asks, then it is alone
    async with database.unit_of_work(as_user=own) as work:
        assert [user.id for user in (await work.users.locked()).items] == [own]
        assert await work.users.count() == 1


async def test_a_cursor_of_another_list_is_refused(database: Database, worker: Raw) -> None:
    for number in range(3):
        await account(worker, f"uye{number}", locked_until=ago(hours=-1))
    async with database.unit_of_work() as work:
        cursor = (await work.users.locked(limit=2)).next_cursor
        with pytest.raises(RuleViolation) as refused:
            await work.users.page(after=cursor)
    assert refused.value.rule == "page_cursor"


async def test_equal_filters_share_their_cursors(database: Database, worker: Raw) -> None:
    # given three users of one wish, and the beginning of their list
    wish: JsonObject = {"beta": True, "theme": "dark"}
    made = [await account(worker, f"uye{number}", metadata=wish) for number in range(3)]
    async with database.unit_of_work() as work:
        begun = await work.users.page(UserFilter(preferences=wish), limit=2)
        # when it is continued by the same wish, told in another order
        told = UserFilter(preferences={"theme": "dark", "beta": True})
        rest = await work.users.page(told, after=begun.next_cursor)
    assert [user.id for user in (*begun.items, *rest.items)] == made[::-1]
