"""A trigger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self

from platform_db.migration.steps.defined import Defined
from platform_db.migration.steps.models import trigger_of
from platform_db.migration.steps.names import name
from platform_db.migration.steps.step import Lock, LockMode, brief

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Server, Statement

__all__ = ["CreateTrigger"]

_STATEMENT: Final = re.compile(
    r"CREATE (?P<constraint>CONSTRAINT )?TRIGGER \S+\s+(?P<when>.+?)\s+ON\s+\S+\s+(?P<does>.+)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class CreateTrigger(Defined):
    """A trigger: ``CreateTrigger("t", "users", "BEFORE UPDATE", "FOR EACH ROW EXECUTE FUNCTION f()")``.

    ``fires`` is ``always`` for one that fires for replicated changes too.
    """

    name: str
    table: str
    when: str
    does: str
    fires: Literal["origin", "always"] = "origin"
    is_constraint: bool = False

    @classmethod
    def of(cls, table: str, trigger: str) -> Self:
        """The trigger of the models.

        Raises
        ------
        LookupError
            The table has none of that name.
        """
        found = trigger_of(trigger, table)
        parts = _STATEMENT.fullmatch(found.sql)
        if parts is None:
            message = f"trigger {trigger} on {table}: its statement has another form than CREATE TRIGGER … ON …"
            raise LookupError(message)
        return cls(
            name=found.name,
            table=found.table,
            when=parts["when"],
            does=parts["does"],
            fires="always" if found.always else "origin",
            is_constraint=parts["constraint"] is not None,
        )

    @property
    def title(self) -> str:
        return f"create {self.what}"

    @property
    def what(self) -> str:
        return f"trigger {self.name} on {self.table}"

    @property
    def on_table(self) -> str:
        return self.table

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (Lock(LockMode.SHARE_ROW_EXCLUSIVE, self.table),)

    def up(self) -> tuple[Statement, ...]:
        kind = "CONSTRAINT TRIGGER" if self.is_constraint else "TRIGGER"
        made = brief(f"CREATE {kind} {name(self.name)} {self.when} ON {name(self.table)} {self.does}")
        if self.fires == "origin":
            return made
        return (*made, *brief(f"ALTER TABLE {name(self.table)} ENABLE ALWAYS TRIGGER {name(self.name)}"))

    def undo(self) -> tuple[Statement, ...]:
        return brief(f"DROP TRIGGER {name(self.name)} ON {name(self.table)}")

    async def found(self, server: Server) -> str | None:
        printed = await server.fetchval(
            "SELECT pg_get_triggerdef(oid, true) "
            "|| CASE tgenabled WHEN 'O' THEN '' WHEN 'A' THEN ' (always)' ELSE ' (disabled)' END "
            "FROM pg_trigger WHERE tgrelid = to_regclass($1) AND tgname = $2 AND NOT tgisinternal",
            name(self.table),
            self.name,
        )
        return None if printed is None else str(printed)
