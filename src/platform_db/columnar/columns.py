"""From Arrow columns to whole numbers: figures, codes of texts, days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import types

from platform_db.columnar.numbering import Column
from platform_db.domain.money import MAX_CENTS

if TYPE_CHECKING:
    from platform_db.columnar.arithmetic import Flags, Whole
    from platform_db.domain.invoices.calculation.bounds import Scaled

__all__ = ["Codes", "Figures", "Texts", "figures", "flags", "texts"]

Codes = npt.NDArray[np.signedinteger[Any]]
"""Small whole numbers of any width."""

_INDEX_BITS: Final = 32


@dataclass(frozen=True, slots=True)
class Figures:
    """A column of decimals as whole numbers of 10^-``scale``; 0 where a row is null or unfit."""

    values: Whole
    scale: int
    given: Flags | None
    """The rows that have a value; None where all have."""
    unfit: Flags | None
    """The rows outside their bounds, which the scalar calculation judges; None where there are none."""

    def at(self, scale: int) -> Whole:
        """The values as whole numbers of 10^-``scale``, which is not below their own."""
        return self.values if scale == self.scale else self.values * 10 ** (scale - self.scale)

    def is_given(self) -> Flags:
        """Which rows have a value."""
        return np.ones(len(self.values), np.bool_) if self.given is None else self.given


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts: ``codes`` are places in ``known``, whose last is None (null)."""

    codes: Codes
    known: tuple[str | None, ...]

    @property
    def column(self) -> Column:
        """The codes, for a key."""
        return Column(self.codes, len(self.known))

    def given(self) -> Whole:
        """The rows that have a text."""
        return np.flatnonzero(self.codes < len(self.known) - 1) if len(self.known) > 1 else np.zeros(0, np.int64)

    def ranks(self, rows: Whole) -> Whole:
        """For these rows, the place of each text in text order, null last."""
        order = sorted(range(len(self.known)), key=lambda code: (self.known[code] is None, self.known[code] or ""))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return rank[self.codes[rows]]

    @classmethod
    def absent(cls, rows: int) -> Texts:
        """Null in every row."""
        return cls(np.zeros(rows, np.int8), (None,))


def flags(array: pa.Array) -> Flags:
    """Booleans, null being false."""
    return cast("Flags", array.fill_null(fill_value=False).to_numpy(zero_copy_only=False))


def _given(array: pa.Array) -> Flags | None:
    return flags(array.is_valid()) if array.null_count else None


def figures(array: pa.Array, bound: Scaled) -> Figures:
    """A column of figures, judged by its bound."""
    given = _given(array)
    values, unfit = _whole(array, given)
    scale = array.type.scale if hasattr(array.type, "scale") else 0
    if scale > bound.places:
        values, rest = np.divmod(values, 10 ** (scale - bound.places))
        unfit = _either(unfit, rest != 0)
        scale = bound.places
    unit = 10 ** (bound.exponent - scale)
    least, most = -(-bound.least // unit), min(bound.most // unit, MAX_CENTS)
    if values.min() < least or values.max() > most:
        outside = (values < least) | (values > most)
        unfit = _either(unfit, outside if given is None else outside & given)
    if unfit is not None:
        values = np.where(unfit, 0, values)
    return Figures(values, scale, given, unfit)


def _either(one: Flags | None, other: Flags) -> Flags | None:
    found = other if one is None else one | other
    return found if found.any() else None


def _whole(array: pa.Array, given: Flags | None) -> tuple[Whole, Flags | None]:
    """The unscaled values, 0 where null, and the rows whose value needs more than 64 bits."""
    if not types.is_decimal128(array.type):
        values = _narrow(array)
        return (values if given is None else np.where(given, values, 0)), None
    words = np.frombuffer(memoryview(_values(array)), np.int64).reshape(-1, 2)[array.offset : array.offset + len(array)]
    low, high = words[:, 0].copy(), words[:, 1]
    if given is not None:
        low, high = np.where(given, low, 0), np.where(given, high, 0)
    if low.min() >= 0 and not high.any():
        return low, None
    return low, _either(None, high != low >> 63)


def _narrow(array: pa.Array) -> Whole:
    if types.is_signed_integer(array.type):
        return cast("Whole", array.cast(pa.int64()).fill_null(0).to_numpy())
    word = np.int32 if types.is_decimal32(array.type) else np.int64
    values = np.frombuffer(memoryview(_values(array)), word)[array.offset : array.offset + len(array)]
    return values.astype(np.int64, copy=False)


def _values(array: pa.Array) -> pa.Buffer:
    _, values = array.buffers()
    if values is None:
        message = "an array of fixed width has a buffer of values"
        raise TypeError(message)
    return values


def texts(array: pa.Array) -> Texts:
    """A column of texts."""
    encoded = array if isinstance(array, pa.DictionaryArray) else array.cast(pa.string()).dictionary_encode()
    known = cast("list[str | None]", encoded.dictionary.to_pylist())
    indices = encoded.indices
    if indices.null_count or indices.type.bit_width > _INDEX_BITS:
        # Room for a place more than the dictionary has.
        indices = indices.cast(pa.int32()).fill_null(len(known))
    codes = cast("Codes", indices.to_numpy())
    if None not in known and len(set(known)) == len(known):
        return Texts(codes, (*known, None))
    # A dictionary may name a text twice, or null.
    distinct = [*dict.fromkeys(text for text in known if text is not None), None]
    return Texts(np.array([distinct.index(text) for text in [*known, None]], np.int32)[codes], tuple(distinct))
