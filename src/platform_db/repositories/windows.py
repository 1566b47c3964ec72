"""Spans of time that callers give: windows that end now, leases that begin now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = ["SPAN", "ago", "checked_span", "from_now"]

SPAN: Final = "span"
"""The parameter of :func:`ago` and :func:`from_now`."""

_LONGEST: Final = timedelta(days=3653)
_PARAMETER: Final[sa.BindParameter[Any]] = sa.bindparam(SPAN, type_=sa.Interval())


def ago() -> sa.ColumnElement[Any]:
    """The instant that lies the parameter ``span`` before the transaction's beginning, by the database's clock."""
    return sa.func.now() - _PARAMETER


def from_now() -> sa.ColumnElement[Any]:
    """The instant that lies the parameter ``span`` after it."""
    return sa.func.now() + _PARAMETER


def checked_span(span: timedelta) -> timedelta:
    """Refuse a span that is not above zero, or is above ten years."""
    if timedelta(0) < span <= _LONGEST:
        return span
    message = Message(
        f"Süre sıfırdan uzun, en çok {_LONGEST.days} gün olmalıdır",
        f"A span is longer than zero and at most {_LONGEST.days} days",
    )
    raise RuleViolation(Violation(rule="span_range", fields=(SPAN,), message=message))
