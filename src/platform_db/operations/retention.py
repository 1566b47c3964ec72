"""What is kept no longer: rows past their term are deleted, or the persons in them made anonymous, batch by batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from platform_db.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from platform_db.repositories.work import Database, Work

__all__ = ["BATCH", "SWEEPS", "Swept", "retain", "terms_of"]

BATCH: Final = 100
"""Rows of a unit of work."""

_Act = Callable[["Work", int], Awaitable[int]]


async def _users(work: Work, limit: int) -> int:
    return len(await work.users.anonymise_due(limit))


async def _invoices(work: Work, limit: int) -> int:
    return len(await work.invoices.anonymise_due(limit))


async def _orders(work: Work, limit: int) -> int:
    return len(await work.orders.anonymise_due(limit))


@dataclass(frozen=True, slots=True)
class Term:
    """How long the rows of a table are kept, and what ends it."""

    kept: str
    act: _Act


SWEEPS: Final[Mapping[str, Term]] = MappingProxyType(
    {
        "sessions": Term("deleted 90 days after they expired", lambda work, limit: work.sessions.delete_old(limit)),
        "security_events": Term("deleted after 2 years", lambda work, limit: work.security_events.delete_old(limit)),
        "notifications": Term(
            "deleted 90 days after they were read or expired", lambda work, limit: work.notifications.prune(limit)
        ),
        "idempotency_keys": Term(
            "deleted once they expired", lambda work, limit: work.idempotency_keys.delete_expired(limit)
        ),
        "outbox_events": Term(
            "deleted 7 days after delivery", lambda work, limit: work.outbox_events.delete_old(limit)
        ),
        "payment_webhook_events": Term(
            "deleted 2 years after they were processed",
            lambda work, limit: work.payment_webhook_events.delete_old(limit),
        ),
        "constraint_violations": Term(
            "deleted after 90 days", lambda work, limit: work.constraint_violations.delete_old(limit)
        ),
        "jobs": Term(
            "deleted 180 days after they ended, once their files are gone",
            lambda work, limit: work.jobs.delete_finished(limit),
        ),
        "users": Term("made anonymous 30 days after they were deleted (KVKK art. 7)", _users),
        "audit_personal_data": Term(
            "erased once the person is anonymous (KVKK art. 7)",
            lambda work, limit: work.personal_data.erase_of_anonymised(limit),
        ),
        "invoices": Term("parties made anonymous 10 years after the fiscal year (TTK art. 82)", _invoices),
        "orders": Term("recipients made anonymous 10 years after the year of the order (TTK art. 82)", _orders),
    }
)
"""The terms of the tables, in the order in which they are swept.

CAD models are not among them: their files go first, and the object store is the service's.
"""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows of a table were past their term."""

    table: str
    rows: int


async def retain(database: Database, only: Iterable[str] | None = None, *, batch: int = BATCH) -> tuple[Swept, ...]:
    """Sweep these tables, or all, until nothing in them is past its term.

    Each batch is a unit of work of its own, so locks are short and a run that is killed loses one
    batch; the next goes on. Several runs at once share the work. ``batch`` is 1 to 1000.

    Raises
    ------
    UsageError
        A table has no term; the text lists those that have.
    RuleViolation
        ``batch`` is out of range.
    """
    wanted = terms_of(SWEEPS if only is None else only)
    return tuple([Swept(name, await _until_done(database, SWEEPS[name].act, batch)) for name in wanted])


def terms_of(tables: Iterable[str]) -> list[str]:
    """The tables, each once.

    Raises
    ------
    UsageError
        One has no term; the text lists those that have.
    """
    wanted = list(dict.fromkeys(tables))
    unknown = [name for name in wanted if name not in SWEEPS]
    if unknown:
        message = f"no rows of {', '.join(unknown)} are swept; choose of: {', '.join(SWEEPS)}"
        raise UsageError(message)
    return wanted


async def _until_done(database: Database, act: _Act, batch: int) -> int:
    rows = 0
    while count := await database.run(lambda work: act(work, batch)):
        rows += count
    return rows
