"""A refresh token is in no table, in no form in which it could be used."""

# ruff: noqa: S608 - the names in the statements are the schema's own

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from platform_db.domain.sessions import NewSession, NextToken, Reused, Rotated, token_hash
from tests.integration.stored import new_user
from tests.seed.superuser import superuser_of

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

TABLES = (
    "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace "
    "AND relkind IN ('r', 'm') ORDER BY 1"
)


async def tables_that_hold(connection: Raw, text: str) -> set[str]:
    """The tables, partitions each by itself, with a row whose text has this in it."""
    names = [row[0] for row in await connection.fetch(TABLES)]
    return {
        name
        for name in names
        if await connection.fetchval(f"SELECT count(*) FROM {name} AS t WHERE position($1 IN t::text) > 0", text)
    }


async def test_the_raw_token_is_in_no_table(database: Database, worker: Raw, database_url: str) -> None:
    # given a session that was opened, rotated, played again, and ended
    user, tokens = await new_user(worker, "ayse"), [secrets.token_urlsafe(32) for _ in range(3)]
    async with database.unit_of_work() as work:
        await work.sessions.open(NewSession(user_id=user, refresh_token=tokens[0], device_fingerprint="torna-3"))
        assert isinstance(await work.sessions.rotate(tokens[0], NextToken(refresh_token=tokens[1])), Rotated)
    async with database.unit_of_work() as work:
        assert isinstance(await work.sessions.rotate(tokens[0], NextToken(refresh_token=tokens[2])), Reused)
    async with superuser_of(database_url) as connection:
        # then the search finds what is stored
        assert await tables_that_hold(connection, token_hash(tokens[1])) == {"sessions"}
        assert await tables_that_hold(connection, "torna-3") == {"sessions", "audit_personal_data"}
        # and no token: not as it is, not as bytes, not encoded
        for token in tokens:
            for form in (token, token.encode().hex(), base64.b64encode(token.encode()).decode()):
                assert await tables_that_hold(connection, form) == set()
