"""The steps of the calculation after the lines themselves: spreading, KDV, withholding."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from platform_db.columnar.arithmetic import LARGEST, converted, part, percent_of, sums, tax_inside
from platform_db.columnar.numbering import Column, keys_of
from platform_db.columnar.spreading import largest_remainder, precedence
from platform_db.domain.money import MAX_CENTS

if TYPE_CHECKING:
    from platform_db.columnar.arithmetic import Flags, Whole
    from platform_db.columnar.documents import Documents
    from platform_db.columnar.kinds import Kind
    from platform_db.columnar.lines import Lines

__all__ = ["Withheld", "charge_kdv", "leave_what_does_not_fit", "spread", "withhold"]

_LARGEST_SPREAD: Final = isqrt(MAX_CENTS)
"""Kuruş (of 30 million lira) that can be spread over as many in 64 bits."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is withheld: one value for each invoice and code of which something is, in the order of both."""

    owner: Whole
    row: Whole
    """A row of the invoice with the code."""
    percent: Whole
    base: Whole
    amount: Whole


def leave_what_does_not_fit(documents: Documents, lines: Lines) -> None:
    """Leave documents alone whose sums might not fit 64 bits, or are not what the law of sums asks."""
    alone, charge, allowance = documents.alone, documents.charge, documents.allowance
    alone |= charge > LARGEST
    size = sums(lines.gross + lines.charge, documents.starts) + charge
    alone |= size > LARGEST
    if documents.exchange_rate_e6.any():
        # The payable amount is at most twice that; one factor of two more leaves room to round.
        alone |= size > MAX_CENTS // (4 * np.maximum(documents.exchange_rate_e6, 1))
    parts = np.maximum(allowance, charge)
    if parts.any():
        net = sums(lines.net, documents.starts)
        illegal = documents.is_inclusive | (net == 0) | (allowance > net)
        alone |= (parts > 0) & (illegal | (parts > MAX_CENTS // np.maximum(net, 1)))
    alone |= documents.rounds_once & (size > _LARGEST_SPREAD)


def spread(documents: Documents, lines: Lines) -> None:
    """Spread document allowances and charges over the lines, in proportion to net."""
    has_parts = ((documents.allowance > 0) | (documents.charge > 0)) & ~documents.alone
    if not has_parts.any():
        return
    rows, group, rank = _ranked(documents, lines, has_parts)
    weights = lines.net[rows]
    allowance = largest_remainder(documents.allowance, weights, group, rank)
    charge = largest_remainder(documents.charge, weights, group, rank)
    lines.allowance_share = _placed(lines.allowance_share, rows, allowance)
    lines.charge_share = _placed(lines.charge_share, rows, charge)
    lines.kdv_base = _placed(lines.kdv_base, rows, lines.kdv_base[rows] + charge - allowance)


def charge_kdv(documents: Documents, lines: Lines) -> None:
    """Charge each line its KDV: rounded on the line, once a rate on the document, or taken out of its price."""
    lines.kdv = part(lines.kdv_base, lines.kdv_rate_e4)
    once = documents.rounds_once & ~documents.is_inclusive & ~documents.alone
    if once.any():
        rows, owner, rank = _ranked(documents, lines, once)
        place = lines.rate.values[rows]
        rate = keys_of([Column(owner, len(documents.starts)), Column(place, lines.rate.size)])
        bases = lines.kdv_base[rows]
        totals = part(rate.sums(bases), lines.kdv_rate_e4[rows[rate.rows]])
        lines.kdv = _placed(lines.kdv, rows, largest_remainder(rate.told(totals), bases, rate.key, rank))
    if documents.is_inclusive.any():
        _take_kdv_out(lines, np.flatnonzero(documents.is_inclusive[documents.owner]))
    if lines.is_any(_needs_kdv):
        documents.leave((lines.told(_needs_kdv)[lines.kind.key] > 0) & (lines.kdv == 0))


def _take_kdv_out(lines: Lines, rows: Whole) -> None:
    """Give the figures of lines with inclusive prices without KDV; net + kdv is the inclusive amount."""
    rates, amounts = lines.kdv_rate_e4[rows], lines.net[rows]
    discounts, charges = lines.discount[rows], lines.charge[rows]
    kdv = tax_inside(amounts, rates)
    discounts, charges = discounts - tax_inside(discounts, rates), charges - tax_inside(charges, rates)
    net = amounts - kdv
    lines.kdv, lines.net = _placed(lines.kdv, rows, kdv), _placed(lines.net, rows, net)
    lines.kdv_base = _placed(lines.kdv_base, rows, net)
    lines.discount, lines.charge = _placed(lines.discount, rows, discounts), _placed(lines.charge, rows, charges)
    lines.gross = _placed(lines.gross, rows, net + discounts - charges)


def withhold(documents: Documents, lines: Lines) -> Withheld | None:
    """Withhold the KDV of each code whose lines exceed their limit together; None where no line has a code."""
    rows = lines.withholding.given()
    rows = rows[~documents.alone[documents.owner[rows]]]
    if not len(rows):
        return None
    owner, kdv = documents.owner[rows], lines.kdv[rows]
    rank = Column(lines.withholding.ranks(rows), len(lines.withholding.known))
    code = keys_of([Column(owner, len(documents.starts)), rank])
    row = rows[code.rows]
    percent = lines.percents[lines.kind.key[row]]
    base = code.sums(kdv)
    amount = code.sums(lines.kdv_base[rows]) + base
    rate = documents.exchange_rate_e6[documents.owner[row]]
    in_try = np.where(rate > 0, converted(amount, rate), amount)
    is_withheld = (in_try > lines.told(_limit)[lines.kind.key[row]]) & (base > 0)
    withheld = percent_of(kdv, lines.percents[lines.kind.key[rows]])
    once = np.flatnonzero((documents.rounds_once & ~documents.is_inclusive)[owner])
    if len(once):
        totals = code.told(percent_of(base, percent))
        withheld[once] = largest_remainder(totals, kdv[once], code.key[once], precedence(lines, rows[once]))
    withheld *= code.told(is_withheld)[code.key]
    lines.withheld = _placed(lines.withheld, rows, withheld)
    some = np.flatnonzero(is_withheld)
    return Withheld(documents.owner[row[some]], row[some], percent[some], base[some], code.sums(withheld)[some])


def _needs_kdv(kind: Kind) -> int:
    return int(kind.needs_kdv)


def _limit(kind: Kind) -> int:
    return kind.limit


def _ranked(documents: Documents, lines: Lines, chosen: Flags) -> tuple[Whole, Whole, Whole]:
    """The rows of the chosen invoices, the invoice of each, and its rank among equal remainders."""
    rows = np.flatnonzero(chosen[documents.owner])
    return rows, documents.owner[rows], precedence(lines, rows)


def _placed(figures: Whole, rows: Whole, changed: Whole) -> Whole:
    """The figures, changed in these rows."""
    figures = figures.copy()
    figures[rows] = changed
    return figures
