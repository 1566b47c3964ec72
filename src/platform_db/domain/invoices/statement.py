"""The statement of an account (cari hesap ekstresi): invoiced, returned, paid and refunded, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from platform_db.domain.money import Currency

__all__ = ["AccountStatement", "EntryKind", "StatementEntry"]


class EntryKind(StrEnum):
    """What an entry tells; entries of one day stand in this order."""

    INVOICE = "invoice"
    RETURN = "return"
    CANCELLATION = "cancellation"
    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One entry; amounts in minor units of the statement's currency, one of them 0.

    ``source_id`` is the invoice's id, of a payment or refund the payment's; ``reference`` the
    invoice's number or the provider's reference. ``balance_cents`` is what the user owes after it.
    """

    kind: EntryKind
    day: date
    source_id: int
    reference: str
    debit_cents: int
    credit_cents: int
    balance_cents: int


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """A user's account in one currency, from ``first`` to ``last``, both inclusive and Istanbul's days.

    A balance above 0 is owed by the user, below 0 to the user; in minor units.

    >>> day = date(2026, 11, 20)
    >>> sale = StatementEntry(EntryKind.INVOICE, day, 1, "ABC2026000000001", 12_000, 0, 17_000)
    >>> AccountStatement(7, Currency.TRY, day, day, 5_000, (sale,)).closing_cents
    17000
    """

    user_id: int
    currency: Currency
    first: date
    last: date
    opening_cents: int
    entries: tuple[StatementEntry, ...]

    @property
    def debit_cents(self) -> int:
        """What was invoiced and paid back in the period."""
        return sum(entry.debit_cents for entry in self.entries)

    @property
    def credit_cents(self) -> int:
        """What was paid, returned and cancelled in the period."""
        return sum(entry.credit_cents for entry in self.entries)

    @property
    def closing_cents(self) -> int:
        """The balance after the last entry."""
        return self.opening_cents + self.debit_cents - self.credit_cents
