"""What may become of a job: the whole table, and what follows from it."""

from __future__ import annotations

from itertools import product
from typing import Final

import pytest

from platform_db.domain.jobs import FINISHED, JOB_TRANSITIONS, WAITING, JobStatus, may_become

ONWARD: Final = {
    "pending": {"queued", "running", "cancelled"},
    "queued": {"pending", "running", "cancelled"},
    "running": {"completed", "failed", "cancelled", "timeout", "queued"},
    "completed": set[str](),
    "failed": {"queued"},
    "cancelled": set[str](),
    "timeout": {"queued"},
}


@pytest.mark.parametrize(("old", "new"), list(product(JobStatus, repeat=2)))
def test_a_job_stays_or_goes_on_by_the_table(old: JobStatus, new: JobStatus) -> None:
    assert may_become(old, new) == (new == old or new in ONWARD[old])


def test_every_status_says_what_it_may_become() -> None:
    assert {old.value: set(followers) for old, followers in JOB_TRANSITIONS.items()} == ONWARD


def test_a_job_waits_runs_or_is_finished() -> None:
    assert sorted((*WAITING, JobStatus.RUNNING, *FINISHED)) == sorted(JobStatus)


def test_what_waits_is_what_may_be_claimed() -> None:
    assert {old for old, followers in JOB_TRANSITIONS.items() if JobStatus.RUNNING in followers} == set(WAITING)


def test_what_is_finished_can_only_be_queued_again() -> None:
    onward = {old: JOB_TRANSITIONS[old] for old in FINISHED}
    again = frozenset({JobStatus.QUEUED})
    assert onward == {
        JobStatus.COMPLETED: frozenset(),
        JobStatus.FAILED: again,
        JobStatus.CANCELLED: frozenset(),
        JobStatus.TIMEOUT: again,
    }


def test_whatever_is_not_finished_may_be_cancelled() -> None:
    assert {old for old in JobStatus if JobStatus.CANCELLED in JOB_TRANSITIONS[old]} == set(JobStatus) - set(FINISHED)
