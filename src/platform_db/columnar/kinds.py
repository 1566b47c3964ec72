"""What the law says of a line, asked of the scalar path once for all lines of a kind.

Lines are of one kind when their documents agree in day, currency, profile and type, and they
themselves in KDV rate and codes: a batch of a hundred thousand lines holds a few hundred
kinds. Which kind is legal, what it withholds and what it uses that is not verified is read from
what the scalar calculation makes of one such line; nothing of the law stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from platform_db.domain.instants import EARLIEST_DAY, LATEST_DAY
from platform_db.domain.invoices.calculation import (
    Calculation,
    InvoiceDocumentInput,
    InvoiceLineInput,
    bounds,
    calculate,
)
from platform_db.domain.invoices.calculation.findings import Findings
from platform_db.domain.invoices.calculation.legality import judge_document
from platform_db.domain.invoices.calculation.steps import ratio_name
from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceRounding, InvoiceTypeCode
from platform_db.domain.law import exemptions, withholding
from platform_db.domain.law.withholding import WithholdingCode, WithholdingKind
from platform_db.domain.money import Currency
from platform_db.errors import RuleViolation

__all__ = ["NO_LIMIT", "Head", "Kind", "judged"]

NO_LIMIT: Final = -1
"""What any sum exceeds: the limit of full withholding."""

_E8: Final = 10**bounds.QUANTITY.exponent
_E6: Final = 10**bounds.EXCHANGE_RATE.exponent
_EPOCH: Final = date(1970, 1, 1)


class Head(NamedTuple):
    """What the law asks of a document, as it is written; any exchange rate stands for whichever it is."""

    days: int
    """Since 1970-01-01."""
    currency: str | None
    has_exchange_rate: bool
    profile: str | None
    type: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """What holds for every line of a kind.

    ``percent`` is the withheld part of its KDV, None without a code; ``limit`` in kuruş of TRY is
    what its lines must exceed together. ``unverified`` names what the calculation uses of the
    line in any case, ``unverified_withheld`` what it uses where something is withheld.
    """

    percent: int | None
    limit: int
    defers_kdv: bool
    needs_kdv: bool
    unverified: tuple[str, ...]
    unverified_withheld: tuple[str, ...]


@lru_cache(maxsize=2**16)
def judged(head: Head, kdv_rate_e4: int, withholding_code: str | None, exemption_code: str | None) -> Kind | None:
    """The kind; None where the scalar path refuses its lines."""
    document = _document(head)
    if document is None:
        return None
    entry = None if withholding_code is None else withholding.in_force(withholding_code, document.issue_date)
    limit = _limit(entry, document.issue_date)
    line = InvoiceLineInput(
        description="",
        quantity_e8=_E8,
        unit="",
        unit_price_e8=(limit // 100 + 2) * _E8,  # a line alone above the limit, and with some KDV unless its rate is 0
        discount_rate_e4=None,
        discount_amount=None,
        charge=0,
        kdv_rate_e4=kdv_rate_e4,
        withholding_code=withholding_code,
        exemption_code=exemption_code,
        other_taxes=(),
    )
    try:
        calculation = _calculated(replace(document, lines=(line,)))
    except RuleViolation:
        return None
    ratio = () if entry is None or entry.is_verified else (ratio_name(entry.code),)
    return Kind(
        percent=calculation.lines[0].withholding_percent,
        limit=limit,
        defers_kdv=calculation.totals.deferred_kdv > 0,
        needs_kdv=exemption_code == exemptions.OUTSIDE_RATE_CONTROL,
        unverified=tuple(name for name in calculation.unverified if name not in ratio),
        unverified_withheld=ratio,
    )


def _document(head: Head) -> InvoiceDocumentInput | None:
    """A document with this head and no lines; None where the head cannot be read."""
    try:
        return InvoiceDocumentInput(
            issue_date=_day(head.days),
            currency=Currency(head.currency or ""),
            exchange_rate_e6=_E6 if head.has_exchange_rate else None,
            profile=InvoiceProfile(head.profile or ""),
            type=InvoiceTypeCode(head.type or ""),
            rounding=InvoiceRounding.LINE,
            tax_inclusive_prices=False,
            lines=(),
            allowances=(),
            charges=(),
        )
    except ValueError:
        return None


def _day(days: int) -> date:
    if not (EARLIEST_DAY - _EPOCH).days <= days <= (LATEST_DAY - _EPOCH).days:
        message = "no document carries this day"
        raise ValueError(message)
    return _EPOCH + timedelta(days)


def _limit(entry: WithholdingCode | None, day: date) -> int:
    """The limit of the code's withholding; none too where this release does not know it, which is refused."""
    limit = withholding.limit(day) if entry is not None and entry.kind is WithholdingKind.PARTIAL else None
    return NO_LIMIT if limit is None else limit.limit_cents


def _calculated(document: InvoiceDocumentInput) -> Calculation:
    found = Findings()
    judge_document(document, found)
    found.refuse()
    return calculate(document)
