"""Attempts on sessions, seats, jobs, models, keys, events and checkpoints with a session of one's own.

As in test_attacks.py: the session may take the library's roles, and naming another user is trusted.
"""

# ruff: noqa: S608 - every statement stands here

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from tests.integration.attempts import Outcome, broken
from tests.integration.attempts_on_the_new_tables import BY_A_USER, BY_THE_WORKER, RUNNING
from tests.integration.billing_guards.rows import Connection, as_user, as_worker, connect, insert, new_user, unique
from tests.integration.clock import ago, ahead

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.integration.billing_guards.rows import Refusal


@pytest_asyncio.fixture(loop_scope="session")
async def connection(shared_database_url: str) -> AsyncIterator[Connection]:
    opened = await connect(shared_database_url)
    transaction = opened.transaction()
    await transaction.start()
    try:
        await as_worker(opened)
        yield opened
    finally:
        await transaction.rollback()
        await opened.close()


async def arranged(connection: Connection) -> dict[str, str]:
    """Rows to aim at, by the names that stand behind an @ in the statements."""
    me, other = await new_user(connection), await new_user(connection)
    jobs = [await insert(connection, "jobs", {"user_id": me, "type": "cam_process"}) for _ in range(3)]
    await connection.execute(f"UPDATE jobs SET {RUNNING}, progress = 50 WHERE id <> {jobs[0]} AND user_id = {me}")
    await connection.execute(
        "UPDATE jobs SET status = 'completed', progress = 100, output_data = '{\"path\": 1}', finished_at = now(), "
        f"claimed_by = NULL, lease_until = NULL, heartbeat_at = NULL WHERE id = {jobs[2]}"
    )
    licence = await insert(
        connection,
        "licenses",
        {"user_id": me, "type": "basic", "seats": 2, "starts_at": ago(days=1), "ends_at": ahead(days=30)},
    )
    await insert(connection, "license_seats", {"license_id": licence, "holder": "tezgah-1"})
    for user in (me, other):
        await insert(connection, "notifications", {"user_id": user, "type": "job_completed", "title": "İş bitti"})
    found = {
        "me": me,
        "other": other,
        "job": jobs[0],
        "running": jobs[1],
        "done": jobs[2],
        "licence": licence,
        "session": await new_session(connection, me),
        "mine": await new_model(connection, me),
        "theirs": await new_model(connection, other),
        "reference": unique(),
        "lesser": "set_config('role', 'platform_app', true)",
    }
    return {name: str(value) for name, value in found.items()}


async def new_session(connection: Connection, user: int) -> int:
    token = f"{unique():0>64}"
    row = {"user_id": user, "refresh_token_hash": token, "expires_at": "2099-01-01Z"}
    return await insert(connection, "sessions", row)


async def new_model(connection: Connection, user: int) -> int:
    row = {"user_id": user, "file_size": 1, "name": "flanş", "sha256_hash": "0" * 64}
    return await insert(connection, "models", {**row, "type": "part", "file_format": "step", "s3_key": unique()})


def filled(statement: str, names: dict[str, str]) -> str:
    return re.sub("@([a-z_]+)", lambda found: names[found[1]], statement)


async def outcome(connection: Connection, statement: str) -> Outcome:
    """What comes of it; nothing of it stays."""
    attempt = connection.transaction()
    await attempt.start()
    try:
        return await connection.execute(statement), None
    except asyncpg.PostgresError as error:
        refusal = cast("Refusal", error)
        return refusal.sqlstate, refusal.constraint_name
    finally:
        await attempt.rollback()


def named(case: object) -> str | None:
    return " ".join(case.split())[:90] if isinstance(case, str) else None


@pytest.mark.parametrize(("statement", "expected"), BY_A_USER, ids=named)
async def test_a_user_meets(connection: Connection, statement: str, expected: Outcome) -> None:
    names = await arranged(connection)
    await as_user(connection, int(names["me"]))
    assert await outcome(connection, filled(statement, names)) == expected


@pytest.mark.parametrize(("statement", "expected"), BY_THE_WORKER, ids=named)
async def test_the_worker_meets(connection: Connection, statement: str, expected: Outcome) -> None:
    assert await outcome(connection, filled(statement, await arranged(connection))) == expected


@pytest.mark.parametrize(
    "change",
    ["revoked_at = NULL, revocation_reason = NULL", "revocation_reason = 'logout'"],
)
async def test_a_user_does_not_undo_a_revocation(connection: Connection, change: str) -> None:
    # given a session that was revoked because its token was replayed
    user = await new_user(connection)
    session = await new_session(connection, user)
    revoke = "UPDATE sessions SET revoked_at = now(), revocation_reason = 'reuse_detected' WHERE id = $1"
    await connection.execute(revoke, session)
    # when its user takes that back, or says it was for another reason
    await as_user(connection, user)
    attempt = connection.transaction()
    with suppress(asyncpg.PostgresError):
        async with attempt:
            await connection.execute(f"UPDATE sessions SET {change}")
    # then it is revoked as it was
    await as_worker(connection)
    found = await connection.fetchval("SELECT revocation_reason::text FROM sessions WHERE id = $1", session)
    assert found == "reuse_detected"


async def test_objects_of_the_session_do_not_stand_in_for_the_seats(connection: Connection) -> None:
    # given temporary tables by the names that the counting reads, found first
    names = await arranged(connection)
    await connection.execute(
        "CREATE TEMP TABLE licenses (id bigint, seats_used bigint); "
        "CREATE TEMP TABLE license_seats (license_id bigint); SET LOCAL search_path = pg_temp, public"
    )
    # when seats beyond the licence are taken, then the real ones are counted
    take = f"INSERT INTO public.license_seats (license_id, holder) VALUES ({names['licence']}, 'b'), (@licence, 'c')"
    assert await outcome(connection, filled(take, names)) == broken("ck_licenses_seats_used_within_seats")


async def test_a_function_of_the_user_sees_the_own_rows_only(connection: Connection) -> None:
    # given a function that is cheap and tells whatever it is asked about
    names = await arranged(connection)
    await as_user(connection, int(names["me"]))
    await connection.execute(
        "CREATE TEMP TABLE seen (id bigint); CREATE FUNCTION pg_temp.told(id bigint) RETURNS boolean LANGUAGE plpgsql "
        "COST 0.0000001 AS $$ BEGIN INSERT INTO pg_temp.seen VALUES (id); RETURN true; END $$"
    )
    # when it is asked before the policy could be
    await connection.execute("SELECT FROM models WHERE pg_temp.told(id)")
    # then it was asked about the user's own model alone
    assert await connection.fetchval("SELECT array_agg(id) FROM seen") == [int(names["mine"])]
