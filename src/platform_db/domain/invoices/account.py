"""A user's account (cari hesap): what was invoiced and paid, by the invoices' state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.domain.invoices.codes import InvoiceStatus

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["AccountLine"]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """The invoices of one state, in one currency.

    ``paid`` is what came, less what went back.

    >>> from platform_db.domain.money import Currency, money
    >>> line = AccountLine(InvoiceStatus.PARTIAL, 1, money(120_000, Currency.TRY), money(20_000, Currency.TRY))
    >>> line.open
    Money('1000.00', 'TRY')
    """

    status: InvoiceStatus
    count: int
    payable: Money
    paid: Money

    @property
    def open(self) -> Money:
        """What is still expected; of cancelled and refunded invoices nothing is."""
        if self.status in {InvoiceStatus.CANCELLED, InvoiceStatus.REFUNDED}:
            return self.payable - self.payable
        return self.payable - self.paid
