"""Tools: their stock is taken, put back and counted, and never says what is not there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.tools import NewTool, Tool, ToolChanges, ToolType
from platform_db.errors import AlreadyExists, NotAllowed, NotFound, RuleViolation, StaleVersion
from platform_db.repositories import tools as tools_module
from tests.integration.catalogue.bulk_tables import told
from tests.integration.catalogue.entries import told_of
from tests.integration.stored import new_user

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.work import Database
    from tests.raw import Raw

DRILL: Final = NewTool(
    name="Matkap 8 mm", type=ToolType.DRILL_TWIST, diameter_mm=Decimal("8.000"), quantity_available=5, minimum_stock=3
)


async def added(database: Database, new: NewTool = DRILL) -> Tool:
    async with database.unit_of_work() as work:
        return await work.tools.add(new)


async def in_stock(worker: Raw, tool: Tool) -> int:
    return await worker.fetchval("SELECT quantity_available FROM tools WHERE id = $1", tool.id)


async def test_a_tool_without_manufacturer_is_there_once(database: Database, worker: Raw) -> None:
    drill = await added(database)
    other = await added(database, DRILL.model_copy(update={"manufacturer": "Örnek Takım"}))

    with pytest.raises(AlreadyExists) as refused:
        await added(database)

    assert refused.value.constraint == "uq_tools_name_manufacturer"
    assert await worker.fetchval("SELECT array_agg(id ORDER BY id) FROM tools") == [drill.id, other.id]


async def test_pieces_are_taken_put_back_and_delivered(database: Database) -> None:
    drill = await added(database)

    async with database.unit_of_work() as work:
        taken = await work.tools.take(drill.id, 5)
        back = await work.tools.put_back(drill.id, 2)
        more = await work.tools.restock(drill.id, 10)

    assert [row.quantity_available for row in (taken, back, more)] == [0, 2, 12]
    assert (await told_of(database, drill))[1:] == [
        ("update", event, {"before": {"quantity_available": before}, "after": {"quantity_available": after}})
        for event, before, after in (("tool.taken", 5, 0), ("tool.put_back", 0, 2), ("tool.restocked", 2, 12))
    ]


async def test_more_than_there_is_is_not_taken(database: Database, worker: Raw) -> None:
    drill = await added(database)

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.tools.take(drill.id, 6)

    assert (refused.value.rule, refused.value.fields) == ("ck_tools_quantity_non_negative", ("quantity_available",))
    assert await in_stock(worker, drill) == 5
    assert len(await told_of(database, drill)) == 1


async def test_what_comes_in_while_a_refusal_is_judged_is_given_out(
    database: Database, worker: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a delivery between the attempt to take and the look at why it failed
    drill = await added(database)
    rows = tools_module._SHELF.rows
    look = rows.get_for_update

    async def delivered_before_the_look(executor: Executor, key: int) -> Tool:
        await worker.execute("UPDATE tools SET quantity_available = 9")
        found = await look(executor, key)
        # from the look on nobody else may take them
        await worker.execute("SET lock_timeout = '50ms'")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await worker.execute("UPDATE tools SET quantity_available = 0")
        return found

    monkeypatch.setattr(rows, "get_for_update", delivered_before_the_look)

    async with database.unit_of_work() as work:
        taken = await work.tools.take(drill.id, 8)

    assert (taken.quantity_available, await in_stock(worker, drill)) == (1, 1)


async def test_a_tool_out_of_use_is_not_given_out_and_comes_back(database: Database, worker: Raw) -> None:
    drill = await added(database)
    async with database.unit_of_work() as work:
        await work.tools.take(drill.id, 1)
        idle = await work.tools.deactivate(await work.tools.get(drill.id))
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.tools.take(drill.id, 1)
    with pytest.raises(RuleViolation) as refused_twice:
        async with database.unit_of_work() as work:
            await work.tools.take(drill.id, 9)

    assert [broken.rule for broken in refused.value.violations] == ["tools_active"]
    assert [broken.rule for broken in refused_twice.value.violations] == [
        "tools_active",
        "ck_tools_quantity_non_negative",
    ]
    assert await in_stock(worker, drill) == 4
    async with database.unit_of_work() as work:
        back = await work.tools.put_back(drill.id, 1)
        assert (back.quantity_available, back.is_active) == (5, False)
        assert (await work.tools.activate(back)).is_active
    assert idle.is_active is False


@pytest.mark.parametrize("quantity", [0, -1, 2**31, True])
async def test_a_number_of_pieces_is_a_whole_number_above_zero(database: Database, worker: Raw, quantity: int) -> None:
    drill = await added(database)
    for operation in ("take", "put_back", "restock"):
        with pytest.raises(RuleViolation) as refused:
            async with database.unit_of_work() as work:
                await getattr(work.tools, operation)(drill.id, quantity)
        assert (refused.value.rule, refused.value.fields) == ("tools_pieces", ("quantity",))

    assert await in_stock(worker, drill) == 5


async def test_a_stock_that_cannot_be_counted_is_refused(database: Database, worker: Raw) -> None:
    drill = await added(database)

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.tools.restock(drill.id, 2**31 - 1)

    assert refused.value.rule == "value_representable"
    assert await in_stock(worker, drill) == 5


async def test_a_tool_that_is_not_there_is_not_found(database: Database) -> None:
    for operation in ("take", "put_back", "restock"):
        with pytest.raises(NotFound):
            async with database.unit_of_work() as work:
                await getattr(work.tools, operation)(7, 1)


async def test_a_count_holds_if_nothing_moved_meanwhile(database: Database, worker: Raw) -> None:
    drill = await added(database)
    async with database.unit_of_work() as work:
        counted = await work.tools.count_stock(drill, 4)
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.tools.count_stock(drill, 9)
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.tools.count_stock(counted, -1)

    assert refused.value.rule == "ck_tools_quantity_non_negative"
    assert await in_stock(worker, drill) == 4
    assert (await told_of(database, drill))[1:] == [
        ("update", "tool.counted", {"before": {"quantity_available": 5}, "after": {"quantity_available": 4}})
    ]


async def test_a_tool_below_its_minimum_is_to_be_ordered(database: Database) -> None:
    drill = await added(database)
    async with database.unit_of_work() as work:
        assert (await work.tools.below_minimum()).items == ()
        taken = await work.tools.take(drill.id, 3)
        assert (await work.tools.below_minimum()).items == (taken,)
        changed = await work.tools.change(taken, ToolChanges(minimum_stock=2, location="Dolap 3"))
        assert (await work.tools.below_minimum()).items == ()

    assert (changed.minimum_stock, changed.location, changed.quantity_available) == (2, "Dolap 3", 2)


async def test_a_file_of_tools_leaves_the_stock_alone(database: Database) -> None:
    drill = await added(database)

    async with database.unit_of_work() as work:
        report = await work.tools.upsert_many(
            [
                {"name": "Matkap 8 mm", "type": "drill_twist", "quantity_available": 99, "cost": "120.00"},
                {"name": "Matkap 8 mm", "type": "drill_twist", "manufacturer": "Örnek", "quantity_available": 7},
                {"name": "Matkap 9 mm", "type": "drill_twist", "cost": 120.5},
            ]
        )

    assert told(report) == [(0, "updated", None), (1, "created", None), (2, "refused", "amount_type")]
    assert [(row.quantity_available, row.cost_cents) for row in report.rows] == [(5, 12000), (7, None)]
    assert (await told_of(database, drill))[1:] == [
        ("update", "tool.changed", {"before": {"cost_cents": None}, "after": {"cost_cents": 12000}})
    ]


async def test_a_user_takes_nothing(database: Database, worker: Raw) -> None:
    drill = await added(database)
    user = await new_user(worker, "operator")

    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.tools.take(drill.id, 1)

    assert await in_stock(worker, drill) == 5
