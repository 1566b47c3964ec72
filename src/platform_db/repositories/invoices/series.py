"""The series from which invoices take their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.invoices.series import InvoiceSeries, NewSeries
from platform_db.errors import AlreadyExists, NotFound, StaleVersion
from platform_db.repositories.invoices import statements
from platform_db.repositories.payloads import given
from platform_db.repositories.rows import reader

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail

__all__ = ["SeriesOperations"]

_read = reader(InvoiceSeries)
_TOLD_OF_OPENING: Final = ("series", "fiscal_year", "last_sequence", "is_active")


class SeriesOperations:
    """Opening, finding and closing series; writing is background work (``platform_worker``)."""

    _executor: Executor
    _audit: AuditTrail

    async def open_series(self, new: NewSeries) -> InvoiceSeries:
        """Open a series for a fiscal year; its numbers begin at 1.

        Raises
        ------
        AlreadyExists
            It is open for that year.
        NotAllowed
            The unit of work acts for a user.
        """
        opened = await self._opened(new)
        if opened is None:
            message = f"series {new.series} of {new.fiscal_year} exists already"
            raise AlreadyExists(message, entity=InvoiceSeries.entity, fields=("series", "fiscal_year"))
        return opened

    async def ensure_series(self, new: NewSeries) -> InvoiceSeries:
        """Open a series, or give the one that there is; of many at once one opens it.

        Raises
        ------
        NotAllowed
            The unit of work acts for a user.
        """
        return await self._opened(new) or await self.series(new.series, new.fiscal_year)

    async def series(self, code: str, fiscal_year: int) -> InvoiceSeries:
        """The series of this code and year.

        Raises
        ------
        NotFound
            It was not opened.
        """
        row = await self._executor.fetch_row(statements.SERIES, {"series": code, "fiscal_year": fiscal_year})
        if row is None:
            message = "no such series in that year: open it first"
            raise NotFound(message, entity=InvoiceSeries.entity, fields=("series", "fiscal_year"))
        return _read(row)

    async def series_of_year(self, fiscal_year: int) -> tuple[InvoiceSeries, ...]:
        """The series of a fiscal year, closed ones too, by their code."""
        rows = await self._executor.fetch(statements.SERIES_OF_YEAR, {"fiscal_year": fiscal_year})
        return tuple(map(_read, rows))

    async def close_series(self, series: InvoiceSeries) -> InvoiceSeries:
        """Give no more numbers of a series.

        Raises
        ------
        StaleVersion
            The series moved on since it was read.
        NotAllowed
            The unit of work acts for a user.
        """
        row = await self._executor.fetch_row(statements.CLOSE_SERIES, {"id": series.id, "read_version": series.version})
        if row is None:
            message = f"series {series.series} of {series.fiscal_year} moved on: read it again"
            raise StaleVersion(message, entity=InvoiceSeries.entity, fields=("version",))
        closed = _read(row)
        before, after = ({"is_active": row.is_active} for row in (series, closed))
        self._audit.note(AuditAction.UPDATE, "invoice_series.closed", closed, before, after)
        return closed

    async def _opened(self, new: NewSeries) -> InvoiceSeries | None:
        row = await self._executor.fetch_row(statements.OPEN_SERIES, dict(new))
        if row is None:
            return None
        opened = _read(row)
        self._audit.note(AuditAction.CREATE, "invoice_series.opened", opened, {}, given(opened, _TOLD_OF_OPENING))
        return opened
