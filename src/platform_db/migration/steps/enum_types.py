"""Enum types: a new one, and a new label of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.migration.failures import InTheWay, RevisionFailed
from platform_db.migration.steps.names import literal, name, texts
from platform_db.migration.steps.step import Lock, Statement, Step, brief

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Server

__all__ = ["AddEnumValue", "CreateEnumType", "labels_of"]


async def labels_of(server: Server, type_name: str) -> tuple[str, ...] | None:
    """The labels of an enum type in their order; ``None`` when there is no such type, empty for one of another kind."""
    found = await server.fetchval(
        "SELECT ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder) "
        "FROM pg_type AS t WHERE t.oid = to_regtype($1)",
        name(type_name),
    )
    return None if found is None else texts(found)


@dataclass(frozen=True, slots=True)
class CreateEnumType(Step):
    """``CREATE TYPE … AS ENUM``; one that exists must have the same labels in the same order.

    On the way down it may have further ones, which :class:`AddEnumValue` left.
    """

    name: str
    labels: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"create {self._what}"

    @property
    def _what(self) -> str:
        return f"enum type {self.name}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return ()

    def _printed(self, labels: tuple[str, ...]) -> str:
        return f"ENUM ({', '.join(literal(each) for each in labels)})"

    def up(self) -> tuple[Statement, ...]:
        return brief(f"CREATE TYPE {name(self.name)} AS {self._printed(self.labels)}")

    def undo(self) -> tuple[Statement, ...]:
        return brief(f"DROP TYPE {name(self.name)}")

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        return () if await self._is_there(server) else self.up()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        found = await labels_of(server, self.name)
        # Labels that later revisions added stay on their way down.
        return self.undo() if self._is_ours(tuple(each for each in found or () if each in self.labels), found) else ()

    async def _is_there(self, server: Server) -> bool:
        found = await labels_of(server, self.name)
        return self._is_ours(found, found)

    def _is_ours(self, compared: tuple[str, ...] | None, found: tuple[str, ...] | None) -> bool:
        if found is None:
            return False
        if compared != self.labels:
            raise InTheWay.of(self._what, self._printed(found), self._printed(self.labels))
        return True


@dataclass(frozen=True, slots=True)
class AddEnumValue(Step):
    """``ALTER TYPE … ADD VALUE``, in a transaction of its own: no statement of the same one could use the label."""

    type_name: str
    label: str
    after: str

    @property
    def transactional(self) -> bool:
        return False

    @property
    def stays(self) -> str | None:
        return "PostgreSQL cannot take a label away; one that no row has harms nothing"

    @property
    def title(self) -> str:
        return f"add label {self.label} to {self.type_name}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return ()

    def up(self) -> tuple[Statement, ...]:
        return brief(f"ALTER TYPE {name(self.type_name)} ADD VALUE {literal(self.label)} AFTER {literal(self.after)}")

    def undo(self) -> tuple[Statement, ...]:
        return ()

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        labels = await labels_of(server, self.type_name)
        if labels is None:
            message = f"{self.title}: there is no such type"
            raise RevisionFailed(message)
        if self.label not in labels:
            return self.up()
        before = labels[: labels.index(self.label)]
        # Labels stay on the way down, so one of a later revision may stand between the two.
        if self.after not in before:
            what = f"label {self.label} of {self.type_name}"
            raise InTheWay.of(what, f"after {before[-1] if before else 'nothing'}", f"after {self.after}")
        return ()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:  # noqa: ARG002 - nothing is taken back
        return ()
