"""What is true of a payment: rules over one row, and the guards of its triggers."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from platform_db.domain.exchange import CURRENCY_POLICY, try_is_converted
from platform_db.domain.payments.states import MONEY_MOVED, PaymentKind, PaymentStatus
from platform_db.domain.rules import Guard, Message, Rule

__all__ = ["GUARDS", "PAYMENT_TERMS", "RULES"]

PAYMENT_TERMS: Final = (
    "user_id",
    "amount_cents",
    "amount_try_cents",
    "invoice_id",
    "order_transaction_id",
    "refunds_payment_id",
    "kind",
    "currency",
    "provider",
    "provider_ref",
    "exchange_rate",
    "exchange_rate_date",
    "exchange_rate_source",
    "refund_reason",
)
"""The columns that are fixed when a payment is recorded."""

_CHARGES_ONLY: Final = frozenset({PaymentStatus.REFUNDED, PaymentStatus.PARTIAL_REFUND, PaymentStatus.DISPUTED})


def _one_purpose(invoice_id: int | None, order_transaction_id: int | None) -> bool:
    return (invoice_id is None) != (order_transaction_id is None)


def _refund_has_charge(kind: PaymentKind | None, refunds: int | None) -> bool | None:
    return None if kind is None else (kind == PaymentKind.REFUND) == (refunds is not None)


def _refund_has_reason(kind: PaymentKind | None, reason: str | None) -> bool:
    return kind != PaymentKind.REFUND or reason is not None


def _refund_status(kind: PaymentKind, status: PaymentStatus) -> bool:
    return kind != PaymentKind.REFUND or status not in _CHARGES_ONLY


def _refunded_matches_status(status: PaymentStatus | None, refunded: int | None, amount: int | None) -> bool | None:
    if refunded is None:
        return None
    match status:
        case PaymentStatus.REFUNDED:
            return None if amount is None else refunded == amount
        case PaymentStatus.PARTIAL_REFUND:
            return refunded > 0 and (amount is None or refunded < amount)
        case PaymentStatus.DISPUTED:
            return refunded >= 0 and (amount is None or refunded <= amount)
        case _:
            return refunded == 0


def _fee_within_amount(fee: int | None, amount: int | None) -> bool | None:
    return None if fee is None else fee >= 0 and (amount is None or fee <= amount)


def _completed_has_paid_at(status: PaymentStatus | None, paid_at: datetime | None) -> bool:
    return status not in MONEY_MOVED or paid_at is not None


def _failed_has_code(status: PaymentStatus | None, code: str | None) -> bool | None:
    return None if status is None else (status == PaymentStatus.FAILED) == (code is not None)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name="one_purpose",
        fields=("invoice_id", "order_transaction_id"),
        holds=_one_purpose,
        sql="num_nonnulls(invoice_id, order_transaction_id) = 1",
        message=Message(
            "Ödeme ya bir faturanın ya da bir sipariş işleminin ödemesidir",
            "A payment is for exactly one invoice or one order transaction",
        ),
        null_aware=True,
    ),
    Rule(
        name="refund_has_charge",
        fields=("kind", "refunds_payment_id"),
        holds=_refund_has_charge,
        sql="(kind = 'refund') = (refunds_payment_id IS NOT NULL)",
        message=Message(
            "İade, iade ettiği ödemeyi gösterir; tahsilat hiçbirini göstermez",
            "A refund names the charge it pays back; a charge names none",
        ),
        null_aware=True,
    ),
    Rule(
        name="refund_has_reason",
        fields=("kind", "refund_reason"),
        holds=_refund_has_reason,
        sql="kind <> 'refund' OR refund_reason IS NOT NULL",
        message=Message("İadenin gerekçesi yazılmalıdır", "A refund has a reason"),
        null_aware=True,
    ),
    Rule(
        name="refund_status",
        fields=("kind", "status"),
        holds=_refund_status,
        sql="kind <> 'refund' OR status NOT IN ('refunded', 'partial_refund', 'disputed')",
        message=Message(
            "İade yeniden iade edilemez ve itiraza konu olamaz", "A refund cannot itself be refunded or disputed"
        ),
    ),
    Rule(
        name="refunded_matches_status",
        fields=("status", "refunded_cents", "amount_cents"),
        holds=_refunded_matches_status,
        sql=(
            "CASE status WHEN 'refunded' THEN refunded_cents = amount_cents"
            " WHEN 'partial_refund' THEN refunded_cents > 0 AND refunded_cents < amount_cents"
            " WHEN 'disputed' THEN refunded_cents BETWEEN 0 AND amount_cents"
            " ELSE refunded_cents = 0 END"
        ),
        message=Message(
            "İade edilen tutar ödemenin durumuyla uyuşmuyor",
            "The refunded amount does not match the status of the payment",
        ),
        null_aware=True,
    ),
    Rule(
        name="fee_within_amount",
        fields=("fee_cents", "amount_cents"),
        holds=_fee_within_amount,
        sql="fee_cents BETWEEN 0 AND amount_cents",
        message=Message(
            "Sağlayıcı kesintisi sıfır ile tutar arasında olmalıdır", "The fee must be from zero to the amount"
        ),
        null_aware=True,
    ),
    CURRENCY_POLICY,
    try_is_converted("amount"),
    Rule(
        name="completed_has_paid_at",
        fields=("status", "paid_at"),
        holds=_completed_has_paid_at,
        sql="status NOT IN ('completed', 'refunded', 'partial_refund', 'disputed') OR paid_at IS NOT NULL",
        message=Message("Tamamlanan ödemenin ödenme anı yazılmalıdır", "A completed payment says when the money moved"),
        null_aware=True,
    ),
    Rule(
        name="failed_has_code",
        fields=("status", "failure_code"),
        holds=_failed_has_code,
        sql="(status = 'failed') = (failure_code IS NOT NULL)",
        message=Message(
            "Hata kodu, ödeme başarısız ise bulunur, değilse bulunmaz",
            "The failure code is there if, and only if, the payment failed",
        ),
        null_aware=True,
    ),
)
"""The CHECKs over several columns."""

GUARDS: Final[tuple[Guard, ...]] = (
    Guard(
        name="terms_are_fixed",
        fields=PAYMENT_TERMS,
        message=Message(
            "Kaydedilmiş ödemenin koşulları değiştirilemez", "The terms of a recorded payment cannot be changed"
        ),
    ),
    Guard(
        name="transition_allowed",
        fields=("status",),
        message=Message(
            "Ödeme bu durumdan istenen duruma geçemez", "The payment cannot go from its status to this one"
        ),
    ),
    Guard(
        name="is_kept",
        fields=("id",),
        message=Message("Ödeme silinemez", "A payment cannot be deleted"),
    ),
    Guard(
        name="append_only",
        fields=(),
        message=Message("Ödemeler tablosu boşaltılamaz", "The payments cannot be truncated"),
    ),
    Guard(
        name="refunded_is_sum_of_refunds",
        fields=("refunded_cents", "status"),
        message=Message(
            "İade edilen tutar elle yazılamaz; iadelerin toplamıdır",
            "The refunded amount is the sum of the refunds and cannot be set",
        ),
    ),
    Guard(
        name="refund_matches_charge",
        fields=("refunds_payment_id",),
        message=Message(
            "İade, tamamlanmış bir tahsilatla aynı fatura ya da sipariş işlemi için olmalıdır",
            "A refund must be for the same invoice or order transaction as a completed charge",
        ),
    ),
    Guard(
        name="refunds_within_charge",
        fields=("refunds_payment_id", "amount_cents"),
        message=Message("İadelerin toplamı tahsil edilen tutarı aşamaz", "The refunds must not exceed the charge"),
    ),
    Guard(
        name="paid_at_not_in_future",
        fields=("paid_at",),
        message=Message("Ödeme anı ileri bir günde olamaz", "The money cannot have moved on a day to come"),
    ),
    Guard(
        name="order_invoice_paid_by_order",
        fields=("invoice_id",),
        message=Message(
            "Siparişin faturası sipariş işlemiyle ödenir", "The invoice of an order is paid by the order's transactions"
        ),
    ),
)
"""The constraint names that the triggers of the table raise."""
