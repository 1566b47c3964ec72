"""Seats are taken only while their licence runs, whoever writes; they are released at any time."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.integration.licensing.conftest import licensed
from tests.integration.licensing.test_seats import CROWD, RELEASE, TAKE
from tests.raw import connect, refusal

if TYPE_CHECKING:
    from tests.integration.licensing.conftest import Licensed
    from tests.raw import Raw

ACTIVE = ("ck_license_seats_license_is_active", "license_seats", "license_id")


@pytest.mark.parametrize(
    "change",
    [
        "status = 'suspended'",
        "status = 'cancelled', cancelled_at = now(), cancellation_reason = 'Vazgeçti'",
        "status = 'expired'",
        "starts_at = now() + interval '1 minute'",
        "ends_at = now() - interval '1 second'",
    ],
)
async def test_of_a_licence_that_does_not_run_seats_are_released_and_none_is_taken(
    three_seats: Licensed, change: str
) -> None:
    await three_seats.take("ayse", "mehmet")
    await three_seats.worker.execute(f"UPDATE licenses SET {change} WHERE id = $1", three_seats.license)  # noqa: S608
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await three_seats.take("elif")
    assert refusal(refused.value) == ACTIVE
    await three_seats.worker.execute(RELEASE, three_seats.license, "ayse")
    assert (await three_seats.holders(), await three_seats.state()) == (["mehmet"], (1, 4))


@pytest.mark.parametrize(("change", "taken"), [("starts_at = now()", 1), ("ends_at = now()", 0)])
async def test_a_period_begins_with_its_first_instant_and_ends_before_its_last(
    three_seats: Licensed, change: str, taken: int
) -> None:
    # given a period that begins, or ends, at the very beginning of the transaction
    worker, licence = three_seats.worker, three_seats.license
    take = worker.transaction()
    await take.start()
    await worker.execute(f"UPDATE licenses SET {change} WHERE id = $1", licence)  # noqa: S608
    with nullcontext() if taken else pytest.raises(asyncpg.CheckViolationError) as refused:
        await worker.execute(TAKE, licence, "ayse")
    await (take.commit() if taken else take.rollback())
    assert len(await three_seats.holders()) == taken
    assert refused is None or refusal(refused.value) == ACTIVE


async def test_no_seat_is_taken_after_the_licence_expired(database_url: str, worker: Raw) -> None:
    # given room for all, and one who lets the licence expire while fifteen take four seats each
    licence = await licensed(worker, "lisans@ornek-imalat.com.tr", 4 * CROWD)
    start = asyncio.Barrier(CROWD)

    async def act(member: int) -> tuple[int, list[str | None]]:
        connection = await connect(database_url)
        taken, refused = 0, list[str | None]()
        try:
            await connection.execute("SET ROLE platform_worker")
            await start.wait()
            if member == 0:
                return await connection.fetchval(
                    "UPDATE licenses SET status = 'expired', ends_at = now() WHERE id = $1 RETURNING seats_used",
                    licence.license,
                ), []
            for seat in range(4):
                try:
                    await connection.execute(TAKE, licence.license, f"member-{member}-{seat}")
                except asyncpg.CheckViolationError as error:
                    refused.append(refusal(error)[0])
                else:
                    taken += 1
        finally:
            await connection.close()
        return taken, refused

    # when all begin at once
    (at_the_end, _), *takers = await asyncio.gather(*(act(member) for member in range(CROWD)))
    # then what was taken by the end stays so, and everybody after it was refused by name
    assert sum(taken for taken, _ in takers) == at_the_end
    assert await licence.state() == (at_the_end, 2 + at_the_end)
    refused = [name for _, names in takers for name in names]
    assert refused == [ACTIVE[0]] * (4 * (CROWD - 1) - at_the_end)
