"""A rule: one truth about a row, told once, enforced by the models and by PostgreSQL.

Bounds of a single field stand in the field's annotation (:mod:`platform_db.domain.fields`)
and become rules from there. Truths over several fields are :class:`Rule` values beside
their model. Truths over several rows are enforced by triggers; a :class:`Guard` gives such
a constraint its fields and its message.

Predicates are three-valued as in SQL: ``None`` is unknown, and unknown passes.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from platform_db.errors import Message, Violation

__all__ = ["Guard", "Message", "Predicate", "Rule", "combine", "judge", "one_of"]

Predicate = Callable[..., bool | None]

_EXACT = decimal.Context(prec=100)


@dataclass(frozen=True, slots=True)
class Rule:
    """A CHECK constraint and the same predicate in Python, side by side.

    Attributes
    ----------
    name
        What holds, without the table: ``total_is_sum``. The constraint is
        ``ck_<table>_<name>``.
    fields
        Every column the predicate reads; PostgreSQL's ``pg_constraint.conkey`` lists the
        same ones. ``holds`` takes their values in this order.
    holds
        The predicate on typed values. Returns False where the row breaks the rule.
    sql
        The predicate as PostgreSQL evaluates it.
    message
        What a person is told, without values.
    null_aware
        False: a NULL among the fields makes the predicate unknown, so it is not called.
        True: the predicate judges NULL itself (``None``).
    """

    name: str
    fields: tuple[str, ...]
    holds: Predicate
    sql: str
    message: Message
    null_aware: bool = False

    def broken_by(self, values: Mapping[str, object]) -> bool:
        """Whether these typed values break the rule; unknown does not."""
        arguments = [values[field] for field in self.fields]
        if not self.null_aware and any(argument is None for argument in arguments):
            return False
        with decimal.localcontext(_EXACT):
            return self.holds(*arguments) is False

    def constraint(self, entity: str) -> str:
        """The constraint's name in the table of ``entity``."""
        return f"ck_{entity}_{self.name}"

    def violation(self, entity: str) -> Violation:
        """What is reported when the rule is broken."""
        return Violation(rule=self.constraint(entity), fields=self.fields, message=self.message, entity=entity)


@dataclass(frozen=True, slots=True)
class Guard:
    """A truth over several rows, raised by a trigger under a constraint's name."""

    name: str
    fields: tuple[str, ...]
    message: Message

    def constraint(self, entity: str) -> str:
        """The name the trigger reports as ``constraint_name``."""
        return f"ck_{entity}_{self.name}"

    def violation(self, entity: str) -> Violation:
        """What is reported when the guard refuses."""
        return Violation(rule=self.constraint(entity), fields=self.fields, message=self.message, entity=entity)


def combine(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Join rules that share a name into one: fields under one name form one CHECK.

    Joined by AND, so a NULL in one field leaves the others judged, in SQL and here.
    """
    grouped: dict[str, list[Rule]] = {}
    for rule in rules:
        grouped.setdefault(rule.name, []).append(rule)
    return tuple(_joined(group) for group in grouped.values())


def _joined(group: list[Rule]) -> Rule:
    if len(group) == 1:
        return group[0]
    fields = tuple(dict.fromkeys(field for rule in group for field in rule.fields))

    def holds(*values: object) -> bool:
        row = dict(zip(fields, values, strict=True))
        return not any(rule.broken_by(row) for rule in group)

    return Rule(
        name=group[0].name,
        fields=fields,
        holds=holds,
        sql=" AND ".join(f"({rule.sql})" for rule in group),
        message=group[0].message,
        null_aware=True,
    )


def judge(rules: Iterable[Rule], values: Mapping[str, object], invalid: frozenset[str] = frozenset()) -> Iterator[Rule]:
    """The rules that ``values`` break, in declared order.

    A rule is judged only when all its fields are there and none is in ``invalid``: a
    predicate never meets a value that is not of its column's type.
    """
    for rule in rules:
        if all(field in values and field not in invalid for field in rule.fields) and rule.broken_by(values):
            yield rule


def one_of(labels: Iterable[str]) -> str:
    """The labels as the right side of SQL's IN.

    >>> one_of(["draft", "issued"])
    "('draft', 'issued')"
    """
    return "(" + ", ".join(f"'{label}'" for label in labels) + ")"
