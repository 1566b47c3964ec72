"""No more is taken than is expected, and no more goes back than came: the library's side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from platform_db.domain.payments import Payment, PaymentStatus, operations
from platform_db.errors import RuleViolation
from tests.unit.domain.payments.test_reports import charge, refund

S = PaymentStatus
OF_TRANSACTION: dict[str, Any] = {"invoice_id": None, "order_transaction_id": 2}


@pytest.mark.parametrize("room", [None, 1999, 2000])
def test_what_is_open_is_taken(room: int | None) -> None:
    operations.demand_room(charge(), room)


@pytest.mark.parametrize(
    ("payment", "rule"),
    [
        (charge(), "ck_invoices_paid_within_payable"),
        (charge(**OF_TRANSACTION), "ck_order_transactions_paid_within_amount"),
        (refund(amount_cents=1999, amount_try_cents=1999), "ck_payments_refunds_within_charge"),
    ],
)
@pytest.mark.parametrize("room", [1998, 0, -1])
def test_more_than_is_open_is_refused_under_the_databases_name(payment: Payment, rule: str, room: int) -> None:
    with pytest.raises(RuleViolation) as refused:
        operations.demand_room(payment, room)

    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("disputed", "status"),
    [
        (charge(S.DISPUTED), S.COMPLETED),
        (charge(S.DISPUTED, refunded_cents=1), S.PARTIAL_REFUND),
        (charge(S.DISPUTED, refunded_cents=1998), S.PARTIAL_REFUND),
    ],
)
def test_a_dispute_that_is_won_leaves_the_charge_as_it_was(disputed: Payment, status: PaymentStatus) -> None:
    assert operations.dispute_won(disputed) == {"status": status}


@pytest.mark.parametrize("status", [it for it in S if it is not S.DISPUTED])
def test_only_a_dispute_is_won(status: PaymentStatus) -> None:
    with pytest.raises(RuleViolation) as refused:
        operations.dispute_won(charge(status))

    assert refused.value.rule == "ck_payments_transition_allowed"


def test_what_is_left_of_a_charge_is_what_did_not_go_back() -> None:
    assert operations.left_of(charge(S.PARTIAL_REFUND)) == Decimal("10.00")
