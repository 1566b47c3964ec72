"""Licences and seats at once: one of a plan at a time, never a seat too many, each period renewed once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args

import pytest
import pytest_asyncio

from platform_db.database import Isolation, TransactionOptions
from platform_db.domain.license_seats import Release, Taking
from platform_db.domain.licenses import License, LicenseStatus, LicenseType, NewLicense
from platform_db.errors import AlreadyExists, NotFound, PlatformError, RuleViolation, StaleVersion
from platform_db.repositories.audit_logs import AuditFilter
from platform_db.repositories.licenses import LicenseFilter
from tests.concurrency.crowd import SIZE, USERS, Crowd
from tests.raw import connect

if TYPE_CHECKING:
    from platform_db.repositories.licenses import Renewal
    from platform_db.repositories.work import Work

FULL = "ck_licenses_seats_used_within_seats"
NOW = datetime.now(UTC).replace(microsecond=0)
WEEK = timedelta(days=7)
PATIENCE = 100
"""Attempts of a unit of work among sixteen that want the same row."""


def new(user: int, plan: LicenseType = LicenseType.BASIC, *, ends: float = 30, seats: int = 5) -> NewLicense:
    end = NOW + timedelta(days=ends)
    return NewLicense(user_id=user, type=plan, seats=seats, starts_at=NOW - timedelta(days=90), ends_at=end)


@pytest_asyncio.fixture(loop_scope="session")
async def licence(crowd: Crowd) -> License:
    """A licence of five seats."""
    async with crowd.database.unit_of_work() as work:
        return await work.licenses.assign(new(crowd.users[0]))


async def counted(crowd: Crowd, licence: License) -> tuple[int, int]:
    """The seats that a licence counts, and its rows."""
    connection = await connect(crowd.url)
    try:
        await connection.execute("SET ROLE platform_worker")
        row = await connection.fetchrow(
            "SELECT seats_used, (SELECT count(*) FROM license_seats WHERE license_id = $1) FROM licenses WHERE id = $1",
            licence.id,
        )
        return row[0], row[1]
    finally:
        await connection.close()


def rules(outcomes: list[object]) -> list[str]:
    return [outcome.rule for outcome in outcomes if isinstance(outcome, RuleViolation)]


# -- licences ----------------------------------------------------------------------------


async def test_of_sixteen_who_assign_one_plan_one_is_stored(crowd: Crowd) -> None:
    # given sixteen periods that all hold the present
    async def assign(member: int) -> License:
        async with crowd.database.unit_of_work() as work:
            return await work.licenses.assign(new(crowd.users[0], ends=30 + member))

    outcomes = await crowd.at_once(assign)
    # then fifteen are told which rule they met, and nobody that they waited for each other
    stored = [outcome for outcome in outcomes if isinstance(outcome, License)]
    refused = [outcome.constraint for outcome in outcomes if isinstance(outcome, AlreadyExists)]
    assert (len(stored), refused) == (1, ["ex_licenses_no_overlap"] * (SIZE - 1))
    async with crowd.database.unit_of_work() as work:
        assert [each.id async for each in work.licenses.stream()] == [stored[0].id]


async def test_sixteen_who_assign_different_plans_and_users_are_all_stored(crowd: Crowd) -> None:
    async def assign(member: int) -> License:
        plan = (LicenseType.BASIC, LicenseType.ENTERPRISE)[member // USERS]
        async with crowd.database.unit_of_work() as work:
            return await work.licenses.assign(new(crowd.owner(member), plan))

    outcomes = await crowd.at_once(assign)
    assert [type(outcome) for outcome in outcomes] == [License] * SIZE
    async with crowd.database.unit_of_work() as work:
        assert await work.licenses.count() == SIZE


async def test_of_sixteen_who_extend_what_they_read_one_does(crowd: Crowd, licence: License) -> None:
    async def extend(_: int) -> License:
        async with crowd.database.unit_of_work() as work:
            return await work.licenses.extend(licence, 1)

    outcomes = await crowd.at_once(extend)
    extended = [outcome for outcome in outcomes if isinstance(outcome, License)]
    assert Counter(map(type, outcomes)) == {License: 1, StaleVersion: SIZE - 1}
    async with crowd.database.unit_of_work() as work:
        assert await work.licenses.get(licence.id) == extended[0]
        events = [entry.event_type for entry in (await work.audit.history("licenses", licence.id)).items]
    assert events == ["license.extended", "license.assigned"]


async def test_sixteen_who_read_again_extend_sixteen_times(crowd: Crowd, licence: License) -> None:
    async def extend(_: int) -> License:
        async with crowd.database.unit_of_work() as work:
            return await work.licenses.extend(await work.licenses.get_for_update(licence.id), 12)

    outcomes = await crowd.at_once(extend)
    assert [type(outcome) for outcome in outcomes] == [License] * SIZE
    async with crowd.database.unit_of_work() as work:
        stored = await work.licenses.get(licence.id)
    assert (stored.ends_at.year, stored.version) == (licence.ends_at.year + SIZE, licence.version + SIZE)


# -- what is due -------------------------------------------------------------------------


async def test_sixteen_runs_renew_each_licence_once(crowd: Crowd) -> None:
    # given twice as many licences that renew as one run may take
    plans = list(LicenseType)
    async with crowd.database.unit_of_work() as work:
        due = [
            await work.licenses.renew_automatically(await work.licenses.assign(new(user, plan, ends=place + 1)))
            for place, plan in enumerate(plans)
            for user in crowd.users
        ]

    async def renew(_: int) -> tuple[Renewal, ...]:
        async with crowd.database.unit_of_work() as work:
            return await work.licenses.renew_due(WEEK, 16)

    # when sixteen runs come at once, and then one more
    outcomes = await crowd.at_once(renew)
    assert not [outcome for outcome in outcomes if isinstance(outcome, PlatformError)]
    renewals = [renewal for outcome in outcomes if isinstance(outcome, tuple) for renewal in outcome]
    async with crowd.database.unit_of_work() as work:
        for _ in range(2):
            renewals += await work.licenses.renew_due(WEEK)
        # then each period was stored once, and each licence is told once
        assert sorted(renewal.ending.id for renewal in renewals) == [each.id for each in due]
        stored = [each async for each in work.licenses.stream()]
        assert len(stored) == 2 * len(due)
        followers = {(each.user_id, each.type, each.starts_at) for each in stored if each.auto_renew}
        assert followers == {(each.user_id, each.type, each.ends_at) for each in due}
        entries = await work.audit.page(AuditFilter(event_type="license.renewed"), limit=1000)
    assert sorted(entry.entity_id or 0 for entry in entries.items) == [each.id for each in due]


async def test_sixteen_sweeps_expire_each_licence_once(crowd: Crowd) -> None:
    async with crowd.database.unit_of_work() as work:
        over = [
            (await work.licenses.assign(new(user, plan, ends=-1))).id for plan in LicenseType for user in crowd.users
        ]

    async def expire(_: int) -> tuple[License, ...]:
        async with crowd.database.unit_of_work() as work:
            return await work.licenses.expire_due(10)

    outcomes = await crowd.at_once(expire)
    assert not [outcome for outcome in outcomes if isinstance(outcome, PlatformError)]
    expired = [each.id for outcome in outcomes if isinstance(outcome, tuple) for each in outcome]
    async with crowd.database.unit_of_work() as work:
        expired += [each.id for each in await work.licenses.expire_due()]
        assert sorted(expired) == over
        assert await work.licenses.count(LicenseFilter(status=LicenseStatus.EXPIRED)) == len(over)
        entries = (await work.audit.page(AuditFilter(event_type="license.expired"), limit=1000)).items
    told = [entry.payload["after"] for entry in entries]
    assert sum(each["count"] for each in told if isinstance(each, dict) and isinstance(each["count"], int)) == len(
        [each for outcome in outcomes if isinstance(outcome, tuple) for each in outcome]
    )


# -- seats -------------------------------------------------------------------------------


async def test_thirty_two_holders_take_five_seats_and_no_more(crowd: Crowd, licence: License) -> None:
    async def take(member: int) -> Taking:
        async with crowd.database.unit_of_work() as work:
            return (await work.licenses.take_seat(licence.id, f"tezgah-{member}")).outcome

    outcomes = await crowd.at_once(take, 2 * SIZE)
    assert outcomes.count(Taking.TAKEN) == 5
    assert rules([*outcomes]) == [FULL] * (2 * SIZE - 5)
    assert await counted(crowd, licence) == (5, 5)


@pytest.mark.parametrize("isolation", get_args(Isolation))
async def test_five_seats_are_five_at_every_isolation(crowd: Crowd, licence: License, isolation: Isolation) -> None:
    async def take(member: int) -> Taking:
        async def act(work: Work) -> Taking:
            return (await work.licenses.take_seat(licence.id, f"tezgah-{member}")).outcome

        return await crowd.database.run(act, options=TransactionOptions(isolation=isolation), attempts=PATIENCE)

    outcomes = await crowd.at_once(take)
    assert outcomes.count(Taking.TAKEN) == 5
    assert rules([*outcomes]) == [FULL] * (SIZE - 5)
    assert await counted(crowd, licence) == (5, 5)


async def test_one_holder_who_comes_sixteen_times_has_one_seat(crowd: Crowd, licence: License) -> None:
    async def take(_: int) -> tuple[int, Taking]:
        async with crowd.database.unit_of_work() as work:
            taking = await work.licenses.take_seat(licence.id, "tezgah-1")
            return taking.seat.id, taking.outcome

    outcomes = [outcome for outcome in await crowd.at_once(take) if isinstance(outcome, tuple)]
    assert Counter(outcome for _, outcome in outcomes) == {Taking.TAKEN: 1, Taking.HELD: SIZE - 1}
    assert len({seat for seat, _ in outcomes}) == 1
    assert await counted(crowd, licence) == (1, 1)

    # and giving it back as often gives back one
    async def release(_: int) -> Release:
        async with crowd.database.unit_of_work() as work:
            return await work.licenses.release_seat(licence.id, "tezgah-1")

    released = await crowd.at_once(release)
    assert Counter(released) == {Release.RELEASED: 1, Release.NOT_HELD: SIZE - 1}
    assert await counted(crowd, licence) == (0, 0)


async def test_sixteen_who_come_and_go_are_never_too_many(crowd: Crowd, licence: License) -> None:
    # given five seats and eight holders, two members each, so that one releases what the other takes
    async def come_and_go(member: int) -> Counter[str]:
        done: Counter[str] = Counter()
        for turn in range(6):
            async with crowd.database.unit_of_work() as work:
                if (member + turn) % 2:
                    done[await work.licenses.release_seat(licence.id, f"tezgah-{member % 8}")] += 1
                    continue
                try:
                    taking = await work.licenses.take_seat(licence.id, f"tezgah-{member % 8}")
                except RuleViolation as full:
                    done[full.rule] += 1
                else:
                    done[taking.outcome] += 1
        return done

    outcomes = await crowd.at_once(come_and_go)
    # then nobody was ended as a deadlock, and what is taken is what was taken and not released
    assert not [outcome for outcome in outcomes if isinstance(outcome, PlatformError)]
    done = sum((outcome for outcome in outcomes if isinstance(outcome, Counter)), Counter[str]())
    left = done[Taking.TAKEN] - done[Release.RELEASED]
    assert 0 <= left <= 5
    assert await counted(crowd, licence) == (left, left)
    assert sum(done.values()) == 6 * SIZE
    async with crowd.database.unit_of_work() as work:
        assert (await work.licenses.get(licence.id)).version == 1 + done[Taking.TAKEN] + done[Release.RELEASED]


async def test_no_seat_is_taken_of_a_licence_that_is_cancelled_meanwhile(crowd: Crowd, licence: License) -> None:
    # given one who cancels among fifteen who take
    async def act(member: int) -> object:
        async with crowd.database.unit_of_work() as work:
            if member == 0:
                return await work.licenses.cancel(await work.licenses.get_for_update(licence.id), "Ödenmedi")
            return (await work.licenses.take_seat(licence.id, f"tezgah-{member % 5}")).outcome

    outcomes = await crowd.at_once(act)
    # then who came later was refused, and the log has no seat after the end
    assert set(rules(outcomes)) <= {"ck_license_seats_license_is_active"}
    taken = outcomes.count(Taking.TAKEN)
    assert await counted(crowd, licence) == (taken, taken)
    async with crowd.database.unit_of_work() as work:
        stored = await work.licenses.get(licence.id)
        assert (stored.status, stored.version) == (LicenseStatus.CANCELLED, 2 + taken)
        with pytest.raises(RuleViolation):
            await work.licenses.take_seat(licence.id, "tezgah-1")
        with pytest.raises(NotFound):
            await work.licenses.take_seat(licence.id + 1, "tezgah-1")
