"""Where the matrix keeps what it fetched and made, outside the tree."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """``MATRIX_CACHE``, else the user's cache; root's is the machine's, where the server's account can read it."""
    if given := os.environ.get("MATRIX_CACHE"):
        folder = Path(given)
    elif os.geteuid() == 0:
        folder = Path("/var/cache/platform_db/matrix")
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "platform_db" / "matrix"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()
