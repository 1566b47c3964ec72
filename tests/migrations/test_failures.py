"""A refusal is told in the server's words, unless those may quote a row."""

from __future__ import annotations

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.migration.connection import connection
from platform_db.migration.failures import told
from platform_db.migration.steps.step import Statement

NOTES = "CREATE TEMPORARY TABLE notes (id bigint CONSTRAINT pk_notes PRIMARY KEY, text text NOT NULL)"


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (
            "DROP TABLE notes, missing",
            '42P01 undefined table: table "missing" does not exist',
        ),
        (
            "DO $$ BEGIN EXECUTE 'COMMIT'; END $$",
            "0A000 feature not supported: EXECUTE of transaction commands is not implemented",
        ),
        ("INSERT INTO notes VALUES (1, 'secret'), (1, 'secret')", "23505 unique violation: notes, pk_notes"),
        ("SELECT 'secret'::integer", "22P02 invalid text representation"),
        ("DO $$ BEGIN RAISE EXCEPTION 'secret'; END $$", "P0001 raise"),
        (
            "DO $$ BEGIN RAISE EXCEPTION 'secret' USING ERRCODE = '55000'; END $$",
            "55000 object not in prerequisite state",
        ),
    ],
)
async def test_a_refusal_is_told_without_a_row(url: str, statement: str, text: str) -> None:
    # Given a table
    async with connection(url) as opened:
        await opened.execute(NOTES)
        # When the server refuses a statement
        with pytest.raises(asyncpg.PostgresError) as caught:
            await opened.execute(statement)
    # Then its SQLSTATE is put into words, and what it said stands there when it is no trigger's text and not about rows
    assert str(told(caught.value, Statement(""))) == text
