"""A script that stands beside its revision: ``<revision>.up.sql`` and ``<revision>.down.sql``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from platform_db.migration.steps.step import Statement, Step

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Lock, Server

__all__ = ["Script"]


@dataclass(frozen=True, slots=True)
class Script(Step):
    """New objects, made by one text in one transaction with the stamp of its revision: ``Script(__file__)``.

    The text is frozen with the revision: models may change, a released revision does not. It is not
    compared with what is there, because the stamp tells whether it ran; so it is the whole of its revision.

    Attributes
    ----------
    taken
        The locks on tables that were there before, such as a foreign key's on the table it refers to.
    """

    file: str
    taken: tuple[Lock, ...] = ()

    def __post_init__(self) -> None:
        """Nothing is checked: the scripts may be written after their revision."""

    @property
    def sets_role(self) -> bool:
        return True

    @property
    def title(self) -> str:
        return f"run {self._path('up').name}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return self.taken

    def up(self) -> tuple[Statement, ...]:
        return self._statements("up")

    def undo(self) -> tuple[Statement, ...]:
        return self._statements("down")

    async def to_do(self, server: Server) -> tuple[Statement, ...]:  # noqa: ARG002 - the stamp tells
        return self.up()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:  # noqa: ARG002 - the stamp tells
        return self.undo()

    def _path(self, direction: Literal["up", "down"]) -> Path:
        return Path(self.file).with_suffix(f".{direction}.sql")

    def _statements(self, direction: Literal["up", "down"]) -> tuple[Statement, ...]:
        path = self._path(direction)
        return (Statement(path.read_text(encoding="utf-8"), file=path.name),)
