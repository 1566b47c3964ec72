"""Webhook events as values: which body is the same, and what becomes of an event."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from platform_db.domain.payments import webhook_events
from platform_db.domain.payments.webhook_events import (
    WEBHOOK_EVENT_STATES,
    DeliveredEvent,
    PaymentWebhookEvent,
    WebhookEventStatus,
)
from platform_db.errors import IdempotencyMismatch, NotFound, RuleViolation

AT = datetime(2026, 5, 4, 12, 1, tzinfo=UTC)
TRIED = AT + timedelta(seconds=2)
S = WebhookEventStatus


def delivered(**changes: Any) -> DeliveredEvent:  # noqa: ANN401 - fields
    given = {"provider": "iyzico", "event_id": "e-1", "event_type": "payment.paid", "payload": {"a": 1, "b": 2.5}}
    return DeliveredEvent.parse({**given, **changes})


def event(**changes: Any) -> PaymentWebhookEvent:  # noqa: ANN401 - columns
    stamps = {"id": 4, "created_at": AT, "updated_at": TRIED, "version": 2, "attempts": 1}
    return PaymentWebhookEvent.parse({**delivered().columns, **stamps, **changes})


DONE: dict[S, dict[str, Any]] = {
    S.RECEIVED: {},
    S.FAILED: {"last_error": "NotFound"},
    S.PROCESSED: {"processed_at": TRIED, "payment_id": 9},
    S.IGNORED: {"processed_at": TRIED},
}


# -- bodies ----------------------------------------------------------------------------


def test_the_hash_is_that_of_the_canonical_body() -> None:
    assert delivered().payload_hash == hashlib.sha256(b'{"a":1,"b":2.5}').hexdigest()
    assert delivered(payload={"b": 2.5, "a": 1.0}).payload_hash == delivered().payload_hash
    assert delivered(payload={"a": 1, "b": 2.50001}).payload_hash != delivered().payload_hash


def test_a_copy_with_another_body_has_another_hash() -> None:
    one = delivered()
    assert one.payload_hash != one.model_copy(update={"payload": {}}).payload_hash


@pytest.mark.parametrize(
    ("payload", "rule"),
    [
        ({"a": 2**53 + 1}, "payload_canonical"),
        ({"a": float("nan")}, "payment_webhook_events_payload_type"),
        ([1], "ck_payment_webhook_events_payload_object"),
        ({"a": "x" * 70_000}, "ck_payment_webhook_events_payload_size"),
    ],
)
def test_a_body_that_is_not_kept_exactly_is_refused(payload: object, rule: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        delivered(payload=payload)

    assert refused.value.rule == rule


def test_the_same_delivery_is_the_event_stored_first() -> None:
    assert webhook_events.same_or_mismatch(event(), delivered()) == event()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"payload": {"a": 1}}, ("payload_hash",)),
        ({"event_type": "payment.failed"}, ("event_type",)),
        ({"event_type": "payment.failed", "payload": {}}, ("event_type", "payload_hash")),
    ],
)
def test_another_body_under_the_same_id_is_a_mismatch(changes: dict[str, object], fields: tuple[str, ...]) -> None:
    with pytest.raises(IdempotencyMismatch) as refused:
        webhook_events.same_or_mismatch(event(), delivered(**changes))

    assert refused.value.fields == fields


# -- states ----------------------------------------------------------------------------


def test_an_event_ends_processed_or_ignored() -> None:
    assert dict(WEBHOOK_EVENT_STATES.onward) == {
        S.RECEIVED: {S.PROCESSED, S.IGNORED, S.FAILED},
        S.FAILED: {S.PROCESSED, S.IGNORED},
        S.PROCESSED: frozenset(),
        S.IGNORED: frozenset(),
    }


@pytest.mark.parametrize("status", [S.RECEIVED, S.FAILED])
def test_an_open_event_takes_an_end(status: WebhookEventStatus) -> None:
    tried = event(status=status, **DONE[status])

    assert webhook_events.processed(tried, 9) == {"status": S.PROCESSED, "payment_id": 9, "processed_at": TRIED}
    assert webhook_events.ignored(tried, "x" * 1001, 9) == {
        "status": S.IGNORED,
        "last_error": "x" * 1000,
        "processed_at": TRIED,
        "payment_id": 9,
    }
    assert webhook_events.ignored(tried, "kind", None).keys() == {"status", "last_error", "processed_at"}
    assert webhook_events.failed(tried, "y" * 1001) == {"status": S.FAILED, "last_error": "y" * 1000}


@pytest.mark.parametrize(
    ("status", "other"),
    [(S.PROCESSED, S.IGNORED), (S.IGNORED, S.PROCESSED), (S.PROCESSED, S.RECEIVED), (S.FAILED, S.RECEIVED)],
)
def test_an_end_is_final(status: WebhookEventStatus, other: WebhookEventStatus) -> None:
    with pytest.raises(RuleViolation) as refused:
        event(status=status, **DONE[status]).checked({"status": other, "processed_at": None, **DONE[other]})

    assert "ck_payment_webhook_events_transition_allowed" in [each.rule for each in refused.value.violations]


@pytest.mark.parametrize(
    "change",
    [
        {"provider": "paytr"},
        {"event_id": "e-2"},
        {"event_type": "payment.failed"},
        {"payload": {"a": 2}},
        {"payload_hash": "0" * 64},
    ],
)
def test_what_was_delivered_stays(change: dict[str, object]) -> None:
    with pytest.raises(RuleViolation) as refused:
        event().checked(change)

    assert refused.value.rule == "ck_payment_webhook_events_delivery_is_fixed"


def test_a_payment_is_found_once() -> None:
    with pytest.raises(RuleViolation) as refused:
        event(payment_id=9).checked({"payment_id": 10})

    assert refused.value.rule == "ck_payment_webhook_events_payment_is_final"


def test_the_words_of_a_refusal_are_its_class_and_message() -> None:
    assert webhook_events.words_of(NotFound("no such payment")) == "NotFound: no such payment"
