"""Keys of columns, so that what many rows agree in is judged once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_db.columnar.arithmetic import Whole

__all__ = ["Column", "Keys", "keys_of", "places_of"]

_TABLE: Final = 2**16
"""A table of so many places, or of four a row, costs less than sorting."""


class Column(NamedTuple):
    """Whole numbers from 0 to below ``size``, of any width."""

    values: npt.NDArray[np.signedinteger[Any]]
    size: int


class Keys(NamedTuple):
    """A key of each row, from 0 to below ``span``; the keys that occur, ascending, and one row of each."""

    key: Whole
    span: int
    distinct: Whole
    rows: Whole

    def told(self, values: npt.ArrayLike) -> Whole:
        """A table from keys to these values, one for each of ``rows``."""
        table = np.zeros(self.span, np.int64)
        table[self.distinct] = values
        return table

    def sums(self, values: Whole) -> Whole:
        """The sum of the values of all rows of each key that occurs."""
        found = np.zeros(self.span, np.int64)
        np.add.at(found, self.key, values)
        return found[self.distinct]


def keys_of(columns: Iterable[Column]) -> Keys:
    """Keys that are equal where all columns are; their order is that of the columns, the first before the next."""
    first, *others = columns
    key, span = first.values.astype(np.int64), first.size
    for values, size in others:
        if size == 1:
            continue
        if span * size > max(_TABLE, 4 * len(key)):
            key, span = _packed(key)
        key, span = key * size + values, span * size
    if span > max(_TABLE, 4 * len(key)):
        key, span = _packed(key)
    row_of = np.full(span, -1, np.int64)
    row_of[key] = np.arange(len(key))
    distinct = np.flatnonzero(row_of >= 0)
    return Keys(key, span, distinct, row_of[distinct])


def _packed(key: Whole) -> tuple[Whole, int]:
    distinct, places = np.unique(key, return_inverse=True)
    return places, len(distinct)


def places_of(values: npt.NDArray[np.signedinteger[Any]]) -> Column:
    """The place of each value among those that occur, in ascending order."""
    least = int(values.min())
    span = int(values.max()) - least + 1
    if span == 1:
        return Column(np.zeros(len(values), np.int8), 1)
    if span > max(_TABLE, 4 * len(values)):
        return Column(*_packed(values.astype(np.int64)))
    offsets = values.astype(np.int64) - least
    seen = np.zeros(span, np.bool_)
    seen[offsets] = True
    places = np.cumsum(seen) - 1
    return Column(places[offsets], int(places[-1]) + 1)
