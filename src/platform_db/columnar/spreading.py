"""The spreading of amounts by largest remainder, over many documents at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from platform_db.columnar.arithmetic import Whole
    from platform_db.columnar.lines import Lines

__all__ = ["largest_remainder", "precedence"]


def precedence(lines: Lines, rows: Whole) -> Whole:
    """The rank of each of these rows among equal remainders.

    As ``WorkingLine.precedence``: the larger net, the higher KDV rate, the codes in text order (none
    last), the earlier line.
    """
    order = np.lexsort(
        (lines.exemption.ranks(rows), lines.withholding.ranks(rows), -lines.kdv_rate_e4[rows], -lines.net[rows])
    )
    rank = np.empty(len(rows), np.int64)
    rank[order] = np.arange(len(rows))
    return rank


def largest_remainder(totals: Whole, weights: Whole, group: Whole, rank: Whole) -> Whole:
    """Spread the total of each group over its weights, as ``domain.rounding.largest_remainder`` does.

    ``group`` is the place of each weight's total. A total times the sum of its weights fits 64
    bits, and is 0 where that sum is.
    """
    whole = np.zeros_like(totals)
    np.add.at(whole, group, weights)
    shares, remainders = np.divmod(totals[group] * weights, np.maximum(whole, 1)[group])
    left = totals.copy()
    np.subtract.at(left, group, shares)
    order = np.lexsort((rank, -remainders, group))
    ordered = group[order]
    turn = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    shares[order] += turn < left[ordered]
    return shares
