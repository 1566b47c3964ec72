"""What may become of a licence, when the library is bypassed: the database refuses it under the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.licenses import LICENSE_STATES, License, LicenseStatus
from tests.integration.clock import ago, ahead
from tests.integration.stored import new_user, store
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

TRANSITION = "ck_licenses_transition_allowed"
ENDED = "ck_licenses_ended_is_final"
FIXED = "ck_licenses_user_and_type_are_fixed"
_CANCELLATION = "cancelled_at = now(), cancellation_reason = 'Vazgeçti'"
OVER = (LicenseStatus.EXPIRED, LicenseStatus.CANCELLED)


async def licence_in(worker: Raw, status: LicenseStatus) -> int:
    cancelled = status is LicenseStatus.CANCELLED
    return await store(
        worker,
        "licenses",
        user_id=await new_user(worker, "degisen"),
        status=status,
        seats_used=0,
        auto_renew=False,
        starts_at=ago(days=9),
        ends_at=ahead(days=9),
        cancelled_at=ago(days=1) if cancelled else None,
        cancellation_reason="Vazgeçti" if cancelled else None,
    )


async def refused(worker: Raw, statement: str, licence: int) -> str | None:
    """The constraint by which the server refuses; None where it does not."""
    try:
        await worker.execute(f"{statement} WHERE id = $1", licence)
    except asyncpg.CheckViolationError as error:
        name, table, _ = refusal(error)
        assert table == "licenses"
        return name
    return None


@pytest.mark.parametrize("old", LicenseStatus)
@pytest.mark.parametrize("new", LicenseStatus)
async def test_every_transition_is_judged_alike(worker: Raw, old: LicenseStatus, new: LicenseStatus) -> None:
    licence = await licence_in(worker, old)
    cancellation = "" if new is old or new is not LicenseStatus.CANCELLED else f", {_CANCELLATION}"
    allowed = LICENSE_STATES.may_become(old, new)
    expected = None if allowed else TRANSITION
    # An expired licence that is to be cancelled breaks two rules; triggers fire by name.
    if (old, new) == (LicenseStatus.EXPIRED, LicenseStatus.CANCELLED):
        expected = ENDED
    found = await refused(worker, f"UPDATE licenses SET status = '{new}'{cancellation}", licence)  # noqa: S608
    assert found == expected
    status = await worker.fetchval("SELECT status::text FROM licenses WHERE id = $1", licence)
    assert status == (new if allowed else old)


def test_the_states_are_these() -> None:
    active, suspended = LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED
    assert LICENSE_STATES.onward == {
        active: {suspended, *OVER},
        suspended: {active, *OVER},
        LicenseStatus.EXPIRED: set(),
        LicenseStatus.CANCELLED: set(),
    }


@pytest.mark.parametrize("status", OVER)
@pytest.mark.parametrize(
    "change",
    [
        "starts_at = starts_at - interval '1 second'",
        "ends_at = ends_at + interval '1 second'",
        "seats = seats + 1",
    ],
)
async def test_what_is_over_keeps_its_terms(worker: Raw, status: LicenseStatus, change: str) -> None:
    licence = await licence_in(worker, status)
    assert await refused(worker, f"UPDATE licenses SET {change}", licence) == ENDED  # noqa: S608
    assert await worker.fetchval("SELECT version FROM licenses WHERE id = $1", licence) == 2


@pytest.mark.parametrize("change", ["cancelled_at = now()", "cancellation_reason = 'Başka'", "auto_renew = true"])
async def test_a_cancellation_keeps_its_moment_and_reason(worker: Raw, change: str) -> None:
    licence = await licence_in(worker, LicenseStatus.CANCELLED)
    assert await refused(worker, f"UPDATE licenses SET {change}", licence) == ENDED  # noqa: S608


@pytest.mark.parametrize("status", LicenseStatus)
async def test_user_and_plan_are_fixed(worker: Raw, status: LicenseStatus) -> None:
    licence = await licence_in(worker, status)
    other = await new_user(worker, "baska")
    assert await refused(worker, f"UPDATE licenses SET user_id = {other}", licence) == FIXED  # noqa: S608
    assert await refused(worker, "UPDATE licenses SET type = 'trial'", licence) == FIXED
    assert await refused(worker, "UPDATE licenses SET user_id = user_id, features = '{}'", licence) is None


async def test_the_library_says_the_same(database: Database, worker: Raw) -> None:
    licence = await licence_in(worker, LicenseStatus.ACTIVE)
    async with database.unit_of_work() as work:
        row = await work.licenses.get(licence)
    assert [rule.guard.constraint(License.entity) for rule in row.change_rules] == [TRANSITION, FIXED, ENDED]
