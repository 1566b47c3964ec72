"""Who may watch a migration."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from platform_db.errors import ConfigurationError
from platform_db.migration.run import Moment

if TYPE_CHECKING:
    from pathlib import Path

    from platform_db.migration.run import Event, Observer

__all__ = ["all_of", "written_to"]

_LOGGED = frozenset({Moment.BEFORE_STEP, Moment.AFTER_STEP, Moment.FAILED, Moment.STAMPED})


def all_of(*observers: Observer) -> Observer:
    """Tell every one of them."""

    def observe(event: Event) -> None:
        for observer in observers:
            observer(event)

    return observe


def written_to(path: Path) -> Observer:
    """Write what begins, ends and fails to a file, one JSON document a line: revision, step, moment, seconds, reason.

    Raises
    ------
    ConfigurationError
        The file cannot be written; nothing was migrated.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        message = f"the log {path} cannot be written: {error.strerror}"
        raise ConfigurationError(message) from error

    def observe(event: Event) -> None:
        if event.moment not in _LOGGED:
            return
        document = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "revision": event.revision,
            "step": event.step or None,
            "moment": event.moment,
            "seconds": None if event.seconds is None else round(event.seconds, 3),
            "reason": event.reason,
        }
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(document, ensure_ascii=False) + "\n")

    return observe
