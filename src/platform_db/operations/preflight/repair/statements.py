"""The statements of a repair, for one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.opening import quote_literal
from platform_db.database.statement import Statement
from platform_db.errors import Violation
from platform_db.operations.preflight.names import quoted
from platform_db.operations.preflight.questions import breaks_at
from platform_db.operations.preflight.repair.plan import VERSION
from platform_db.schema.metadata import no_binds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from platform_db.operations.preflight.questions import Asked
    from platform_db.operations.preflight.repair.plan import RowKey

__all__ = ["RowStatements"]


class RowStatements:
    """What is sent for one row of a repair; ``changes`` unset is its removal."""

    CHECK_NOW: Final = Statement(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    """What triggers would say at COMMIT is said while the row is at hand."""

    def __init__(self, asked: Asked, changes: Mapping[str, JsonValue] | None) -> None:
        self.table = asked.relation.table
        self.replaced = tuple(changes or ())
        self._asked = asked

    @property
    def violation(self) -> Violation:
        """What is reported of a row that would still break the rule."""
        demand = self._asked.demand
        return Violation(demand.name, demand.fields, demand.message, entity=demand.table)

    def locked(self, key: RowKey) -> Statement:
        """The row, locked; values that are to be replaced as text, since they may have no form in Python."""
        columns = [
            sa.cast(column, sa.Text()).label(column.name) if column.name in self.replaced else column
            for column in self.table.columns
        ]
        return Statement(sa.select(*columns).where(self._named(key)).with_for_update(of=self.table))

    def breaks(self, key: RowKey) -> Statement:
        """Whether the row breaks the rule now."""
        named = " AND ".join(
            f"t.{quoted(name)} = {quote_literal(str(value))}" for name, value in key.items() if name != VERSION
        )
        # A colon in a predicate is no parameter.
        return Statement(sa.text(no_binds(breaks_at(self._asked, named))))

    def update(self, key: RowKey) -> Statement:
        """New values, as ``new_<column>``."""
        values = {name: sa.bindparam(f"new_{name}", type_=self.table.columns[name].type) for name in self.replaced}
        return Statement(sa.update(self.table).where(self._named(key)).values(values))

    def deletion(self, key: RowKey) -> Statement:
        """The row's removal."""
        return Statement(sa.delete(self.table).where(self._named(key)))

    def _named(self, key: RowKey) -> sa.ColumnElement[bool]:
        columns = self.table.columns
        return sa.and_(*(columns[name] == value for name, value in key.items() if name != VERSION))
