from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from moneyed import Money

from platform_db.domain.money import Currency
from platform_db.domain.payments import Payment, PaymentKind, PaymentStatus, operations
from platform_db.domain.payments.inputs import NewPayment, Settlement, recorded_columns
from platform_db.errors import IdempotencyMismatch, RuleViolation

AT = datetime(2025, 7, 1, 9, 0, tzinfo=UTC)
GIVEN: dict[str, Any] = {
    "user_id": 3,
    "amount": "19.99",
    "invoice_id": 11,
    "provider": "iyzico",
    "provider_ref": "r-1",
}


def new(**changes: Any) -> NewPayment:  # noqa: ANN401 - fields
    return NewPayment.parse({**GIVEN, **changes})


def payment(**changes: Any) -> Payment:  # noqa: ANN401 - columns
    stamps = {"id": 5, "created_at": AT, "updated_at": AT, "version": 2}
    return Payment.parse({**recorded_columns(new().columns), **stamps, **changes})


CAME: dict[str, Any] = {"status": PaymentStatus.COMPLETED, "paid_at": AT}


@pytest.mark.parametrize("amount", ["19.99", Decimal("19.990"), Money("19.99", "TRY")])
def test_lira_become_kurus(amount: object) -> None:
    columns = new(amount=amount).columns

    assert (columns["amount_cents"], columns["amount_try_cents"]) == (1999, 1999)
    assert (columns["kind"], columns["status"]) == (PaymentKind.CHARGE, PaymentStatus.PENDING)


def test_a_copy_for_another_amount_has_its_columns() -> None:
    one = new()
    assert one.columns["amount_cents"] == 1999
    assert one.model_copy(update={"amount": Decimal("5.00")}).columns["amount_cents"] == 500


def test_a_foreign_amount_carries_its_rate() -> None:
    columns = new(
        currency="EUR",
        exchange_rate=Decimal("45.123456"),
        exchange_rate_date=date(2025, 7, 1),
        exchange_rate_source="TCMB",
    ).columns

    assert (columns["amount_cents"], columns["amount_try_cents"]) == (1999, 90202)


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"amount": "0"}, ["ck_payments_amount_positive"]),
        ({"amount": "1.999"}, ["amount_places"]),
        ({"amount": 19.99}, ["amount_type"]),
        ({"amount": Money("1", "USD")}, ["amount_currency"]),
        ({"invoice_id": None}, ["ck_payments_one_purpose"]),
        ({"order_transaction_id": 1}, ["ck_payments_one_purpose"]),
        ({"currency": "EUR"}, ["ck_payments_currency_policy"]),
        ({"exchange_rate": Decimal(1)}, ["ck_payments_currency_policy"]),
        ({"currency": "EUR", "exchange_rate": Decimal(-1)}, ["rate_positive"]),
        ({"provider": ""}, ["ck_payments_provider_length"]),
        ({"provider_ref": "x" * 256}, ["ck_payments_provider_ref_length"]),
        ({"provider": "", "invoice_id": None}, ["ck_payments_provider_length", "ck_payments_one_purpose"]),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], rules: list[str]) -> None:
    with pytest.raises(RuleViolation) as refusal:
        new(**change)

    assert [violation.rule for violation in refusal.value.violations] == rules


def test_an_open_payment_completes_with_what_the_provider_tells() -> None:
    told = Settlement(provider_payment_id="p-9", fee=Decimal("0.50"))

    assert operations.completed(payment(), AT, told) == {
        "status": PaymentStatus.COMPLETED,
        "paid_at": AT,
        "provider_payment_id": "p-9",
        "fee_cents": 50,
    }


@pytest.mark.parametrize(
    "state", [CAME, {"status": PaymentStatus.CANCELLED}, {"status": PaymentStatus.FAILED, "failure_code": "51"}]
)
def test_what_is_settled_does_not_move_again(state: dict[str, object]) -> None:
    settled = payment(**state)
    moves = [
        lambda: operations.processing(settled),
        lambda: operations.completed(settled, AT, Settlement()),
        lambda: operations.failed(settled, "51", None),
        lambda: operations.cancelled(settled),
    ]

    for move in moves:
        with pytest.raises(RuleViolation) as refusal:
            move()
        assert refusal.value.rule == "ck_payments_transition_allowed"


def test_rules_of_the_row_speak_before_the_database() -> None:
    with pytest.raises(RuleViolation) as fee:
        operations.completed(payment(), AT, Settlement(fee=Decimal(20)))
    with pytest.raises(RuleViolation) as code:
        operations.failed(payment(), "", None)

    assert fee.value.rule == "ck_payments_fee_within_amount"
    assert code.value.rule == "ck_payments_failure_code_length"


def test_a_refund_is_of_the_same_target_and_currency() -> None:
    columns = operations.refund_columns(payment(**CAME), "5", "Eksik teslim", "r-2")

    assert {
        name: columns[name]
        for name in ("kind", "status", "amount_cents", "refunds_payment_id", "invoice_id", "user_id")
    } == {
        "kind": PaymentKind.REFUND,
        "status": PaymentStatus.PENDING,
        "amount_cents": 500,
        "refunds_payment_id": 5,
        "invoice_id": 11,
        "user_id": 3,
    }


def test_a_refund_returns_a_charge_that_came_and_no_more_than_is_left() -> None:
    came = payment(**{**CAME, "status": PaymentStatus.PARTIAL_REFUND, "refunded_cents": 1500})
    whole = operations.refund_columns(came, "5", "Eksik", "r-2")

    with pytest.raises(RuleViolation) as pending:
        operations.refund_columns(payment(), "5", "Eksik", "r-2")
    with pytest.raises(RuleViolation) as too_much:
        operations.demand_left(came, whole)
    with pytest.raises(RuleViolation) as no_reason:
        operations.refund_columns(came, "4.99", "", "r-2")
    with pytest.raises(RuleViolation) as other_currency:
        operations.refund_columns(came, Money("1", "USD"), "Eksik", "r-2")

    assert pending.value.rule == "ck_payments_refund_matches_charge"
    assert too_much.value.rule == "ck_payments_refunds_within_charge"
    assert no_reason.value.rule == "ck_payments_refund_reason_length"
    assert other_currency.value.rule == "amount_currency"
    operations.demand_left(came, operations.refund_columns(came, "4.99", "Eksik", "r-2"))


@pytest.mark.parametrize(
    ("change", "differing"),
    [
        ({"amount": "20"}, ("amount_cents",)),
        ({"invoice_id": 12}, ("invoice_id",)),
        (
            {"user_id": 4, "invoice_id": None, "order_transaction_id": 1},
            ("user_id", "invoice_id", "order_transaction_id"),
        ),
    ],
)
def test_one_reference_means_one_payment(change: dict[str, object], differing: tuple[str, ...]) -> None:
    first = payment()

    assert operations.same_or_mismatch(first, new().columns) is first
    with pytest.raises(IdempotencyMismatch) as refusal:
        operations.same_or_mismatch(first, new(**change).columns)

    assert refusal.value.fields == differing


def test_a_reference_of_somebody_else_is_a_mismatch_too() -> None:
    with pytest.raises(IdempotencyMismatch) as refusal:
        operations.same_or_mismatch(None, new(currency=Currency.TRY).columns)

    assert refusal.value.fields == ("provider_ref",)
