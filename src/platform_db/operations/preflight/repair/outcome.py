"""What became of every row of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platform_db.errors import Violation
    from platform_db.operations.preflight.repair.plan import RowKey

__all__ = ["Outcome", "Result", "RowOutcome"]


class Result(StrEnum):
    """What became of one row."""

    REPAIRED = "repaired"
    UNCHANGED = "unchanged"
    """It does not break the rule any more: nothing was done."""
    STALE = "stale"
    """It was changed since the review."""
    MISSING = "missing"
    """There is no such row, which is all that a removal wants; new values are still to be given."""
    REFUSED = "refused"
    """The domain or the database refuses the values, or the row would still break the rule."""


_OPEN = frozenset({Result.STALE, Result.REFUSED})


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """One row.

    Attributes
    ----------
    removal
        Whether the row was to be removed.
    detail
        The rules that refused it, by name, or what else did.
    violations
        The same rules with what they tell a person.
    """

    table: str
    constraint: str
    key: RowKey
    result: Result
    removal: bool
    detail: str = ""
    violations: tuple[Violation, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether a person has to look at it again."""
        return self.result in _OPEN or (self.result is Result.MISSING and not self.removal)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "table": self.table,
            "constraint": self.constraint,
            "key": self.key,
            "result": self.result.value,
            "detail": self.detail,
            "errors": [violation.as_json() for violation in self.violations],
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every row of a plan, in its order.

    Attributes
    ----------
    kept
        Whether it was stored; a rehearsal is rolled back.
    """

    rows: tuple[RowOutcome, ...]
    kept: bool

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do: no row was refused, had changed, or is not there to be given its values."""
        return not any(row.is_open for row in self.rows)

    def count(self, result: Result) -> int:
        """How many rows ended so."""
        return sum(row.result is result for row in self.rows)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        counts = {result.value: self.count(result) for result in Result}
        return {"kept": self.kept, "complete": self.complete, **counts, "rows": [row.as_json() for row in self.rows]}
