"""Many rows as parameters: one array a column, however many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["PLACE", "arrays", "columns_given", "given_rows", "insert_from_arrays"]

PLACE: Final = "place"
"""The column of :func:`given_rows` that counts the rows, from 1."""


def given_rows(table: sa.Table, columns: Iterable[str], prefix: str) -> sa.TableValuedAlias:
    """The rows of the parameters ``<prefix>_<column>``, in a FROM clause.

    Its columns are named as its parameters, so that none is mistaken for the table's own.
    """
    named = [(f"{prefix}_{name}", _sent(table.c[name].type)) for name in columns]
    return (
        sa.func.unnest(*(sa.bindparam(name, type_=postgresql.ARRAY(kind)) for name, kind in named))
        .table_valued(*(sa.column(name, kind) for name, kind in named), with_ordinality=PLACE)
        .render_derived(name=f"given_{prefix}")
    )


def columns_given(
    table: sa.Table, given: sa.TableValuedAlias, columns: Iterable[str], prefix: str
) -> dict[str, sa.ColumnElement[Any]]:
    """The columns of :func:`given_rows` as values of the table's columns."""
    return {name: _taken(given.c[f"{prefix}_{name}"], table.c[name].type) for name in columns}


def insert_from_arrays(
    table: sa.Table, columns: Sequence[str], prefix: str, **same: sa.ColumnElement[Any]
) -> postgresql.Insert:
    """INSERT … SELECT FROM unnest(…), in the order of the arrays.

    The parameters are ``<prefix>_<column>``; ``same`` are columns that have one value in every row.
    """
    given = given_rows(table, columns, prefix)
    values = columns_given(table, given, columns, prefix)
    chosen = sa.select(*values.values(), *same.values()).order_by(given.c[PLACE])
    return postgresql.insert(table).from_select([*columns, *same], chosen)


def arrays(prefix: str, columns: Iterable[str], rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The parameters of :func:`given_rows` for these rows."""
    return {f"{prefix}_{column}": [row[column] for row in rows] for column in columns}


def _sent(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """Arrays travel as JSON: an array of them would have to be rectangular, and unnest takes it all apart."""
    return postgresql.JSONB() if isinstance(kind, sa.ARRAY) else kind


def _taken(sent: sa.ColumnElement[Any], kind: sa.types.TypeEngine[Any]) -> sa.ColumnElement[Any]:
    if not isinstance(kind, sa.ARRAY):
        return sent
    items = sa.select(sa.func.jsonb_array_elements_text(sent).column_valued()).scalar_subquery()
    whole: sa.ColumnElement[Any] = sa.cast(sa.func.array(items), cast("sa.ARRAY[Any]", kind))
    return sa.case((sent.is_not(None), whole))
