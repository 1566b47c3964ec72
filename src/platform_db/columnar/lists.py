"""Builds Arrow arrays from whole numbers without looking at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_db.columnar.arithmetic import Flags, Whole

__all__ = ["NULL", "decimals", "lists", "nullable", "structs", "texts", "whole_numbers"]

NULL = -1
"""Stands for null in whole numbers that are never negative."""


def whole_numbers(values: Whole) -> pa.Array:
    """Whole numbers, none of them null."""
    return pa.array(values, pa.int64())


def nullable(values: Whole) -> pa.Array:
    """Whole numbers, :data:`NULL` as null."""
    return pa.array(values, pa.int64(), mask=values == NULL)


def decimals(values: Whole, kind: pa.DataType) -> pa.Array:
    """Decimals of a 128-bit type from their unscaled values, :data:`NULL` as null."""
    words = np.zeros((len(values), 2), np.int64)
    words[:, 0] = values
    given = np.packbits(values != NULL, bitorder="little")
    return pa.Array.from_buffers(kind, len(values), [pa.py_buffer(given), pa.py_buffer(words)])


def texts(places: Whole, known: Sequence[str | None]) -> pa.Array:
    """Texts by their places among those that are known."""
    if len(places) and (places == places[0]).all():
        return pa.repeat(known[int(places[0])], len(places))
    return pa.array(known, pa.string()).take(pa.array(places))


def structs(members: Sequence[pa.Array], fields: Sequence[pa.Field]) -> pa.Array:
    """Structures from their members."""
    return pa.StructArray.from_arrays(members, fields=fields)


def lists(counts: Whole, values: pa.Array, is_null: Flags) -> pa.Array:
    """Lists of so many values each, one after another; null where ``is_null``, whose count is 0."""
    offsets = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=offsets[1:])
    mask = pa.array(is_null) if is_null.any() else None
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=mask)
