"""The figures of each line by itself: gross, discount, charge and net, and what kind of line it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from pyarrow import compute

from platform_db.columnar.arithmetic import LARGEST, part
from platform_db.columnar.columns import Figures, Texts, figures, texts
from platform_db.columnar.kinds import Kind, judged
from platform_db.columnar.numbering import Column, Keys, keys_of, places_of
from platform_db.columnar.products import gross_of
from platform_db.columnar.schema import COLUMNS
from platform_db.domain.invoices.calculation import bounds

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from platform_db.columnar.arithmetic import Flags, Whole
    from platform_db.columnar.documents import Documents

__all__ = ["Lines", "read_lines"]


@dataclass(slots=True)
class Lines:
    """The lines of a batch while their figures come together: one value for each row, in kuruş."""

    gross: Whole
    discount: Whole
    charge: Whole
    net: Whole
    kdv_base: Whole
    kdv: Whole
    allowance_share: Whole
    charge_share: Whole
    withheld: Whole
    kdv_rate_e4: Whole
    rate: Column
    """The place of its KDV rate among those that occur, in ascending order."""
    withholding: Texts
    exemption: Texts
    kinds: tuple[Kind | None, ...]
    """The distinct kinds; None where the law refuses one."""
    kind: Keys
    """The kind of each row."""
    percents: Whole
    """By kind, the percent of its withholding code; 0 without one."""

    def is_any(self, tell: Callable[[Kind], int]) -> bool:
        """Whether something is told of some kind."""
        return any(kind is not None and tell(kind) for kind in self.kinds)

    def told(self, tell: Callable[[Kind], int]) -> Whole:
        """What is told of each kind, by key; 0 of one that is refused."""
        return self.kind.told([0 if kind is None else tell(kind) for kind in self.kinds])


def read_lines(batch: pa.RecordBatch, documents: Documents) -> Lines:
    """Read the lines; one that does not fit here has figures of 0, and its invoice is left alone."""
    reading = _Reading(batch)
    rate = reading.needed("kdv_rate")
    gross, discount, charge = reading.amounts()
    reading.refuse_other_taxes()
    if reading.unfit.any():
        documents.leave(reading.unfit)
        fits = ~reading.unfit
        gross, discount, charge = gross * fits, discount * fits, charge * fits
    net = gross - discount + charge
    none = np.zeros_like(net)
    kdv_rate_e4 = rate.at(bounds.KDV_RATE.exponent)
    withholding, exemption = reading.texts("withholding_code"), reading.texts("exemption_code")
    place = places_of(rate.values)
    kind = keys_of([documents.head, place, withholding.column, exemption.column])
    rows = kind.rows
    columns = (documents.head.values, kdv_rate_e4, withholding.codes, exemption.codes)
    parts = np.stack([column[rows] for column in columns], axis=1, dtype=np.int64).tolist()
    kinds = tuple(
        judged(documents.heads[head], rate, withholding.known[withheld], exemption.known[exempt])
        for head, rate, withheld, exempt in cast("list[tuple[int, int, int, int]]", parts)
    )
    if None in kinds:
        documents.leave(kind.told([each is None for each in kinds])[kind.key] > 0)
    return Lines(
        gross=gross,
        discount=discount,
        charge=charge,
        net=net,
        kdv_base=net,
        kdv=none,
        allowance_share=none,
        charge_share=none,
        withheld=none,
        kdv_rate_e4=kdv_rate_e4,
        rate=place,
        withholding=withholding,
        exemption=exemption,
        kinds=kinds,
        kind=kind,
        percents=kind.told([0 if each is None else each.percent or 0 for each in kinds]),
    )


class _Reading:
    """Takes the columns of lines, and notes the rows that do not fit here."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self._batch = batch
        self.unfit = np.zeros(batch.num_rows, np.bool_)

    def _column(self, name: str) -> pa.Array | None:
        """The column; None where it is absent or has no value."""
        column = self._batch.column(name) if name in self._batch.schema.names else None
        return None if column is None or column.null_count == len(column) else column

    def _note(self, unfit: Flags | None) -> None:
        if unfit is not None:
            self.unfit |= unfit

    def texts(self, name: str) -> Texts:
        column = self._column(name)
        return Texts.absent(self._batch.num_rows) if column is None else texts(column)

    def _figures(self, name: str) -> Figures | None:
        column, bound = self._column(name), COLUMNS[name].bound
        if column is None or bound is None:
            return None
        found = figures(column, bound)
        self._note(found.unfit)
        return found

    def needed(self, name: str) -> Figures:
        """Figures that every line has."""
        found = self._figures(name)
        if found is None:
            self.unfit[:] = True
            return Figures(np.zeros(self._batch.num_rows, np.int64), 0, None, None)
        if found.given is not None:
            self._note(~found.given)
        return found

    def amounts(self) -> tuple[Whole, Whole, Whole]:
        """Gross, discount and charge of each line."""
        gross, unfit = gross_of(self.needed("quantity"), self.needed("unit_price"))
        self._note(unfit)
        self._bound(gross)
        discount = self._discount(gross)
        self._note(discount > gross)
        charge = self._figures("charge")
        if charge is None:
            return gross, discount, np.zeros_like(gross)
        amounts = charge.at(bounds.AMOUNT.exponent)
        self._bound(amounts)
        return gross, discount, amounts

    def _bound(self, amounts: Whole) -> None:
        if amounts.max() > LARGEST:
            self._note(amounts > LARGEST)

    def _discount(self, gross: Whole) -> Whole:
        rate, amount = self._figures("discount_rate"), self._figures("discount_amount")
        by_rate = None if rate is None else part(np.minimum(gross, LARGEST), rate.at(bounds.DISCOUNT_RATE.exponent))
        by_amount = None if amount is None else amount.at(bounds.AMOUNT.exponent)
        if rate is None or by_rate is None:
            return np.zeros_like(gross) if by_amount is None else by_amount
        if amount is None or by_amount is None:
            return by_rate
        # A line has one of them; one with both is refused.
        self._note(rate.is_given() & amount.is_given())
        return by_rate + by_amount

    def refuse_other_taxes(self) -> None:
        """Leave lines with other taxes to the scalar calculation."""
        column = self._column("other_taxes")
        if column is not None:
            self.unfit |= compute.list_value_length(column).fill_null(0).to_numpy() > 0
