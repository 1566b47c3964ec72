"""What payments of a period come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moneyed import Money

    from platform_db.domain.money import Currency

__all__ = ["PaymentTotals", "ProviderTotals"]


@dataclass(frozen=True, slots=True)
class PaymentTotals:
    """Money that came and went back, in one currency.

    >>> from platform_db.domain.money import Currency, money
    >>> PaymentTotals(money(120_000, Currency.TRY), money(20_000, Currency.TRY)).net
    Money('1000.00', 'TRY')
    """

    charged: Money
    refunded: Money

    @property
    def net(self) -> Money:
        """What stayed."""
        return self.charged - self.refunded


@dataclass(frozen=True, slots=True)
class ProviderTotals:
    """What one provider moved in one currency: how often, how much, and what it kept."""

    currency: Currency
    charges: int
    charged: Money
    refunds: int
    refunded: Money
    fees: Money

    @property
    def due(self) -> Money:
        """What the provider owes for the period: what came, less what went back and what it kept."""
        return self.charged - self.refunded - self.fees
