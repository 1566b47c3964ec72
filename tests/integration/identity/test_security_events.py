"""Security events: what happened is fixed, only its resolution is written later; each user sees the own ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from tests.raw import Raw

RECORD = "INSERT INTO security_events (user_id, type, severity) VALUES ($1, 'login_failed', 'low')"


@pytest_asyncio.fixture(loop_scope="session")
async def user(worker: Raw) -> int:
    return await worker.fetchval("INSERT INTO users (email) VALUES ('ayse@ornek-imalat.com.tr') RETURNING id")


async def test_an_event_is_resolved(worker: Raw, user: int) -> None:
    # given an open event
    await worker.execute(RECORD, user)
    # when somebody resolves it
    await worker.execute(
        "UPDATE security_events SET resolved_at = now(), resolved_by_user_id = $1, resolution_note = 'Şifre unutulmuş'",
        user,
    )
    # then it says by whom, and that it changed
    row = await worker.fetchrow("SELECT resolved_by_user_id, resolution_note, version FROM security_events")
    assert tuple(row[name] for name in ("resolved_by_user_id", "resolution_note", "version")) == (
        user,
        "Şifre unutulmuş",
        2,
    )


@pytest.mark.parametrize("column", ["user_id", "type", "severity", "ip_address", "user_agent", "details", "created_at"])
async def test_what_happened_is_not_changed(worker: Raw, user: int, column: str) -> None:
    await worker.execute(RECORD, user)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await worker.execute(f"UPDATE security_events SET {column} = {column}")  # noqa: S608 - a column above


async def test_a_user_records_and_sees_only_the_own_events(worker: Raw, user: int) -> None:
    # given an event of no account
    await worker.execute(RECORD, None)
    # when the user records one, then only that is seen
    await worker.execute(f"SET app.user_id = {user}; SET ROLE platform_app")
    await worker.execute(RECORD, user)
    assert await worker.fetchval("SELECT array_agg(user_id) FROM security_events") == [user]
    # and none is recorded for others, or changed
    for statement, *arguments in ((RECORD, None), ("UPDATE security_events SET resolved_at = now()",)):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await worker.execute(statement, *arguments)
