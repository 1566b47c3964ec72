"""A row as an undone unit of work left it was never stored, though its version may be another row's by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.domain.users import NewUser, ProfileChanges
from platform_db.errors import NotFound, StaleVersion

if TYPE_CHECKING:
    from platform_db.domain.users import User
    from platform_db.repositories.work import Database


async def test_a_row_of_an_undone_unit_is_stale(database: Database) -> None:
    # given a change that was undone, and another that took its version
    async with database.unit_of_work() as work:
        first = await work.users.register(NewUser(email="muhasebe@ornek-imalat.com.tr"))
    undone: list[User] = []

    async def change_in_vain() -> None:
        async with database.unit_of_work() as work:
            undone.append(await work.users.change(first, ProfileChanges(full_name="Depo Sorumlusu")))
            await work.users.get(0)

    with pytest.raises(NotFound):
        await change_in_vain()
    async with database.unit_of_work() as work:
        stored = await work.users.change(first, ProfileChanges(company_name="Örnek İmalat A.Ş."))
    assert (undone[0].version, stored.version) == (2, 2)
    # when the undone row is changed, then it is stale, and what is stored stays
    with pytest.raises(StaleVersion, match="was never stored as it is here"):
        async with database.unit_of_work() as work:
            await work.users.change(undone[0], ProfileChanges(tax_office="Kadıköy"))
    async with database.unit_of_work() as work:
        assert await work.users.get(first.id) == stored
