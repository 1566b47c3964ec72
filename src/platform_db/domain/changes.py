"""What may become of a row: truths about a change, enforced by the models and by PostgreSQL.

A :class:`~platform_db.domain.rules.Rule` looks at one row; a :class:`ChangeRule` looks at a row
before and after an UPDATE. From it come the refusal of the library, and a trigger that refuses
the same change under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

from platform_db.domain.rules import Guard, Message, one_of

__all__ = ["ChangeRule", "StateMachine", "final", "fixed", "judged_by_the_server"]

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """A truth about a row before and after an UPDATE, in Python and in SQL.

    Attributes
    ----------
    name
        What holds, without the table; the trigger reports ``ck_<table>_<name>``.
    fields
        The columns it is about; the trigger fires when an UPDATE names one of them.
    holds
        The predicate on the values before and after; None is unknown, and unknown passes.
    sql
        The predicate as PostgreSQL evaluates it, on ``OLD`` and ``NEW``.
    message
        What a person is told, without values.
    """

    name: str
    fields: tuple[str, ...]
    holds: Callable[[Mapping[str, object], Mapping[str, object]], bool | None]
    sql: str
    message: Message

    @property
    def guard(self) -> Guard:
        """The name, fields and message under which a refusal is told."""
        return Guard(self.name, self.fields, self.message)

    def broken_by(self, before: Mapping[str, object], after: Mapping[str, object]) -> bool:
        """Whether going from one to the other breaks the rule; unknown does not."""
        return self.holds(before, after) is False


class StateMachine(Generic[S]):
    """What each state of a row may become; staying as it is always may.

    Examples
    --------
    >>> class Light(StrEnum):
    ...     RED = "red"
    ...     GREEN = "green"
    ...     OFF = "off"
    >>> lights = StateMachine(
    ...     "status",
    ...     {Light.RED: {Light.GREEN, Light.OFF}, Light.GREEN: {Light.RED}},
    ...     Message("Bu durum geçişi yapılamaz", "The light cannot take this state"),
    ... )
    >>> lights.may_become(Light.RED, Light.GREEN), lights.may_become(Light.OFF, Light.RED)
    (True, False)
    >>> lights.rule.sql
    "NEW.status = OLD.status OR (OLD.status = 'red' AND NEW.status IN ('green', 'off')) \
OR (OLD.status = 'green' AND NEW.status IN ('red'))"
    """

    def __init__(self, column: str, onward: Mapping[S, Iterable[S]], message: Message) -> None:
        self._column = column
        self._message = message
        states = {state for old, followers in onward.items() for state in (old, *followers)}
        self.onward: Mapping[S, frozenset[S]] = MappingProxyType(
            {state: frozenset(onward.get(state, ())) for kind in {type(state) for state in states} for state in kind}
        )
        """What each state may become; a state that may become nothing is final."""

    def may_become(self, old: S, new: S) -> bool:
        """Whether a row may go from ``old`` to ``new``."""
        return old == new or new in self.onward[old]

    @property
    def rule(self) -> ChangeRule:
        """The machine as the rule ``transition_allowed``."""
        return ChangeRule("transition_allowed", (self._column,), self._holds, self._sql(), self._message)

    def _holds(self, before: Mapping[str, object], after: Mapping[str, object]) -> bool | None:
        old, new = before[self._column], after[self._column]
        if old is None or new is None:
            return None
        return old == new or any(state == old and new in followers for state, followers in self.onward.items())

    def _sql(self) -> str:
        column = self._column
        onward = (
            f"(OLD.{column} = '{old}' AND NEW.{column} IN {one_of(new for new in type(old) if new in followers)})"
            for old, followers in self.onward.items()
            if followers
        )
        return " OR ".join((f"NEW.{column} = OLD.{column}", *onward))


def final(name: str, field: str, message: Message) -> ChangeRule:
    """Once the column has a value, it keeps it.

    >>> final("revoked_is_final", "revoked_at", Message("Geri alınamaz", "It stays revoked")).sql
    'OLD.revoked_at IS NULL OR NEW.revoked_at IS NOT DISTINCT FROM OLD.revoked_at'
    """

    def holds(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
        return before[field] is None or after[field] == before[field]

    return ChangeRule(
        name, (field,), holds, f"OLD.{field} IS NULL OR NEW.{field} IS NOT DISTINCT FROM OLD.{field}", message
    )


def fixed(name: str, fields: tuple[str, ...], message: Message) -> ChangeRule:
    """The columns never change.

    >>> fixed("owner_is_fixed", ("user_id", "type"), Message("Sahibi değişmez", "The owner is fixed")).sql
    '(NEW.user_id, NEW.type) IS NOT DISTINCT FROM (OLD.user_id, OLD.type)'
    """

    def holds(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
        return all(before[field] == after[field] for field in fields)

    new, old = (", ".join(f"{row}.{field}" for field in fields) for row in ("NEW", "OLD"))
    return ChangeRule(name, fields, holds, f"({new}) IS NOT DISTINCT FROM ({old})", message)


def judged_by_the_server(name: str, fields: tuple[str, ...], sql: str, message: Message) -> ChangeRule:
    """A truth about what only the server knows: its clock, and who acts. The library leaves it to the trigger."""

    def unknown(before: Mapping[str, object], after: Mapping[str, object]) -> None:
        del before, after

    return ChangeRule(name, fields, unknown, sql, message)
