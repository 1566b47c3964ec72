"""Dates, numbers and states of an invoice: what each rule refuses and barely admits."""

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
    OVER_LAST_DAY,
    Changes,
    Example,
)
from tests.parity.examples.invoice_parts.changes import CREATED, DAY, ENDED, IN_DOLLARS, ISSUED, LATER, PAID, length

_SENT: Final = datetime(2026, 3, 2, 9, 20, tzinfo=UTC)
_VIEWED: Final = datetime(2026, 3, 3, 7, 45, tzinfo=UTC)
_MOMENT: Final = timedelta(microseconds=1)

_DRAFT: Final = {
    **dict.fromkeys(("number", "series", "fiscal_year", "sequence", "issued_at", "due_date")),
    "status": "draft",
}
_SEEN: Final = {"status": "viewed", "sent_at": _SENT, "viewed_at": _VIEWED}
_RETURN: Final = {"profile": "TEMELFATURA", "type_code": "IADE", "return_of_invoice_id": 699}


def _at(column: str, others: Changes) -> Example:
    """A stamp after the last instant; none before the first, which other stamps would have to precede."""
    return Example({**others, column: END}, {**others, column: LAST})


DATES: Final = {
    "ck_invoices_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_invoices_updated_at_finite": _at("updated_at", {}),
    "ck_invoices_updated_after_created": Example({"updated_at": CREATED - _MOMENT}, {"updated_at": CREATED}),
    "ck_invoices_exchange_rate_date_finite": Example(
        {**IN_DOLLARS, "exchange_rate_date": BEFORE_FIRST_DAY},
        {**IN_DOLLARS, "exchange_rate_date": FIRST_DAY},
        ({**IN_DOLLARS, "exchange_rate_date": OVER_LAST_DAY},),
    ),
    "ck_invoices_issue_date_finite": Example(
        {**_DRAFT, "issue_date": BEFORE_FIRST_DAY},
        {**_DRAFT, "issue_date": FIRST_DAY},
        ({**_DRAFT, "issue_date": OVER_LAST_DAY},),
    ),
    "ck_invoices_issue_date_in_fiscal_year": Example(
        {"issue_date": date(2025, 12, 31)},
        {"issue_date": date(2026, 1, 1)},
        ({"issue_date": date(2027, 1, 1), "due_date": None},),
    ),
    "ck_invoices_due_date_finite": Example({"due_date": OVER_LAST_DAY}, {"due_date": LAST_DAY}),
    "ck_invoices_due_after_issued": Example({"due_date": date(2026, 3, 1)}, {"due_date": DAY}),
    "ck_invoices_delivery_date_finite": Example(
        {"delivery_date": BEFORE_FIRST_DAY}, {"delivery_date": FIRST_DAY}, ({"delivery_date": OVER_LAST_DAY},)
    ),
    "ck_invoices_despatch_date_finite": Example(
        {"despatch_date": BEFORE_FIRST_DAY}, {"despatch_date": FIRST_DAY}, ({"despatch_date": OVER_LAST_DAY},)
    ),
    "ck_invoices_return_of_issue_date_finite": Example(
        {"return_of_issue_date": BEFORE_FIRST_DAY},
        {"return_of_issue_date": FIRST_DAY},
        ({"return_of_issue_date": OVER_LAST_DAY},),
    ),
    "ck_invoices_issued_at_finite": Example({"issued_at": BEFORE_FIRST}, {"issued_at": FIRST}, ({"issued_at": END},)),
    "ck_invoices_sent_at_finite": _at("sent_at", {}),
    "ck_invoices_viewed_at_finite": _at("viewed_at", {"sent_at": _SENT}),
    "ck_invoices_paid_at_finite": Example({"paid_at": BEFORE_FIRST}, {"paid_at": FIRST}, ({"paid_at": END},)),
    "ck_invoices_cancelled_at_finite": Example(
        {**ENDED, "cancelled_at": BEFORE_FIRST}, {**ENDED, "cancelled_at": FIRST}, ({**ENDED, "cancelled_at": END},)
    ),
}

STATES: Final = {
    "ck_invoices_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_invoices_number_format": Example(
        {"number": "plt2026000000042", "series": "plt"},
        {"number": "0AZ2026000000042", "series": "0AZ"},
        (
            {"number": "PL2026000000042", "series": "PL"},
            {"number": "İLT2026000000042", "series": "İLT"},
            {"number": "\nPLT2026000000042", "series": "\nPLT"},
        ),
    ),
    "ck_invoices_sequence_valid": Example(
        {"sequence": 1_000_000_000, "number": "PLT2026100000000"},
        {"sequence": 999_999_999, "number": "PLT2026999999999"},
        ({"sequence": 0, "number": "PLT2026000000000"},),
    ),
    "ck_invoices_number_is_series_year_sequence": Example(
        {"sequence": 43},
        {"sequence": 43, "number": "PLT2026000000043"},
        ({"series": "PLU"}, {"number": "PLT2025000000042"}),
    ),
    "ck_invoices_numbered_when_issued": Example(
        {**_DRAFT, "fiscal_year": 2026},
        _DRAFT,
        ({"status": "draft"}, {"issued_at": None}, {"number": None}, {"series": None}, {"fiscal_year": None}),
    ),
    "ck_invoices_sent_after_issued": Example(
        {"sent_at": ISSUED - _MOMENT}, {"sent_at": ISSUED}, ({**_DRAFT, "sent_at": ISSUED},)
    ),
    "ck_invoices_viewed_after_sent": Example(
        {**_SEEN, "viewed_at": _SENT - _MOMENT}, {**_SEEN, "viewed_at": _SENT}, ({"viewed_at": _VIEWED},)
    ),
    "ck_invoices_sent_at_matches_status": Example(
        {"status": "sent"}, {"status": "sent", "sent_at": ISSUED}, ({**_SEEN, "viewed_at": None},)
    ),
    "ck_invoices_overdue_has_due_date": Example(
        {"status": "overdue", "due_date": None}, {"status": "overdue", "due_date": DAY}
    ),
    "ck_invoices_cancelled_at_matches_status": Example(
        {**ENDED, "status": "issued"}, ENDED, ({"status": "cancelled"},)
    ),
    "ck_invoices_cancelled_has_reason": Example(
        {**ENDED, "cancellation_reason": None},
        {**ENDED, "cancellation_reason": "-"},
        ({"cancellation_reason": "Mükerrer düzenlendi"},),
    ),
    "ck_invoices_cancellation_reason_length": length("cancellation_reason", 500, ENDED),
    "ck_invoices_paid_at_matches_status": Example({**PAID, "paid_at": None}, {**PAID, "paid_at": LATER}),
    "ck_invoices_return_has_original": Example({**_RETURN, "type_code": "SATIS"}, _RETURN),
    "ck_invoices_return_of_another": Example(
        {**_RETURN, "return_of_invoice_id": 700}, {**_RETURN, "return_of_invoice_id": 701}
    ),
    "ck_invoices_return_of_number_format": Example(
        {"return_of_number": "ABC202600000001"},
        {"return_of_number": "ABC2026000000001"},
        (
            {"return_of_number": "abc2026000000001"},
            {"return_of_number": "ABC2026000000001\n"},
            {"return_of_number": "ABC20260000000011"},
        ),
    ),
    "ck_invoices_despatch_has_number": Example(
        {"despatch_date": None},
        {"despatch_date": None, "despatch_number": None},
        ({"despatch_number": None},),
    ),
    "ck_invoices_profile_admits_type": Example(
        {"profile": "TICARIFATURA", "type_code": "IADE"},
        {"profile": "KAMU", "type_code": "IADE"},
        (
            {"profile": "ENERJI"},
            {"profile": "TICARIFATURA", "type_code": "SARJ"},
            {"profile": "TEMELFATURA", "type_code": "TEKNOLOJIDESTEK"},
            {"profile": "YATIRIMTESVIK", "type_code": "IHRACKAYITLI"},
            {"profile": "ILAC_TIBBICIHAZ", "type_code": "SGK"},
            {"profile": "IDIS", "type_code": "KOMISYONCU"},
        ),
    ),
}
