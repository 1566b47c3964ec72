"""Which rows a list holds: a frozen filter, and the statements it needs, each compiled once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Self, TypeVar, cast

import sqlalchemy as sa
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from platform_db.database.statement import Statement
from platform_db.database.translate import not_representable
from platform_db.domain.fields import Instant
from platform_db.domain.models import StoredModel
from platform_db.repositories.paging import Key, Ordering, Page, checked_limit, fingerprint, ordered
from platform_db.repositories.rows import reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from enum import StrEnum

    from platform_db.database.executor import Executor

__all__ = [
    "BY_STATUS",
    "NEWEST_FIRST",
    "OLDEST_FIRST",
    "Age",
    "Condition",
    "Filter",
    "Listing",
    "Period",
    "as_written",
    "at_least",
    "at_most",
    "before",
    "contains",
    "equal",
    "labelled",
    "older_than",
    "one_of",
]

M = TypeVar("M", bound=StoredModel)

Condition = Callable[[sa.Table], sa.ColumnElement[bool]]

NEWEST_FIRST: Final = (Key("created_at", descending=True), Key("id", descending=True))
OLDEST_FIRST: Final = (Key("created_at"), Key("id"))
BY_STATUS: Final = (Key("status"), *OLDEST_FIRST)
"""The oldest of each status first.

Also for lists of one status: under row security the planner does not conclude from ``status = …``
that an index on (status, created_at) gives the rows by age.
"""

_LIMIT: Final[sa.BindParameter[int]] = sa.bindparam("limit", type_=sa.BigInteger())


class Filter(BaseModel):
    """What is not given, or None, does not restrict."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def checked(cls, **given: object) -> Self:
        """The filter of a list that has a method of its own, from the method's arguments.

        Raises
        ------
        RuleViolation
            ``value_representable``: an argument is not what its column can hold.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            fields = (str(detail["loc"][0]) for detail in error.errors(include_url=False, include_input=False))
            raise not_representable(*dict.fromkeys(fields)) from None

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


class Period(Filter):
    """From ``since`` (inclusive) to ``until`` (exclusive)."""

    since: Annotated[AwareDatetime, Instant()]
    until: Annotated[AwareDatetime, Instant()]


Age = Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=36_525))]
"""How long ago, counted by the server's clock."""


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


def before(column: str, parameter: str) -> Condition:
    """The column is below the parameter."""
    return lambda table: table.c[column] < sa.bindparam(parameter, type_=table.c[column].type)


def contains(column: str, parameter: str) -> Condition:
    """The column's JSON contains the parameter's (``@>``)."""
    return lambda table: table.c[column].op("@>", is_comparison=True)(
        sa.bindparam(parameter, type_=table.c[column].type)
    )


def older_than(column: str, parameter: str) -> Condition:
    """The column lies at least the parameter, an :data:`Age`, before the transaction's now."""
    return lambda table: table.c[column] <= sa.func.now() - sa.bindparam(parameter, type_=sa.Interval())


def as_written(label: StrEnum) -> sa.ColumnElement[str]:
    """The label as a constant in the text of a statement."""
    return sa.literal_column(f"'{label.value}'", sa.Text())


def labelled(column: str, *labels: StrEnum) -> Condition:
    """The column has one of these labels.

    They stand in the text of the statement, so that a partial index's predicate follows from
    it under every plan, also one made before the parameters are known.
    """
    written = [as_written(label) for label in labels]
    return lambda table: table.c[column] == written[0] if len(written) == 1 else table.c[column].in_(written)


class Listing(Generic[M]):
    """One list of a table's rows: pages in the order of its keys, all rows, how many.

    ``conditions`` says for each field of the filter what it demands. Each combination of
    filters is one statement, compiled once.

    ``only`` are the rows that the list is about, where it is not about all; its ``name`` then
    tells its cursors from those of the table's other lists.

    ``leading`` are the filters whose column comes before the keys in an index of the list: where
    one is given, the order is told with that column first, which is the same in every row.
    Under row security the planner does not take an enum's equality for a constant (it is not
    leakproof), and would not see that the index has the order already.
    """

    def __init__(  # noqa: PLR0913 - a declaration: every argument is named where it is used
        self,
        table: sa.Table,
        model: type[M],
        keys: tuple[Key, ...],
        conditions: Mapping[str, Condition],
        *,
        name: str = "page",
        only: tuple[Condition, ...] = (),
        leading: tuple[Key, ...] = (),
    ) -> None:
        self._table = table
        self._name = f"{table.name}.{name}"
        self._only = only
        self._leading = leading
        self._read = reader(model)
        self._ordering = Ordering(table, model, *keys)
        self._conditions = conditions
        self._known: dict[tuple[str, frozenset[str]], Statement] = {}

    async def page(self, executor: Executor, chosen: Filter, *, after: str | None, limit: int) -> Page[M]:
        """At most ``limit`` rows from the beginning, or after a cursor."""
        given = chosen.given()
        kept = fingerprint(self._name, chosen.told())
        asked: dict[str, object] = {**given, "limit": checked_limit(limit) + 1}
        if after is not None:
            asked |= self._ordering.parameters(after, kept)
        rows = await executor.fetch(self._page(given, goes_on=after is not None), asked)
        return self._ordering.page([self._read(row) for row in rows], limit, kept)

    async def stream(self, executor: Executor, chosen: Filter) -> AsyncIterator[M]:
        """Every row, by key; memory holds one batch."""
        given = chosen.given()
        statement = self._kept("all", given, lambda rows: rows.order_by(self._table.c.id))
        async for batch in executor.stream(statement, given):
            for row in batch:
                yield self._read(row)

    async def count(self, executor: Executor, chosen: Filter) -> int:
        """How many rows there are; reads all of them."""
        given = chosen.given()
        statement = self._kept("count", given, lambda rows: sa.select(sa.func.count()).select_from(rows.subquery()))
        return cast("int", await executor.fetch_value(statement, given))

    async def exists(self, executor: Executor, chosen: Filter) -> bool:
        """Whether there is a row."""
        given = chosen.given()
        statement = self._kept("exists", given, lambda rows: sa.select(rows.exists()))
        return bool(await executor.fetch_value(statement, given))

    def _page(self, given: Mapping[str, object], *, goes_on: bool) -> Statement:
        def first(rows: sa.Select[Any]) -> sa.Select[Any]:
            leading = (key for key in self._leading if key.column in given)
            order = [*(ordered(self._table.c[key.column], key) for key in leading), *self._ordering.order_by()]
            return rows.order_by(*order).limit(_LIMIT)

        if not goes_on:
            return self._kept("first", given, first)
        return self._kept("next", given, lambda rows: first(rows.where(self._ordering.after())))

    def _kept(
        self, kind: str, given: Mapping[str, object], shape: Callable[[sa.Select[Any]], sa.Executable]
    ) -> Statement:
        key = kind, frozenset(given)
        known = self._known.get(key)
        if known is None:
            named = (self._conditions[name] for name in sorted(given))
            conditions = (condition(self._table) for condition in (*self._only, *named))
            known = self._known[key] = Statement(shape(sa.select(self._table).where(*conditions)))
        return known
