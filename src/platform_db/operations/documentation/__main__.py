"""Write the pages into a folder: ``python -m platform_db.operations.documentation docs``."""

from __future__ import annotations

import argparse
from pathlib import Path

from platform_db.operations.documentation.pages import pages


def main() -> None:
    """Write every page that differs from what is there."""
    parser = argparse.ArgumentParser(prog="python -m platform_db.operations.documentation", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pages go, made if missing")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        folder.joinpath(name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
