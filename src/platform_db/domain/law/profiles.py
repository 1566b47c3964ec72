"""What GİB's rules ask of an invoice's profile and type on a day.

Which type may stand on which profile is told in :mod:`platform_db.domain.invoices.codes`;
here stands what depends on the day or on the rate. Source: GİB's official rules of
2026-03-12 and 2026-07-01. What is merely customary is not enforced.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceTypeCode, profile_admits_type

__all__ = [
    "PUBLIC_RETURNS_SINCE",
    "ZERO_RATE_WITHOUT_REASON",
    "InvoiceProfile",
    "InvoiceTypeCode",
    "admits_on",
    "is_investment_incentive",
]

ZERO_RATE_WITHOUT_REASON: Final = frozenset(
    {
        InvoiceTypeCode.IADE,
        InvoiceTypeCode.YTBIADE,
        InvoiceTypeCode.IHRACKAYITLI,
        InvoiceTypeCode.OZELMATRAH,
        InvoiceTypeCode.SGK,
        InvoiceTypeCode.KONAKLAMAVERGISI,
    },
)
"""Types on which KDV 0 needs no exemption code."""

PUBLIC_RETURNS_SINCE: Final = date(2026, 7, 1)
"""From this rule set on, IADE may stand on KAMU."""

_INCENTIVE_PREFIX = "YTB"


def admits_on(profile: InvoiceProfile, type_code: InvoiceTypeCode, day: date) -> bool:
    """Whether the official rules of ``day`` let ``type_code`` stand on ``profile``.

    >>> from datetime import date
    >>> admits_on(InvoiceProfile.KAMU, InvoiceTypeCode.IADE, date(2026, 6, 30))
    False
    """
    is_public_return = profile is InvoiceProfile.KAMU and type_code is InvoiceTypeCode.IADE
    return profile_admits_type(profile, type_code) and (day >= PUBLIC_RETURNS_SINCE or not is_public_return)


def is_investment_incentive(profile: InvoiceProfile, type_code: InvoiceTypeCode) -> bool:
    """Whether the document is one of the investment incentive (yatırım teşvik)."""
    return profile is InvoiceProfile.YATIRIMTESVIK or type_code.startswith(_INCENTIVE_PREFIX)
