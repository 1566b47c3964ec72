"""Many rows as parameters: one array a column, however many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["arrays", "insert_from_arrays"]

_PLACE: Final = "place"


def insert_from_arrays(
    table: sa.Table, columns: Sequence[str], prefix: str, **same: sa.ColumnElement[Any]
) -> sa.Insert:
    """INSERT … SELECT FROM unnest(…), in the order of the arrays.

    The parameters are ``<prefix>_<column>``; ``same`` are columns that have one value in every row.
    """
    named = [(name, table.c[name].type) for name in columns]
    given = (
        sa.func.unnest(*(sa.bindparam(f"{prefix}_{name}", type_=postgresql.ARRAY(kind)) for name, kind in named))
        .table_valued(*(sa.column(name, kind) for name, kind in named), with_ordinality=_PLACE)
        .render_derived(name=f"given_{prefix}")
    )
    chosen = sa.select(*(given.c[name] for name in columns), *same.values()).order_by(given.c[_PLACE])
    return sa.insert(table).from_select([*columns, *same], chosen)


def arrays(prefix: str, columns: Iterable[str], rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The parameters of :func:`insert_from_arrays` for these rows."""
    return {f"{prefix}_{column}": [row[column] for row in rows] for column in columns}
