"""Invoices: a hundred of each of 1000 users; the newest are drafts or open, one in fifty is a return."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.money import Currency
from platform_db.repositories.invoices import InvoiceFilter
from tests.plans.evidence import NOT_LEAKPROOF, OWNER, Evidence, Fill, WorkerOnly

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from platform_db.repositories.work import Work

_NOW: Final = datetime.now(UTC)
_TODAY: Final = _NOW.date()

_CREATED: Final = "(now() - (100001 - i) * interval '15 minutes')"
_TURN: Final = "i / 1000"
"""0 is a user's oldest invoice, 99 the newest."""

_STATUS: Final = (
    f"(CASE {_TURN} WHEN 99 THEN 'draft' WHEN 98 THEN 'issued' WHEN 97 THEN 'sent' WHEN 96 THEN 'viewed'"
    f" WHEN 95 THEN 'partial' WHEN 94 THEN 'overdue'"
    f" ELSE CASE {_TURN} % 30 WHEN 7 THEN 'cancelled' ELSE 'paid' END END)"
)
_NUMBERED: Final = f"CASE WHEN {_STATUS} <> 'draft' THEN "
_IS_FOREIGN: Final = f"{_TURN} % 10 = 3"
_RETURNS: Final = f"{_TURN} % 50 = 17"
_YEAR: Final = f"extract(year FROM {_CREATED}::date)::integer"

FILL: Final = Fill(
    {
        "id": "i",
        "user_id": "i % 1000 + 1",
        "license_id": "i % 5000 + 1",
        "order_id": "CASE WHEN i % 5 = 1 THEN i / 5 + 1 END",
        "return_of_invoice_id": f"CASE WHEN {_RETURNS} THEN i - 1000 END",
        "type_code": f"CASE WHEN {_RETURNS} THEN 'IADE' ELSE 'SATIS' END::invoice_type_code",
        "profile": "'TEMELFATURA'::invoice_profile",
        "status": f"{_STATUS}::invoice_status",
        "currency": f"CASE WHEN {_IS_FOREIGN} THEN 'USD' ELSE 'TRY' END::currency",
        "exchange_rate": f"CASE WHEN {_IS_FOREIGN} THEN 32.5 END",
        "exchange_rate_date": f"CASE WHEN {_IS_FOREIGN} THEN {_CREATED}::date END",
        "exchange_rate_source": f"CASE WHEN {_IS_FOREIGN} THEN 'TCMB döviz alış' END",
        "payable_try_cents": f"CASE WHEN {_IS_FOREIGN} THEN 3900000 ELSE 120000 END",
        "ettn": "md5(i::text)::uuid",
        "number": f"{_NUMBERED} 'PLT' || {_YEAR} || lpad(i::text, 9, '0') END",
        "series": f"{_NUMBERED} 'PLT' END",
        "fiscal_year": f"{_NUMBERED} {_YEAR} END",
        "sequence": f"{_NUMBERED} i END",
        "issue_date": f"{_CREATED}::date",
        "due_date": f"{_CREATED}::date + 15",
        "issued_at": f"{_NUMBERED} {_CREATED} END",
        "sent_at": f"CASE WHEN {_STATUS} IN ('sent', 'viewed', 'paid') THEN {_CREATED} END",
        "viewed_at": f"CASE WHEN {_STATUS} IN ('viewed', 'paid') THEN {_CREATED} END",
        "paid_at": f"CASE WHEN {_STATUS} = 'paid' THEN {_CREATED} END",
        "paid_cents": f"CASE {_STATUS} WHEN 'paid' THEN 120000 WHEN 'partial' THEN 50000 ELSE 0 END",
        "cancelled_at": f"CASE WHEN {_STATUS} = 'cancelled' THEN {_CREATED} END",
        "cancellation_reason": f"CASE WHEN {_STATUS} = 'cancelled' THEN 'Mükerrer düzenlendi' END",
        "meta": "jsonb_build_object('sepet', i, 'kanal', (ARRAY['web', 'bayi'])[1 + i % 2])",
        "created_at": _CREATED,
        "updated_at": _CREATED,
    },
)

_OVERDUE: Final = InvoiceFilter(statuses=frozenset({InvoiceStatus.OVERDUE}))


def _by_meta(work: Work) -> Awaitable[object]:
    return work.invoices.page(InvoiceFilter(meta={"sepet": 77}))


def _of_license(work: Work) -> Awaitable[object]:
    return work.invoices.page(InvoiceFilter(license_id=OWNER))


def _of_order(work: Work) -> Awaitable[object]:
    return work.invoices.page(InvoiceFilter(order_id=202))


def _of_month(work: Work) -> Awaitable[object]:
    return work.invoices.issued_between(_TODAY - timedelta(days=30), _TODAY)


def _account(work: Work) -> Awaitable[object]:
    return work.invoices.account(OWNER, Currency.USD, _TODAY - timedelta(days=90), _TODAY)


EVIDENCE: Final = {
    "gin_invoices_meta": (Evidence("invoices.page(meta)", _by_meta),),
    "idx_invoices_due_date": (
        Evidence("invoices.mark_overdue(day)", lambda work: work.invoices.mark_overdue(_TODAY - timedelta(days=5))),
        Evidence("invoices.mark_overdue()", lambda work: work.invoices.mark_overdue(limit=100)),
    ),
    "idx_invoices_issue_date": (
        Evidence("invoices.issued_between", _of_month),
        Evidence("invoices.issued_between", _of_month, as_user=True),
        Evidence("invoices.anonymise_due", lambda work: work.invoices.anonymise_due()),
    ),
    "idx_invoices_license_id": (
        Evidence("invoices.page(license_id)", _of_license),
        Evidence("invoices.page(license_id)", _of_license, as_user=True),
    ),
    "idx_invoices_order_id": (
        Evidence("invoices.page(order_id)", _of_order),
        Evidence("invoices.page(order_id)", _of_order, as_user=True),
    ),
    "idx_invoices_return_of_invoice_id": (
        Evidence("invoices.returns_of", lambda work: work.invoices.returns_of(16_006)),
        Evidence("invoices.returns_of", lambda work: work.invoices.returns_of(16_006), as_user=True),
    ),
    "idx_invoices_status": (Evidence("invoices.count(statuses)", lambda work: work.invoices.count(_OVERDUE)),),
    "idx_invoices_user_created": (
        Evidence("invoices.page()", lambda work: work.invoices.page(), as_user=True),
        Evidence("invoices.page(user_id)", lambda work: work.invoices.page(InvoiceFilter(user_id=OWNER))),
    ),
    "idx_invoices_user_currency_status": (
        Evidence("invoices.account", _account),
        Evidence("invoices.account", _account, as_user=True),
    ),
    "idx_invoices_user_status": (
        Evidence("invoices.unpaid(user_id)", lambda work: work.invoices.unpaid(InvoiceFilter(user_id=OWNER))),
        Evidence("invoices.unpaid()", lambda work: work.invoices.unpaid(), as_user=True),
    ),
}
WORKER_ONLY: Final = {
    "gin_invoices_meta": WorkerOnly(
        NOT_LEAKPROOF, Evidence("invoices.page(meta)", _by_meta, as_user=True), "idx_invoices_user_currency_status"
    ),
    "idx_invoices_due_date": WorkerOnly(
        "the sweep goes over every user's invoices; one user's are fewer than those due",
        Evidence(
            "invoices.page(due_until)",
            lambda work: work.invoices.page(InvoiceFilter(due_until=_TODAY)),
            as_user=True,
        ),
        "idx_invoices_user_created",
    ),
    "idx_invoices_status": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("invoices.count(statuses)", lambda work: work.invoices.count(_OVERDUE), as_user=True),
        "idx_invoices_user_status",
    ),
}
