"""Machines, materials and tools: known by their natural keys, shared by all, written by the worker alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.raw import connect, refusal

if TYPE_CHECKING:
    from tests.raw import Raw

MACHINE: Final = (
    "INSERT INTO machines (name, type, axes, work_envelope_x_mm, work_envelope_y_mm, work_envelope_z_mm, "
    "spindle_max_rpm, post_processor) VALUES ('Torna 1', 'lathe', 2, 365, 365, 650, 4000, 'generic_lathe')"
)
MATERIAL: Final = "INSERT INTO materials (category, name) VALUES ('brass', 'Pirinç')"
TOOL: Final = "INSERT INTO tools (name, type) VALUES ('Zımpara ucu', 'engraver')"
TOOL_OF_MAKER: Final = "INSERT INTO tools (name, type, manufacturer) VALUES ('Matkap 5', 'drill_twist', 'Örnek Takım')"
TAKE_SIX: Final = "UPDATE tools SET quantity_available = quantity_available - 6 WHERE name = 'Zımpara ucu'"


@pytest.mark.parametrize(
    ("statement", "table", "constraint"),
    [
        (MACHINE, "machines", "uq_machines_name"),
        (MATERIAL, "materials", "uq_materials_category_name"),
        (TOOL, "tools", "uq_tools_name_manufacturer"),
        (TOOL_OF_MAKER, "tools", "uq_tools_name_manufacturer"),
    ],
    ids=["machine", "material", "tool without a manufacturer", "tool of a manufacturer"],
)
async def test_a_natural_key_is_stored_once(worker: Raw, statement: str, table: str, constraint: str) -> None:
    await worker.execute(statement)

    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await worker.execute(statement)

    assert refusal(refused.value)[:2] == (constraint, table)
    assert await worker.fetchval(f"SELECT count(*) FROM {table}") == 1  # noqa: S608 - the test's own


async def test_the_same_name_is_free_in_another_category_and_from_another_manufacturer(worker: Raw) -> None:
    await worker.execute(MATERIAL)
    await worker.execute(MATERIAL.replace("brass", "bronze"))
    await worker.execute(TOOL_OF_MAKER)
    await worker.execute(TOOL_OF_MAKER.replace("Örnek Takım", "Başka Takım"))
    await worker.execute(TOOL_OF_MAKER.replace("'Örnek Takım'", "NULL"))

    assert await worker.fetchval("SELECT count(*) FROM materials") == 2
    assert await worker.fetchval("SELECT count(*) FROM tools") == 3


async def test_stock_that_two_take_at_once_does_not_go_below_zero(worker: Raw, database_url: str) -> None:
    await worker.execute(TOOL.replace("(name, type)", "(name, type, quantity_available)").replace("')", "', 10)"))

    async def take() -> str | None:
        connection = await connect(database_url)
        try:
            await connection.execute(f"SET ROLE platform_worker; {TAKE_SIX}")
        except asyncpg.CheckViolationError as error:
            return refusal(error)[0]
        finally:
            await connection.close()
        return None

    outcomes = await asyncio.gather(take(), take())

    assert sorted(outcomes, key=str) == [None, "ck_tools_quantity_non_negative"]
    assert await worker.fetchval("SELECT quantity_available FROM tools") == 4


@pytest.mark.parametrize("table", ["machines", "materials", "tools"])
@pytest.mark.parametrize("role", ["platform_app", "platform_readonly", "platform_auditor"])
async def test_everybody_else_reads_and_nobody_else_writes(database_url: str, role: str, table: str) -> None:
    connection = await connect(database_url)
    try:
        await connection.execute(f"SET ROLE {role}")
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - the test's own
        for statement in (
            f"INSERT INTO {table} DEFAULT VALUES",
            f"UPDATE {table} SET name = 'x'",  # noqa: S608 - the test's own
            f"DELETE FROM {table}",  # noqa: S608 - the test's own
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
