"""What follows from a provider's report, whatever came before it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from platform_db.domain.money import Currency
from platform_db.domain.payments import Payment, PaymentKind, PaymentStatus
from platform_db.domain.payments.inputs import Settlement
from platform_db.domain.payments.reports import Decision, ProviderReport, ReportedOutcome, Step, decision, the_one
from platform_db.errors import RuleViolation

AT = datetime(2025, 7, 2, 8, 30, tzinfo=UTC)
ROW: dict[str, Any] = {
    "id": 5,
    "created_at": AT,
    "updated_at": AT,
    "user_id": 3,
    "amount_cents": 1999,
    "amount_try_cents": 1999,
    "invoice_id": 11,
    "provider": "iyzico",
    "provider_ref": "r-1",
    "provider_payment_id": "p-1",
}
STATES: dict[PaymentStatus, dict[str, Any]] = {
    PaymentStatus.PENDING: {},
    PaymentStatus.PROCESSING: {},
    PaymentStatus.COMPLETED: {"paid_at": AT},
    PaymentStatus.FAILED: {"failure_code": "51"},
    PaymentStatus.CANCELLED: {},
    PaymentStatus.REFUNDED: {"paid_at": AT, "refunded_cents": 1999},
    PaymentStatus.PARTIAL_REFUND: {"paid_at": AT, "refunded_cents": 999},
    PaymentStatus.DISPUTED: {"paid_at": AT},
}
S = PaymentStatus
O = ReportedOutcome  # noqa: E741 - a table is read by its columns


def charge(status: PaymentStatus = PaymentStatus.PENDING, **changes: Any) -> Payment:  # noqa: ANN401 - columns
    return Payment.parse({**ROW, "status": status, **STATES[status], **changes})


def refund(status: PaymentStatus = PaymentStatus.PENDING, **changes: Any) -> Payment:  # noqa: ANN401 - columns
    given = {
        "id": 6,
        "kind": PaymentKind.REFUND,
        "refunds_payment_id": 5,
        "refund_reason": "Eksik teslim",
        "provider_ref": "i-1",
        "provider_payment_id": None,
        "amount_cents": 500,
        "amount_try_cents": 500,
        "status": status,
        **STATES[status],
    }
    return Payment.parse({**ROW, **given, **changes})


def report(outcome: ReportedOutcome, **changes: Any) -> ProviderReport:  # noqa: ANN401 - fields
    given = {
        "provider_ref": "r-1",
        "provider_payment_id": "p-1",
        "outcome": outcome,
        "currency": "TRY",
        "amount": "19.99",
        "at": AT,
        "refund_ref": "i-1",
        "failure_code": "51",
        "reason": "Eksik teslim",
    }
    return ProviderReport.parse({**given, **changes})


def refusal(payment: Payment, told: ProviderReport, recorded: Payment | None = None) -> str:
    with pytest.raises(RuleViolation) as refused:
        decision(payment, told, recorded)
    return refused.value.rule


# -- every state and outcome -----------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "status", "step"),
    [
        (O.PAID, S.PENDING, Step.COMPLETE),
        (O.PAID, S.PROCESSING, Step.COMPLETE),
        (O.FAILED, S.PENDING, Step.FAIL),
        (O.FAILED, S.PROCESSING, Step.FAIL),
        (O.REFUNDED, S.COMPLETED, Step.RECORD_REFUND),
        (O.REFUNDED, S.PARTIAL_REFUND, Step.RECORD_REFUND),
        (O.REFUNDED, S.DISPUTED, Step.RECORD_REFUND),
        (O.REFUNDED, S.REFUNDED, Step.RECORD_REFUND),
        (O.DISPUTED, S.COMPLETED, Step.DISPUTE),
        (O.DISPUTED, S.PARTIAL_REFUND, Step.DISPUTE),
    ],
)
def test_a_report_in_order_is_a_step(outcome: ReportedOutcome, status: PaymentStatus, step: Step) -> None:
    payment = charge(status)

    assert decision(payment, report(outcome)) == Decision(step, payment)


@pytest.mark.parametrize(
    ("outcome", "status", "why"),
    [
        *((O.PAID, it, f"told before: the payment is {it}") for it in (S.COMPLETED, S.REFUNDED, S.DISPUTED)),
        (O.PAID, S.PARTIAL_REFUND, "told before: the payment is partial_refund"),
        *(
            (O.FAILED, it, f"told after the money moved: the payment stays {it}")
            for it in (S.COMPLETED, S.PARTIAL_REFUND, S.REFUNDED, S.DISPUTED)
        ),
        *((O.FAILED, it, f"told before: the payment stays {it}") for it in (S.FAILED, S.CANCELLED)),
        *((O.DISPUTED, it, f"nothing left to dispute: the payment is {it}") for it in (S.DISPUTED, S.REFUNDED)),
    ],
)
def test_a_report_too_late_changes_nothing_and_says_why(
    outcome: ReportedOutcome, status: PaymentStatus, why: str
) -> None:
    payment = charge(status)

    assert decision(payment, report(outcome)) == Decision(Step.NOTHING, payment, why)


@pytest.mark.parametrize(
    ("outcome", "status", "rule"),
    [
        *((O.PAID, it, "ck_payments_transition_allowed") for it in (S.FAILED, S.CANCELLED)),
        *(
            (O.REFUNDED, it, "ck_payments_refund_matches_charge")
            for it in (S.PENDING, S.PROCESSING, S.FAILED, S.CANCELLED)
        ),
        *(
            (O.DISPUTED, it, "ck_payments_transition_allowed")
            for it in (S.PENDING, S.PROCESSING, S.FAILED, S.CANCELLED)
        ),
    ],
)
def test_a_report_too_early_is_refused(outcome: ReportedOutcome, status: PaymentStatus, rule: str) -> None:
    assert refusal(charge(status), report(outcome)) == rule


# -- refunds ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [S.PENDING, S.PROCESSING])
def test_a_recorded_refund_is_completed(status: PaymentStatus) -> None:
    recorded = refund(status)
    told = report(O.REFUNDED, amount="5")

    assert decision(charge(S.COMPLETED), told, recorded) == Decision(Step.COMPLETE, recorded)
    assert decision(recorded, report(O.REFUNDED, amount="5", provider_payment_id=None)).step is Step.COMPLETE
    assert decision(recorded, report(O.PAID, amount="5", provider_payment_id=None)).step is Step.COMPLETE
    assert decision(recorded, report(O.FAILED, amount="5", provider_payment_id=None)).step is Step.FAIL


def test_a_refund_told_twice_changes_nothing() -> None:
    recorded = refund(S.COMPLETED)

    told = decision(charge(S.PARTIAL_REFUND), report(O.REFUNDED, amount="5"), recorded)

    assert told == Decision(Step.NOTHING, recorded, "told before: the payment is completed")


@pytest.mark.parametrize(
    ("recorded", "changes", "rule"),
    [
        (refund(), {"amount": "4.99"}, "report_matches_amount"),
        (refund(refunds_payment_id=8), {"amount": "5"}, "ck_payments_refund_matches_charge"),
        (refund(S.CANCELLED), {"amount": "5"}, "ck_payments_transition_allowed"),
        (None, {"amount": "20"}, "report_matches_amount"),
        (None, {"refund_ref": None}, "report_names_refund"),
        (None, {"reason": None}, "ck_payments_refund_has_reason"),
    ],
)
def test_a_refund_that_cannot_be_true_is_refused(
    recorded: Payment | None, changes: dict[str, object], rule: str
) -> None:
    assert refusal(charge(S.COMPLETED), report(O.REFUNDED, **changes), recorded) == rule


def test_a_refund_is_not_disputed() -> None:
    told = report(O.DISPUTED, amount="5", provider_payment_id=None)

    assert refusal(refund(S.COMPLETED), told) == "ck_payments_transition_allowed"


# -- terms -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [S.PENDING, S.COMPLETED, S.FAILED])
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"amount": "19.98"}, "report_matches_amount"),
        ({"amount": "20"}, "report_matches_amount"),
        ({"currency": "USD"}, "report_matches_currency"),
        ({"provider_payment_id": "p-2"}, "ck_payments_terms_are_fixed"),
    ],
)
@pytest.mark.parametrize("outcome", [O.PAID, O.FAILED])
def test_amount_currency_and_number_are_those_of_the_payment(
    outcome: ReportedOutcome, status: PaymentStatus, changes: dict[str, object], rule: str
) -> None:
    assert refusal(charge(status), report(outcome, **changes)) == rule


@pytest.mark.parametrize(("amount", "step"), [("0.01", Step.DISPUTE), ("19.99", Step.DISPUTE)])
def test_a_part_may_be_disputed(amount: str, step: Step) -> None:
    assert decision(charge(S.COMPLETED), report(O.DISPUTED, amount=amount)).step is step


@pytest.mark.parametrize("amount", ["0", "20"])
def test_no_more_than_the_charge_is_disputed(amount: str) -> None:
    assert refusal(charge(S.COMPLETED), report(O.DISPUTED, amount=amount)) == "report_matches_amount"


# -- the report itself -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "changes", "rule"),
    [
        (O.PAID, {"provider_ref": None, "provider_payment_id": None}, "report_names_payment"),
        (O.FAILED, {"failure_code": None}, "ck_payments_failed_has_code"),
        (O.PAID, {"amount": "1.999"}, "amount_places"),
        (O.PAID, {"amount": 19.99}, "amount_type"),
        (O.PAID, {"provider_ref": ""}, "ck_payments_provider_ref_length"),
        (O.PAID, {"at": datetime(2025, 7, 2, 8, 30)}, "payments_at_type"),  # noqa: DTZ001 - that is the point
    ],
)
def test_a_report_that_says_too_little_is_refused(
    outcome: ReportedOutcome, changes: dict[str, object], rule: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        report(outcome, **changes)

    assert refused.value.rule == rule


def test_a_report_settles_a_payment() -> None:
    told = report(O.PAID, fee="0.40", method="bank_transfer")

    assert told.amount_cents == 1999
    assert told.currency is Currency.TRY
    assert told.settlement == Settlement.parse({"provider_payment_id": "p-1", "fee": "0.40", "method": "bank_transfer"})


def test_a_report_names_one_payment() -> None:
    one = charge()

    assert (the_one([]), the_one([one])) == (None, one)
    with pytest.raises(RuleViolation) as refused:
        the_one([one, refund()])
    assert refused.value.rule == "report_names_one_payment"
