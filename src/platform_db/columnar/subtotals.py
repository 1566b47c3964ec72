"""The rows below an invoice: its taxes, what is withheld, and what is not verified.

Each function gives columns of whole numbers, the first being the place of the invoice, in
ascending order; those of invoices that were left alone are among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from platform_db.columnar.lists import NULL
from platform_db.columnar.numbering import Column, keys_of
from platform_db.domain.law.other_taxes import OTHER_TAXES
from platform_db.domain.law.rates import KDV_CODE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from platform_db.columnar.arithmetic import Whole
    from platform_db.columnar.documents import Documents
    from platform_db.columnar.lines import Lines
    from platform_db.columnar.steps import Withheld
    from platform_db.domain.invoices.calculation import Calculation

__all__ = ["TAX_CODES", "tax_subtotals", "unverified", "withholding_subtotals"]

TAX_CODES: Final = (KDV_CODE, *OTHER_TAXES)
"""Every tax code of a subtotal."""

_TAX_PLACES: Final = {code: place for place, code in enumerate(TAX_CODES)}


def tax_subtotals(documents: Documents, lines: Lines, alone: Mapping[int, Calculation]) -> list[Whole]:
    """Invoice, place of the code, rate in ten-thousandths of a percent, base, amount."""
    rate = keys_of([Column(documents.owner, len(documents.starts)), lines.rate])
    owner = documents.owner[rate.rows]
    columns = [
        owner,
        np.full(len(owner), _TAX_PLACES[KDV_CODE]),
        lines.kdv_rate_e4[rate.rows],
        rate.sums(lines.kdv_base),
        rate.sums(lines.kdv),
    ]
    others = [
        (place, _TAX_PLACES[row.code], NULL if row.rate_e4 is None else row.rate_e4, row.base, row.amount)
        for place, calculation in alone.items()
        for row in calculation.tax_subtotals
    ]
    return _merged(
        [column[~documents.alone[owner]] for column in columns] if documents.alone.any() else columns, others
    )


def withholding_subtotals(lines: Lines, withheld: Withheld | None, alone: Mapping[int, Calculation]) -> list[Whole]:
    """Invoice, place of the code among the known, percent, base, amount."""
    columns = [np.zeros(0, np.int64)] * 5
    if withheld is not None:
        row = withheld.row
        columns = [withheld.owner, lines.withholding.codes[row], withheld.percent, withheld.base, withheld.amount]
    places = {code: place for place, code in enumerate(lines.withholding.known)}
    others = [
        (place, places[row.code], row.percent, row.base, row.amount)
        for place, calculation in alone.items()
        for row in calculation.withholding_subtotals
    ]
    return _merged(columns, others)


def unverified(
    documents: Documents, lines: Lines, withheld: Withheld | None, alone: Mapping[int, Calculation]
) -> tuple[list[Whole], tuple[str, ...]]:
    """Invoice and place of the name, each pair once; and the names, in text order."""
    told = [() if kind is None else kind.unverified for kind in lines.kinds]
    told_withheld = [() if kind is None else kind.unverified_withheld for kind in lines.kinds]
    every = (*told, *told_withheld, *(calculation.unverified for calculation in alone.values()))
    names = tuple(sorted({name for some in every for name in some}))
    if not names:
        return [np.zeros(0, np.int64)] * 2, names
    pairs = [np.zeros(0, np.int64)]
    for place, name in enumerate(names):
        uses = lines.kind.told([name in some for some in told])
        owners = documents.owner[np.flatnonzero(uses[lines.kind.key])] if uses.any() else pairs[0]
        pairs.append(owners * len(names) + place)
        uses = lines.kind.told([name in some for some in told_withheld])
        if withheld is not None and uses.any():
            pairs.append(withheld.owner[np.flatnonzero(uses[lines.kind.key[withheld.row]])] * len(names) + place)
    owner, name = np.divmod(np.unique(np.concatenate(pairs)), len(names))
    by_columns = ~documents.alone[owner]
    others = [(place, names.index(each)) for place, calculation in alone.items() for each in calculation.unverified]
    return _merged([owner[by_columns], name[by_columns]], others), names


def _merged(columns: Sequence[Whole], others: Sequence[tuple[int, ...]]) -> list[Whole]:
    """The columns with the other rows, by the first of them; rows of one place keep their order."""
    if not others:
        return list(columns)
    whole = [np.concatenate((column, other)) for column, other in zip(columns, np.array(others).T, strict=True)]
    order = np.argsort(whole[0], kind="stable")
    return [column[order] for column in whole]
