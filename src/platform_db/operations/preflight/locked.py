"""Which table it was that a question waited for in vain."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from platform_db.errors import LockTimeout

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection

    from platform_db.operations.preflight.session import Session

__all__ = ["about", "naming_the_locked"]

# Only ACCESS EXCLUSIVE keeps a reader out; one that is still waited for does so too. A partition goes by its table.
_HOLDING: Final = """
    SELECT DISTINCT coalesce(whole.relname, c.relname)::text AS name
    FROM pg_locks AS l
    JOIN pg_class AS c ON c.oid = l.relation
    LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid
    LEFT JOIN pg_class AS whole ON whole.oid = i.inhparent
    WHERE l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid()
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND c.relnamespace = 'public'::regnamespace
        AND coalesce(whole.relname, c.relname) = ANY ($1::text[])
    ORDER BY 1
"""


@asynccontextmanager
async def naming_the_locked(session: Session, names: Collection[str]) -> AsyncGenerator[None]:
    """Let a lock that was not granted be told with the tables of these names that another session holds.

    The server does not say which it was. One that was let go in the meantime has no name any more.

    Raises
    ------
    LockTimeout
        As before, with the tables and where to see who holds them.
    """
    try:
        yield
    except LockTimeout as error:
        held = ", ".join(str(row["name"]) for row in await session.ask(_HOLDING, sorted(names)))
        raise about(held or "a table", error) from None


def about(tables: str, error: LockTimeout) -> LockTimeout:
    """The same error, saying what could not be locked and where to see who holds it."""
    return LockTimeout(f"{tables}: {error.message}; `platform-db monitor` shows who holds it")
