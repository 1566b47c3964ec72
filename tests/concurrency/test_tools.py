"""Tools wanted by sixteen at once: nobody is given what is not there, and nothing that is there is kept back."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
import pytest_asyncio

from platform_db.database import Isolation, TransactionOptions
from platform_db.domain.tools import NewTool, Tool, ToolType
from platform_db.errors import RuleViolation, StaleVersion
from tests.concurrency.crowd import SIZE, Crowd

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.repositories.work import Work

PATIENCE = 100
"""Attempts of a unit of work among sixteen that want the same row."""

at_every_isolation = pytest.mark.parametrize("isolation", get_args(Isolation))


@pytest_asyncio.fixture(loop_scope="session")
async def drill(crowd: Crowd) -> Tool:
    async with crowd.database.unit_of_work() as work:
        return await work.tools.add(NewTool(name="Matkap 8 mm", type=ToolType.DRILL_TWIST, quantity_available=10))


def repeated(
    crowd: Crowd, isolation: Isolation, act: Callable[[Work, int], Awaitable[Tool]]
) -> Callable[[int], Awaitable[Tool]]:
    options = TransactionOptions(isolation=isolation)

    async def member_acts(member: int) -> Tool:
        return await crowd.database.run(lambda work: act(work, member), options=options, attempts=PATIENCE)

    return member_acts


async def stock(crowd: Crowd, tool: Tool) -> int:
    async with crowd.database.unit_of_work() as work:
        return (await work.tools.get(tool.id)).quantity_available


async def moves(crowd: Crowd, tool: Tool) -> list[tuple[int, int]]:
    """The stock before and after each movement, in the order they happened."""
    async with crowd.database.unit_of_work() as work:
        entries = [entry.payload for entry in (await work.audit.history("tools", tool.id)).items[:-1]]
    found: list[tuple[int, int]] = []
    for payload in entries:
        before, after = payload["before"], payload["after"]
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        first, second = before["quantity_available"], after["quantity_available"]
        assert isinstance(first, int)
        assert isinstance(second, int)
        found.append((first, second))
    return found


@at_every_isolation
@pytest.mark.parametrize(("pieces", "served"), [(1, 10), (3, 3)])
async def test_of_sixteen_takers_as_many_are_served_as_there_is_stock_for(
    crowd: Crowd, drill: Tool, isolation: Isolation, pieces: int, served: int
) -> None:
    # given ten pieces, and sixteen who want some of them
    async def take(work: Work, _: int) -> Tool:
        return await work.tools.take(drill.id, pieces)

    outcomes = await crowd.at_once(repeated(crowd, isolation, take))

    # then exactly those who could be served were, one after the other
    given = sorted((it.quantity_available for it in outcomes if isinstance(it, Tool)), reverse=True)
    assert given == [10 - pieces * place for place in range(1, served + 1)]
    refused = [it.rule for it in outcomes if isinstance(it, RuleViolation)]
    assert refused == ["ck_tools_quantity_non_negative"] * (SIZE - served)
    assert await stock(crowd, drill) == 10 - pieces * served
    # and the log tells each of them once, without a gap
    assert sorted(await moves(crowd, drill), reverse=True) == [
        (10 - pieces * place, 10 - pieces * (place + 1)) for place in range(served)
    ]


async def test_what_is_taken_and_what_comes_in_add_up(crowd: Crowd, drill: Tool) -> None:
    # given one half who take three, and one half who bring two
    async def act(member: int) -> Tool:
        async with crowd.database.unit_of_work() as work:
            if member % 2:
                return await work.tools.restock(drill.id, 2)
            return await work.tools.take(drill.id, 3)

    outcomes = await crowd.at_once(act, size=2 * SIZE)

    taken = sum(isinstance(it, Tool) for it in outcomes[::2])
    assert all(isinstance(it, Tool) for it in outcomes[1::2])
    left = 10 + 2 * SIZE - 3 * taken
    assert await stock(crowd, drill) == left
    assert left >= 0
    steps = await moves(crowd, drill)
    assert len(steps) == SIZE + taken
    assert min(after for _, after in steps) >= 0


async def test_of_sixteen_counts_one_holds(crowd: Crowd, drill: Tool) -> None:
    async def count(member: int) -> Tool:
        async with crowd.database.unit_of_work() as work:
            return await work.tools.count_stock(drill, 20 + member)

    outcomes = await crowd.at_once(count)

    (held,) = (it for it in outcomes if isinstance(it, Tool))
    assert sum(isinstance(it, StaleVersion) for it in outcomes) == SIZE - 1
    assert await stock(crowd, drill) == held.quantity_available


async def test_after_the_tool_went_out_of_use_nothing_is_given_out(crowd: Crowd, drill: Tool) -> None:
    # given one who takes it out of use among fifteen takers
    async def act(member: int) -> Tool:
        async with crowd.database.unit_of_work() as work:
            if member == 7:
                return await work.tools.deactivate(await work.tools.get_for_update(drill.id))
            return await work.tools.take(drill.id, 1)

    outcomes = await crowd.at_once(act)

    idle = outcomes[7]
    assert isinstance(idle, Tool)
    assert await stock(crowd, drill) == idle.quantity_available
    served = sum(isinstance(it, Tool) for it in outcomes) - 1
    assert idle.quantity_available == 10 - served
