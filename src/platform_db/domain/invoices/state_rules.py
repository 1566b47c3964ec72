"""What must hold between number, dates, states and references of an invoice (VUK art. 231)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from platform_db.domain.cancellation import CANCELLATION
from platform_db.domain.invoices.codes import (
    RETURN_TYPES,
    InvoiceProfile,
    InvoiceStatus,
    InvoiceTypeCode,
    profile_admits_type,
    profile_admits_type_sql,
)
from platform_db.domain.rules import Message, Rule, one_of

__all__ = ["STATE_RULES"]

S = InvoiceStatus


def _has_stamp(status: str | None, sent: datetime | None, viewed: datetime | None) -> bool:
    if status == S.SENT:
        return sent is not None
    return status != S.VIEWED or viewed is not None


def _not_before(later: datetime | None, earlier: datetime | None) -> bool:
    return later is None or (earlier is not None and later >= earlier)


def _numbered(status: str | None, *given: object) -> bool:
    return sum(value is not None for value in given) == (0 if status == S.DRAFT else len(given))


def _number_is_series_year_sequence(number: str, series: str, year: int, sequence: int) -> bool:
    return number == f"{series}{year}{str(sequence).rjust(9, '0')[:9]}"


def _issue_date_in_fiscal_year(day: date, year: int) -> bool:
    return day.year == year


def _due_after_issued(due: date, issued: date) -> bool:
    return due >= issued


def _overdue_has_due_date(status: InvoiceStatus | None, due: date | None) -> bool:
    return status != S.OVERDUE or due is not None


def _paid_at_matches_status(status: InvoiceStatus | None, at: datetime | None) -> bool:
    return status != S.PAID or at is not None


def _return_has_original(original: int | None, code: InvoiceTypeCode | None) -> bool:
    return original is None or code is None or code in RETURN_TYPES


def _return_of_another(original: int, own: int) -> bool:
    return original != own


def _despatch_has_number(number: str | None, day: date | None) -> bool:
    return (number is None) == (day is None)


def _profile_admits_type(profile: InvoiceProfile, code: InvoiceTypeCode) -> bool:
    return profile_admits_type(InvoiceProfile(profile), InvoiceTypeCode(code))


STATE_RULES: Final = (
    Rule(
        name="number_is_series_year_sequence",
        fields=("number", "series", "fiscal_year", "sequence"),
        holds=_number_is_series_year_sequence,
        sql="number = series || fiscal_year || lpad(sequence::text, 9, '0')",
        message=Message("Numara; seri, yıl ve sıradan oluşur", "The number is made of series, year and sequence"),
    ),
    Rule(
        name="numbered_when_issued",
        fields=("status", "number", "series", "fiscal_year", "sequence", "issued_at"),
        holds=_numbered,
        sql=(
            "num_nonnulls(number, series, fiscal_year, sequence, issued_at) "
            "= CASE status WHEN 'draft' THEN 0 ELSE 5 END"
        ),
        message=Message(
            "Taslağın numarası yoktur, kesilmiş faturanın vardır", "A draft has no number, an issued invoice has one"
        ),
        null_aware=True,
    ),
    Rule(
        name="issue_date_in_fiscal_year",
        fields=("issue_date", "fiscal_year"),
        holds=_issue_date_in_fiscal_year,
        sql="extract(year FROM issue_date) = fiscal_year",
        message=Message("Düzenleme tarihi mali yılın içinde olmalıdır", "The issue date must lie in the fiscal year"),
    ),
    Rule(
        name="due_after_issued",
        fields=("due_date", "issue_date"),
        holds=_due_after_issued,
        sql="due_date >= issue_date",
        message=Message("Vade, düzenleme tarihinden önce olamaz", "The due date must not be before the issue date"),
    ),
    Rule(
        name="sent_after_issued",
        fields=("sent_at", "issued_at"),
        holds=_not_before,
        sql="sent_at IS NULL OR (issued_at IS NOT NULL AND sent_at >= issued_at)",
        message=Message("Fatura kesilmeden gönderilmez", "An invoice is not sent before it is issued"),
        null_aware=True,
    ),
    Rule(
        name="viewed_after_sent",
        fields=("viewed_at", "sent_at"),
        holds=_not_before,
        sql="viewed_at IS NULL OR (sent_at IS NOT NULL AND viewed_at >= sent_at)",
        message=Message("Fatura gönderilmeden görülmez", "An invoice is not viewed before it is sent"),
        null_aware=True,
    ),
    Rule(
        name="sent_at_matches_status",
        fields=("status", "sent_at", "viewed_at"),
        holds=_has_stamp,
        sql="CASE status WHEN 'sent' THEN sent_at IS NOT NULL WHEN 'viewed' THEN viewed_at IS NOT NULL ELSE true END",
        message=Message("Gönderildi veya görüldü durumunun zamanı yazılmalıdır", "Being sent or viewed has its time"),
        null_aware=True,
    ),
    Rule(
        name="overdue_has_due_date",
        fields=("status", "due_date"),
        holds=_overdue_has_due_date,
        sql="status <> 'overdue' OR due_date IS NOT NULL",
        message=Message("Gecikmiş faturanın vadesi vardır", "An overdue invoice has a due date"),
        null_aware=True,
    ),
    *CANCELLATION,
    Rule(
        name="paid_at_matches_status",
        fields=("status", "paid_at"),
        holds=_paid_at_matches_status,
        sql="status <> 'paid' OR paid_at IS NOT NULL",
        message=Message("Ödenmiş faturanın ödeme zamanı vardır", "A paid invoice has its time of payment"),
        null_aware=True,
    ),
    Rule(
        name="return_has_original",
        fields=("return_of_invoice_id", "type_code"),
        holds=_return_has_original,
        sql=f"return_of_invoice_id IS NULL OR type_code IN {one_of(RETURN_TYPES)}",
        message=Message(
            "Yalnız iade tipleri bir faturayı iade eder", "Only a return type refers to a returned invoice"
        ),
        null_aware=True,
    ),
    Rule(
        name="return_of_another",
        fields=("return_of_invoice_id", "id"),
        holds=_return_of_another,
        sql="return_of_invoice_id <> id",
        message=Message("Fatura kendisini iade edemez", "An invoice cannot return itself"),
    ),
    Rule(
        name="despatch_has_number",
        fields=("despatch_number", "despatch_date"),
        holds=_despatch_has_number,
        sql="(despatch_number IS NULL) = (despatch_date IS NULL)",
        message=Message("İrsaliye numarası ve tarihi birlikte verilir", "A despatch note has both number and date"),
        null_aware=True,
    ),
    Rule(
        name="profile_admits_type",
        fields=("profile", "type_code"),
        holds=_profile_admits_type,
        sql=profile_admits_type_sql(),
        message=Message("Bu senaryoda bu fatura tipi kullanılamaz", "The profile does not admit this type of invoice"),
    ),
)
