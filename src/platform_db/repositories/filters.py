"""Which rows a list holds: a frozen filter, and the statements it needs, each compiled once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from platform_db.database.statement import Statement

if TYPE_CHECKING:
    from platform_db.repositories.paging import Ordering

__all__ = ["Filter", "Listing"]

Condition = Callable[[sa.Table], sa.ColumnElement[bool]]

_LIMIT: Final[sa.BindParameter[int]] = sa.bindparam("limit", type_=sa.BigInteger())


class Filter(BaseModel):
    """What is not given, or None, does not restrict."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def given(self) -> dict[str, object]:
        """The parameters that restrict, with their values; an array for several choices."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {
            name: list(cast("frozenset[object]", value)) if isinstance(value, frozenset) else value
            for name, value in found.items()
            if value is not None
        }

    def told(self) -> dict[str, object]:
        """The same in one order, so that equal filters have one fingerprint."""
        return {
            name: sorted(cast("list[str]", value)) if isinstance(value, list) else value
            for name, value in self.given().items()
        }


def equal(column: str) -> Condition:
    """The column equals the parameter of its name."""
    return lambda table: table.c[column] == sa.bindparam(column, type_=table.c[column].type)


def one_of(column: str, parameter: str) -> Condition:
    """The column equals one of an array parameter."""

    def condition(table: sa.Table) -> sa.ColumnElement[bool]:
        kind = table.c[column].type
        return table.c[column] == sa.any_(sa.bindparam(parameter, type_=sa.ARRAY(kind)))

    return condition


def at_least(column: str, parameter: str) -> Condition:
    """The column is not below the parameter."""
    return lambda table: table.c[column] >= sa.bindparam(parameter, type_=table.c[column].type)


def at_most(column: str, parameter: str) -> Condition:
    """The column is not above the parameter."""
    return lambda table: table.c[column] <= sa.bindparam(parameter, type_=table.c[column].type)


class Listing:
    """The statements of one list: pages, all rows in the order of their keys, how many.

    ``conditions`` says for each field of the filter what it demands.
    """

    def __init__(self, table: sa.Table, ordering: Ordering, conditions: Mapping[str, Condition]) -> None:
        self._table = table
        self._ordering = ordering
        self._conditions = conditions
        self._known: dict[tuple[str, frozenset[str]], Statement] = {}

    def first_page(self, given: Mapping[str, object]) -> Statement:
        """At most ``limit`` rows from the beginning."""
        return self._kept("first", given, lambda chosen: chosen.order_by(*self._ordering.order_by()).limit(_LIMIT))

    def next_page(self, given: Mapping[str, object]) -> Statement:
        """At most ``limit`` rows after a cursor."""
        order, after = self._ordering.order_by(), self._ordering.after()
        return self._kept("next", given, lambda chosen: chosen.where(after).order_by(*order).limit(_LIMIT))

    def all(self, given: Mapping[str, object]) -> Statement:
        """Every row, by key."""
        return self._kept("all", given, lambda chosen: chosen.order_by(self._table.c.id))

    def count(self, given: Mapping[str, object]) -> Statement:
        """How many rows there are."""
        return self._kept("count", given, lambda chosen: sa.select(sa.func.count()).select_from(chosen.subquery()))

    def exists(self, given: Mapping[str, object]) -> Statement:
        """Whether there is a row."""
        return self._kept("exists", given, lambda chosen: sa.select(chosen.exists()))

    def _kept(
        self, kind: str, given: Mapping[str, object], shape: Callable[[sa.Select[Any]], sa.Executable]
    ) -> Statement:
        key = kind, frozenset(given)
        known = self._known.get(key)
        if known is None:
            conditions = (self._conditions[name](self._table) for name in sorted(given))
            known = self._known[key] = Statement(shape(sa.select(self._table).where(*conditions)))
        return known
