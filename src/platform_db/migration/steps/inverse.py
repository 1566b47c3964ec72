"""Steps made of other steps: one taken back, and one in place of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.errors import UsageError
from platform_db.migration.failures import InTheWay
from platform_db.migration.steps.step import Step

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Lock, Obstacles, Server, Statement

__all__ = ["Drop", "Replace"]


@dataclass(frozen=True, slots=True)
class Drop(Step):
    """What ``made`` makes is dropped, and the way down makes it again: ``Drop(CreateIndex(…))``.

    The definition is asked for because the way down needs it; something else of that name is not dropped.
    """

    made: Step

    def __post_init__(self) -> None:
        """Refuse what leaves something behind on its own way down.

        Raises
        ------
        UsageError
            The step cannot be taken back.
        """
        if self.made.stays is not None:
            message = f"{self.made.title} cannot be taken back: {self.made.stays}"
            raise UsageError(message)

    @property
    def transactional(self) -> bool:
        return self.made.transactional

    @property
    def heavy(self) -> bool:
        return self.made.heavy

    @property
    def title(self) -> str:
        return f"drop {self.made.title.partition(' ')[2]}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return self.made.locks

    def up(self) -> tuple[Statement, ...]:
        return self.made.undo()

    def undo(self) -> tuple[Statement, ...]:
        return self.made.up()

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        return await self.made.to_undo(server)

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        return await self.made.to_do(server)

    async def obstacles_back(self, server: Server) -> Obstacles | None:
        return await self.made.obstacles(server)

    async def leftovers(self, server: Server) -> tuple[Statement, ...]:
        return await self.made.leftovers(server)


@dataclass(frozen=True, slots=True)
class Replace(Step):
    """One object in place of ``former``, of the same name or not, in one transaction: a policy or a trigger."""

    former: Step
    by: Step

    def __post_init__(self) -> None:
        """Refuse steps that do not fit one transaction.

        Raises
        ------
        UsageError
            One of them runs alone.
        """
        if not (self.former.transactional and self.by.transactional):
            message = f"{self.title}: both must fit one transaction"
            raise UsageError(message)

    @property
    def heavy(self) -> bool:
        return self.former.heavy or self.by.heavy

    @property
    def title(self) -> str:
        return f"replace {self.by.title.partition(' ')[2]}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return tuple(dict.fromkeys((*self.former.locks, *self.by.locks)))

    def up(self) -> tuple[Statement, ...]:
        return (*self.former.undo(), *self.by.up())

    def undo(self) -> tuple[Statement, ...]:
        return (*self.by.undo(), *self.former.up())

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        return await _exchange(server, self.former, self.by)

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        return await _exchange(server, self.by, self.former)

    async def obstacles(self, server: Server) -> Obstacles | None:
        return await self.by.obstacles(server)

    async def obstacles_back(self, server: Server) -> Obstacles | None:
        return await self.former.obstacles(server)


async def _exchange(server: Server, out: Step, into: Step) -> tuple[Statement, ...]:
    """What is left to do so that ``into`` is there and ``out`` is not."""
    try:
        left = await into.to_do(server)
    except InTheWay:
        # It may be the one that goes; anything else of that name is in its way too, and says so.
        return (*await out.to_undo(server), *into.up())
    try:
        gone = await out.to_undo(server)
    except InTheWay:
        gone = ()
    return (*gone, *left)
