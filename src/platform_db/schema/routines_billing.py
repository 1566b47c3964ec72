"""The functions that guard invoices, series, payments, order transactions and orders.

Each stands in ``routines/<name>.sql``; what the domain knows already is filled in from here.
"""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.codes import RETURN_TYPES
from platform_db.domain.invoices.party_rules import ANONYMISED, TERM_YEARS
from platform_db.domain.invoices.profile_data import complete_sql, party_paths
from platform_db.domain.law import exemptions
from platform_db.domain.law.other_taxes import OTHER_TAXES
from platform_db.domain.law.profiles import (
    ZERO_RATE_WITHOUT_REASON,
    InvoiceProfile,
    InvoiceTypeCode,
    is_investment_incentive,
)
from platform_db.domain.order_transactions import OPEN_STATUSES
from platform_db.domain.orders.states import AT_AN_END, NOT_INVOICED
from platform_db.domain.rules import one_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["BILLING_PLACEHOLDERS", "BILLING_ROUTINES"]

BILLING_ROUTINES: Final = (
    "cents_of_attempts",
    "order_is_invoiced",
    "tax_of_order",
    "check_invoice_is_sum_of_parts",
    "guard_issued_invoice",
    "guard_issued_invoice_parts",
    "guard_invoice_series",
    "check_series_is_gapless",
    "guard_payment",
    "apply_payment",
    "check_payment_of_order",
    "guard_order_transaction",
    "guard_attempt",
    "guard_invoice_of_order",
    "check_order_is_sum_of_items",
    "guard_order",
    "guard_order_items",
    "guard_order_item_price",
)
"""In the order of creation; the tables come first."""

_RULE_SET: Final = exemptions.RULE_SET_OF_2026_07
_BEFORE: Final = _RULE_SET - timedelta(days=1)
_PLAIN: Final = (InvoiceProfile.TEMELFATURA, InvoiceTypeCode.SATIS)


def _incentive_sql() -> str:
    types = (code for code in InvoiceTypeCode if is_investment_incentive(InvoiceProfile.EARSIVFATURA, code))
    return f"(invoice.profile = '{InvoiceProfile.YATIRIMTESVIK}' OR invoice.type_code IN {one_of(types)})"


def _new_codes() -> Iterator[str]:
    return (row.code for row in exemptions.rows() if not exemptions.is_in_rule_set(row.code, _BEFORE))


def _incentive_codes() -> Iterator[str]:
    return (
        row.code
        for row in exemptions.rows()
        if row.code != exemptions.OUTSIDE_RATE_CONTROL and not exemptions.admits_document(row.code, *_PLAIN, _RULE_SET)
    )


def _rate_control_profiles() -> Iterator[str]:
    outside = exemptions.OUTSIDE_RATE_CONTROL
    return (it for it in InvoiceProfile if exemptions.admits_document(outside, it, InvoiceTypeCode.SATIS, _RULE_SET))


BILLING_PLACEHOLDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "return_types": one_of(RETURN_TYPES),
        "order_at_an_end": one_of(AT_AN_END),
        "order_not_invoiced": one_of(NOT_INVOICED),
        "attempt_is_open": one_of(OPEN_STATUSES),
        "zero_rate_types": one_of(sorted(ZERO_RATE_WITHOUT_REASON)),
        "is_incentive": _incentive_sql(),
        "incentive_codes": one_of(_incentive_codes()),
        "new_codes": one_of(_new_codes()),
        "rule_set": f"DATE '{_RULE_SET}'",
        "outside_rate_control": f"'{exemptions.OUTSIDE_RATE_CONTROL}'",
        "rate_control_profiles": one_of(_rate_control_profiles()),
        "taxes_in_base": one_of(code for code, tax in OTHER_TAXES.items() if tax.in_kdv_base),
        "taxes_beside_base": one_of(code for code, tax in OTHER_TAXES.items() if not tax.in_kdv_base),
        "item_data_complete": complete_sql("item_data", "part.item_data"),
        "profile_data_complete": complete_sql("profile_data", "invoice.profile_data"),
        "anonymised": f"'{ANONYMISED}'",
        "term_years": str(TERM_YEARS),
        "party_paths": "ARRAY[" + ", ".join(f"'{path}'" for path in party_paths()) + "]",
    },
)
"""SQL text by the name that stands between double braces in the files."""
