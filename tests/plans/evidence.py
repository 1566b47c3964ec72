"""What shows that an index serves: a call of the library whose statement uses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platform_db.database.identity import Role
    from platform_db.repositories.work import Work

__all__ = ["NOT_LEAKPROOF", "OWNER", "THROUGH_THE_PARENT", "Call", "Evidence", "Fill", "WorkerOnly", "in_both_roles"]

OWNER = 7
"""The user whose rows a call as ``app`` sees: one in a thousand of a table's owners."""

Call = Callable[["Work"], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One call of a repository.

    Attributes
    ----------
    statement
        The repository's own name for it: ``users.page(role, status)``.
    call
        Makes the call; each statement that it sends is explained before it runs.
    as_user
        The call acts for OWNER (platform_app), otherwise as platform_worker.
    role
        The role instead, where neither may make the call.
    """

    statement: str
    call: Call
    as_user: bool = False
    role: Role | None = None


def in_both_roles(statement: str, call: Call) -> tuple[Evidence, Evidence]:
    """The call as platform_worker, and for OWNER."""
    return Evidence(statement, call), Evidence(statement, call, as_user=True)


@dataclass(frozen=True, slots=True)
class WorkerOnly:
    """Why platform_app cannot use an index, and what bounds its plan to the owner's rows instead."""

    reason: str
    app: Evidence
    bounded_by: str
    """The index that the app's plan uses."""


NOT_LEAKPROOF = "an enum's equality, a cast or @> may not run before the row's owner is compared"
THROUGH_THE_PARENT = "whose a row is stands in its parent: a plan that begins here comes to everybody's rows"


@dataclass(frozen=True, slots=True)
class Fill:
    """How a table is filled: its parity example's row, with these columns computed from ``i``.

    ``columns`` are SQL expressions over ``i``, which runs from 1 to ``rows``; ``first`` are
    statements that come before.
    """

    columns: Mapping[str, str]
    rows: int = 100_000
    first: tuple[str, ...] = ()
