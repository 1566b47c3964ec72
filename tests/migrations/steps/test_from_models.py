"""Steps made from the models are what a migrated database has, so nothing is left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
import pytest_asyncio
import sqlalchemy as sa

from platform_db.migration.connection import connection
from platform_db.migration.steps import AddCheck, AddForeignKey, AddUnique, CreateIndex, CreateTrigger, Step
from platform_db.schema.all_tables import metadata
from platform_db.schema.all_triggers import triggers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.migration.steps.step import Server


@pytest_asyncio.fixture(loop_scope="session")
async def owner(head: str) -> AsyncIterator[Server]:
    """The owner of a migrated database that nothing is changed in."""
    async with connection(head) as opened:
        await opened.execute("SET ROLE platform_owner")
        yield cast("Server", opened)


def constraints(kind: type[sa.Constraint]) -> list[tuple[str, str]]:
    return [
        (table.name, str(constraint.name))
        for table in metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, kind)
    ]


async def left(owner: Server, steps: list[Step]) -> list[str]:
    """The steps that would do something, or find something else in their way."""
    async with owner.transaction():
        return [step.title for step in steps if await step.to_do(owner)]


async def test_every_check(owner: Server) -> None:
    steps: list[Step] = [AddCheck.of(*each) for each in constraints(sa.CheckConstraint)]
    assert len(steps) > 600
    assert await left(owner, steps) == []


async def test_every_foreign_key(owner: Server) -> None:
    steps: list[Step] = [AddForeignKey.of(*each) for each in constraints(sa.ForeignKeyConstraint)]
    assert len(steps) > 40
    assert await left(owner, steps) == []


async def test_every_unique_constraint(owner: Server) -> None:
    steps: list[Step] = [AddUnique.of(*each) for each in constraints(sa.UniqueConstraint)]
    assert len(steps) > 40
    assert await left(owner, steps) == []


async def test_every_index(owner: Server) -> None:
    names = [str(index.name) for table in metadata.sorted_tables for index in table.indexes]
    steps: list[Step] = [CreateIndex.of(name) for name in names if not name.startswith(PARTITIONED)]
    assert len(steps) > 80
    assert await left(owner, steps) == []


PARTITIONED = ("gin_enterprise_audit_log", "idx_enterprise_audit_log")
"""No index of a partitioned table is built CONCURRENTLY."""


async def test_every_trigger(owner: Server) -> None:
    steps: list[Step] = [CreateTrigger.of(trigger.table, trigger.name) for trigger in triggers()]
    assert len(steps) > 20
    assert await left(owner, steps) == []


def test_a_rule_is_found_by_its_own_name_too() -> None:
    assert AddCheck.of("orders", "total_positive") == AddCheck.of("orders", "ck_orders_total_positive")


def test_what_the_models_do_not_have_is_told() -> None:
    with pytest.raises(LookupError, match="the models have no table nowhere"):
        AddCheck.of("nowhere", "ck")
    with pytest.raises(LookupError, match="the models have no CheckConstraint nothing on orders"):
        AddCheck.of("orders", "nothing")
    with pytest.raises(LookupError, match="the models have no index nothing"):
        CreateIndex.of("nothing")
    with pytest.raises(LookupError, match="the models have no trigger nothing on orders"):
        CreateTrigger.of("orders", "nothing")
