"""Which rows are one invoice, and what they say of their document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar, cast

import numpy as np
import pyarrow as pa
from pyarrow import compute, types

from platform_db.columnar import refusals
from platform_db.columnar.arithmetic import MOST_LINES
from platform_db.columnar.columns import Texts, figures, flags, texts
from platform_db.columnar.kinds import Head
from platform_db.columnar.numbering import Column, keys_of, places_of
from platform_db.columnar.schema import COLUMNS, INVOICE_ID
from platform_db.domain.invoices.codes import InvoiceRounding
from platform_db.errors import RuleViolation

if TYPE_CHECKING:
    import numpy.typing as npt

    from platform_db.columnar.arithmetic import Flags, Whole
    from platform_db.columnar.columns import Codes

__all__ = ["Documents", "documents", "first_rows"]

_NO_DAY: Final = -1
"""A day before the first that a document may carry."""
_Value = TypeVar("_Value", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a batch: one value for each invoice, unless told otherwise."""

    starts: Whole
    """Its first row."""
    owner: Whole
    """For each row, the place of its invoice."""
    heads: tuple[Head, ...]
    """The distinct heads."""
    head: Column
    """For each row, the place of its head."""
    exchange_rate_e6: Whole
    """0 where there is none."""
    is_inclusive: Flags
    rounds_once: Flags
    """Whether KDV is rounded on the document, once a rate."""
    allowance: Whole
    charge: Whole
    alone: Flags
    """Whether it is left to the scalar calculation; more are marked as the calculation goes on."""

    def leave(self, rows: Flags) -> None:
        """Leave the invoices of these rows to the scalar calculation."""
        self.alone[self.owner[rows]] = True


def first_rows(batch: pa.RecordBatch) -> Whole:
    """The first row of each invoice of a batch that has rows.

    Raises
    ------
    RuleViolation
        An ``invoice_id`` is null, or smaller than the one before it.
    """
    ids = batch.column(INVOICE_ID)
    if ids.null_count:
        raise RuleViolation(refusals.FIELD_REQUIRED.at(INVOICE_ID))
    if types.is_signed_integer(ids.type):
        numbers = cast("Whole", ids.to_numpy())
        changes, falls = numbers[1:] != numbers[:-1], numbers[1:] < numbers[:-1]
    else:
        names = ids.cast(pa.large_string())
        before, after = names.slice(0, len(names) - 1), names.slice(1)
        changes, falls = flags(compute.not_equal(before, after)), flags(compute.less(after, before))
    if falls.any():
        raise RuleViolation(refusals.INVOICES_IN_ORDER.at(INVOICE_ID))
    return np.append(0, np.flatnonzero(changes) + 1)


def documents(batch: pa.RecordBatch, starts: Whole) -> Documents:
    """Read the columns of the document; the batch has rows, and ``starts`` are its :func:`first_rows`."""
    reading = _Reading(batch, starts)
    exchange_rate_e6 = reading.figures("exchange_rate")
    heads, head = _heads(reading, exchange_rate_e6 > 0)
    rounding = reading.texts("rounding")
    modes = [_mode(text) for text in rounding.known]
    reading.alone |= np.array([mode is None for mode in modes])[rounding.codes]
    return Documents(
        starts=reading.starts,
        owner=reading.owner,
        heads=heads,
        head=head,
        exchange_rate_e6=exchange_rate_e6,
        is_inclusive=reading.flags("tax_inclusive_prices"),
        rounds_once=np.array([mode is InvoiceRounding.DOCUMENT for mode in modes])[rounding.codes],
        allowance=reading.figures("document_allowance"),
        charge=reading.figures("document_charge"),
        alone=reading.alone,
    )


def _heads(reading: _Reading, has_rate: Flags) -> tuple[tuple[Head, ...], Column]:
    """The distinct heads, and for each row the place of its own."""
    days, currency = reading.days(), reading.texts("currency")
    profile, kind = reading.texts("profile"), reading.texts("type")
    keys = keys_of([places_of(days), currency.column, Column(has_rate.astype(np.int8), 2), profile.column, kind.column])
    columns = (days, currency.codes, has_rate, profile.codes, kind.codes)
    parts = np.stack([column[keys.rows] for column in columns], axis=1, dtype=np.int64).tolist()
    heads = tuple(
        Head(day, currency.known[money], bool(rated), profile.known[scenario], kind.known[code])
        for day, money, rated, scenario, code in cast("list[tuple[int, int, int, int, int]]", parts)
    )
    places = keys.told(range(len(heads)))[keys.key]
    return heads, Column(np.repeat(places, reading.counts), len(heads))


def _mode(text: str | None) -> InvoiceRounding | None:
    if text is None:
        return InvoiceRounding.LINE
    return InvoiceRounding(text) if text in set(InvoiceRounding) else None


class _Reading:
    """Takes the columns of the document from the first row of each invoice, and marks those whose rows differ."""

    def __init__(self, batch: pa.RecordBatch, starts: Whole) -> None:
        self._batch = batch
        self.starts = starts
        self.counts = np.diff(self.starts, append=batch.num_rows)
        self.owner = np.repeat(np.arange(len(self.starts)), self.counts)
        self.alone = self.counts > MOST_LINES
        self._inside = np.ones(batch.num_rows - 1, np.bool_)
        self._inside[self.starts[1:] - 1] = False

    def _first(self, values: npt.NDArray[_Value]) -> npt.NDArray[_Value]:
        changes = values[1:] != values[:-1]
        if changes.any():
            self.alone[self.owner[1:][changes & self._inside]] = True
        return values[self.starts]

    def _column(self, name: str) -> pa.Array | None:
        """The column; None where it is absent or has no value."""
        column = self._batch.column(name) if name in self._batch.schema.names else None
        return None if column is None or column.null_count == len(column) else column

    def days(self) -> Codes:
        """Days since 1970-01-01; one that no document may carry where there is none."""
        column = self._batch.column("issue_date").cast(pa.int32())
        return self._first(cast("Codes", (column.fill_null(_NO_DAY) if column.null_count else column).to_numpy()))

    def texts(self, name: str) -> Texts:
        """Texts, or null."""
        column = self._column(name)
        if column is None:
            return Texts.absent(len(self.starts))
        found = texts(column)
        return Texts(self._first(found.codes), found.known)

    def flags(self, name: str) -> Flags:
        """Booleans; false where there is none."""
        column = self._column(name)
        return np.zeros(len(self.starts), np.bool_) if column is None else self._first(flags(column))

    def figures(self, name: str) -> Whole:
        """Whole numbers in the unit of the column's bound; 0 where there is none."""
        column, bound = self._column(name), COLUMNS[name].bound
        if column is None or bound is None:
            return np.zeros(len(self.starts), np.int64)
        found = figures(column, bound)
        if found.unfit is not None:
            self.alone[self.owner[found.unfit]] = True
        return self._first(found.at(bound.exponent))
