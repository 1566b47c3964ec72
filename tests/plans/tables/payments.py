"""Payments: a hundred of each of 1000 users; the newest are pending, few are processing or disputed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from platform_db.domain.money import Currency
from platform_db.domain.payments import PaymentStatus
from platform_db.repositories.filters import Period
from platform_db.repositories.payments import PaymentFilter, ProviderPeriod, WaitingPayments
from tests.plans.evidence import NOT_LEAKPROOF, OWNER, Evidence, Fill, WorkerOnly

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from platform_db.repositories.work import Work

_NOW: Final = datetime.now(UTC)
_DAY: Final = Period(since=_NOW - timedelta(days=40), until=_NOW - timedelta(days=39))
_QUARTER: Final = Period(since=_NOW - timedelta(days=90), until=_NOW)
_OF_PROVIDER: Final = ProviderPeriod(provider="iyzico", since=_DAY.since, until=_DAY.until)
_STUCK: Final = WaitingPayments(status=PaymentStatus.PROCESSING, older_than=timedelta(minutes=15))

_CREATED: Final = "(now() - (100001 - i) * interval '15 minutes')"
_TURN: Final = "i / 1000"
"""0 is a user's oldest payment, 99 the newest."""

_IS_REFUND: Final = f"{_TURN} % 20 = 11"
_STATUS: Final = (
    f"(CASE WHEN {_TURN} = 99 THEN 'pending' WHEN {_TURN} = 98 AND i % 10 = 0 THEN 'processing'"
    f" WHEN {_TURN} = 97 AND i % 100 = 6 THEN 'disputed' WHEN {_TURN} % 25 = 5 THEN 'failed' ELSE 'completed' END)"
)
_FAILED: Final = f"CASE WHEN {_STATUS} = 'failed' THEN "
_IS_FOREIGN: Final = f"{_TURN} % 10 = 4"

FILL: Final = Fill(
    {
        "id": "i",
        "user_id": "i % 1000 + 1",
        "invoice_id": f"CASE WHEN {_TURN} % 10 <> 3 THEN i END",
        "order_transaction_id": f"CASE WHEN {_TURN} % 10 = 3 THEN i END",
        "refunds_payment_id": f"CASE WHEN {_IS_REFUND} THEN i - 1000 END",
        "refund_reason": f"CASE WHEN {_IS_REFUND} THEN 'İade faturası' END",
        "kind": f"CASE WHEN {_IS_REFUND} THEN 'refund' ELSE 'charge' END::payment_kind",
        "status": f"{_STATUS}::payment_status",
        "currency": f"CASE WHEN {_IS_FOREIGN} THEN 'EUR' ELSE 'TRY' END::currency",
        "exchange_rate": f"CASE WHEN {_IS_FOREIGN} THEN 35.25 END",
        "exchange_rate_date": f"CASE WHEN {_IS_FOREIGN} THEN {_CREATED}::date END",
        "exchange_rate_source": f"CASE WHEN {_IS_FOREIGN} THEN 'TCMB döviz alış' END",
        "amount_try_cents": f"CASE WHEN {_IS_FOREIGN} THEN 4230000 ELSE 120000 END",
        "provider_ref": "'ODM-' || i",
        "provider_payment_id": "i::text",
        "failure_code": f"{_FAILED} '51' END",
        "failure_reason": f"{_FAILED} 'Yetersiz bakiye' END",
        "paid_at": f"CASE WHEN {_STATUS} IN ('completed', 'disputed') THEN {_CREATED} + interval '1 minute' END",
        "meta": "jsonb_build_object('sepet', i, 'kanal', (ARRAY['web', 'bayi'])[1 + i % 2])",
        "created_at": _CREATED,
        "updated_at": _CREATED,
    },
)


def _by_meta(work: Work) -> Awaitable[object]:
    return work.payments.page(PaymentFilter(meta={"sepet": 77}))


def _of_invoice(work: Work) -> Awaitable[object]:
    return work.payments.page(PaymentFilter(invoice_id=6))


def _of_transaction(work: Work) -> Awaitable[object]:
    return work.payments.page(PaymentFilter(order_transaction_id=3006))


def _of_charge(work: Work) -> Awaitable[object]:
    return work.payments.page(PaymentFilter(refunds_payment_id=10_006))


def _waiting(work: Work) -> Awaitable[object]:
    return work.payments.waiting(_STUCK)


def _moved(work: Work) -> Awaitable[object]:
    return work.payments.moved(_DAY)


def _of_provider(work: Work) -> Awaitable[object]:
    return work.payments.of_provider(_OF_PROVIDER)


def _provider_totals(work: Work) -> Awaitable[object]:
    return work.payments.provider_totals(_OF_PROVIDER)


def _totals(work: Work) -> Awaitable[object]:
    return work.payments.totals(OWNER, Currency.EUR, _QUARTER)


EVIDENCE: Final = {
    "gin_payments_meta": (Evidence("payments.page(meta)", _by_meta),),
    "idx_payments_invoice_id": (
        Evidence("payments.page(invoice_id)", _of_invoice),
        Evidence("payments.page(invoice_id)", _of_invoice, as_user=True),
    ),
    "idx_payments_order_transaction_id": (
        Evidence("payments.page(order_transaction_id)", _of_transaction),
        Evidence("payments.page(order_transaction_id)", _of_transaction, as_user=True),
    ),
    "idx_payments_paid_at": (
        Evidence("payments.moved", _moved),
        Evidence("payments.moved", _moved, as_user=True),
        Evidence("payments.of_provider", _of_provider),
        Evidence("payments.of_provider", _of_provider, as_user=True),
        Evidence("payments.provider_totals", _provider_totals),
        Evidence("payments.provider_totals", _provider_totals, as_user=True),
    ),
    "idx_payments_refunds_payment_id": (
        Evidence("payments.page(refunds_payment_id)", _of_charge),
        Evidence("payments.page(refunds_payment_id)", _of_charge, as_user=True),
    ),
    "idx_payments_status_created": (
        Evidence("payments.waiting(status, older_than)", _waiting),
        Evidence("payments.waiting(status, older_than)", _waiting, as_user=True),
        Evidence("payments.cancel_abandoned", lambda work: work.payments.cancel_abandoned(timedelta(days=3))),
        Evidence("payments.fail_unanswered", lambda work: work.payments.fail_unanswered(timedelta(hours=1))),
    ),
    "idx_payments_user_created": (
        Evidence("payments.page()", lambda work: work.payments.page(), as_user=True),
        Evidence("payments.page(user_id)", lambda work: work.payments.page(PaymentFilter(user_id=OWNER))),
    ),
    "idx_payments_user_currency_status": (
        Evidence("payments.totals", _totals),
        Evidence("payments.totals", _totals, as_user=True),
    ),
}
WORKER_ONLY: Final = {
    "gin_payments_meta": WorkerOnly(
        NOT_LEAKPROOF, Evidence("payments.page(meta)", _by_meta, as_user=True), "idx_payments_user_currency_status"
    ),
}
