"""Where a migration leaves files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["history_file"]

_NAME: Final = "migration-history.jsonl"


def history_file() -> Path:
    """The file that takes the history when its table is dropped: in the folder of the local server."""
    from platform_db.operations.server.places import default_home  # it asks for migrations itself

    return (Settings.load().home or default_home()) / _NAME
