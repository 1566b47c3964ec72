"""The seats of a licence: counted by the database, never beyond what the licence has, whoever writes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.integration.licensing.conftest import licensed
from tests.raw import connect, refusal

if TYPE_CHECKING:
    from tests.integration.licensing.conftest import Licensed
    from tests.raw import Raw

TAKE = "INSERT INTO license_seats (license_id, holder) VALUES ($1, $2)"
RELEASE = "DELETE FROM license_seats WHERE license_id = $1 AND holder = $2"
SET_SEATS_USED = "UPDATE licenses SET seats_used = $2 WHERE id = $1"
STORE_WITH_SEATS_USED = """
    INSERT INTO licenses (id, user_id, type, seats, seats_used, starts_at, ends_at) OVERRIDING SYSTEM VALUE
    VALUES ($1, $2, 'enterprise', 5, $3, '2026-01-01Z', '2027-01-01Z')
"""
CROWD = 16

COUNTED = ("ck_licenses_seats_used_is_count_of_seats", "licenses", "seats_used")
WITHIN = ("ck_licenses_seats_used_within_seats", "licenses", None)


# -- the count ---------------------------------------------------------------------------


async def test_taking_and_releasing_keeps_the_count(three_seats: Licensed) -> None:
    await three_seats.take("ayse", "mehmet", "zeynep")
    assert await three_seats.state() == (3, 2)
    await three_seats.worker.execute(RELEASE, three_seats.license, "mehmet")
    assert await three_seats.state() == (2, 3)
    assert await three_seats.holders() == ["ayse", "zeynep"]


async def test_a_seat_changes_only_its_own_licence(three_seats: Licensed) -> None:
    other = await licensed(three_seats.worker, "baska@ornek-imalat.com.tr", 3)
    await other.take("ayse")
    await three_seats.take("ayse", "mehmet")
    assert (await three_seats.state(), await other.state()) == ((2, 2), (1, 2))


async def test_taking_twice_changes_nothing(three_seats: Licensed) -> None:
    await three_seats.take("ayse")
    tag = await three_seats.worker.execute(f"{TAKE} ON CONFLICT DO NOTHING", three_seats.license, "ayse")
    assert (tag, await three_seats.state()) == ("INSERT 0 0", (1, 2))


async def test_releasing_twice_changes_nothing(three_seats: Licensed) -> None:
    await three_seats.take("ayse")
    tags = [await three_seats.worker.execute(RELEASE, three_seats.license, "ayse") for _ in range(2)]
    assert (tags, await three_seats.state()) == (["DELETE 1", "DELETE 0"], (0, 3))


async def test_one_seat_for_another_in_one_statement_leaves_the_licence_alone(three_seats: Licensed) -> None:
    await three_seats.take("ayse")
    await three_seats.worker.execute(
        f"WITH released AS ({RELEASE}) {TAKE.replace('$2', '$3')}", three_seats.license, "ayse", "mehmet"
    )
    assert (await three_seats.holders(), await three_seats.state()) == (["mehmet"], (1, 2))


async def test_what_is_rolled_back_is_not_counted(three_seats: Licensed) -> None:
    transaction = three_seats.worker.transaction()
    await transaction.start()
    await three_seats.take("ayse")
    await transaction.rollback()
    assert (await three_seats.holders(), await three_seats.state()) == ([], (0, 1))


# -- what is refused -----------------------------------------------------------------------


async def test_one_seat_too_many_is_refused(three_seats: Licensed) -> None:
    await three_seats.take("ayse", "mehmet", "zeynep")
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await three_seats.take("elif")
    assert refusal(refused.value) == WITHIN
    assert (await three_seats.holders(), await three_seats.state()) == (["ayse", "mehmet", "zeynep"], (3, 2))


async def test_a_licence_keeps_as_many_seats_as_are_taken(three_seats: Licensed) -> None:
    await three_seats.take("ayse", "mehmet")
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await three_seats.worker.execute("UPDATE licenses SET seats = 1 WHERE id = $1", three_seats.license)
    assert refusal(refused.value) == WITHIN


@pytest.mark.parametrize("claimed", [0, 1, 3])
async def test_seats_used_is_not_set_by_hand(three_seats: Licensed, claimed: int) -> None:
    await three_seats.take("ayse", "mehmet")
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await three_seats.worker.execute(SET_SEATS_USED, three_seats.license, claimed)
    assert refusal(refused.value) == COUNTED
    assert await three_seats.state() == (2, 2)


async def test_the_true_count_may_be_written_again(three_seats: Licensed) -> None:
    await three_seats.take("ayse", "mehmet")
    await three_seats.worker.execute(SET_SEATS_USED, three_seats.license, 2)
    assert await three_seats.state() == (2, 3)


async def test_a_new_licence_has_no_seats_taken(three_seats: Licensed) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await three_seats.worker.execute(STORE_WITH_SEATS_USED, 900, three_seats.user, 3)
    assert refusal(refused.value) == COUNTED
    assert await three_seats.worker.fetchval("SELECT count(*) FROM licenses") == 1


async def test_a_licence_with_seats_taken_is_kept(database_url: str, three_seats: Licensed) -> None:
    await three_seats.take("ayse")
    owner = await connect(database_url)
    await owner.execute("SET ROLE platform_owner")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await owner.execute("DELETE FROM licenses WHERE id = $1", three_seats.license)
    assert refusal(refused.value)[0] == "fk_license_seats_license_id_licenses"
    await owner.close()


# -- who may -------------------------------------------------------------------------------


async def test_a_seat_is_never_changed(three_seats: Licensed) -> None:
    await three_seats.take("ayse")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await three_seats.worker.execute("UPDATE license_seats SET holder = 'elif'")


async def test_a_user_sees_the_seats_of_the_own_licence_and_takes_none(three_seats: Licensed) -> None:
    # given a seat of this user's licence and one of another's
    other = await licensed(three_seats.worker, "baska@ornek-imalat.com.tr", 3)
    await other.take("mehmet")
    await three_seats.take("ayse")
    # when the user looks, then only the own one is there
    await three_seats.worker.execute(f"SET app.user_id = {three_seats.user}; SET ROLE platform_app")
    assert [row["holder"] for row in await three_seats.worker.fetch("SELECT holder FROM license_seats")] == ["ayse"]
    # and taking or releasing is the worker's
    for statement in (TAKE, RELEASE):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await three_seats.worker.execute(statement, three_seats.license, "ayse")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE licenses SET seats_used = 0 WHERE set_config('role', 'platform_app', true) > ''",
        "DELETE FROM license_seats WHERE set_config('role', 'platform_app', true) > ''",
        "DELETE FROM license_seats RETURNING set_config('role', 'platform_app', true)",
        "INSERT INTO license_seats (license_id, holder) SELECT 1, set_config('role', 'platform_app', true)",
    ],
)
async def test_a_role_taken_while_the_statement_runs_hides_no_seat(three_seats: Licensed, statement: str) -> None:
    await three_seats.take("ayse", "mehmet")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await three_seats.worker.execute(statement)
    assert (await three_seats.holders(), await three_seats.state()) == (["ayse", "mehmet"], (2, 2))


async def test_seats_of_a_licence_that_is_hidden_stay_as_they_are(database_url: str, three_seats: Licensed) -> None:
    # given users who may change their licences
    await three_seats.take("ayse", "mehmet")
    owner = await connect(database_url)
    await owner.execute("SET ROLE platform_owner; GRANT UPDATE ON licenses TO platform_app")
    # when a statement of the worker's becomes one of nobody's while it runs
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="the licence whose seats it changes"):
        await three_seats.worker.execute("DELETE FROM license_seats RETURNING set_config('role', 'platform_app', true)")
    # then no seat goes uncounted
    assert (await three_seats.holders(), await three_seats.state()) == (["ayse", "mehmet"], (2, 2))
    await owner.close()


# -- at once ---------------------------------------------------------------------------------


async def test_the_last_seat_goes_to_one_of_sixteen(database_url: str, worker: Raw) -> None:
    # given a licence whose last seat sixteen connections want
    licence = await licensed(worker, "lisans@ornek-imalat.com.tr", 5)
    await licence.take("a", "b", "c", "d")
    start = asyncio.Barrier(CROWD)

    async def take(member: int) -> str | None:
        connection = await connect(database_url)
        try:
            await connection.execute("SET ROLE platform_worker")
            await start.wait()
            await connection.execute(TAKE, licence.license, f"member-{member}")
        except asyncpg.CheckViolationError as error:
            return refusal(error)[0]
        finally:
            await connection.close()
        return None

    # when they take it at once
    outcomes = await asyncio.gather(*(take(member) for member in range(CROWD)))
    # then one has it, and the others are told that all are taken
    assert sorted(map(str, outcomes)) == ["None", *["ck_licenses_seats_used_within_seats"] * (CROWD - 1)]
    assert await licence.holders() == ["a", "b", "c", "d", f"member-{outcomes.index(None)}"]
    assert await licence.state() == (5, 3)


async def test_sixteen_who_take_and_release_are_counted(database_url: str, worker: Raw) -> None:
    # given room for all
    licence = await licensed(worker, "lisans@ornek-imalat.com.tr", CROWD)
    start = asyncio.Barrier(CROWD)

    async def come_and_go(member: int) -> None:
        connection = await connect(database_url)
        try:
            await connection.execute("SET ROLE platform_worker")
            await start.wait()
            for statement in (TAKE, RELEASE, TAKE):
                await connection.execute(statement, licence.license, f"member-{member:02}")
            if member % 2:
                await connection.execute(RELEASE, licence.license, f"member-{member:02}")
        finally:
            await connection.close()

    # when all come and go at once, and every second one goes for good
    await asyncio.gather(*(come_and_go(member) for member in range(CROWD)))
    # then the count is that of those who stayed, and every change of it was a change of the licence
    assert await licence.holders() == [f"member-{member:02}" for member in range(0, CROWD, 2)]
    assert await licence.state() == (8, 1 + 3 * 16 + 8)


@pytest.mark.parametrize("isolation", ["repeatable_read", "serializable"])
async def test_an_older_snapshot_does_not_count(database_url: str, three_seats: Licensed, isolation: str) -> None:
    # given a transaction that looked before a seat was taken
    late = await connect(database_url)
    await late.execute("SET ROLE platform_worker")
    transaction = late.transaction(isolation=isolation)
    await transaction.start()
    await late.fetch("SELECT FROM license_seats")
    await three_seats.take("ayse")
    # when it takes another, then it is told to look again
    with pytest.raises(asyncpg.SerializationError):
        await late.execute(TAKE, three_seats.license, "mehmet")
    await transaction.rollback()
    await late.close()
    assert (await three_seats.holders(), await three_seats.state()) == (["ayse"], (1, 2))


# -- restoring -------------------------------------------------------------------------------


async def test_a_restore_without_triggers_is_guarded_still(restore: Raw, three_seats: Licensed) -> None:
    # given the seats of a licence, restored before it
    for holder in ("ayse", "mehmet"):
        await restore.execute(TAKE, 900, holder)
    # when the licence comes with another count, then it is refused
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await restore.execute(STORE_WITH_SEATS_USED, 900, three_seats.user, 3)
    assert refusal(refused.value) == COUNTED
    # and with its own it is stored
    await restore.execute(STORE_WITH_SEATS_USED, 900, three_seats.user, 2)
    # when seats come after their licence, then only their count may be written
    for holder in ("elif", "zeynep"):
        await restore.execute(TAKE, three_seats.license, holder)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await restore.execute(SET_SEATS_USED, three_seats.license, 1)
    assert refusal(refused.value) == COUNTED
    await restore.execute(SET_SEATS_USED, three_seats.license, 2)
    rows = await restore.fetch("SELECT seats_used FROM licenses ORDER BY id")
    assert [row["seats_used"] for row in rows] == [2, 2]
