"""A holder takes a seat of a licence that runs now, once, and gives it back, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.license_seats import Release, Taking
from platform_db.domain.licenses import License, LicenseType, NewLicense
from platform_db.errors import NotAllowed, NotFound, RuleViolation
from tests.integration.clock import ago, ahead
from tests.integration.stored import new_user, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

FULL = "ck_licenses_seats_used_within_seats"
NOT_ACTIVE = "ck_license_seats_license_is_active"


@pytest_asyncio.fixture(loop_scope="session")
async def licence(database: Database, worker: Raw) -> License:
    """A licence of two seats that runs now."""
    user = await new_user(worker, "koltuk")
    async with database.unit_of_work() as work:
        return await work.licenses.assign(
            NewLicense(user_id=user, type=LicenseType.BASIC, seats=2, starts_at=ago(days=1), ends_at=ahead(days=30))
        )


async def holders(work: Work, licence: License) -> tuple[list[str], int]:
    """Who has a seat, and how many the licence counts."""
    seats = await to_the_end(lambda after: work.licenses.seats(licence.id, after=after))
    return [seat.holder for seat in seats], (await work.licenses.get(licence.id)).seats_used


async def test_a_seat_is_taken_once_and_released_once(database: Database, licence: License) -> None:
    async with database.unit_of_work() as work:
        first = await work.licenses.take_seat(licence.id, "tezgah-1")
    async with database.unit_of_work() as work:
        again = await work.licenses.take_seat(licence.id, "tezgah-1")
        assert await work.licenses.seat(licence.id, "tezgah-1") == first.seat
        assert await holders(work, licence) == (["tezgah-1"], 1)
    async with database.unit_of_work() as work:
        released = [await work.licenses.release_seat(licence.id, "tezgah-1") for _ in range(2)]
        assert await holders(work, licence) == ([], 0)
        with pytest.raises(NotFound):
            await work.licenses.seat(licence.id, "tezgah-1")

    assert (first.outcome, again.outcome, again.seat) == (Taking.TAKEN, Taking.HELD, first.seat)
    assert (first.seat.license_id, first.seat.holder) == (licence.id, "tezgah-1")
    assert released == [Release.RELEASED, Release.NOT_HELD]


async def test_the_log_tells_what_changed_and_not_who_sat_there(database: Database, licence: License) -> None:
    async with database.unit_of_work() as work:
        for _ in range(2):
            await work.licenses.take_seat(licence.id, "ayse@ornek-imalat.com.tr")
        for _ in range(2):
            await work.licenses.release_seat(licence.id, "ayse@ornek-imalat.com.tr")
    async with database.unit_of_work() as work:
        entries = (await work.audit.history("licenses", licence.id)).items
        kept = (await work.personal_data.kept_about(licence.user_id)).items

    taken, released = entries[1], entries[0]
    assert [(entry.action, entry.event_type) for entry in entries] == [
        (AuditAction.UPDATE, "license.seat_released"),
        (AuditAction.UPDATE, "license.seat_taken"),
        (AuditAction.CREATE, "license.assigned"),
    ]
    assert taken.payload == {
        "before": {"seats_used": 0},
        "after": {"seats_used": 1},
        "personal": {"after.holder": kept[0].commitment},
    }
    assert released.payload == {
        "before": {"seats_used": 1},
        "after": {"seats_used": 0},
        "personal": {"before.holder": kept[1].commitment},
    }
    assert [(each.field, each.value) for each in kept] == [
        ("after.holder", "ayse@ornek-imalat.com.tr"),
        ("before.holder", "ayse@ornek-imalat.com.tr"),
    ]


async def test_a_seat_too_many_is_refused_and_the_unit_of_work_goes_on(database: Database, licence: License) -> None:
    async with database.unit_of_work() as work:
        for holder in ("a", "b"):
            await work.licenses.take_seat(licence.id, holder)
        with pytest.raises(RuleViolation) as refusal:
            await work.licenses.take_seat(licence.id, "c")
        # who has a seat of the full licence keeps it
        assert (await work.licenses.take_seat(licence.id, "b")).outcome is Taking.HELD
        # and one that was given back is free
        await work.licenses.release_seat(licence.id, "a")
        assert (await work.licenses.take_seat(licence.id, "c")).outcome is Taking.TAKEN
    async with database.unit_of_work() as work:
        assert await holders(work, licence) == (["b", "c"], 2)
    assert refusal.value.rule == FULL


async def test_no_version_is_needed_and_every_change_counts(database: Database, licence: License) -> None:
    async with database.unit_of_work() as work:
        await work.licenses.take_seat(licence.id, "a")
        await work.licenses.take_seat(licence.id, "b")
        assert (await work.licenses.get(licence.id)).version == licence.version + 2


@pytest.mark.parametrize("state", ["suspended", "cancelled", "expired", "not begun", "over"])
async def test_a_licence_that_does_not_run_has_no_seats_to_take(
    database: Database, worker: Raw, licence: License, state: str
) -> None:
    # given a licence with a seat taken, that was then stopped, ended or moved
    columns = {
        "suspended": "status = 'suspended'",
        "cancelled": "status = 'cancelled', cancelled_at = now(), cancellation_reason = 'Vazgeçti'",
        "expired": "status = 'expired'",
        "not begun": "starts_at = now() + interval '1 minute'",
        "over": "ends_at = now() - interval '1 second'",
    }
    async with database.unit_of_work() as work:
        await work.licenses.take_seat(licence.id, "a")
    await worker.execute(f"UPDATE licenses SET {columns[state]} WHERE id = $1", licence.id)  # noqa: S608
    async with database.unit_of_work() as work:
        # when a seat is asked for, also by who has one, then it is refused
        for holder in ("a", "b"):
            with pytest.raises(RuleViolation) as refusal:
                await work.licenses.take_seat(licence.id, holder)
            assert (refusal.value.rule, refusal.value.fields) == (NOT_ACTIVE, ("license_id",))
        assert await holders(work, licence) == (["a"], 1)
        # and what is taken can be given back
        assert await work.licenses.release_seat(licence.id, "a") is Release.RELEASED
        assert await holders(work, licence) == ([], 0)


@pytest.mark.parametrize(
    ("holder", "rule"),
    [
        ("", "ck_license_seats_holder_length"),
        ("x" * 256, "ck_license_seats_holder_length"),
        (7, "license_seats_holder_type"),
    ],
)
async def test_a_holder_has_a_key(database: Database, licence: License, holder: Any, rule: str) -> None:  # noqa: ANN401
    async with database.unit_of_work() as work:
        for act in (work.licenses.take_seat, work.licenses.release_seat, work.licenses.seat):
            with pytest.raises(RuleViolation) as refusal:
                await act(licence.id, holder)
            assert refusal.value.rule == rule
        assert await holders(work, licence) == ([], 0)


async def test_seats_are_the_workers_and_of_a_licence_that_is_there(database: Database, licence: License) -> None:
    async with database.unit_of_work() as work:
        for act in (work.licenses.take_seat, work.licenses.release_seat):
            with pytest.raises(NotFound):
                await act(licence.id + 1, "a")
    for name in ("take_seat", "release_seat"):
        with pytest.raises(NotAllowed):
            async with database.unit_of_work(as_user=licence.user_id) as work:
                await getattr(work.licenses, name)(licence.id, "a")
    async with database.unit_of_work() as work:
        assert await holders(work, licence) == ([], 0)


async def test_the_seats_of_a_users_licences_are_listed(database: Database, worker: Raw, licence: License) -> None:
    # given seats of two licences of a user, and one of somebody else's
    other = await new_user(worker, "baska")
    given: dict[str, Any] = {"seats": 3, "starts_at": ago(days=1), "ends_at": ahead(days=30)}
    async with database.unit_of_work() as work:
        second = await work.licenses.assign(NewLicense(user_id=licence.user_id, type=LicenseType.ENTERPRISE, **given))
        theirs = await work.licenses.assign(NewLicense(user_id=other, type=LicenseType.BASIC, **given))
        for each, holder in ((second, "b"), (second, "a"), (licence, "c"), (theirs, "d")):
            await work.licenses.take_seat(each.id, holder)
    for as_user in (licence.user_id, None):
        async with database.unit_of_work(as_user=as_user) as work:
            found = await to_the_end(
                lambda after, w=work: w.licenses.seats_of_user(licence.user_id, after=after, limit=2)
            )
            assert [(seat.license_id, seat.holder) for seat in found] == [
                (licence.id, "c"),
                (second.id, "a"),
                (second.id, "b"),
            ]
    async with database.unit_of_work(as_user=licence.user_id) as work:
        assert (await work.licenses.seats_of_user(other)).items == ()
