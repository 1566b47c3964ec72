"""Who holds the lock that a migration waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Server

__all__ = ["named_blockers"]

_OLDEST: Final = """
    SELECT pid, string_agg(DISTINCT relation::regclass::text, ', ') AS tables,
        extract(epoch FROM clock_timestamp() - max(xact_start))::bigint AS seconds
    FROM pg_locks JOIN pg_stat_activity USING (pid) JOIN pg_class ON pg_class.oid = relation
    WHERE locktype = 'relation' AND granted AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm')
        AND pid <> pg_backend_pid()
        AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY pid ORDER BY max(xact_start) LIMIT 3
"""


async def named_blockers(server: Server) -> str:
    """The oldest transactions that hold tables of the schema, and what to do about them."""
    rows = await server.fetch(_OLDEST)
    if not rows:
        return "who held it has ended meanwhile: run it again"
    held = "; ".join(
        f"process {row['pid']} holds {row['tables']}" + ("" if row["seconds"] is None else f" for {row['seconds']} s")
        for row in rows
    )
    return f"{held}: end that transaction (pg_terminate_backend), or run it again later"
