"""Which rules refused writes, and how often, since when an operator asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from platform_db.domain.instants import ISTANBUL
from platform_db.errors import UsageError
from platform_db.schema.catalog import catalog

if TYPE_CHECKING:
    from platform_db.errors import Message
    from platform_db.repositories.constraint_violations import ViolationCount
    from platform_db.repositories.work import Database

__all__ = ["Refusals", "Violations", "moment", "violations"]

_SPAN: Final = re.compile(r"(\d{1,5})\s*([mhd])", re.ASCII)
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Refusals:
    """One rule: how often it refused a write, the last time (UTC), and what it tells; no message when it is gone."""

    table_name: str
    constraint_name: str
    times: int
    last_at: datetime
    message: Message | None

    @classmethod
    def of(cls, count: ViolationCount) -> Refusals:
        """A count with the message of its rule."""
        declared = catalog().get(count.constraint_name)
        return cls(
            count.table_name,
            count.constraint_name,
            count.times,
            count.last_at,
            None if declared is None else declared.message,
        )

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        told = None if self.message is None else {"tr": self.message.tr, "en": self.message.en}
        return {
            "table_name": self.table_name,
            "constraint_name": self.constraint_name,
            "times": self.times,
            "last_at": self.last_at.isoformat(),
            "message": told,
        }


@dataclass(frozen=True, slots=True)
class Violations:
    """Every rule that refused a write since ``since`` (inclusive), the most frequent first."""

    since: datetime
    rules: tuple[Refusals, ...]

    @property
    def total(self) -> int:
        """How many writes were refused."""
        return sum(rule.times for rule in self.rules)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        rules = [rule.as_json() for rule in self.rules]
        return {"since": self.since.isoformat(), "total": self.total, "rules": rules}


def moment(text: str, now: datetime) -> datetime:
    """The instant that an operator means: ``30m``, ``24h`` or ``7d`` before ``now``, a day, or an ISO instant.

    A day, or a time without an offset, is Europe/Istanbul's.

    >>> now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> moment("24h", now).isoformat(), moment("2026-03-02", now).isoformat()
    ('2026-03-01T09:00:00+00:00', '2026-03-01T21:00:00+00:00')

    Raises
    ------
    UsageError
        It is none of these, or lies before what can be told.
    """
    span = _SPAN.fullmatch(text.strip())
    try:
        if span is not None:
            return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
        return _instant(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        message = f"{text!r} is no moment: give 30m, 24h, 7d, 2026-03-02 or 2026-03-02T09:15+03:00"
    raise UsageError(message)


def _instant(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo is not None else found.replace(tzinfo=ISTANBUL)
    return datetime(day.year, day.month, day.day, tzinfo=ISTANBUL)


async def violations(database: Database, since: datetime) -> Violations:
    """Count the refused writes since an instant (inclusive, aware) by rule, with what each rule tells.

    Raises
    ------
    RuleViolation
        The instant lies outside the years that are stored.
    """
    async with database.unit_of_work() as work:
        counts = await work.constraint_violations.counts(since)
    return Violations(since, tuple(Refusals.of(count) for count in counts))
