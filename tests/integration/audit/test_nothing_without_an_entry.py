"""What cannot be recorded is not stored, and what is stored is recorded, whoever stops half-way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.domain.products import NewProduct, ProductChanges
from platform_db.domain.users import NewUser, ProfileChanges
from platform_db.errors import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.domain.json_values import JsonObject
    from platform_db.repositories.work import Database
    from tests.raw import Raw

TOO_LARGE: JsonObject = {"x": 500, "note": "y" * 40_000}


async def test_a_change_whose_entry_is_refused_is_undone_though_the_error_was_caught(
    database: Database, worker: Raw
) -> None:
    # given a product, and a change whose before and after together are too large for an entry
    async with database.unit_of_work() as work:
        product = await work.products.add(NewProduct(sku="FREZE-6", name="Parmak freze", dimensions=TOO_LARGE))

    async def change_and_go_on() -> None:
        async with database.unit_of_work() as work:
            try:
                await work.products.change(product, ProductChanges(dimensions={**TOO_LARGE, "x": 501}))
            except RuleViolation:
                await work.products.get(product.id)

    # when the caller catches the error and goes on, then the unit fails, and nothing is stored
    with pytest.raises(RuleViolation):
        await change_and_go_on()
    assert await worker.fetchval("SELECT version FROM products") == 1
    # and in a savepoint it is undone alone
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation):
            async with work.savepoint():
                await work.products.change(product, ProductChanges(dimensions={**TOO_LARGE, "x": 501}))
        await work.products.change(product, ProductChanges(name="Parmak freze 6 mm"))
    assert await worker.fetchval("SELECT name FROM products") == "Parmak freze 6 mm"


async def test_a_whole_number_beyond_a_double_is_recorded(database: Database) -> None:
    # given personal data that hold a number which a binary fraction does not
    async with database.unit_of_work() as work:
        user = await work.users.register(NewUser(email="muhasebe@ornek-imalat.com.tr"))
        changed = await work.users.change(user, ProfileChanges(metadata={"erp_id": 12345678901234567}))
    assert changed.metadata == {"erp_id": 12345678901234567}


async def test_rows_that_were_written_are_recorded_though_the_rest_never_came(database: Database, worker: Raw) -> None:
    # given rows that end in an error after a first batch
    def rows() -> Iterator[NewUser]:
        for number in range(1001):
            yield NewUser(email=f"kisi{number}@ornek-imalat.com.tr")
        message = "the file ends here"
        raise OSError(message)

    # when the caller keeps what was written
    async with database.unit_of_work() as work:
        with pytest.raises(OSError, match="ends here"):
            await work.users.register_many(rows())
    # then each row has its entry
    stored = await worker.fetchval("SELECT count(*) FROM users")
    assert stored == 1000
    assert await worker.fetchval("SELECT count(*) FROM audit_logs WHERE event_type = 'user.registered'") == stored


async def test_outcomes_that_nobody_asks_for_are_recorded(database: Database, worker: Raw) -> None:
    # given a caller who looks at five of twenty outcomes
    rows = [NewProduct(sku=f"FREZE-{number}", name="Parmak freze") for number in range(20)]
    async with database.unit_of_work() as work:
        seen = 0
        async for _ in work.products.upsert_stream(rows):
            seen += 1
            if seen == 5:
                break
    assert await worker.fetchval("SELECT count(*) FROM products") == 20
    assert await worker.fetchval("SELECT count(*) FROM audit_logs WHERE event_type = 'product.added'") == 20
