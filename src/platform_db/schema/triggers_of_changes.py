"""The triggers that refuse a change: one for each change rule of a model.

The condition is judged without calling the function, so a change that is allowed costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_db.schema.metadata import facts
from platform_db.schema.triggers import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from platform_db.domain.changes import ChangeRule

__all__ = ["triggers_of_changes"]


def triggers_of_changes(table: sa.Table) -> Iterator[Trigger]:
    """The triggers of the table's change rules, in their order."""
    for rule in facts(table).model.change_rules:
        yield _refusal(table.name, rule)


def _refusal(table: str, rule: ChangeRule) -> Trigger:
    name = f"{table}_{rule.name}"
    told = rule.message.en.replace("'", "''")
    sql = (
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {', '.join(rule.fields)} ON {table} FOR EACH ROW "
        f"WHEN (NOT ({rule.sql})) EXECUTE FUNCTION refuse_change('{rule.guard.constraint(table)}', '{told}')"
    )
    return Trigger(name, table, sql, always=True)
