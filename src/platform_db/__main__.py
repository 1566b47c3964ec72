"""``python -m platform_db`` is the ``platform-db`` command."""

from __future__ import annotations

from platform_db.cli.app import main

if __name__ == "__main__":
    main()
