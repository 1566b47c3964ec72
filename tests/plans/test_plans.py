"""Every index that is no constraint's serves a statement of the library, and the planner agrees.

100,000 rows a table, as the role that runs the statement, under row security, no planner
setting touched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts
from platform_db.schema.roles import Role
from tests.plans.scene import evidence, plans_of, worker_only

if TYPE_CHECKING:
    from tests.plans.evidence import Evidence, WorkerOnly
    from tests.plans.scene import ExplainingDatabase

pytestmark = pytest.mark.plans

EVIDENCE = evidence()
WORKER_ONLY = worker_only()
CASES = [(name, shown) for name, shows in sorted(EVIDENCE.items()) for shown in shows]
INDEXES = {str(index.name): table.name for table in metadata.sorted_tables for index in table.indexes}
SECURED = {
    table.name
    for table in metadata.sorted_tables
    if facts(table).owner is not None and "SELECT" in facts(table).grants.get(Role.APP, {})
}
"""The tables of which platform_app reads a part."""


def test_every_index_is_shown_by_a_statement() -> None:
    assert sorted(INDEXES.keys() - EVIDENCE.keys()) == [], "serves nothing: show what, or let it go"
    assert sorted(EVIDENCE.keys() - INDEXES.keys()) == [], "is no index"


@pytest.mark.parametrize(("index", "shown"), CASES, ids=[f"{index}-{shown.statement}" for index, shown in CASES])
async def test_the_planner_uses_the_index(filled: ExplainingDatabase, index: str, shown: Evidence) -> None:
    plans = await plans_of(filled, shown)
    assert any(_uses(plan, index) for plan in plans), "\n\n".join(plans)


def test_where_the_app_cannot_use_an_index_it_is_said() -> None:
    for_the_worker = {
        index
        for index, shows in EVIDENCE.items()
        if INDEXES[index] in SECURED and not any(shown.as_user for shown in shows)
    }
    assert for_the_worker == WORKER_ONLY.keys()


@pytest.mark.parametrize(("index", "said"), sorted(WORKER_ONLY.items()), ids=sorted(WORKER_ONLY))
async def test_the_app_reads_only_its_owners_rows_there(
    filled: ExplainingDatabase, index: str, said: WorkerOnly
) -> None:
    assert said.app.as_user
    plans = await plans_of(filled, said.app)
    assert not any(_uses(plan, index) for plan in plans), "the app can use it: show that instead"
    assert any(_uses(plan, said.bounded_by) for plan in plans), "\n\n".join(plans)


def _uses(plan: str, index: str) -> bool:
    return re.search(rf"\b(?:using|on) {re.escape(index)}\b", plan) is not None
