"""The function that guards jobs, which stands in ``routines/``; what the domain knows is filled in from here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from platform_db.domain.jobs import FINISHED, JOB_TRANSITIONS, WAITING
from platform_db.domain.jobs.rules import JOB_REQUEST, JOB_RESULT
from platform_db.domain.rules import one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["ENGINEERING_PLACEHOLDERS", "ENGINEERING_ROUTINES", "changed"]

ENGINEERING_ROUTINES: Final = ("guard_job_transition",)
"""In the order of creation; the tables come first."""


def changed(columns: Iterable[str]) -> str:
    """The predicate of an UPDATE's trigger that is true where one of the columns takes another value.

    >>> changed(("status", "attempt"))
    '(NEW.status, NEW.attempt) IS DISTINCT FROM (OLD.status, OLD.attempt)'
    """
    names = tuple(columns)
    new, old = (", ".join(f"{row}.{name}" for name in names) for row in ("NEW", "OLD"))
    return f"({new}) IS DISTINCT FROM ({old})"


def _changed_in_lines(columns: Iterable[str]) -> str:
    return changed(columns).replace(" IS DISTINCT", "\n        IS DISTINCT")


def _transitions() -> str:
    onward = (
        f"        WHEN '{old}' THEN NEW.status IN {one_of(new for new in type(old) if new in followers)}\n"
        for old, followers in JOB_TRANSITIONS.items()
        if followers
    )
    return f"CASE OLD.status\n{''.join(onward)}        ELSE false\n    END"


ENGINEERING_PLACEHOLDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "job_waiting": one_of(WAITING),
        "job_finished": one_of(FINISHED),
        "job_transitions": _transitions(),
        "job_request_changes": _changed_in_lines(JOB_REQUEST),
        "job_result_changes": _changed_in_lines(JOB_RESULT),
    },
)
"""SQL text by the name that stands between double braces in the files."""
