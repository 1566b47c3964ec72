"""Sessions: one child a parent, of the same user; swept parents leave their children; who may write what."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.raw import refusal

if TYPE_CHECKING:
    from tests.raw import Raw

OPEN = """
    INSERT INTO sessions (user_id, refresh_token_hash, rotated_from, expires_at)
    VALUES ($1, $2, $3, now() + interval '30 days') RETURNING id
"""
REVOKE = "UPDATE sessions SET revoked_at = now(), revocation_reason = 'logout' WHERE id = $1"


async def new_user(worker: Raw, email: str) -> int:
    return await worker.fetchval("INSERT INTO users (email) VALUES ($1) RETURNING id", email)


async def opened(worker: Raw, user: int, token: str, parent: int | None = None) -> int:
    """Store a session; its id."""
    return await worker.fetchval(OPEN, user, sha256(token.encode()).hexdigest(), parent)


async def test_a_session_is_rotated_once(worker: Raw) -> None:
    # given a session and its child
    user = await new_user(worker, "ayse@ornek-imalat.com.tr")
    parent = await opened(worker, user, "first")
    await opened(worker, user, "second", parent)
    # when the first token is played again, then it has no second child
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await opened(worker, user, "third", parent)
    assert refusal(refused.value)[0] == "uq_sessions_rotated_from"


async def test_a_token_opens_one_session(worker: Raw) -> None:
    user = await new_user(worker, "ayse@ornek-imalat.com.tr")
    await opened(worker, user, "first")
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await opened(worker, user, "first")
    assert refusal(refused.value)[0] == "uq_sessions_refresh_token_hash"


async def test_a_child_is_of_its_parents_user(worker: Raw) -> None:
    parent = await opened(worker, await new_user(worker, "ayse@ornek-imalat.com.tr"), "first")
    stranger = await new_user(worker, "mehmet@ornek-imalat.com.tr")
    with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
        await opened(worker, stranger, "second", parent)
    assert refusal(refused.value)[0] == "fk_sessions_rotated_from_sessions"


async def test_a_swept_parent_leaves_its_child_to_the_user(worker: Raw) -> None:
    # given a session and its child
    user = await new_user(worker, "ayse@ornek-imalat.com.tr")
    parent = await opened(worker, user, "first")
    child = await opened(worker, user, "second", parent)
    # when the parent is swept
    await worker.execute("DELETE FROM sessions WHERE id = $1", parent)
    # then the child is the user's still, and of no parent
    row = await worker.fetchrow("SELECT id, user_id, rotated_from FROM sessions")
    assert (row["id"], row["user_id"], row["rotated_from"]) == (child, user, None)


async def test_a_user_revokes_the_own_sessions_only(worker: Raw) -> None:
    # given a session each of two users
    user = await new_user(worker, "ayse@ornek-imalat.com.tr")
    own = await opened(worker, user, "first")
    other = await opened(worker, await new_user(worker, "mehmet@ornek-imalat.com.tr"), "second")
    # when one of them revokes both
    await worker.execute(f"SET app.user_id = {user}; SET ROLE platform_app")
    assert [await worker.execute(REVOKE, session) for session in (own, other)] == ["UPDATE 1", "UPDATE 0"]
    # then the other is live still
    await worker.execute("SET ROLE platform_worker")
    assert await worker.fetchval("SELECT array_agg(id) FROM sessions WHERE revoked_at IS NULL") == [other]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sessions SET expires_at = expires_at + interval '1 year'",
        "UPDATE sessions SET refresh_token_hash = repeat('0', 64)",
        "DELETE FROM sessions",
        "INSERT INTO sessions (user_id, refresh_token_hash, expires_at) VALUES (1, repeat('0', 64), now() + '1 day')",
    ],
)
async def test_a_user_only_touches_and_revokes(worker: Raw, statement: str) -> None:
    user = await new_user(worker, "ayse@ornek-imalat.com.tr")
    await opened(worker, user, "first")
    await worker.execute(f"SET app.user_id = {user}; SET ROLE platform_app")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await worker.execute(statement)
