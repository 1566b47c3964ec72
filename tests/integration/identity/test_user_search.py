"""Users are found by a part of their address or name, in any case and with any i; and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from platform_db.domain.users import UserRole, UserStatus
from platform_db.repositories.users import UserFilter
from tests.integration.clock import ago
from tests.integration.identity.accounts import account
from tests.integration.stored import to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw


async def names(database: Database, chosen: UserFilter) -> list[str]:
    async with database.unit_of_work() as work:
        found = await to_the_end(lambda after: work.users.page(chosen, after=after, limit=2))
        assert await work.users.count(chosen) == len(found)
    return sorted(user.email.partition("@")[0] for user in found)


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("ışık", ["isik"]),
        ("IŞIK", ["isik"]),
        ("işik", ["isik"]),
        ("İLKER", ["ilker"]),
        ("ilker", ["ilker"]),
        ("ılker", ["ilker"]),
        ("Çağlar", ["ilker"]),
        ("ÇAĞLAR", ["ilker"]),
        ("isik@ornek", ["isik"]),
        ("ORNEK-IMALAT", ["adsiz", "ilker", "isik"]),
        ("ornek-ımalat", ["adsiz", "ilker", "isik"]),
        ("Adsiz", ["adsiz"]),
        ("%", []),
        ("_", []),
        ("o'nun", []),
        ("yok", []),
    ],
)
async def test_a_part_of_the_address_or_name_finds_the_account(
    database: Database, worker: Raw, sought: str, found: list[str]
) -> None:
    # given names with every Turkish letter in question
    await account(worker, "isik", full_name="Ayşe IŞIK")
    await account(worker, "ilker", full_name="İlker Çağlar")
    await account(worker, "adsiz", full_name=None)
    # when a part is sought, then those who have it are found
    assert await names(database, UserFilter(mentions=sought)) == found


async def test_the_beginning_of_the_address_or_name_finds_the_account(database: Database, worker: Raw) -> None:
    await account(worker, "isik", full_name="Ayşe IŞIK")
    await account(worker, "ayse", full_name="İlker Çağlar", role="viewer")
    assert await names(database, UserFilter(begins="AYŞE")) == ["isik"]
    assert await names(database, UserFilter(begins="Ayse")) == ["ayse"]
    assert await names(database, UserFilter(begins="ay")) == ["ayse", "isik"]
    assert await names(database, UserFilter(begins="ışık")) == []
    assert await names(database, UserFilter(begins="ay", role=UserRole.VIEWER)) == ["ayse"]
    assert await names(database, UserFilter(begins="ay", mentions="çağ")) == ["ayse"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 201, "a\0b"])
def test_a_text_to_search_for_has_a_bound(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        UserFilter(mentions=text)
    assert not text.strip() or text not in str(refused.value)


async def test_accounts_are_counted_by_role_and_status_in_one_statement(database: Database, worker: Raw) -> None:
    # given accounts of some roles and states
    for number, (role, status) in enumerate(
        [("admin", "active"), ("admin", "active"), ("admin", "deleted"), ("buyer", "active"), ("buyer", "pending")]
    ):
        gone = ago(days=1) if status == "deleted" else None
        await account(worker, f"uye{number}", role=role, status=status, deleted_at=gone)
    # when they are counted
    async with database.unit_of_work() as work:
        counts = await work.users.counts()
    # then each is there once
    assert counts.of == {
        (UserRole.ADMIN, UserStatus.ACTIVE): 2,
        (UserRole.ADMIN, UserStatus.DELETED): 1,
        (UserRole.BUYER, UserStatus.ACTIVE): 1,
        (UserRole.BUYER, UserStatus.PENDING): 1,
    }
    assert counts.total == 5
    assert counts.by_role == {UserRole.ADMIN: 3, UserRole.BUYER: 2}
    assert counts.by_status == {UserStatus.ACTIVE: 3, UserStatus.DELETED: 1, UserStatus.PENDING: 1}
    assert counts.by_role[UserRole.SYSTEM] == 0


async def test_a_user_counts_only_the_own_account(database: Database, worker: Raw) -> None:
    own = await account(worker, "kendi")
    await account(worker, "baska")
    async with database.unit_of_work(as_user=own) as work:
        assert (await work.users.counts()).total == 1
        assert [user.id for user in (await work.users.page(UserFilter(mentions="ornek"))).items] == [own]
