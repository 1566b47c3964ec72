"""A script says which older tables it locks; the server is asked whether that is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db import migration
from platform_db.migration.connection import connection
from platform_db.migration.head import chain
from platform_db.migration.steps import Script

if TYPE_CHECKING:
    from platform_db.migration.connection import Connection

EMPTY_UNTIL = "0009_row_security_and_grants"
"""The revisions up to this one build a first database, which nobody writes to yet."""

NAMES = [revision.name for revision in chain()]
SCRIPTS = {
    revision.name: revision.steps[0]
    for revision in chain()[NAMES.index(EMPTY_UNTIL) + 1 :]
    if isinstance(revision.steps[0], Script)
}

# Of two locks on a table the stronger one counts; these are in the order of their strength.
_HELD = """
    SELECT (array_agg(strength.mode ORDER BY place DESC))[1] || ' on ' || relname
    FROM pg_locks AS held
    JOIN pg_class ON pg_class.oid = held.relation
    JOIN unnest(ARRAY['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE']) WITH ORDINALITY
        AS strength (mode, place) ON lower(replace(strength.mode, ' ', '')) || 'lock' = lower(held.mode)
    WHERE pid = pg_backend_pid() AND relname = ANY ($1)
    GROUP BY relname
"""


async def tables(opened: Connection) -> list[str]:
    rows = await opened.fetch(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND relname <> 'alembic_version'"
    )
    return [str(row[0]) for row in rows]


@pytest.mark.parametrize("revision", SCRIPTS)
async def test_a_script_names_the_older_tables_that_it_locks(url: str, revision: str) -> None:
    # given the revision before
    await migration.up(url, NAMES[NAMES.index(revision) - 1])
    step = SCRIPTS[revision]
    async with connection(url) as opened:
        older = await tables(opened)
        # when its script runs
        await opened.execute("BEGIN")
        for statement in step.up():
            await opened.execute(statement.sql)
        held = {str(row[0]) for row in await opened.fetch(_HELD, older)}
        await opened.execute("ROLLBACK")
    # then it stops writes to the tables that it names, and to no other
    assert held == {f"{lock.mode} on {lock.table}" for lock in step.locks}
