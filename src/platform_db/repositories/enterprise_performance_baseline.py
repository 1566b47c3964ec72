"""Measured baselines: the latest of each figure, to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.columns import columns_of
from platform_db.domain.enterprise_performance_baseline import PerformanceBaseline
from platform_db.repositories.rows import reader
from platform_db.schema.enterprise_performance_baseline import enterprise_performance_baseline as baselines

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail

__all__ = ["PerformanceBaselineRepository"]

_read = reader(PerformanceBaseline)
_Figure: Final = columns_of(PerformanceBaseline, ("metric_name", "table_name"))

# The greater id decides between two measurements of one instant.
_NEWEST: Final = (baselines.c.measurement_date.desc(), baselines.c.id.desc())
_OF_METRIC: Final = (
    sa.select(baselines)
    .where(baselines.c.metric_name == sa.bindparam("metric_name", type_=sa.Text()))
    .order_by(*_NEWEST)
    .limit(1)
)
_OF_TABLE: Final = Statement(_OF_METRIC.where(baselines.c.table_name == sa.bindparam("table_name", type_=sa.Text())))
_OF_DATABASE: Final = Statement(_OF_METRIC.where(baselines.c.table_name.is_(None)))
_FIGURE: Final = (baselines.c.metric_name, baselines.c.table_name)
# As a prefix, because SQLAlchemy 2.0 and 2.1 have no common form of DISTINCT ON.
_LATEST: Final = Statement(
    sa.select(baselines).prefix_with("DISTINCT ON (metric_name, table_name)").order_by(*_FIGURE, *_NEWEST)
)


class PerformanceBaselineRepository:
    """Measured baselines. Belongs to one unit of work and never commits.

    For operators' programs (platform_worker) alone.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        self._executor = executor
        self._audit = audit

    async def latest(self, metric_name: str, table_name: str | None = None) -> PerformanceBaseline | None:
        """The last measurement of a figure, of a table or (None) of the whole database; None where there is none.

        Raises
        ------
        RuleViolation
            A name is empty or too long.
        """
        asked: dict[str, object] = {"metric_name": metric_name, "table_name": table_name}
        _Figure.parse(asked)
        if table_name is None:
            row = await self._executor.fetch_row(_OF_DATABASE, {"metric_name": metric_name})
        else:
            row = await self._executor.fetch_row(_OF_TABLE, asked)
        return None if row is None else _read(row)

    async def latest_of_each(self) -> tuple[PerformanceBaseline, ...]:
        """The last measurement of every figure, by metric and table, the whole database's last; reads all rows."""
        return tuple(_read(row) for row in await self._executor.fetch(_LATEST))
