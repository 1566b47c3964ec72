"""What the models already say, so that a step does not say it again.

A revision that is released keeps its own text: a step made from the models follows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import sqlalchemy as sa

    from platform_db.schema.triggers import Trigger

__all__ = ["constraint_of", "index_of", "table_of", "trigger_of"]

Constraint = TypeVar("Constraint", bound="sa.Constraint")


def table_of(name: str) -> sa.Table:
    """The table of the models.

    Raises
    ------
    LookupError
        There is none of that name.
    """
    from platform_db.schema.all_tables import metadata  # the tables load when a step asks for them

    found = metadata.tables.get(name)
    if found is None:
        message = f"the models have no table {name}"
        raise LookupError(message)
    return found


def constraint_of(table: str, name: str, kind: type[Constraint]) -> Constraint:
    """The constraint of a table, by its name or by the name of its rule.

    Raises
    ------
    LookupError
        The table has none of that name and kind.
    """
    for each in table_of(table).constraints:
        rule: object = each.info.get("rule")
        if isinstance(each, kind) and name in {str(each.name), getattr(rule, "name", None)}:
            return each
    message = f"the models have no {kind.__name__} {name} on {table}"
    raise LookupError(message)


def index_of(name: str) -> sa.Index:
    """The index of that name.

    Raises
    ------
    LookupError
        No table has it.
    """
    from platform_db.schema.all_tables import metadata  # the tables load when a step asks for them

    for table in metadata.tables.values():
        for index in table.indexes:
            if index.name == name:
                return index
    message = f"the models have no index {name}"
    raise LookupError(message)


def trigger_of(name: str, table: str) -> Trigger:
    """The trigger of that name on a table.

    Raises
    ------
    LookupError
        There is none.
    """
    from platform_db.schema.all_triggers import triggers  # the triggers load when a step asks for them

    for trigger in triggers():
        if (trigger.name, trigger.table) == (name, table):
            return trigger
    message = f"the models have no trigger {name} on {table}"
    raise LookupError(message)
