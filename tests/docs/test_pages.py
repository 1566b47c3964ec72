"""The Python of each page runs as it stands, from top to bottom, against a real server."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from types import CodeType

    from platform_db.repositories.work import Database

DOCS: Final = Path(__file__).parents[2] / "docs"
_OTHERS: Final = ("bulk", "bulk-calculation", "printing", "reports", "ubl")
PAGES: Final = sorted([*(DOCS / "aggregates").glob("*.md"), *(DOCS / f"{name}.md" for name in _OTHERS)])
_BLOCK: Final = re.compile(r"^```python\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: Path) -> list[CodeType]:
    """The page's blocks, each at the lines where it stands."""
    text = page.read_text(encoding="utf-8")
    return [
        compile(
            "\n" * text.count("\n", 0, block.start("code")) + block["code"],
            str(page),
            "exec",
            flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
        )
        for block in _BLOCK.finditer(text)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
async def test_a_page_runs(database: Database, page: Path) -> None:
    # given a page with examples, and an empty database
    code = blocks(page)
    assert code, f"{page.name} has no example"
    names: dict[str, Any] = {"__name__": page.stem, "database": database}
    # when its blocks run one after the other, then nothing fails
    for block in code:
        result = eval(block, names)  # noqa: S307 - the project's own pages
        if inspect.isawaitable(result):
            await result
