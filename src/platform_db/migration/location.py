"""Where the revisions are: in a checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from platform_db.errors import ConfigurationError

__all__ = ["migrations_directory"]

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def migrations_directory() -> Path:
    """The folder that holds ``env.py`` and ``versions/``.

    Raises
    ------
    ConfigurationError
        Neither a checkout nor an installed wheel: the package was copied without its migrations.
    """
    installed = _PACKAGE / "_migrations"
    # <checkout>/src/platform_db: the folder beside src, if it is ours and not just any of that name.
    checkout = _PACKAGE.parents[1] / "migrations"
    for folder in (installed, checkout):
        if (folder / "env.py").is_file() and (folder / "versions").is_dir():
            return folder
    message = "this installation of platform_db lacks its migrations: install the wheel, or work in a checkout"
    raise ConfigurationError(message)
