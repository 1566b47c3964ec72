"""Licences: what a user may use now, what ends soon, what is over, and who sits on the seats."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.licenses import LicenseStatus, LicenseType
from platform_db.errors import NotFound
from platform_db.repositories.licenses import LicenseFilter
from tests.integration.clock import ago
from tests.integration.stored import new_user, store, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.integration.licensing.conftest import Licensed
    from tests.raw import Raw


async def assigned(worker: Raw, user: int, **columns: Any) -> int:  # noqa: ANN401 - columns
    row = {"user_id": user, "seats_used": 0, "auto_renew": False, "starts_at": ago(days=400), "ends_at": ago(days=-30)}
    return await store(worker, "licenses", **row | columns)


async def test_what_a_user_may_use_now_is_active_and_within_its_period(database: Database, worker: Raw) -> None:
    # given licences before, within and after their period, a suspended one, and somebody else's
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    later = await assigned(worker, user, type="enterprise", ends_at=ago(days=-60))
    sooner = await assigned(worker, user, type="basic", ends_at=ago(days=-30))
    await assigned(worker, user, type="basic", starts_at=ago(days=-30), ends_at=ago(days=-60))
    await assigned(worker, user, type="trial", ends_at=ago(seconds=1))
    await assigned(worker, user, type="professional", status="suspended")
    await assigned(worker, other)
    for as_user in (user, None):
        # when user and worker ask, then only those that run are there, the one that ends last first
        async with database.unit_of_work(as_user=as_user) as work:
            assert [found.id for found in await work.licenses.active(user)] == [later, sooner]
    async with database.unit_of_work(as_user=other) as work:
        assert await work.licenses.active(user) == ()


async def test_a_list_holds_what_its_filter_says(database: Database, worker: Raw) -> None:
    # given licences that end together, and some that differ in one thing
    users = [await new_user(worker, f"uye{number}") for number in range(3)]
    tied = [await assigned(worker, user) for user in users]
    trial = await assigned(worker, users[0], type="trial", ends_at=ago(days=-90))
    suspended = await assigned(worker, users[0], status="suspended", ends_at=ago(days=-60))
    beta = await assigned(worker, users[1], type="basic", features={"beta": True, "cam": 3}, ends_at=ago(days=1))
    asked = [
        (LicenseFilter(), [trial, suspended, *reversed(tied), beta]),
        (LicenseFilter(user_id=users[0]), [trial, suspended, tied[0]]),
        (LicenseFilter(type=LicenseType.TRIAL), [trial]),
        (LicenseFilter(status=LicenseStatus.SUSPENDED), [suspended]),
        (LicenseFilter(status=LicenseStatus.ACTIVE), [trial, *reversed(tied), beta]),
        (LicenseFilter(features={"beta": True}), [beta]),
    ]
    async with database.unit_of_work() as work:
        for chosen, expected in asked:
            # when they are listed in pages of two, then each is there once, the one that ends last first
            found = await to_the_end(lambda after, c=chosen: work.licenses.page(c, after=after, limit=2))
            assert [each.id for each in found] == expected


async def test_what_ends_within_a_week_is_listed_soonest_first(database: Database, worker: Raw) -> None:
    # given active licences that end at different times, two together, and one that is suspended
    users = [await new_user(worker, f"uye{number}") for number in range(6)]
    ends = [ago(days=-3), ago(days=-3), ago(days=-1), ago(days=-8), ago(seconds=1)]
    made = [await assigned(worker, user, ends_at=end) for user, end in zip(users, ends, strict=False)]
    await assigned(worker, users[5], status="suspended", ends_at=ago(days=-1))
    async with database.unit_of_work() as work:
        week = await to_the_end(lambda after: work.licenses.expiring(timedelta(days=7), after=after, limit=1))
    assert [found.id for found in week] == [made[2], made[0], made[1]]


async def test_what_is_over_is_due_to_expire(database: Database, worker: Raw) -> None:
    # given licences whose period is over in each state, and one that runs
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    suspended = await assigned(worker, user, status="suspended", ends_at=ago(days=9))
    late = await assigned(worker, user, ends_at=ago(seconds=1))
    early = await assigned(worker, other, ends_at=ago(days=1))
    await assigned(worker, user, status="expired", ends_at=ago(days=5))
    await assigned(worker, user, type="enterprise")
    async with database.unit_of_work() as work:
        # when the sweep asks, then active ones come first, each state's longest ago first
        assert [found.id for found in await work.licenses.due_to_expire()] == [early, late, suspended]
        assert [found.id for found in await work.licenses.due_to_expire(2)] == [early, late]


async def test_seats_are_listed_by_holder(database: Database, three_seats: Licensed) -> None:
    # given a licence with its three seats taken
    await three_seats.take("user:9", "user:10", "machine:1")
    async with database.unit_of_work() as work:
        seats = await to_the_end(lambda after: work.licenses.seats(three_seats.license, after=after, limit=2))
        assert [seat.holder for seat in seats] == ["machine:1", "user:10", "user:9"]
        assert (await work.licenses.seats(three_seats.license + 1)).items == ()
        assert (await work.licenses.get(three_seats.license)).seats_used == 3
    # then its owner sees them, and nobody else
    async with database.unit_of_work(as_user=three_seats.user) as work:
        assert len((await work.licenses.seats(three_seats.license)).items) == 3
    async with database.unit_of_work(as_user=three_seats.user + 1) as work:
        assert (await work.licenses.seats(three_seats.license)).items == ()
        with pytest.raises(NotFound):
            await work.licenses.get(three_seats.license)
