"""Triggers as data: what the migrations create and the drift check compares."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Trigger", "row_trigger"]


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger of the schema.

    Attributes
    ----------
    name, table
        As PostgreSQL knows them.
    sql
        The whole CREATE TRIGGER or CREATE CONSTRAINT TRIGGER statement, without a semicolon.
    always
        Fires under ``session_replication_role = replica`` too.
    """

    name: str
    table: str
    sql: str
    always: bool = False

    @property
    def statements(self) -> tuple[str, ...]:
        """What creates it, in order."""
        if not self.always:
            return (self.sql,)
        return self.sql, f"ALTER TABLE {self.table} ENABLE ALWAYS TRIGGER {self.name}"


def row_trigger(name: str, table: str, when: str, function: str, *, always: bool = False) -> Trigger:
    """A trigger that calls ``function()`` for each row; ``when`` is ``BEFORE UPDATE`` and the like."""
    sql = f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    return Trigger(name, table, sql, always=always)
