"""Refreshing the summary of the system, while others read it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa

from platform_db.database.opening import TransactionOptions
from platform_db.database.statement import Statement
from platform_db.schema import summary

if TYPE_CHECKING:
    from datetime import datetime

    from platform_db.repositories.work import Database

__all__ = ["Refresh", "refresh"]

_REFRESH: Final = Statement(sa.select(sa.func.refresh_system_performance_summary()))
_REFRESHED_AT: Final = Statement(
    sa.select(sa.func.max(sa.column("refreshed_at", sa.DateTime(timezone=True)))).select_from(sa.table(summary.NAME))
)

# It reads whole tables, and takes as long as that takes.
_PATIENT: Final = TransactionOptions(statement_timeout=0)


@dataclass(frozen=True, slots=True)
class Refresh:
    """What became of a refresh.

    Attributes
    ----------
    refreshed
        False when another refresh was at work: the figures are then about to be new anyway.
    refreshed_at
        Of which moment the figures are now.
    """

    refreshed: bool
    seconds: float
    refreshed_at: datetime

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        moment = self.refreshed_at.isoformat()
        return {"refreshed": self.refreshed, "seconds": round(self.seconds, 3), "refreshed_at": moment}


async def refresh(database: Database) -> Refresh:
    """Compute the summary anew, as platform_worker; its readers go on meanwhile, with the figures of before.

    Raises
    ------
    NotAllowed
        This login may not call the function.
    """
    begin = time.perf_counter()
    async with database.unit_of_work(options=_PATIENT) as work:
        refreshed = bool(await work.fetch_value(_REFRESH))
    seconds = time.perf_counter() - begin
    async with database.unit_of_work() as work:
        refreshed_at = cast("datetime", await work.fetch_value(_REFRESHED_AT))
    return Refresh(refreshed, seconds, refreshed_at)
