"""A user's account (cari hesap): what was invoiced and paid, by the invoices' state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.domain.invoices.codes import InvoiceStatus

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

__all__ = ["AccountLine", "MonthlyTotal"]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """The sales, or the returns, of one state, in one currency.

    ``paid`` is what came, less what went back; of an order's invoice also what the order
    collected. ``returned`` is what the issued returns of these sales give back, whenever they
    were issued.

    >>> from platform_db.domain.money import Currency, money
    >>> payable, paid, returned = (money(cents, Currency.TRY) for cents in (120_000, 20_000, 30_000))
    >>> line = AccountLine(InvoiceStatus.PARTIAL, False, 1, payable, paid, returned)
    >>> line.open
    Money('700.00', 'TRY')
    """

    status: InvoiceStatus
    is_return: bool
    count: int
    payable: Money
    paid: Money
    returned: Money

    @property
    def open(self) -> Money:
        """What is still expected; negative where more was returned than was still to be paid.

        Of cancelled and refunded invoices nothing is expected, and of returns nothing: they
        lessen what is expected of their sales.
        """
        if self.is_return or self.status in {InvoiceStatus.CANCELLED, InvoiceStatus.REFUNDED}:
            return self.payable - self.payable
        return self.payable - self.returned - self.paid


@dataclass(frozen=True, slots=True)
class MonthlyTotal:
    """The invoices of one month and state, in one currency; ``month`` is its first legal day."""

    month: date
    line: AccountLine
