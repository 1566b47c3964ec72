"""Who is connected, whose transactions last long, who waits for whom, and how far standbys are behind."""

# ruff: noqa: S608 - the queries are put together from constants of this module

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.operations.monitoring.answers import Answer, Connections, LockWait, LongTransaction, Replica

if TYPE_CHECKING:
    from platform_db.operations.monitoring.reading import Reader

__all__ = ["connections", "lock_waits", "long_transactions", "monitoring_role", "replicas"]

_MONITORS: Final = ("pg_monitor", "pg_read_all_stats")

_COMMAND: Final = "upper(substring(a.query FROM '^\\s*([A-Za-z]+)'))"
"""The first word of a statement; what stands before it as a comment may hold anything, and hides it."""

_HIDDEN: Final = """
    SELECT count(*)::integer FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type IS NULL
"""

_LONG: Final = f"""
    SELECT a.pid, a.application_name, a.usename::text AS login, a.state,
        extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds, {_COMMAND} AS command, a.query_id
    FROM pg_stat_activity AS a
    WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
        AND a.xact_start <= clock_timestamp() - make_interval(secs => $1)
    UNION ALL
    SELECT NULL, NULL, owner::text, 'prepared', extract(epoch FROM clock_timestamp() - prepared)::float8, NULL, NULL
    FROM pg_prepared_xacts
    WHERE database = current_database() AND prepared <= clock_timestamp() - make_interval(secs => $1)
    ORDER BY seconds DESC
"""

# pg_blocking_pids stops the lock manager for a moment: asked only for those that wait.
_WAITS: Final = f"""
    WITH waiting AS MATERIALIZED (
        SELECT a.pid, a.application_name, {_COMMAND} AS command, l.mode AS lock_mode,
            coalesce(l.relation::regclass::text, l.locktype) AS waits_for,
            extract(epoch FROM clock_timestamp() - l.waitstart)::float8 AS seconds
        FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
        WHERE NOT l.granted AND a.datname = current_database()
    )
    SELECT w.*, b.blocked_by, ARRAY(
        SELECT coalesce(h.application_name, '')
        FROM unnest(b.blocked_by) WITH ORDINALITY AS u (pid, place) LEFT JOIN pg_stat_activity AS h ON h.pid = u.pid
        ORDER BY u.place
    ) AS blockers
    FROM waiting AS w CROSS JOIN LATERAL (SELECT pg_blocking_pids(w.pid) AS blocked_by) AS b
    ORDER BY w.seconds DESC NULLS LAST, w.pid
"""

# A session that this login may not see has no type; a process of the server itself has no database.
_CONNECTIONS: Final = """
    SELECT count(*)::integer AS in_use,
        count(*) FILTER (WHERE datname = current_database())::integer AS in_this_database,
        CASE WHEN bool_and(backend_type IS NOT NULL)
            THEN count(*) FILTER (WHERE state LIKE 'idle in transaction%')::integer END AS idle_in_transaction,
        current_setting('max_connections')::integer AS max_connections,
        current_setting('superuser_reserved_connections')::integer
            + coalesce(current_setting('reserved_connections', true)::integer, 0) AS reserved
    FROM pg_stat_activity
    WHERE coalesce(backend_type, 'client backend') = 'client backend' AND datid IS NOT NULL
"""

_REPLICAS: Final = """
    SELECT application_name, state, sync_state,
        pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
            replay_lsn)::bigint AS replay_lag_bytes,
        extract(epoch FROM replay_lag)::float8 AS replay_lag_seconds
    FROM pg_stat_replication
    UNION ALL
    SELECT 'this server', 'standby', NULL, pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::bigint,
        CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 END
    WHERE pg_is_in_recovery()
    ORDER BY application_name
"""


async def monitoring_role(reader: Reader) -> str | None:
    """The server's own role that sees every session, where the login may take it."""
    return await reader.first_role(_MONITORS)


async def long_transactions(reader: Reader, role: str | None, seconds: float) -> Answer[LongTransaction]:
    """The transactions of this database that began at least so long ago, the oldest first."""
    found = await reader.answer(LongTransaction, _LONG, seconds, role=role)
    hidden = (await reader.rows(_HIDDEN, role=role))[0][0]
    if found.unknown is None and hidden:
        why = f"{hidden} session(s) of other logins are hidden from this one: GRANT pg_monitor TO it"
        return found.model_copy(update={"unknown": why})
    return found


async def lock_waits(reader: Reader, role: str | None) -> Answer[LockWait]:
    """The sessions of this database that wait for a lock just now, the longest first."""
    return await reader.answer(LockWait, _WAITS, role=role)


async def connections(reader: Reader, role: str | None) -> Answer[Connections]:
    """How many sessions there are, of how many."""
    return await reader.answer(Connections, _CONNECTIONS, role=role)


async def replicas(reader: Reader, role: str | None) -> Answer[Replica]:
    """The standbys of this server, and its own lag where it is one."""
    return await reader.answer(Replica, _REPLICAS, role=role)
