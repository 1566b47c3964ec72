"""What a provider reports of a payment, in one form for all providers, and what follows from it.

The service checks the signature, reads its provider's body and makes a
:class:`ProviderReport` of it; this package never reads a provider's JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import AwareDatetime, Field, model_validator

from platform_db.domain.fields import Instant, Text
from platform_db.domain.models import InputModel
from platform_db.domain.money import Currency, Lira, to_cents
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.payments.inputs import Settlement
from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.rules import RULES
from platform_db.domain.payments.states import MONEY_MOVED, PaymentKind, PaymentStatus
from platform_db.errors import Message, RuleViolation, Violation

__all__ = ["Decision", "ProviderReport", "ReportedOutcome", "Step", "decision", "the_one"]


class ReportedOutcome(StrEnum):
    """What became of the money, as the provider says."""

    PAID = "paid"
    FAILED = "failed"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


def _refusal(name: str, fields: tuple[str, ...], turkish: str, english: str) -> Violation:
    return Violation(rule=name, fields=fields, message=Message(turkish, english), entity=Payment.entity)


_NAMES_NOTHING: Final = _refusal(
    "report_names_payment",
    ("provider_ref", "provider_payment_id"),
    "Bildirim, ödemeyi bizim referansımızla ya da sağlayıcının numarasıyla göstermelidir",
    "A report names the payment by our reference or by the provider's number",
)
_OTHER_AMOUNT: Final = _refusal(
    "report_matches_amount",
    ("amount_cents",),
    "Bildirilen tutar, kayıtlı ödemenin tutarı değildir",
    "The reported amount is not that of the recorded payment",
)
_OTHER_CURRENCY: Final = _refusal(
    "report_matches_currency",
    ("currency",),
    "Bildirilen para birimi, kayıtlı ödemeninki değildir",
    "The reported currency is not that of the recorded payment",
)
_REFUND_UNNAMED: Final = _refusal(
    "report_names_refund",
    ("refund_ref",),
    "İade bildirimi, iadenin kendi referansını taşımalıdır",
    "A report of a refund carries the refund's own reference",
)
_OPEN: Final = frozenset({PaymentStatus.PENDING, PaymentStatus.PROCESSING})
"""States in which the provider has not answered yet."""
_SEVERAL: Final = _refusal(
    "report_names_one_payment",
    ("provider_ref", "provider_payment_id"),
    "Bildirimdeki referans ile numara ayrı ödemeleri gösteriyor",
    "Reference and number of the report name two different payments",
)
_FAILED_HAS_CODE, _REFUND_HAS_REASON = (
    next(rule for rule in RULES if rule.name == name).violation(Payment.entity)
    for name in ("failed_has_code", "refund_has_reason")
)


class ProviderReport(InputModel):
    """One report of a provider, made by the service from a body whose signature it has checked.

    ``provider_ref`` is our reference of the payment, ``provider_payment_id`` the provider's
    number of it; one of them at least. ``amount`` is in units of ``currency`` (lira, not
    kuruş): the whole payment where it was paid or failed, what went back where it was
    refunded, what is contested where it is disputed. A refund carries its own reference in
    ``refund_ref``, unless ``provider_ref`` is the refund's already.

    Raises
    ------
    RuleViolation
        When it is made: it names no payment (``report_names_payment``), or failed without a
        code (``ck_payments_failed_has_code``).

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> ProviderReport(provider_ref="r-1", outcome="paid", currency="TRY", amount="1200.00", at=at).amount_cents
    120000
    """

    entity = "payments"

    provider_ref: Annotated[str | None, Text(max=255)] = None
    provider_payment_id: Annotated[str | None, Text(max=255)] = None
    outcome: ReportedOutcome
    currency: Currency
    amount: Lira
    at: Annotated[AwareDatetime, Instant()] = Field(description="When it happened, as the provider says.")
    refund_ref: Annotated[str | None, Text(max=255)] = None
    method: PaymentMethod | None = None
    fee: Lira | None = None
    failure_code: Annotated[str | None, Text(max=50)] = None
    reason: Annotated[str | None, Text(max=500)] = Field(
        default=None, description="The provider's words for a failure, or why money went back."
    )

    @property
    def settlement(self) -> Settlement:
        """What completes a payment beside the time."""
        return Settlement(provider_payment_id=self.provider_payment_id, method=self.method, fee=self.fee)

    @property
    def amount_cents(self) -> int:
        """The amount in minor units of the currency."""
        return to_cents(self.amount, self.currency)

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        if self.provider_ref is None and self.provider_payment_id is None:
            raise RuleViolation(_NAMES_NOTHING)
        if self.outcome is ReportedOutcome.FAILED and self.failure_code is None:
            raise RuleViolation(_FAILED_HAS_CODE)
        return self


class Step(StrEnum):
    """What is to be done about a report."""

    COMPLETE = "complete"
    FAIL = "fail"
    DISPUTE = "dispute"
    RECORD_REFUND = "record_refund"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows, or followed, from a report: a step on one payment, or nothing and why."""

    step: Step
    payment: Payment
    why: str | None = None


def the_one(named: Sequence[Payment]) -> Payment | None:
    """The payment that a report names, or None where there is none yet.

    Raises
    ------
    RuleViolation
        Reference and number name two (``report_names_one_payment``).
    """
    if len(named) > 1:
        raise RuleViolation(_SEVERAL)
    return next(iter(named), None)


def decision(payment: Payment, report: ProviderReport, refund: Payment | None = None) -> Decision:
    """Decide what follows from a report about ``payment``.

    ``refund`` is the recorded payment of the report's ``refund_ref``, where there is one.
    What is told late or twice changes nothing and says why: a failure after the money came,
    a payment told again. What is told too early, or cannot be true of this payment, is
    refused; told again later, it may hold.

    Raises
    ------
    RuleViolation
        Amount or currency are not the payment's (``report_matches_amount``,
        ``report_matches_currency``); the provider knows it by another number
        (``ck_payments_terms_are_fixed``); the money cannot have come or gone back from the
        state in which the payment is (``ck_payments_transition_allowed``,
        ``ck_payments_refund_matches_charge``).
    """
    told = refund if refund is not None and report.outcome is ReportedOutcome.REFUNDED else payment
    _demand_terms(payment, told, report)
    if told.kind is PaymentKind.REFUND:
        return _about_refund(told, report)
    match report.outcome:
        case ReportedOutcome.PAID:
            return _paid(told)
        case ReportedOutcome.FAILED:
            return _failed(told)
        case ReportedOutcome.REFUNDED:
            return _refunded(told, report)
        case ReportedOutcome.DISPUTED:
            return _disputed(told)


def _demand_terms(payment: Payment, told: Payment, report: ProviderReport) -> None:
    if report.currency is not told.currency:
        raise RuleViolation(_OTHER_CURRENCY)
    is_part = told.kind is PaymentKind.CHARGE and report.outcome in {ReportedOutcome.REFUNDED, ReportedOutcome.DISPUTED}
    cents = report.amount_cents
    if not (0 < cents <= told.amount_cents if is_part else cents == told.amount_cents):
        raise RuleViolation(_OTHER_AMOUNT)
    known_as, reported_as = payment.provider_payment_id, report.provider_payment_id
    if known_as is not None and reported_as is not None and known_as != reported_as:
        raise RuleViolation(Payment.refusal("terms_are_fixed"))
    if told is not payment and told.refunds_payment_id != payment.id:
        raise RuleViolation(Payment.refusal("refund_matches_charge"))


def _about_refund(refund: Payment, report: ProviderReport) -> Decision:
    if report.outcome is ReportedOutcome.DISPUTED:
        raise RuleViolation(Payment.refusal("transition_allowed"))
    return _failed(refund) if report.outcome is ReportedOutcome.FAILED else _paid(refund)


def _paid(payment: Payment) -> Decision:
    if payment.status in MONEY_MOVED:
        return Decision(Step.NOTHING, payment, f"told before: the payment is {payment.status}")
    if payment.status not in _OPEN:
        raise RuleViolation(Payment.refusal("transition_allowed"))
    return Decision(Step.COMPLETE, payment)


def _failed(payment: Payment) -> Decision:
    if payment.status in _OPEN:
        return Decision(Step.FAIL, payment)
    when = "after the money moved" if payment.status in MONEY_MOVED else "before"
    return Decision(Step.NOTHING, payment, f"told {when}: the payment stays {payment.status}")


def _refunded(charge: Payment, report: ProviderReport) -> Decision:
    if charge.status not in MONEY_MOVED:
        raise RuleViolation(Payment.refusal("refund_matches_charge"))
    if report.refund_ref is None:
        raise RuleViolation(_REFUND_UNNAMED)
    if report.reason is None:
        raise RuleViolation(_REFUND_HAS_REASON)
    return Decision(Step.RECORD_REFUND, charge)


def _disputed(charge: Payment) -> Decision:
    if charge.status in {PaymentStatus.DISPUTED, PaymentStatus.REFUNDED}:
        return Decision(Step.NOTHING, charge, f"nothing left to dispute: the payment is {charge.status}")
    if charge.status not in MONEY_MOVED:
        raise RuleViolation(Payment.refusal("transition_allowed"))
    return Decision(Step.DISPUTE, charge)
