"""Names in SQL: written safely, and found in the text of an expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

__all__ = ["columns_in", "quoted"]


def quoted(name: str) -> str:
    """The name as an SQL identifier, whatever it holds.

    >>> print(quoted('a"b'))
    "a""b"
    """
    return '"' + name.replace('"', '""') + '"'


def columns_in(table: sa.Table, texts: Iterable[str]) -> frozenset[str]:
    """The columns of ``table`` whose names stand in the texts."""
    written = " ".join(texts)
    return frozenset(
        column.name
        for column in table.columns
        if re.search(rf"(?<!\w){re.escape(column.name)}(?!\w)", written) is not None
    )
