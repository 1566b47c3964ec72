"""A key tells one request from another, keeps its answer, and gives it again."""

from __future__ import annotations

import math
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from pydantic import ValidationError

from platform_db.domain.idempotency_keys import (
    Answer,
    IdempotencyKey,
    IdempotencyPolicy,
    IdempotencyStatus,
    InProgress,
    KeyedRequest,
    Replayed,
    body_hash,
    document_hash,
)
from platform_db.domain.idempotency_keys.answers import completed, told_again
from platform_db.errors import IdempotencyMismatch, RuleViolation
from tests.parity.examples.idempotency_keys import EXAMPLES, ROW

RUNNING = EXAMPLES["ck_idempotency_keys_in_progress_is_locked"].legal
ANSWER = Answer(
    response_status=201, response_headers={"content-type": "application/json"}, response_body=b'{"id": 700}'
)
ANSWERED = ("status", "request_hash", "response_status", "response_headers", "response_body")


def stored(**changes: object) -> IdempotencyKey:
    return IdempotencyKey.parse({**ROW, **changes})


def running() -> IdempotencyKey:
    return stored(**RUNNING)


# -- fingerprints ----------------------------------------------------------------------


def test_a_body_is_told_by_its_bytes_and_a_document_by_what_it_says() -> None:
    assert body_hash(b'{"a": 1}') == sha256(b'{"a": 1}').hexdigest()
    assert document_hash({"b": [1.0, None], "a": "ş"}) == sha256('{"a":"ş","b":[1,null]}'.encode()).hexdigest()
    assert document_hash({"a": 1}) != document_hash({"a": 2})


@pytest.mark.parametrize("value", [2**53 + 1, math.nan, "\ud800"])
def test_a_document_without_a_canonical_form_is_refused(value: Any) -> None:  # noqa: ANN401 - also no JSON
    with pytest.raises(RuleViolation) as refusal:
        document_hash({"amount": value})
    assert refusal.value.rule == "idempotency_keys_document_has_canonical_form"


def test_what_is_no_key_is_refused_by_every_rule_it_breaks() -> None:
    with pytest.raises(RuleViolation) as refusal:
        KeyedRequest.parse({"endpoint": "", "key": "k" * 256, "request_hash": "A" * 64})
    assert [each.rule for each in refusal.value.violations] == [
        "ck_idempotency_keys_endpoint_length",
        "ck_idempotency_keys_key_length",
        "ck_idempotency_keys_request_hash_format",
    ]


# -- the policy ------------------------------------------------------------------------


def test_the_usual_policy_is_a_minute_and_a_day() -> None:
    usual = IdempotencyPolicy()
    assert (usual.lease, usual.lifetime) == (timedelta(minutes=1), timedelta(hours=24))


@pytest.mark.parametrize("wrong", [{"lease": timedelta(0)}, {"lease": timedelta(2)}, {"lifetime": timedelta(0)}])
def test_a_policy_has_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        IdempotencyPolicy(**wrong)


def test_a_lease_ends_before_its_key() -> None:
    hour = timedelta(hours=1)
    assert IdempotencyPolicy(lease=hour, lifetime=hour).lease == hour
    with pytest.raises(RuleViolation) as refusal:
        IdempotencyPolicy(lease=hour, lifetime=hour - timedelta(microseconds=1))
    assert refusal.value.rule == "idempotency_keys_lease_within_lifetime"


# -- answers ---------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["set-cookie", "Set-Cookie", "AUTHORIZATION"])
def test_a_header_with_credentials_is_not_kept(header: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        Answer(response_status=200, response_headers={"etag": "1", header: "gizli-deger"})
    assert refusal.value.rule == "idempotency_keys_headers_hold_no_secret"
    assert "gizli" not in str(refusal.value)


@pytest.mark.parametrize("status", [99, 600, None])
def test_an_answer_has_an_http_status(status: int | None) -> None:
    with pytest.raises(RuleViolation):
        completed(running(), Answer.parse({"response_status": status}))


def test_a_started_request_is_completed() -> None:
    assert completed(running(), ANSWER) == {
        "status": IdempotencyStatus.COMPLETED,
        "locked_until": None,
        "response_status": 201,
        "response_headers": {"content-type": "application/json"},
        "response_body": b'{"id": 700}',
    }


def test_an_answer_is_not_replaced_by_another() -> None:
    with pytest.raises(RuleViolation) as refusal:
        completed(stored(), Answer(response_status=500))
    assert [(each.rule, each.fields) for each in refusal.value.violations] == [
        ("ck_idempotency_keys_answer_is_final", ANSWERED)
    ]


def test_that_a_key_has_expired_only_the_server_says() -> None:
    # unknown passes here; the trigger asks the server's clock
    assert stored().checked(RUNNING)["status"] is IdempotencyStatus.IN_PROGRESS


def test_who_asks_again_is_told_the_answer_or_to_wait() -> None:
    assert told_again(stored(), str(ROW["request_hash"])) == Replayed(ANSWER)
    assert told_again(running(), str(ROW["request_hash"])) == InProgress(RUNNING["locked_until"])  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("first", [stored(), running()])
def test_another_request_under_the_key_is_a_mismatch(first: IdempotencyKey) -> None:
    with pytest.raises(IdempotencyMismatch) as refusal:
        told_again(first, "0" * 64)
    assert refusal.value.fields == ("request_hash",)
