"""One SQL statement, written with SQLAlchemy Core, compiled once, run by asyncpg."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from platform_db.database.codecs import json_array_parameter, json_parameter
from platform_db.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy.sql.compiler import SQLCompiler

__all__ = ["Statement"]

_DIALECT: Final = PGDialect_asyncpg()


class Statement:
    """A Core statement as SQL text with ``$1`` … and the order of its parameters.

    Build it once, at module level. It is compiled on first use and then immutable; it
    may be shared by every task and thread. Constants inside the construct
    (``status == "draft"``, ``version + 1``) are merged with the caller's parameters.
    JSON parameters may be given as objects, or as JSON text.

    Raises
    ------
    ConfigurationError
        On first use: the construct needs its values when it is compiled (``IN``), or
        SQLAlchemy would compute a column's default in Python. The text says what to write instead.

    Examples
    --------
    >>> users = sa.table("users", sa.column("id", sa.BigInteger), sa.column("status", sa.Text))
    >>> active = sa.select(users.c.id).where(users.c.id == sa.bindparam("id"), users.c.status == "active")
    >>> Statement(active).arguments({"id": 7})
    [7, 'active']
    """

    __slots__ = ("_construct", "_converters", "_names", "_required", "_sql", "_template")

    def __init__(self, construct: sa.Executable) -> None:
        self._construct = construct
        self._sql: str | None = None
        self._template: list[object] = []
        self._names: tuple[tuple[int, str], ...] = ()
        self._required: frozenset[str] = frozenset()
        self._converters: tuple[tuple[int, Callable[[object], object]], ...] = ()

    def __repr__(self) -> str:
        return f"Statement({self.sql!r})"

    @property
    def sql(self) -> str:
        """The text that the server gets."""
        return self._compile() if self._sql is None else self._sql

    @property
    def parameters(self) -> frozenset[str]:
        """The names that :meth:`arguments` expects, all of them."""
        if self._sql is None:
            self._compile()
        return self._required

    def arguments(self, parameters: Mapping[str, object]) -> list[object]:
        """Give the values of ``$1``, ``$2`` … in order.

        Raises
        ------
        UsageError
            A parameter is missing or unknown; its name is in the text.
        """
        if self._sql is None:
            self._compile()
        if len(parameters) != len(self._required):
            raise self._mismatch(parameters)
        values = self._template.copy()
        try:
            for position, name in self._names:
                values[position] = parameters[name]
        except KeyError:
            missing = True
        else:
            missing = False
        if missing:
            raise self._mismatch(parameters)
        for position, convert in self._converters:
            values[position] = convert(values[position])
        return values

    def _mismatch(self, parameters: Mapping[str, object]) -> UsageError:
        given = frozenset(parameters)
        faults = [f"missing: {', '.join(sorted(self._required - given))}"] if self._required - given else []
        if given - self._required:
            faults.append(f"unknown: {', '.join(sorted(given - self._required))}")
        return UsageError(f"parameters do not fit the statement ({'; '.join(faults)})")

    def _compile(self) -> str:
        construct = self._construct
        if isinstance(construct, sa.Insert):
            # Without this SQLAlchemy adds RETURNING <key> of its own, which asks for a right to read.
            construct = construct.inline()
        compiled = cast("SQLCompiler", cast("sa.ClauseElement", construct).compile(dialect=_DIALECT))
        _refuse_what_needs_values(compiled)
        names = tuple(compiled.positiontup or ())
        constants = {name: compiled.params[name] for name in set(names) if not compiled.binds[name].required}
        self._template = [constants.get(name) for name in names]
        self._names = tuple((place, name) for place, name in enumerate(names) if name not in constants)
        self._required = frozenset(names) - constants.keys()
        self._converters = tuple(_converters(compiled, names))
        self._sql = compiled.string
        return self._sql


def _refuse_what_needs_values(compiled: SQLCompiler) -> None:
    if compiled.post_compile_params or compiled.literal_execute_params:
        late = compiled.post_compile_params | compiled.literal_execute_params
        names = ", ".join(sorted({bind.key for bind in late if not bind.key.startswith("%(")}))
        message = (
            f"parameter {names} is expanded when the statement runs (IN); write "
            "column == sa.any_(sa.bindparam(name, type_=sa.ARRAY(type))) instead"
        )
        raise ConfigurationError(message)
    defaults = [*(compiled.insert_prefetch or ()), *(compiled.update_prefetch or ())]
    if defaults:
        names = ", ".join(sorted(column.key for column in defaults))
        message = f"column {names} has a default in Python, which is not run here; give it a server_default"
        raise ConfigurationError(message)


def _converters(compiled: SQLCompiler, names: tuple[str, ...]) -> Iterable[tuple[int, Callable[[object], object]]]:
    for place, name in enumerate(names):
        kind = compiled.binds[name].type
        if isinstance(kind, sa.JSON):
            yield place, json_parameter
        elif isinstance(kind, sa.ARRAY) and isinstance(cast("sa.ARRAY[object]", kind).item_type, sa.JSON):
            yield place, cast("Callable[[object], object]", json_array_parameter)
