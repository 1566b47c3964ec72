"""Collects what is wrong with a document, so that all of it can be told at once."""

from __future__ import annotations

from platform_db.domain.invoices.calculation import contract
from platform_db.domain.invoices.calculation.refusals import Refusal
from platform_db.errors import RuleViolation, Violation

__all__ = ["Findings"]


class Findings:
    """Broken rules and the fields that cannot be judged any further."""

    __slots__ = ("_marked", "_unreadable", "_violations")

    def __init__(self) -> None:
        self._violations: list[Violation] = []
        self._marked: set[str] = set()
        self._unreadable: frozenset[str] = frozenset()

    def add(self, refusal: Refusal, *fields: str) -> None:
        """Record a broken rule at these dotted paths, and mark them."""
        self._violations.append(refusal.at(*fields))
        for field in fields:
            self.mark(field)

    def mark(self, field: str) -> None:
        """Say that a field, and so everything that contains it, is not as it should be."""
        while field and field not in self._marked:
            self._marked.add(field)
            field = field.rpartition(".")[0]

    def touch(self, *fields: str) -> bool:
        """Whether one of these fields, or something inside it, is not as it should be."""
        return not self._marked.isdisjoint(fields)

    def close_form(self) -> None:
        """Say that every field has been read: what is marked by now could not be, and holds a stand-in."""
        self._unreadable = frozenset(self._marked)

    def unreadable(self, *fields: str) -> bool:
        """Whether one of these fields could not be read when the form was closed.

        A field that has since broken a rule can still be judged by the others.
        """
        return not self._unreadable.isdisjoint(fields)

    def refuse(self) -> None:
        """Raise what was found; nothing happens when nothing was.

        Raises
        ------
        RuleViolation
            With every violation in document order: the head, the lines, allowances, charges.
        """
        if self._violations:
            raise RuleViolation(*sorted(self._violations, key=_position))


def _position(violation: Violation) -> tuple[int, ...]:
    return tuple(_rank(step) for step in violation.fields[0].split(".")) if violation.fields else ()


def _rank(step: str) -> int:
    return int(step) if step.isdecimal() else contract.rank(step)
