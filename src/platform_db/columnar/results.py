"""From figures to Arrow: a row an invoice, whichever path calculated it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

from platform_db.columnar.arithmetic import converted, sums
from platform_db.columnar.lists import NULL, decimals, lists, nullable, structs, texts, whole_numbers
from platform_db.columnar.schema import INVOICE_ID, LINE_FIGURES, TOTALS, members_of, result_schema
from platform_db.columnar.subtotals import TAX_CODES, tax_subtotals, unverified, withholding_subtotals
from platform_db.domain.invoices.calculation import Calculation
from platform_db.domain.invoices.calculation.totals import Sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from platform_db.columnar.arithmetic import Flags, Whole
    from platform_db.columnar.documents import Documents
    from platform_db.columnar.kinds import Kind
    from platform_db.columnar.lines import Lines
    from platform_db.columnar.one_by_one import Outcome
    from platform_db.columnar.steps import Withheld
    from platform_db.domain.invoices.calculation import CalculatedLine

__all__ = ["Results"]


class Results:
    """The figures of the columns, and of the invoices left alone by their places."""

    def __init__(
        self, documents: Documents, lines: Lines, withheld: Withheld | None, alone: Mapping[int, Outcome]
    ) -> None:
        self._documents = documents
        self._lines = lines
        self._withheld = withheld
        self._calculated = {place: found for place, found in alone.items() if isinstance(found, Calculation)}
        self._refused = {place: found for place, found in alone.items() if not isinstance(found, Calculation)}
        self._is_refused = self._marked(self._refused)

    def batch(self, given: pa.RecordBatch) -> pa.RecordBatch:
        """The results: an invoice a row, in the order given."""
        schema = result_schema(given.schema)
        ids = given.column(INVOICE_ID).take(pa.array(self._documents.starts))
        columns = {
            INVOICE_ID: ids.dictionary_decode() if isinstance(ids, pa.DictionaryArray) else ids,
            "by_columns": pa.array(~self._documents.alone),
            "violations": self._violations(members_of(schema, "violations")),
            **self._totals(),
            "lines": self._lines_of_invoices(members_of(schema, "lines")),
            "tax_subtotals": self._taxes(members_of(schema, "tax_subtotals")),
            "withholding_subtotals": self._withholding(members_of(schema, "withholding_subtotals")),
            "unverified": self._unverified(),
        }
        return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)

    def _violations(self, members: list[pa.Field]) -> pa.Array:
        told = [(place, violation) for place, found in self._refused.items() for violation in found]
        none = np.zeros_like(self._is_refused)
        columns = {
            "rule": [violation.rule for _, violation in told],
            "fields": [violation.fields for _, violation in told],
            "tr": [violation.message.tr for _, violation in told],
            "en": [violation.message.en for _, violation in told],
        }
        values = structs([pa.array(columns[field.name], field.type) for field in members], members)
        places = np.array([place for place, _ in told], np.int64)
        return lists(np.bincount(places, minlength=len(none)), values, none)

    def _totals(self) -> dict[str, pa.Array]:
        found = self._sums().totals(cast("Callable[[int], int]", self._in_try))
        columns = {name: cast("Whole", getattr(found, figure)) for name, figure in TOTALS.items()}
        if self._calculated:
            places = list(self._calculated)
            for name, figure in TOTALS.items():
                columns[name] = columns[name].copy()
                columns[name][places] = [getattr(each.totals, figure) for each in self._calculated.values()]
        mask = self._is_refused if self._refused else None
        return {name: pa.array(values, pa.int64(), mask=mask) for name, values in columns.items()}

    def _sums(self) -> Sums:
        """The sums of every invoice: the scalar path adds them up, column by column."""
        documents, lines = self._documents, self._lines
        none = np.zeros(len(documents.starts), np.int64)
        deferred = lines.kdv * lines.told(_defers_kdv)[lines.kind.key] if lines.is_any(_defers_kdv) else None
        columns = {
            "gross": sums(lines.gross, documents.starts),
            "discount": sums(lines.discount, documents.starts),
            "charge": sums(lines.charge, documents.starts),
            "document_allowance": documents.allowance,
            "document_charge": documents.charge,
            "kdv": sums(lines.kdv, documents.starts),
            "other_taxes": none,
            "withheld": none if self._withheld is None else sums(lines.withheld, documents.starts),
            "deferred_kdv": none if deferred is None else sums(deferred, documents.starts),
        }
        return Sums(**cast("dict[str, int]", columns))

    def _in_try(self, amounts: Whole) -> Whole:
        rates = self._documents.exchange_rate_e6
        return np.where(rates > 0, converted(amounts, rates), amounts) if rates.any() else amounts

    def _lines_of_invoices(self, members: list[pa.Field]) -> pa.Array:
        owner, lines = self._documents.owner, self._lines
        none = np.zeros_like(lines.net)
        others = {"other_taxes_total": none, "other_taxes_in_base": none, "withholding_percent": self._percent()}
        columns = {
            name: others[f] if f in others else cast("Whole", getattr(lines, f)) for name, f in LINE_FIGURES.items()
        }
        if self._calculated:
            rows = np.flatnonzero(self._marked(self._calculated)[owner])
            for name, figure in LINE_FIGURES.items():
                columns[name] = columns[name].copy()
                columns[name][rows] = [
                    _figure(line, figure) for each in self._calculated.values() for line in each.lines
                ]
        if self._refused:
            kept = ~self._is_refused[owner]
            owner, columns = owner[kept], {name: values[kept] for name, values in columns.items()}
        arrays = [
            nullable(columns[field.name]) if field.name == "withholding_percent" else whole_numbers(columns[field.name])
            for field in members
        ]
        counts = np.diff(self._documents.starts, append=len(self._documents.owner)) * ~self._is_refused
        return lists(counts, structs(arrays, members), self._is_refused)

    def _percent(self) -> Whole:
        percent = np.full(len(self._documents.owner), NULL)
        rows = self._lines.withholding.given()
        percent[rows] = self._lines.percents[self._lines.kind.key[rows]]
        return percent

    def _taxes(self, members: list[pa.Field]) -> pa.Array:
        owner, code, rate, base, amount = tax_subtotals(self._documents, self._lines, self._calculated)
        columns = {
            "code": texts(code, TAX_CODES),
            "rate": decimals(rate, next(field.type for field in members if field.name == "rate")),
            "base_cents": whole_numbers(base),
            "amount_cents": whole_numbers(amount),
        }
        return self._lists(owner, structs([columns[field.name] for field in members], members))

    def _withholding(self, members: list[pa.Field]) -> pa.Array:
        owner, code, percent, base, amount = withholding_subtotals(self._lines, self._withheld, self._calculated)
        columns = {
            "code": texts(code, self._lines.withholding.known),
            "percent": whole_numbers(percent),
            "base_cents": whole_numbers(base),
            "amount_cents": whole_numbers(amount),
        }
        return self._lists(owner, structs([columns[field.name] for field in members], members))

    def _unverified(self) -> pa.Array:
        (owner, name), names = unverified(self._documents, self._lines, self._withheld, self._calculated)
        return self._lists(owner, texts(name, names))

    def _lists(self, owner: Whole, values: pa.Array) -> pa.Array:
        """The values of each invoice, in the order of their owners; null where it was refused."""
        return lists(np.bincount(owner, minlength=len(self._is_refused)), values, self._is_refused)

    def _marked(self, places: Iterable[int]) -> Flags:
        marks = np.zeros(len(self._documents.starts), np.bool_)
        marks[list(places)] = True
        return marks


def _figure(line: CalculatedLine, figure: str) -> int:
    found: int | None = getattr(line, figure)
    return NULL if found is None else found


def _defers_kdv(kind: Kind) -> int:
    return int(kind.defers_kdv)
