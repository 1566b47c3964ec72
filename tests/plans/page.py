"""The page of the indexes: ``python -m tests.plans.page docs/indexes.md``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platform_db.operations.documentation.markdown import code, rows
from platform_db.schema.metadata import tables
from tests.plans.gone import GONE
from tests.plans.scene import evidence, worker_only

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from tests.plans.evidence import Evidence

__all__ = ["page"]

_MADE: Final = "<!-- Made from tests/plans by `make docs`; a test compares it with them. -->"
_ABOUT: Final = """\
Every index that belongs to no constraint, and the repository's statement that the planner runs with it.
`make test-plans` shows it: 100,000 rows a table, analysed, as the role that makes the call, under row security, no
planner setting touched. An index without such a statement fails that suite.

*Worker* is background work (`platform_worker`), *app* a signed-in user's request (`platform_app`), which sees its own
rows. Where the app cannot use an index, the reason stands beside it, and the index that bounds the app's plan to the
rows of the owner.
"""
_GONE: Final = """\
## Indexes that went

They served nothing that another index does not serve as well; every foreign key still has an index that begins with its
first column.
"""


def page() -> str:
    """Write the page from the evidence."""
    parts = [f"# Indexes\n\n{_MADE}\n", _ABOUT]
    for table in sorted(tables().values(), key=lambda each: each.name):
        if table.indexes:
            parts.append(f"## {table.name}\n")
            parts.append(rows(("index", "serves", "statement", "app"), _lines(table)))
    parts.append(_GONE)
    parts.append(rows(("index", "was", "why"), ((code(name), code(was), why) for name, (was, why) in GONE.items())))
    return "\n".join(parts)


def _lines(table: sa.Table) -> Iterator[tuple[str, ...]]:
    shown, said = evidence(), worker_only()
    for name in sorted(str(index.name) for index in table.indexes):
        index = next(each for each in table.indexes if each.name == name)
        only = said.get(name)
        app = "" if only is None else f"{only.reason}; {_named(only.app)} is bounded by {code(only.bounded_by)}"
        yield code(name), str(index.info["comment"]), "<br>".join(map(_told, shown.get(name, ()))), app


def _named(shown: Evidence) -> str:
    return code(shown.statement)


def _told(shown: Evidence) -> str:
    who = "app" if shown.as_user else "worker" if shown.role is None else shown.role
    return f"{_named(shown)} ({who})"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
