"""What a user's payments of a period come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["PaymentTotals"]


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
