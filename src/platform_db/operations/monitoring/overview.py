"""All of it at one moment: what ``platform-db monitor`` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from platform_db.migration.connection import connection
from platform_db.operations.monitoring.activity import (
    connections,
    lock_waits,
    long_transactions,
    monitoring_role,
    replicas,
)
from platform_db.operations.monitoring.answers import Overview
from platform_db.operations.monitoring.bloat import estimates
from platform_db.operations.monitoring.indexes import index_use, invalid_indexes, redundant_indexes
from platform_db.operations.monitoring.reading import Reader
from platform_db.operations.monitoring.tables import summary_rows, table_use
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["LONG_SECONDS", "READERS", "observe"]

LONG_SECONDS: Final = 60.0
"""From when on a transaction counts as long."""

READERS: Final = (Role.AUDITOR, Role.WORKER, Role.READONLY)
"""Whom the questions about rows are asked as, the first that the login may take."""

_ABOUT: Final = """
    SELECT clock_timestamp(), current_setting('server_version'),
        (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database())
"""


async def observe(url: str, *, long_seconds: float = LONG_SECONDS) -> Overview:
    """Look at the database of ``url``: what works, waits, grows and lies idle.

    Nothing is written. Every question is a short transaction of its own, so nothing is held from one
    to the next, and a table that somebody has locked is left out, not waited for. What this login may not see is
    not known; a member of platform_auditor and pg_monitor sees everything.

    Parameters
    ----------
    url
        The server itself, not a pooler in transaction mode.
    long_seconds
        From when on a transaction counts as long.

    Raises
    ------
    ConfigurationError
        The server refuses the login.
    ConnectionLost
        The server cannot be reached.
    """
    async with connection(url) as opened:
        reader = Reader(opened)
        role = await reader.first_role(READERS)
        monitor = await monitoring_role(reader)
        taken_at, version, since = (await reader.rows(_ABOUT))[0]
        estimated = await estimates(reader, role)
        return Overview(
            taken_at=cast("datetime", taken_at),
            server_version=str(version).split(maxsplit=1)[0],
            statistics_since=cast("datetime | None", since),
            summary=await summary_rows(reader, role),
            tables=await table_use(reader, estimated),
            indexes=await index_use(reader, estimated),
            redundant_indexes=await redundant_indexes(reader),
            invalid_indexes=await invalid_indexes(reader, monitor),
            long_transactions=await long_transactions(reader, monitor, long_seconds),
            lock_waits=await lock_waits(reader, monitor),
            connections=await connections(reader, monitor),
            replicas=await replicas(reader, monitor),
        )
