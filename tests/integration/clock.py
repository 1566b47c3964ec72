"""One "now" for each test: rows are stored around it, however long the run has taken so far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["ago", "ahead", "begin", "now"]

_begun = datetime.now(UTC)


def begin() -> None:
    """Take the present instant as now."""
    global _begun  # noqa: PLW0603 - a test begins it, its rows are told
    _begun = datetime.now(UTC)


def now() -> datetime:
    """When the test began, in whole seconds."""
    return _begun.replace(microsecond=0)


def ago(**span: float) -> datetime:
    """The instant that lies so long before now."""
    return now() - timedelta(**span)


def ahead(**span: float) -> datetime:
    """The instant that lies so long after now."""
    return now() + timedelta(**span)
