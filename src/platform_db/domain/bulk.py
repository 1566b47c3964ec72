"""What became of each of many rows that were sent at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar, cast

from platform_db.domain.columns import differing, is_same
from platform_db.domain.models import StoredModel
from platform_db.errors import PlatformError

__all__ = ["BulkReport", "Outcome", "RowResult", "differing", "is_same"]

M = TypeVar("M", bound=StoredModel)


class RowResult(StrEnum):
    """What happened to one row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome(Generic[M]):
    """What became of one row.

    Attributes
    ----------
    place
        Which row of the call it was, counted from 0.
    result
        What happened.
    row
        The row as it is stored now; None where it was refused.
    error
        Why it was refused; None where it was not.
    before
        Of an updated row the values that its changed columns had.
    """

    place: int
    result: RowResult
    row: M | None = None
    error: PlatformError | None = None
    before: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def after(self) -> dict[str, object]:
        """Of an updated row the values that its changed columns have now."""
        return {name: getattr(self.row, name) for name in self.before}

    def stored(self) -> M:
        """The row as it is stored now.

        Raises
        ------
        PlatformError
            It was refused; this is why.
        """
        if self.error is not None:
            raise self.error
        return cast("M", self.row)


@dataclass(frozen=True, slots=True)
class BulkReport(Generic[M]):
    """The outcome of each row, in the order in which the rows were given.

    Examples
    --------
    >>> from platform_db.errors import Conflict
    >>> report = BulkReport((Outcome(0, RowResult.CREATED), Outcome(1, RowResult.REFUSED, error=Conflict("taken"))))
    >>> len(report), report.count(RowResult.CREATED), [refused.place for refused in report.refused]
    (2, 1, [1])
    """

    outcomes: tuple[Outcome[M], ...]

    def __iter__(self) -> Iterator[Outcome[M]]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def counts(self) -> dict[RowResult, int]:
        """How many rows had each result; one that no row had is 0."""
        counted = Counter(outcome.result for outcome in self.outcomes)
        return {result: counted[result] for result in RowResult}

    def count(self, result: RowResult) -> int:
        """How many rows had this result."""
        return self.counts[result]

    @property
    def refused(self) -> tuple[Outcome[M], ...]:
        """The rows that were refused."""
        return tuple(outcome for outcome in self.outcomes if outcome.result is RowResult.REFUSED)

    @property
    def rows(self) -> tuple[M, ...]:
        """The rows that are stored, created and unchanged ones too."""
        return tuple(outcome.row for outcome in self.outcomes if outcome.row is not None)

    def demand_all(self) -> tuple[M, ...]:
        """The rows, if none was refused: for a call that is to be stored whole or not at all.

        Raises
        ------
        PlatformError
            The error of the first row that was refused; leave it, and the unit of work is undone.
        """
        return tuple(outcome.stored() for outcome in self.outcomes)
