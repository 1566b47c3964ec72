"""What an index answers without the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plans.evidence import OWNER, Evidence
from tests.plans.scene import plans_of

if TYPE_CHECKING:
    from tests.plans.scene import ExplainingDatabase

pytestmark = pytest.mark.plans


async def test_how_a_users_jobs_stand_comes_from_the_index_alone(filled: ExplainingDatabase) -> None:
    shown = Evidence("jobs.tally()", lambda work: work.jobs.tally(OWNER), as_user=True)
    (plan,) = await plans_of(filled, shown)
    assert "Index Only Scan using idx_jobs_user_type_status on jobs" in plan, plan


async def test_the_place_in_the_queue_is_counted_by_its_index(filled: ExplainingDatabase) -> None:
    shown = Evidence("jobs.position()", lambda work: work.jobs.position(99_777))
    (plan,) = await plans_of(filled, shown)
    # Jobs that are to be cancelled are not counted, and the index does not say which they are.
    assert "on idx_jobs_priority_status" in plan, plan
    assert "Seq Scan" not in plan, plan
