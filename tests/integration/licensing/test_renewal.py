"""Licences that renew are renewed ahead of their end: the next period is a licence of its own, stored once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.licenses import LicenseStatus, LicenseType, NewLicense, months_later
from platform_db.errors import RuleViolation
from platform_db.repositories.licenses import LicenseFilter
from tests.integration.clock import ago, ahead
from tests.integration.stored import new_user, store

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

WEEK = timedelta(days=7)


async def assigned(worker: Raw, user: int, ends_at: datetime, **columns: Any) -> int:  # noqa: ANN401 - columns
    """Store a licence that renews."""
    row = {"user_id": user, "seats_used": 0, "auto_renew": True, "starts_at": ago(days=20), "ends_at": ends_at}
    return await store(worker, "licenses", **row | columns)


async def test_the_next_period_adjoins_on_the_same_terms(database: Database, worker: Raw) -> None:
    # given a licence of a year that ends within the week, with a seat taken
    user = await new_user(worker, "ayse")
    start = ago(days=360)
    async with database.unit_of_work() as work:
        licence = await work.licenses.assign(
            NewLicense(
                user_id=user,
                type=LicenseType.ENTERPRISE,
                seats=9,
                features={"simulation": True},
                starts_at=start,
                ends_at=months_later(start, 12),
                auto_renew=True,
            )
        )
        await work.licenses.take_seat(licence.id, "tezgah-1")
    # when those due are renewed, twice
    async with database.unit_of_work() as work:
        (renewal,) = await work.licenses.renew_due(WEEK)
    async with database.unit_of_work() as work:
        assert await work.licenses.renew_due(WEEK) == ()
        # then there is one more licence, which renews in its turn
        listed = (await work.licenses.page(LicenseFilter(user_id=user))).items
        following = renewal.following
        assert following is not None
        assert listed == (following, renewal.ending)
        assert renewal.ending == licence.model_copy(
            update={"auto_renew": False, "seats_used": 1, "version": 3, "updated_at": renewal.ending.updated_at}
        )
        assert (following.starts_at, following.ends_at) == (licence.ends_at, months_later(licence.ends_at, 12))
        assert (following.type, following.seats, following.seats_used) == (LicenseType.ENTERPRISE, 9, 0)
        assert (following.features, following.auto_renew) == ({"simulation": True}, True)
        assert following.status is LicenseStatus.ACTIVE
        assert await work.licenses.active(user) == (renewal.ending,)
        # and the log says of each what became of it
        entries = [(await work.audit.history("licenses", each.id)).items[0] for each in (licence, following)]
    assert [(entry.action, entry.event_type, entry.payload) for entry in entries] == [
        (
            AuditAction.UPDATE,
            "license.renewed",
            {"before": {"auto_renew": True}, "after": {"auto_renew": False, "followed_by": following.id}},
        ),
        (
            AuditAction.CREATE,
            "license.assigned",
            {
                "after": {
                    "user_id": user,
                    "type": "enterprise",
                    "seats": 9,
                    "features": {"simulation": True},
                    "starts_at": following.starts_at.isoformat(),
                    "ends_at": following.ends_at.isoformat(),
                    "auto_renew": True,
                    "follows": licence.id,
                }
            },
        ),
    ]


async def test_only_what_runs_and_ends_soon_is_renewed_soonest_first(database: Database, worker: Raw) -> None:
    users = [await new_user(worker, f"uye{place}") for place in range(8)]
    third = await assigned(worker, users[0], ahead(days=3))
    first = await assigned(worker, users[1], ahead(days=1))
    second = await assigned(worker, users[2], ahead(days=2))
    left = [
        await assigned(worker, users[3], ahead(days=8)),
        await assigned(worker, users[4], ahead(days=1), auto_renew=False),
        await assigned(worker, users[5], ahead(days=1), status="suspended"),
        await assigned(worker, users[6], ago(seconds=1)),
        await assigned(worker, users[7], ahead(days=2), starts_at=ahead(days=1)),
    ]
    async with database.unit_of_work() as work:
        before = [await work.licenses.get(each) for each in left]
        # when they are renewed in batches of two
        batches = [await work.licenses.renew_due(WEEK, 2) for _ in range(3)]
        # then each is renewed once, and the others are as they were
        assert [[each.ending.id for each in batch] for batch in batches] == [[first, second], [third], []]
        assert [await work.licenses.get(each) for each in left] == before
        assert await work.licenses.count() == 8 + 3


async def test_a_period_that_is_taken_is_not_stored_and_stops_nobody(database: Database, worker: Raw) -> None:
    # given a licence whose next period another one has already, and one that can be renewed
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    taken = await assigned(worker, user, ahead(days=1))
    bought = await assigned(worker, user, ahead(days=90), starts_at=ahead(days=10), auto_renew=False)
    free = await assigned(worker, other, ahead(days=2))
    async with database.unit_of_work() as work:
        refused, renewed = await work.licenses.renew_due(WEEK)
    # then the first renews no more, and the log says so
    assert (refused.ending.id, refused.ending.auto_renew, refused.following) == (taken, False, None)
    assert renewed.ending.id == free
    assert renewed.following is not None
    async with database.unit_of_work() as work:
        assert await work.licenses.renew_due(WEEK) == ()
        listed = (await work.licenses.page(LicenseFilter(user_id=user))).items
        assert [each.id for each in listed] == [bought, taken]
        (entry,) = (await work.audit.history("licenses", taken)).items
    assert (entry.action, entry.event_type) == (AuditAction.UPDATE, "license.not_renewed")
    assert entry.payload == {"before": {"auto_renew": True}, "after": {"auto_renew": False}}


async def test_what_was_renewed_ahead_is_a_licence_of_its_own(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    await assigned(worker, user, ahead(days=1))
    async with database.unit_of_work() as work:
        (renewal,) = await work.licenses.renew_due(WEEK)
        assert renewal.following is not None
        # when the customer does not want it after all
        await work.licenses.cancel(renewal.following, "Yenileme istenmedi")
        # then this period runs to its end, and is not renewed again
        assert await work.licenses.active(user) == (renewal.ending,)
        assert await work.licenses.renew_due(WEEK) == ()


@pytest.mark.parametrize("within", [timedelta(0), timedelta(days=-1), timedelta(days=3654)])
async def test_ahead_is_a_span_of_up_to_ten_years(database: Database, within: timedelta) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refusal:
            await work.licenses.renew_due(within)
    assert refusal.value.rule == "span_range"
