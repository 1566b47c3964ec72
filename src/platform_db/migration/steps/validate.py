"""Reading the old rows for a constraint that was added NOT VALID."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.migration.failures import RevisionFailed
from platform_db.migration.steps.names import name, texts
from platform_db.migration.steps.rows import Reference, breaking, orphaned
from platform_db.migration.steps.step import Lock, LockMode, Step, patient

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Obstacles, Server, Statement

__all__ = ["Validate"]

_FOUND: Final = """
    SELECT contype::text, convalidated, pg_get_expr(conbin, conrelid),
        (SELECT relname FROM pg_class WHERE oid = confrelid) AS parent,
        ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS part (attnum, place)
            JOIN pg_attribute USING (attnum) WHERE attrelid = conrelid ORDER BY place) AS own,
        ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS part (attnum, place)
            JOIN pg_attribute USING (attnum) WHERE attrelid = confrelid ORDER BY place) AS theirs
    FROM pg_constraint
    WHERE conrelid = to_regclass($1) AND conname = $2
"""


@dataclass(frozen=True, slots=True)
class Validate(Step):
    """``VALIDATE CONSTRAINT``: reads the table while the application goes on writing.

    It runs alone: in the transaction that added the constraint it would hold that one's ACCESS EXCLUSIVE lock
    for as long as it reads.
    """

    table: str
    constraint: str

    @property
    def transactional(self) -> bool:
        return False

    @property
    def stays(self) -> str | None:
        return "the constraint stays validated until it is dropped"

    @property
    def title(self) -> str:
        return f"validate {self.constraint} on {self.table}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (Lock(LockMode.SHARE_UPDATE_EXCLUSIVE, self.table, while_reading=True),)

    def up(self) -> tuple[Statement, ...]:
        return patient(f"ALTER TABLE {name(self.table)} VALIDATE CONSTRAINT {name(self.constraint)}")

    def undo(self) -> tuple[Statement, ...]:
        return ()

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        found = await server.fetchrow(_FOUND, name(self.table), self.constraint)
        if found is None:
            message = f"{self.title}: there is no such constraint"
            raise RevisionFailed(message)
        return () if found["convalidated"] else self.up()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:  # noqa: ARG002 - nothing is taken back
        return ()

    async def obstacles(self, server: Server) -> Obstacles | None:
        found = await server.fetchrow(_FOUND, name(self.table), self.constraint)
        if found is None or found["convalidated"]:
            return None
        why = f"break {self.constraint}"
        if found[0] == "c":
            return await breaking(server, self.table, f"NOT ({found[2]})", why)
        reference = Reference(texts(found["own"]), str(found["parent"]), texts(found["theirs"]))
        return await orphaned(server, self.table, reference, why)
