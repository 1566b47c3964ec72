"""Instants in UTC, and legal days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from annotated_types import Ge, Le, Lt
from pydantic.types import Strict

from platform_db.domain import instants
from platform_db.domain.fields.marker import Marker
from platform_db.domain.rules import Message, Rule

__all__ = ["Day", "Instant"]


@dataclass(frozen=True, kw_only=True)
class Instant(Marker):
    """A point in time: aware, finite, from 2000-01-01 to before 2100-01-01 UTC."""

    sql_type = "timestamptz"

    def __iter__(self) -> Iterator[object]:
        yield Strict()
        yield Ge(instants.EARLIEST_INSTANT)
        yield Lt(instants.LATEST_INSTANT)

    def rules(self, field: str) -> Iterator[Rule]:
        earliest, latest = instants.EARLIEST_INSTANT, instants.LATEST_INSTANT

        def within(value: datetime) -> bool:
            return earliest <= value < latest

        yield Rule(
            name=f"{field}_finite",
            fields=(field,),
            holds=within,
            sql=f"{field} >= {_epoch(earliest)} AND {field} < {_epoch(latest)}",
            message=Message(
                f"{field}: {earliest.year} ile {latest.year} yılları arasında bir an olmalıdır (UTC)",
                f"{field} must be an instant from {earliest.year} to before {latest.year} (UTC)",
            ),
        )


def _epoch(instant: datetime) -> str:
    """The instant as an expression that reads the same in every time zone."""
    return f"to_timestamp({int(instant.timestamp())})"


@dataclass(frozen=True, kw_only=True)
class Day(Marker):
    """A legal day. ``law`` marks a day of law data, which reaches back to 1985."""

    law: bool = False

    sql_type = "date"

    @property
    def _range(self) -> tuple[date, date]:
        return (instants.EARLIEST_LAW_DAY if self.law else instants.EARLIEST_DAY), instants.LATEST_DAY

    def __iter__(self) -> Iterator[object]:
        earliest, latest = self._range
        yield Strict()
        yield Ge(earliest)
        yield Le(latest)

    def rules(self, field: str) -> Iterator[Rule]:
        earliest, latest = self._range

        def within(value: date) -> bool:
            return earliest <= value <= latest

        yield Rule(
            name=f"{field}_finite",
            fields=(field,),
            holds=within,
            sql=f"{field} BETWEEN DATE '{earliest}' AND DATE '{latest}'",
            message=Message(
                f"{field}: {earliest} ile {latest} arasında bir gün olmalıdır",
                f"{field} must be a day from {earliest} to {latest}",
            ),
        )
