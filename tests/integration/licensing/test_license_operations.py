"""Licences are assigned where none overlaps, and changed as they were read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.instants import ISTANBUL
from platform_db.domain.licenses import LicenseStatus, LicenseType, NewLicense
from platform_db.errors import AlreadyExists, NotAllowed, NotFound, RuleViolation, StaleVersion, StillReferenced
from platform_db.repositories.licenses import LicenseFilter
from tests.integration.clock import ago, ahead
from tests.integration.stored import new_user

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

OVERLAP = "ex_licenses_no_overlap"


@pytest_asyncio.fixture(loop_scope="session")
async def user(worker: Raw) -> int:
    return await new_user(worker, "lisans")


def new(user: int, **changes: Any) -> NewLicense:  # noqa: ANN401 - fields
    given: dict[str, Any] = {
        "user_id": user,
        "type": LicenseType.BASIC,
        "seats": 2,
        "starts_at": ago(days=10),
        "ends_at": ahead(days=20),
    }
    return NewLicense(**{**given, **changes})


async def told(work: Work, licence: int) -> list[tuple[AuditAction, str | None, dict[str, object]]]:
    """What the log says of a licence, in order."""
    entries = (await work.audit.history("licenses", licence)).items
    return [(entry.action, entry.event_type, dict(entry.payload)) for entry in reversed(entries)]


async def last_told(database: Database, licence: int) -> tuple[AuditAction, str | None, dict[str, object]]:
    async with database.unit_of_work() as work:
        return (await told(work, licence))[-1]


# -- assigning ---------------------------------------------------------------------------


async def test_an_assigned_licence_is_active_and_told(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        licence = await work.licenses.assign(new(user, features={"cam": True}, auto_renew=True))

    assert (licence.status, licence.seats, licence.seats_used, licence.version) == (LicenseStatus.ACTIVE, 2, 0, 1)
    async with database.unit_of_work(as_user=user) as work:
        assert await work.licenses.active(user) == (licence,)
    assert await last_told(database, licence.id) == (
        AuditAction.CREATE,
        "license.assigned",
        {
            "after": {
                "user_id": user,
                "type": "basic",
                "seats": 2,
                "features": {"cam": True},
                "starts_at": ago(days=10).isoformat(),
                "ends_at": ahead(days=20).isoformat(),
                "auto_renew": True,
            }
        },
    )


@pytest.mark.parametrize(("starts", "ends"), [(-10, 20), (19, 60), (-40, -9)], ids=["same", "its end", "its beginning"])
async def test_a_licence_of_the_plan_that_overlaps_is_refused(
    database: Database, user: int, starts: int, ends: int
) -> None:
    async with database.unit_of_work() as work:
        first = await work.licenses.assign(new(user))

    async with database.unit_of_work() as work:
        with pytest.raises(AlreadyExists) as refusal:
            await work.licenses.assign(new(user, starts_at=ahead(days=starts), ends_at=ahead(days=ends)))
        # then the unit of work goes on, and nothing was stored
        assert await work.licenses.count(LicenseFilter(user_id=user)) == 1
        assert len(await told(work, first.id)) == 1
    assert (refusal.value.constraint, refusal.value.entity) == (OVERLAP, "licenses")
    assert refusal.value.fields == ("user_id", "type", "starts_at", "ends_at")


async def test_what_does_not_overlap_is_assigned(database: Database, worker: Raw, user: int) -> None:
    other = await new_user(worker, "baska")
    async with database.unit_of_work() as work:
        first = await work.licenses.assign(new(user))
        before = await work.licenses.assign(new(user, starts_at=ago(days=30), ends_at=first.starts_at))
        after = await work.licenses.assign(new(user, starts_at=first.ends_at, ends_at=ahead(days=60)))
        plan = await work.licenses.assign(new(user, type=LicenseType.ENTERPRISE))
        theirs = await work.licenses.assign(new(other))
        gone = await work.licenses.cancel(await work.licenses.get(first.id), "Yanlış plan")
        instead = await work.licenses.assign(new(user))
        listed = [each.id async for each in work.licenses.stream()]

    assert listed == [each.id for each in (first, before, after, plan, theirs, instead)]
    assert gone.status is LicenseStatus.CANCELLED


async def test_a_licence_needs_its_user_and_the_worker(database: Database, user: int) -> None:
    with pytest.raises(StillReferenced) as refusal:
        async with database.unit_of_work() as work:
            await work.licenses.assign(new(10**6))
    assert refusal.value.constraint == "fk_licenses_user_id_users"
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.licenses.assign(new(user))
    async with database.unit_of_work() as work:
        assert not await work.licenses.exists()


# -- changing ----------------------------------------------------------------------------


async def test_a_licence_is_extended_at_its_end_by_months_of_istanbul(database: Database, user: int) -> None:
    january = datetime(2027, 1, 31, tzinfo=ISTANBUL)
    async with database.unit_of_work() as work:
        licence = await work.licenses.assign(new(user, ends_at=january))
        once = await work.licenses.extend(licence, 1)
        with pytest.raises(StaleVersion):
            await work.licenses.extend(licence, 1)
        twice = await work.licenses.extend(once, 12)

    assert once.ends_at == datetime(2027, 2, 28, tzinfo=ISTANBUL)
    assert twice.ends_at == datetime(2028, 2, 28, tzinfo=ISTANBUL)
    assert (twice.starts_at, twice.version) == (licence.starts_at, 3)
    async with database.unit_of_work() as work:
        assert (await told(work, licence.id))[1] == (
            AuditAction.UPDATE,
            "license.extended",
            {"before": {"ends_at": "2027-01-30T21:00:00+00:00"}, "after": {"ends_at": "2027-02-27T21:00:00+00:00"}},
        )


async def test_a_licence_is_not_extended_into_the_next(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        licence = await work.licenses.assign(new(user))
        await work.licenses.assign(new(user, starts_at=ahead(days=30), ends_at=ahead(days=90)))
        with pytest.raises(AlreadyExists) as refusal:
            async with work.savepoint():
                await work.licenses.extend(licence, 1)

        assert refusal.value.constraint == OVERLAP
        assert await work.licenses.get(licence.id) == licence


async def test_a_cancelled_licence_says_when_and_why_and_stays_so(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        licence = await work.licenses.assign(new(user, auto_renew=True))
    async with database.unit_of_work() as work:
        cancelled = await work.licenses.cancel(licence, "Müşteri vazgeçti")
        assert await work.licenses.active(user) == ()

    assert (cancelled.status, cancelled.auto_renew) == (LicenseStatus.CANCELLED, False)
    assert cancelled.cancelled_at is not None
    assert licence.updated_at < cancelled.cancelled_at <= cancelled.updated_at
    entry = (
        AuditAction.UPDATE,
        "license.cancelled",
        {
            "before": {"status": "active", "cancellation_reason": None, "auto_renew": True, "cancelled_at": None},
            "after": {
                "status": "cancelled",
                "cancellation_reason": "[personal]",
                "auto_renew": False,
                "cancelled_at": cancelled.cancelled_at.isoformat(),
            },
        },
    )
    assert await last_told(database, licence.id) == entry
    # when anything more is asked of it, then it stays as it ended
    async with database.unit_of_work() as work:
        for act in (
            lambda: work.licenses.cancel(cancelled, "Yine"),
            lambda: work.licenses.resume(cancelled),
            lambda: work.licenses.extend(cancelled, 1),
            lambda: work.licenses.change_seats(cancelled, 9),
            lambda: work.licenses.renew_automatically(cancelled),
        ):
            with pytest.raises(RuleViolation):
                await act()
        assert await work.licenses.get(licence.id) == cancelled
    assert await last_told(database, licence.id) == entry


async def test_a_suspended_licence_runs_on_and_is_resumed(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        licence = await work.licenses.assign(new(user))
        suspended = await work.licenses.suspend(licence)
        assert await work.licenses.active(user) == ()
        assert await work.licenses.suspend(suspended) is suspended
        resumed = await work.licenses.resume(suspended)
        assert await work.licenses.resume(resumed) is resumed
        assert await work.licenses.active(user) == (resumed,)

    assert (resumed.ends_at, resumed.version) == (licence.ends_at, 3)
    async with database.unit_of_work() as work:
        active, suspended_ = {"status": "active"}, {"status": "suspended"}
        assert (await told(work, licence.id))[1:] == [
            (AuditAction.UPDATE, "license.suspended", {"before": active, "after": suspended_}),
            (AuditAction.UPDATE, "license.resumed", {"before": suspended_, "after": active}),
        ]


async def test_a_licence_whose_place_is_taken_is_not_resumed(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        suspended = await work.licenses.suspend(await work.licenses.assign(new(user)))
        await work.licenses.assign(new(user))
        with pytest.raises(AlreadyExists) as refusal:
            async with work.savepoint():
                await work.licenses.resume(suspended)

        assert refusal.value.constraint == OVERLAP
        assert await work.licenses.get(suspended.id) == suspended


async def test_seats_change_but_not_below_those_in_use(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        licence = await work.licenses.assign(new(user, seats=3))
        for holder in ("a", "b"):
            await work.licenses.take_seat(licence.id, holder)
        with pytest.raises(StaleVersion):
            await work.licenses.change_seats(licence, 2)
        seated = await work.licenses.get_for_update(licence.id)
        with pytest.raises(RuleViolation) as refusal:
            await work.licenses.change_seats(seated, 1)
        fewer = await work.licenses.change_seats(seated, 2)

    assert refusal.value.rule == "ck_licenses_seats_used_within_seats"
    assert (fewer.seats, fewer.seats_used) == (2, 2)
    assert await last_told(database, licence.id) == (
        AuditAction.UPDATE,
        "license.seats_changed",
        {"before": {"seats": 3}, "after": {"seats": 2}},
    )


async def test_renewing_is_turned_on_and_off(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        licence = await work.licenses.assign(new(user))
        assert await work.licenses.stop_renewing(licence) is licence
        renewing = await work.licenses.renew_automatically(licence)
        ending = await work.licenses.stop_renewing(renewing)

    assert (renewing.auto_renew, ending.auto_renew, ending.version) == (True, False, 3)
    async with database.unit_of_work() as work:
        on, off = {"auto_renew": True}, {"auto_renew": False}
        assert (await told(work, licence.id))[1:] == [
            (AuditAction.UPDATE, "license.auto_renew_on", {"before": off, "after": on}),
            (AuditAction.UPDATE, "license.auto_renew_off", {"before": on, "after": off}),
        ]


async def test_what_moved_on_is_read_again(database: Database, user: int) -> None:
    # given a licence with a seat that was taken after it was read
    async with database.unit_of_work() as work:
        read = await work.licenses.assign(new(user))
        await work.licenses.take_seat(read.id, "tezgah-1")
        stored = await work.licenses.get(read.id)
    async with database.unit_of_work() as work:
        licenses = work.licenses
        for act in (
            lambda: licenses.extend(read, 1),
            lambda: licenses.suspend(read),
            lambda: licenses.resume(read.model_copy(update={"status": LicenseStatus.SUSPENDED})),
            lambda: licenses.cancel(read, "Vazgeçti"),
            lambda: licenses.change_seats(read, 9),
            lambda: licenses.renew_automatically(read),
            lambda: licenses.stop_renewing(read.model_copy(update={"auto_renew": True})),
        ):
            with pytest.raises(StaleVersion):
                await act()
    # then nothing was stored, and nothing is told
    async with database.unit_of_work() as work:
        assert await work.licenses.get(read.id) == stored
        assert [event for _, event, _ in await told(work, read.id)] == ["license.assigned", "license.seat_taken"]


async def test_a_licence_that_is_not_there_is_not_changed(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        licence = await work.licenses.assign(new(user))
        with pytest.raises(NotFound):
            await work.licenses.suspend(licence.model_copy(update={"id": 10**6}))
    # and its user changes nothing
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.licenses.suspend(licence)
    async with database.unit_of_work() as work:
        assert await work.licenses.get(licence.id) == licence
