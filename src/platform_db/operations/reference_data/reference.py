"""What the package says of the rows of one table, judged by the rules of that table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.instants import EARLIEST_INSTANT
from platform_db.domain.models import Identified
from platform_db.schema import OLDEST_SERVER
from platform_db.schema.metadata import facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from platform_db.domain.models import StoredModel

__all__ = ["Key", "Record", "Reference"]

Record = Mapping[str, object]
Key = tuple[object, ...]

# A row is judged whole, so what the server will make has a value that is valid anywhere.
_SERVER_MADE: Final[Record] = {
    "id": 1,
    "version": 1,
    "created_at": EARLIEST_INSTANT,
    "updated_at": EARLIEST_INSTANT,
    "measurement_date": EARLIEST_INSTANT,
    "postgresql_version": str(OLDEST_SERVER),
}

_GIVEN: Final = "given"
_PLACE: Final = "place"


@dataclass(frozen=True)
class Reference:
    """The rows that the package gives a table.

    Attributes
    ----------
    table
        Where they are stored.
    key
        The columns by which a row is known again; NULL counts as a value.
    records
        The rows, by column. A column that a record leaves out is stored with its default,
        and whatever somebody puts there later is no difference.
    moving
        Columns that are given once and then move by themselves; they are never compared.
    whole
        Whether the table is meant to hold nothing else; other rows are then reported.
    """

    table: sa.Table
    key: tuple[str, ...]
    records: Callable[[], Iterable[Record]]
    moving: frozenset[str] = field(default_factory=frozenset[str])
    whole: bool = False

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @cached_property
    def model(self) -> type[Identified]:
        """The table's model."""
        model: type[StoredModel] = facts(self.table).model
        assert issubclass(model, Identified)  # noqa: S101 - no other table has reference rows
        return model

    @cached_property
    def rows(self) -> tuple[Identified, ...]:
        """The rows, true by every rule of the table; what the server will make is a placeholder.

        Raises
        ------
        RuleViolation
            A record of the package breaks a rule.
        """
        made = {name: value for name, value in _SERVER_MADE.items() if name in self.model.model_fields}
        return tuple(self.model.parse({**record, **made}) for record in self.records())

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that an insert gives: all but those that the server makes."""
        return tuple(name for name in self.model.model_fields if name not in _SERVER_MADE)

    def key_of(self, row: Identified) -> Key:
        """What a row is known by."""
        return tuple(cast("object", getattr(row, name)) for name in self.key)

    def differing(self, row: Identified, stored: Identified) -> tuple[str, ...]:
        """The columns that the package gives in ``row`` and that are otherwise in ``stored``."""
        compared = row.model_fields_set - _SERVER_MADE.keys() - self.moving
        return tuple(name for name in self.columns if name in compared and getattr(row, name) != getattr(stored, name))

    # -- statements, one each however many rows ----------------------------------------

    @cached_property
    def insert_missing(self) -> Statement:
        """Store the given rows whose key is not there; gives back those that were stored."""
        given = self._given(self.columns)
        stored = self.table.alias("stored")
        # Without the question first, every run would use up ids for rows that are there.
        is_there = sa.exists().where(*self._same_key(stored, given))
        chosen = sa.select(*self._typed(given, self.columns)).where(~is_there).order_by(given.c[_PLACE])
        return Statement(
            postgresql.insert(self.table)
            .from_select(list(self.columns), chosen)
            .on_conflict_do_nothing()
            .returning(*self.table.c)
        )

    @cached_property
    def read(self) -> Statement:
        """The stored rows: those of the given keys, or the whole table."""
        return Statement(self._reading())

    @cached_property
    def read_locked(self) -> Statement:
        """As :attr:`read`, and nobody else changes them until the transaction ends."""
        return Statement(self._reading().with_for_update(of=self.table))

    @cached_property
    def overwrite(self) -> Statement:
        """Give the rows of these ids the given values."""
        given = self._given(("id", *self.columns))
        values = dict(zip(self.columns, self._typed(given, self.columns), strict=True))
        return Statement(sa.update(self.table).values(values).where(self.table.c.id == given.c.id))

    def parameters(self, columns: Sequence[str], rows: Iterable[Identified]) -> dict[str, object]:
        """The rows as parameters: one array a column."""
        listed = list(rows)
        return {name: [self._written(name, getattr(row, name)) for row in listed] for name in columns}

    def read_parameters(self) -> dict[str, object]:
        """The parameters of :attr:`read` and :attr:`read_locked`."""
        return {} if self.whole else self.parameters(self.key, self.rows)

    def _reading(self) -> sa.Select[tuple[object, ...]]:
        every = cast("sa.Select[tuple[object, ...]]", sa.select(self.table).order_by(self.table.c.id))
        if self.whole:
            return every
        given = self._given(self.key)
        return every.select_from(self.table.join(given, sa.and_(*self._same_key(self.table, given))))

    def _same_key(self, stored: sa.FromClause, given: sa.FromClause) -> list[sa.ColumnElement[bool]]:
        return [stored.c[name].is_not_distinct_from(given.c[name]) for name in self.key]

    def _given(self, columns: Sequence[str]) -> sa.FromClause:
        # Arrays in arrays must be of one length; as text they need not.
        kinds = {name: sa.Text() if self._is_array(name) else self.table.c[name].type for name in columns}
        return (
            sa.func.unnest(*(sa.bindparam(name, type_=postgresql.ARRAY(kind)) for name, kind in kinds.items()))
            .table_valued(*(sa.column(name, kind) for name, kind in kinds.items()), with_ordinality=_PLACE)
            .render_derived(name=_GIVEN)
        )

    def _typed(self, given: sa.FromClause, columns: Sequence[str]) -> list[sa.ColumnElement[object]]:
        return [
            sa.cast(given.c[name], self.table.c[name].type) if self._is_array(name) else given.c[name]
            for name in columns
        ]

    def _is_array(self, column: str) -> bool:
        return isinstance(self.table.c[column].type, sa.ARRAY)

    def _written(self, column: str, value: object) -> object:
        if value is None or not self._is_array(column):
            return value
        return "{" + ",".join(str(item) for item in cast("Sequence[object]", value)) + "}"
