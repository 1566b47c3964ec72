"""A series of invoice numbers, and what each rule of ``invoice_series`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from tests.parity.example import (
    BEFORE_FIRST,
    BEFORE_FIRST_DAY,
    END,
    FIRST,
    FIRST_DAY,
    LAST,
    LAST_DAY,
    Example,
)

_OPENED: Final = datetime(2025, 12, 29, 8, tzinfo=UTC)
_UNUSED: Final = {"last_sequence": 0, "last_issue_date": None}

ROW: Final = {
    "id": 5,
    "series": "PLT",
    "fiscal_year": 2026,
    "last_sequence": 42,
    "last_issue_date": date(2026, 3, 2),
    "description": "Abonelik faturaları",
    "is_active": True,
    "created_at": _OPENED,
    "version": 43,
    "updated_at": datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
}

IMPLIED: Final = frozenset({"ck_invoice_series_last_issue_date_finite"})
"""Never broken alone: the date's year is the fiscal year, and that has the same bounds."""

EXAMPLES: Final = {
    "ck_invoice_series_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_invoice_series_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_invoice_series_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_invoice_series_updated_after_created": Example(
        {"updated_at": _OPENED - timedelta(microseconds=1)}, {"updated_at": _OPENED}
    ),
    "ck_invoice_series_series_format": Example(
        {"series": "PL"},
        {"series": "0A9"},
        ({"series": "PLTS"}, {"series": "plt"}, {"series": "PLT\n"}, {"series": "PİT"}, {"series": ""}),
    ),
    "ck_invoice_series_fiscal_year_valid": Example(
        {**_UNUSED, "fiscal_year": 2004}, {**_UNUSED, "fiscal_year": 2005}, ({**_UNUSED, "fiscal_year": 2100},)
    ),
    "ck_invoice_series_last_sequence_valid": Example(
        {"last_sequence": 1_000_000_000}, {"last_sequence": 999_999_999}, ({"last_sequence": -1},)
    ),
    "ck_invoice_series_last_issue_date_finite": Example(
        {"last_issue_date": BEFORE_FIRST_DAY, "fiscal_year": 2004}, {"last_issue_date": FIRST_DAY, "fiscal_year": 2005}
    ),
    "ck_invoice_series_description_length": Example(
        {"description": "ü" * 201}, {"description": "ü" * 200}, ({"description": ""},)
    ),
    "ck_invoice_series_used_has_date": Example({**_UNUSED, "last_sequence": 1}, _UNUSED, ({"last_sequence": 0},)),
    "ck_invoice_series_date_in_fiscal_year": Example(
        {"last_issue_date": LAST_DAY, "fiscal_year": 2098},
        {"last_issue_date": LAST_DAY, "fiscal_year": 2099},
        ({"last_issue_date": date(2025, 12, 31)},),
    ),
}
