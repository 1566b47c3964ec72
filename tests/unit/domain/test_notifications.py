"""What may be sent, judged before any statement."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from platform_db.domain.notifications import NewNotification, Notification, NotificationSeverity, NotificationType
from platform_db.errors import RuleViolation

AT = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
GIVEN: dict[str, Any] = {"user_id": 3, "type": "payment_due", "title": "Ödemeniz yaklaşıyor"}


def test_what_is_not_said_is_information_without_a_key() -> None:
    assert NewNotification.parse(GIVEN).columns == {
        "user_id": 3,
        "type": NotificationType.PAYMENT_DUE,
        "severity": NotificationSeverity.INFO,
        "title": "Ödemeniz yaklaşıyor",
        "payload": {},
        "delivery_key": None,
        "expires_at": None,
    }


def test_a_copy_says_its_own_values_and_is_judged_by_them() -> None:
    new = NewNotification.parse(GIVEN)

    assert new.model_copy(update={"title": "Başka"}).columns["title"] == "Başka"
    with pytest.raises(RuleViolation):
        _ = new.model_copy(update={"title": ""}).columns


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"title": ""}, ["ck_notifications_title_length"]),
        (
            {"title": "x" * 201, "delivery_key": ""},
            ["ck_notifications_title_length", "ck_notifications_delivery_key_length"],
        ),
        ({"payload": {"text": "x" * 65536}}, ["ck_notifications_payload_size"]),
        ({"type": "greeting"}, ["notifications_type_type"]),
        ({"read_at": AT}, ["notifications_read_at_unknown_field"]),
        ({"expires_at": datetime(2100, 1, 1, tzinfo=UTC)}, ["ck_notifications_expires_at_finite"]),
    ],
)
def test_what_breaks_a_rule_is_not_sent(changes: dict[str, object], rules: list[str]) -> None:
    with pytest.raises(RuleViolation) as refused:
        NewNotification.parse({**GIVEN, **changes})
    assert [violation.rule for violation in refused.value.violations] == rules


@pytest.mark.parametrize("change", [{"user_id": 4}, {"type": NotificationType.PAYMENT_FAILED}, {"delivery_key": "k-2"}])
def test_to_whom_it_went_and_about_what_is_fixed(change: dict[str, object]) -> None:
    sent = Notification.parse(
        {
            **GIVEN,
            "type": NotificationType.PAYMENT_DUE,
            "id": 7,
            "delivery_key": "k-1",
            "created_at": AT,
            "updated_at": AT,
        }
    )
    with pytest.raises(RuleViolation) as refused:
        sent.checked(change)
    assert refused.value.rule == "ck_notifications_addressee_is_fixed"
    assert sent.checked({"read_at": AT}) == {"read_at": AT}
