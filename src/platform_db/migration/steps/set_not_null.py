"""NOT NULL on a column of a table that has rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.errors import UsageError
from platform_db.migration.failures import InTheWay, RevisionFailed
from platform_db.migration.steps.defined import constraint, drop_constraint
from platform_db.migration.steps.names import LONGEST_NAME, name
from platform_db.migration.steps.rows import breaking
from platform_db.migration.steps.step import Lock, LockMode, Step, brief, patient

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Obstacles, Server, Statement

__all__ = ["SetNotNull"]

# PostgreSQL 18 marks the column at once, before it has read the rows.
_UNPROVEN: Final = """
    SELECT conname::text FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND conkey = ARRAY[attnum]
    WHERE conrelid = to_regclass($1) AND attname = $2 AND contype = 'n' AND NOT convalidated
"""


@dataclass(frozen=True, slots=True)
class SetNotNull(Step):
    """Through a CHECK that is validated beside the application's writes, and dropped again.

    ``SET NOT NULL`` alone would read the table under ACCESS EXCLUSIVE; with a validated CHECK it reads nothing.
    """

    table: str
    column: str

    def __post_init__(self) -> None:
        """Refuse names that make the CHECK's too long.

        Raises
        ------
        UsageError
            Table and column together are too long for a name.
        """
        Step.__post_init__(self)
        if len(self._proof.encode()) > LONGEST_NAME:
            message = f"{self._proof!r} is longer than a name may be: add the CHECK by hand"
            raise UsageError(message)

    @property
    def _proof(self) -> str:
        return f"ck_{self.table}_{self.column}_is_set"

    @property
    def transactional(self) -> bool:
        return False

    @property
    def title(self) -> str:
        return f"set {self.table}.{self.column} not null"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (
            Lock(LockMode.ACCESS_EXCLUSIVE, self.table),
            Lock(LockMode.SHARE_UPDATE_EXCLUSIVE, self.table, while_reading=True),
        )

    def _table(self) -> str:
        return f"ALTER TABLE {name(self.table)}"

    def _add(self) -> tuple[Statement, ...]:
        return brief(
            f"{self._table()} ADD CONSTRAINT {name(self._proof)} CHECK ({name(self.column)} IS NOT NULL) NOT VALID"
        )

    def _prove(self) -> tuple[Statement, ...]:
        return patient(f"{self._table()} VALIDATE CONSTRAINT {name(self._proof)}")

    def _set(self) -> tuple[Statement, ...]:
        return brief(f"{self._table()} ALTER COLUMN {name(self.column)} SET NOT NULL")

    def _drop(self) -> tuple[Statement, ...]:
        return drop_constraint(self.table, self._proof)

    def up(self) -> tuple[Statement, ...]:
        return (*self._add(), *self._prove(), *self._set(), *self._drop())

    def undo(self) -> tuple[Statement, ...]:
        return brief(f"{self._table()} ALTER COLUMN {name(self.column)} DROP NOT NULL")

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        is_set = await self._is_set(server)
        if is_set is None:
            message = f"{self.title}: there is no such column"
            raise RevisionFailed(message)
        proof = await self._state_of_proof(server)
        unproven = await server.fetchval(_UNPROVEN, name(self.table), self.column)
        if unproven is not None:
            validate = patient(f"{self._table()} VALIDATE CONSTRAINT {name(str(unproven))}")
            return (*validate, *(() if proof is None else self._drop()))
        if is_set:
            return () if proof is None else self._drop()
        if proof is None:
            return self.up()
        return (*(() if proof else self._prove()), *self._set(), *self._drop())

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        left = () if await self._state_of_proof(server) is None else self._drop()
        return (*left, *self.undo()) if await self._is_set(server) else left

    async def _is_set(self, server: Server) -> bool | None:
        found = await server.fetchval(
            "SELECT attnotnull FROM pg_attribute "
            "WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped",
            name(self.table),
            self.column,
        )
        return None if found is None else bool(found)

    async def _state_of_proof(self, server: Server) -> bool | None:
        """Whether the CHECK is validated; ``None`` when there is none."""
        found = await constraint(server, self.table, self._proof)
        if found is None:
            return None
        wanted = f"CHECK ({name(self.column)} IS NOT NULL)"
        if found != wanted:
            what = f"check {self._proof} on {self.table}"
            raise InTheWay.of(what, found, wanted)
        return bool(
            await server.fetchval(
                "SELECT convalidated FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2",
                name(self.table),
                self._proof,
            )
        )

    async def obstacles(self, server: Server) -> Obstacles | None:
        return await breaking(server, self.table, f"t.{name(self.column)} IS NULL", f"have no {self.column}")
