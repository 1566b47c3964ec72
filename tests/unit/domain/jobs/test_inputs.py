"""What a caller may ask for, and what makes a request the same."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import pytest

from platform_db.domain.backoff import full_jitter
from platform_db.domain.jobs import Claim, JobType, NewJob
from platform_db.domain.jobs.inputs import reported_result
from platform_db.errors import LeaseLost, RuleViolation

Values = dict[str, object]

REQUEST: Final[Values] = {
    "user_id": 7,
    "type": JobType.CAM_PROCESS,
    "model_id": 3,
    "input_params": {"machine": "VMC-850", "stock_mm": 40},
    "idempotency_key": "siparis-12",
}


def new(**other: object) -> NewJob:
    return NewJob.model_validate(REQUEST | other)


def rules(**other: object) -> list[str]:
    with pytest.raises(RuleViolation) as refused:
        new(**other)
    return [broken.rule for broken in refused.value.violations]


def test_the_fingerprint_is_of_the_canonical_request() -> None:
    canonical = (
        '{"input_params":{"machine":"VMC-850","stock_mm":40},"max_retries":3,"model_id":3,'
        '"timeout_seconds":3600,"type":"cam_process"}'
    )
    assert new().fingerprint == sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        {"priority": 20},
        {"available_at": datetime(2026, 3, 2, tzinfo=UTC)},
        {"user_id": 8},
        {"idempotency_key": "siparis-13"},
        {"input_params": {"stock_mm": 40.0, "machine": "VMC-850"}},
    ],
)
def test_when_and_how_urgently_is_not_part_of_a_request(other: Values) -> None:
    assert new(**other).fingerprint == new().fingerprint


@pytest.mark.parametrize(
    "other",
    [
        {"type": JobType.CAM_OPTIMIZE},
        {"model_id": None},
        {"input_params": {"machine": "VMC-850", "stock_mm": 41}},
        {"max_retries": 4},
        {"timeout_seconds": 60},
    ],
)
def test_another_request_has_another_fingerprint(other: Values) -> None:
    assert new(**other).fingerprint != new().fingerprint


def test_without_a_key_there_is_no_fingerprint() -> None:
    assert new(idempotency_key=None).columns["request_fingerprint"] is None


@pytest.mark.parametrize(
    ("other", "broken"),
    [
        ({"priority": 21}, ["ck_jobs_priority_range"]),
        ({"priority": -11}, ["ck_jobs_priority_range"]),
        ({"max_retries": 101}, ["ck_jobs_max_retries_non_negative"]),
        ({"timeout_seconds": 0}, ["ck_jobs_timeout_positive"]),
        ({"timeout_seconds": 604_801}, ["ck_jobs_timeout_positive"]),
        ({"idempotency_key": ""}, ["ck_jobs_idempotency_key_length"]),
        ({"idempotency_key": "ş" * 256}, ["ck_jobs_idempotency_key_length"]),
        ({"user_id": None}, ["ck_jobs_model_has_owner"]),
        ({"input_params": {"stl": "x" * 262_144}}, ["ck_jobs_input_params_size"]),
        ({"input_params": {"serial": 2**53 + 1}}, ["jobs_input_params_canonical"]),
        ({"priority": 99, "timeout_seconds": 0}, ["ck_jobs_priority_range", "ck_jobs_timeout_positive"]),
    ],
    ids=str,
)
def test_what_breaks_a_rule_is_no_request(other: Values, broken: list[str]) -> None:
    assert rules(**other) == broken


def test_the_largest_parameters_are_taken() -> None:
    largest = {"stl": "x" * (262_144 - len('{"stl": ""}'))}
    assert new(input_params=largest).columns["input_params"] == largest


def test_a_large_number_needs_no_canonical_form_without_a_key() -> None:
    assert new(idempotency_key=None, input_params={"serial": 2**53 + 1}).fingerprint is None


def test_a_claim_goes_through_json() -> None:
    claim = Claim(id=7, attempt=2, claimed_by="cam-isci-1")
    assert Claim.model_validate_json(claim.model_dump_json()) == claim


def test_nobodys_job_is_no_claim() -> None:
    class Waiting:
        id, attempt, claimed_by = 7, 0, None

    with pytest.raises(RuleViolation) as refused:
        Claim.of(Waiting())
    assert refused.value.rule == "jobs_claimed_by_not_null"


def test_a_copy_is_the_request_that_it_says() -> None:
    copy = new().model_copy(update={"model_id": 4, "priority": 10})

    assert (copy.columns["model_id"], copy.columns["priority"]) == (4, 10)
    assert copy.fingerprint == copy.columns["request_fingerprint"] == new(model_id=4).fingerprint


def test_a_result_is_a_small_object() -> None:
    assert reported_result({"lines": 12}, None) == {"output_data": {"lines": 12}, "metrics": None}
    with pytest.raises(RuleViolation) as refused:
        reported_result({"gcode": "G1" * 40_000}, {"log": "x" * 70_000})
    assert [broken.rule for broken in refused.value.violations] == ["ck_jobs_output_data_size", "ck_jobs_metrics_size"]


@pytest.mark.parametrize(
    ("random", "retries", "seconds"), [(0.0, 0, 0), (0.0, 50, 0), (0.999, 0, 9.99), (0.999, 8, 2557.44), (0.5, 9, 1800)]
)
def test_the_wait_is_spread_from_zero_to_its_bound(random: float, retries: int, seconds: float) -> None:
    assert full_jitter(retries, lambda: random).total_seconds() == pytest.approx(seconds)


def test_a_lost_lease_is_a_conflict_that_pickles() -> None:
    import pickle

    error = LeaseLost("attempt 1 does not hold job 7 any more", entity="jobs", fields=("attempt",))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (type(again), again.message, again.entity, again.fields) == (LeaseLost, error.message, "jobs", ("attempt",))
    assert not error.retryable
