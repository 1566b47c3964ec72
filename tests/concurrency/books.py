"""What a database holds, read in one snapshot by the auditor, who sees every row."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.audit.verify import VerificationReport, verify
from platform_db.database import Role
from platform_db.schema.all_tables import metadata
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from datetime import date, datetime
    from uuid import UUID

_ISSUED = """
    SELECT id, user_id, ettn, number, sequence, issue_date, status::text, paid_cents,
        (SELECT count(*) FROM invoice_lines AS line WHERE line.invoice_id = invoice.id)
            + (SELECT count(*) FROM invoice_tax_subtotals AS part WHERE part.invoice_id = invoice.id),
        (SELECT array_agg(created_at ORDER BY id) FROM audit_logs
            WHERE entity_type = 'invoices' AND entity_id = invoice.id AND event_type = 'invoice.issued')
    FROM invoices AS invoice WHERE series = $1 ORDER BY fiscal_year, sequence
"""
_UNBALANCED = """
    SELECT array_agg(id ORDER BY id) FROM invoices AS invoice WHERE paid_cents <> (
        SELECT coalesce(sum(amount_cents), 0) FROM payments
        WHERE invoice_id = invoice.id AND kind = 'charge'
            AND status IN ('completed', 'partial_refund', 'refunded', 'disputed'))
"""


@dataclass(frozen=True, slots=True)
class Issued:
    """An invoice with a number. ``noted`` are the moments at which the audit log was told so."""

    id: int
    user_id: int
    ettn: UUID
    number: str
    sequence: int
    issue_date: date
    status: str
    paid_cents: int
    parts: int
    noted: list[datetime] | None


@dataclass(frozen=True, slots=True)
class Books:
    """One series, and what holds for the whole database.

    ``unbalanced`` are invoices whose ``paid_cents`` is not the sum of their payments.
    """

    issued: tuple[Issued, ...]
    last_sequence: int
    last_issue_date: date | None
    drafts: int
    payments: int
    unbalanced: list[int] | None
    verification: VerificationReport

    @property
    def numbers(self) -> list[str]:
        return [invoice.number for invoice in self.issued]

    @property
    def by_ettn(self) -> dict[UUID, str]:
        return {invoice.ettn: invoice.number for invoice in self.issued}


def numbers(series: str, year: int, count: int) -> list[str]:
    """The first numbers of a series, without gap or duplicate."""
    return [f"{series}{year}{sequence:09d}" for sequence in range(1, count + 1)]


def missing(found: list[str]) -> list[int]:
    """The places between 1 and the highest number of a series that nobody holds."""
    held = {int(number[-9:]) for number in found}
    return sorted(set(range(1, max(held, default=0) + 1)) - held)


@asynccontextmanager
async def as_auditor(url: str) -> AsyncGenerator[Raw]:
    """A connection inside one snapshot, as platform_auditor."""
    connection = await connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute(f"SET LOCAL ROLE {Role.AUDITOR}")
            yield connection
    finally:
        await connection.close()


async def books_of(url: str, series: str) -> Books:
    """Read the books of a series of one fiscal year, and verify the audit log, in one snapshot."""
    async with as_auditor(url) as connection:
        rows = await connection.fetch(_ISSUED, series)
        head = await connection.fetchrow(
            "SELECT last_sequence, last_issue_date FROM invoice_series WHERE series = $1", series
        )
        return Books(
            issued=tuple(Issued(*row[:]) for row in rows),
            last_sequence=head[0],
            last_issue_date=head[1],
            drafts=await connection.fetchval("SELECT count(*) FROM invoices WHERE status = 'draft'"),
            payments=await connection.fetchval("SELECT count(*) FROM payments"),
            unbalanced=await connection.fetchval(_UNBALANCED),
            verification=await verify(connection),
        )


async def contents(url: str) -> dict[str, tuple[int, str]]:
    """Every table's number of rows, and a digest of all of them."""
    async with as_auditor(url) as connection:
        found: dict[str, tuple[int, str]] = {}
        for name in metadata.tables:
            row = await connection.fetchrow(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} AS t"  # noqa: S608
            )
            found[name] = row[0], row[1]
        return found
