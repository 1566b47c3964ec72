"""From a row to a frozen model by one validator call; and a row changed only as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, cast

import sqlalchemy as sa
from pydantic import ValidationError

from platform_db.database.statement import Statement
from platform_db.domain.models import StoredModel, Versioned
from platform_db.domain.trust import FROM_DATABASE
from platform_db.errors import InvalidRow, NotFound, StaleVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from platform_db.database.executor import Executor, Row

__all__ = ["Rows", "reader"]

M = TypeVar("M", bound=StoredModel)
V = TypeVar("V", bound=Versioned)


def reader(model: type[M]) -> Callable[[Row], M]:
    """Give the function that reads rows of ``model``'s table.

    Bounds of single fields are checked again (natively); rules over several fields are
    not, because the server checked them when the row was written. A row that breaks a bound
    raises :class:`~platform_db.errors.InvalidRow`, which tells its table and the rules.
    """
    validate = model.__pydantic_validator__.validate_python

    def read(row: Row) -> M:
        try:
            # Keys and values of a record side by side take two thirds of the time of its items.
            return cast("M", validate(dict(zip(row.keys(), row.values(), strict=True)), context=FROM_DATABASE))
        except ValidationError as error:
            failure = _invalid(model, row, error)
        raise failure

    return read


def _invalid(model: type[StoredModel], row: Row, error: ValidationError) -> InvalidRow:
    """Without the values, which may name a person; the key names nobody."""
    broken = ", ".join(violation.rule for violation in model.explain(error, dict(row.items())))
    which = f"row {row['id']}" if "id" in row.keys() else "a row"  # noqa: SIM118 - a record is no mapping
    return InvalidRow(f"{which} of {model.entity} breaks {broken}: see `platform-db preflight --table {model.entity}`")


class Rows(Generic[V]):
    """The rows of a table with versions; ``noun`` is what people call one of them."""

    def __init__(self, table: sa.Table, model: type[V], noun: str) -> None:
        self.read = reader(model)
        self.key = table.c.id == sa.bindparam("id", type_=sa.BigInteger())
        self.as_read = sa.and_(
            table.c.version == sa.bindparam("read_version", type_=sa.Integer()),
            # A unit that was undone may have given the same number to another row.
            table.c.updated_at == sa.bindparam("read_updated_at", type_=table.c.updated_at.type),
        )
        self._table = table
        self._noun = noun
        self._get = Statement(sa.select(table).where(self.key))
        self._get_for_update = Statement(sa.select(table).where(self.key).with_for_update(key_share=True))
        self._version = Statement(sa.select(table.c.version).where(self.key))
        self._changes: dict[frozenset[str], Statement] = {}

    async def get(self, executor: Executor, key: int) -> V:
        """The row of this key, or NotFound."""
        return self.found(await executor.fetch_row(self._get, {"id": key}))

    async def get_for_update(self, executor: Executor, key: int) -> V:
        """The same, and nobody else changes it until the transaction ends."""
        return self.found(await executor.fetch_row(self._get_for_update, {"id": key}))

    def found(self, row: Row | None) -> V:
        """The row as its model.

        Raises
        ------
        NotFound
            There is none.
        """
        if row is None:
            raise self.missing()
        return self.read(row)

    def missing(self) -> NotFound:
        """What is raised where a row is missing, or hidden by row security: nobody learns which."""
        return NotFound(f"no such {self._noun}, or none that this identity may see", entity=self._table.name)

    async def change(self, executor: Executor, row: V, changes: Mapping[str, object]) -> V:
        """Change these columns, if nobody changed the row since it was read.

        Raises
        ------
        StaleVersion
            The row moved on.
        NotFound
            It is gone.
        """
        wanted = {f"new_{name}": value for name, value in changes.items()}
        return await self.run(executor, self._change(frozenset(changes)), row, wanted)

    async def run(self, executor: Executor, statement: Statement, row: V, parameters: Mapping[str, object]) -> V:
        """Run a statement that demands ``id`` and ``read_version`` and gives the row back."""
        changed = await executor.fetch_row(statement, {**self.demanded(row, statement), **parameters})
        if changed is None:
            raise await self.stale(executor, row)
        return self.read(changed)

    def demanded(self, row: V, statement: Statement) -> dict[str, object]:
        """The parameters by which a statement demands the row as it was read."""
        known = {"id": row.id, "read_version": row.version, "read_updated_at": row.updated_at}
        return {name: value for name, value in known.items() if name in statement.parameters}

    async def demand_as_read(self, executor: Executor, row: V) -> None:
        """Refuse a row that moved on since it was read.

        Raises
        ------
        StaleVersion
            The row moved on.
        NotFound
            It is gone.
        """
        if await executor.fetch_value(self._version, {"id": row.id}) != row.version:
            raise await self.stale(executor, row)

    async def stale(self, executor: Executor, row: V) -> StaleVersion | NotFound:
        """Why no row was there under the version that was read; asked only when there was none."""
        version = await executor.fetch_value(self._version, {"id": row.id})
        if version is None:
            return self.missing()
        told = (
            f"is at version {version}, not {row.version}"
            if version != row.version
            else "was never stored as it is here"
        )
        message = f"{self._noun} {row.id} {told}: read it again"
        return StaleVersion(message, entity=self._table.name, fields=("version",))

    def _change(self, columns: frozenset[str]) -> Statement:
        known = self._changes.get(columns)
        if known is None:
            values = {name: sa.bindparam(f"new_{name}", type_=self._table.c[name].type) for name in sorted(columns)}
            known = self._changes[columns] = Statement(
                sa.update(self._table).where(self.key, self.as_read).values(values).returning(*self._table.c),
            )
        return known
