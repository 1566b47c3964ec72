"""What refused a write is recorded after the transaction that failed, without values, and swept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.domain.products import NewProduct
from platform_db.domain.users import NewUser
from platform_db.errors import AlreadyExists, NotFound, PlatformError, RuleViolation
from tests.integration.clock import ago
from tests.integration.stored import new_user, store

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw


async def recorded(worker: Raw) -> list[tuple[str, str]]:
    rows = await worker.fetch("SELECT constraint_name, table_name FROM constraint_violations ORDER BY id")
    return [(row["constraint_name"], row["table_name"]) for row in rows]


async def test_a_refusal_names_its_constraint_and_no_value(database: Database, worker: Raw) -> None:
    # given an address that is in use
    await new_user(worker, "alici")
    with pytest.raises(AlreadyExists) as conflict:
        async with database.unit_of_work() as work:
            await work.users.register(NewUser(email="ALICI@ornek-imalat.com.tr"))
    # and values that break two rules of a table
    with pytest.raises(RuleViolation) as refused:
        NewProduct.parse({"sku": " ", "name": " "})
    # when both are recorded in a unit of work of their own
    async with database.unit_of_work() as work:
        counts = [await work.constraint_violations.record(each.value) for each in (conflict, refused)]
    # then the rows name the constraints
    assert counts == [1, 2]
    assert await recorded(worker) == [
        ("uq_users_email", "users"),
        ("ck_products_sku_not_empty", "products"),
        ("ck_products_name_not_empty", "products"),
    ]


@pytest.mark.parametrize("error", [NotFound("no such user", entity="users"), PlatformError("anything")], ids=repr)
async def test_what_no_constraint_refused_is_passed_over(database: Database, worker: Raw, error: PlatformError) -> None:
    async with database.unit_of_work() as work:
        assert await work.constraint_violations.record(error) == 0
    assert await recorded(worker) == []


async def test_the_sweep_deletes_what_is_ninety_days_old(database: Database, worker: Raw) -> None:
    for days in (91, 89, 92):
        await store(worker, "constraint_violations", occurred_at=ago(days=days))
    async with database.unit_of_work() as work:
        assert [await work.constraint_violations.delete_old(limit) for limit in (1, 1000, 1000)] == [1, 1, 0]
    assert await worker.fetchval("SELECT count(*) FROM constraint_violations") == 1
    told = "SELECT payload::text FROM audit_logs WHERE event_type = 'violation.deleted' ORDER BY id"
    assert [row["payload"] for row in await worker.fetch(told)] == ['{"after": {"count": 1}}'] * 2
