"""Keyset pages: every row exactly once, at any depth, at the same price.

A page remembers the sort keys of its last row, not how many rows came before. The cursor
is opaque text: the keys, and a fingerprint of list and filter, so that it cannot be used
for another list. Its values are only ever bound as parameters.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import orjson
import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from platform_db.domain.models import StoredModel
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["MAX_LIMIT", "Key", "Ordering", "Page", "checked_limit", "ordered"]

T = TypeVar("T")

MAX_LIMIT: Final = 1000
_LONGEST_CURSOR: Final = 2000
_PARTS: Final = TypeAdapter(tuple[str, list[object]])


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, and where it goes on.

    ``next_cursor`` is None on the last page.
    """

    items: tuple[T, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Key:
    """One sort key; a NULL comes last in either direction.

    ``nullable`` is False where the list itself leaves no NULL in a column that may hold one:
    then each page begins at the index entry where the last one ended.
    """

    column: str
    descending: bool = False
    nullable: bool = True


def ordered(column: sa.Column[Any], key: Key) -> sa.ColumnElement[Any]:
    """The column as ``key`` sorts it."""
    if not key.descending:
        return column.asc()
    return column.desc().nulls_last() if _may_be_null(column, key) else column.desc()


class Ordering:
    """The order of one list, and what lies after a cursor in it.

    The last key must be unique, so that ties have an order.
    """

    def __init__(self, table: sa.Table, model: type[StoredModel], *keys: Key) -> None:
        self._table = table
        self._keys = keys
        self._columns = [table.columns[key.column] for key in keys]
        fields = [model.model_fields[key.column] for key in keys]
        self._types: list[TypeAdapter[Any]] = [TypeAdapter(field.rebuild_annotation()) for field in fields]

    def order_by(self) -> list[sa.ColumnElement[Any]]:
        """ORDER BY, written as the list's index is."""
        return [ordered(column, key) for column, key in zip(self._columns, self._keys, strict=True)]

    def after(self) -> sa.ColumnElement[bool]:
        """The predicate of the rows that come after the parameters ``after_<column>``."""
        marks = [sa.bindparam(f"after_{column.name}", type_=column.type) for column in self._columns]
        directions = {key.descending for key in self._keys}
        if len(directions) == 1 and not any(map(_may_be_null, self._columns, self._keys)):
            here, there = sa.tuple_(*self._columns), sa.tuple_(*marks)
            return here < there if directions == {True} else here > there
        choices: list[sa.ColumnElement[bool]] = []
        for place, (column, mark, key) in enumerate(zip(self._columns, marks, self._keys, strict=True)):
            equal = [
                earlier.is_not_distinct_from(before)
                for earlier, before in zip(self._columns[:place], marks[:place], strict=True)
            ]
            beyond = column < mark if key.descending else column > mark
            if _may_be_null(column, key):
                beyond = sa.or_(beyond, sa.and_(column.is_(None), mark.is_not(None)))
            choices.append(sa.and_(*equal, beyond))
        return sa.or_(*choices)

    def cursor(self, row: StoredModel, fingerprint: str) -> str:
        """The cursor of the page that begins after ``row``."""
        values = [to_jsonable_python(getattr(row, key.column)) for key in self._keys]
        return base64.urlsafe_b64encode(orjson.dumps([fingerprint, values])).decode().rstrip("=")

    def parameters(self, cursor: str, fingerprint: str) -> dict[str, object]:
        """The parameters of :meth:`after`.

        Raises
        ------
        RuleViolation
            The text is no cursor, or one of another list or filter.
        """
        try:
            kept, values = _decoded(cursor)
            if kept != fingerprint or len(values) != len(self._keys):
                raise _not_a_cursor()
            return {
                f"after_{key.column}": kind.validate_json(orjson.dumps(value))
                for key, kind, value in zip(self._keys, self._types, values, strict=True)
            }
        except (ValueError, ValidationError, binascii.Error):
            raise _not_a_cursor() from None

    def page(self, rows: Sequence[T], limit: int, fingerprint: str) -> Page[T]:
        """A page of ``rows``, of which one more than ``limit`` was asked for."""
        items = tuple(rows[:limit])
        if len(rows) <= limit:
            return Page(items, None)
        last = items[-1]
        assert isinstance(last, StoredModel)  # noqa: S101 - lists are of stored models
        return Page(items, self.cursor(last, fingerprint))


def _may_be_null(column: sa.Column[Any], key: Key) -> bool:
    return bool(column.nullable) and key.nullable


def fingerprint(name: str, filters: Mapping[str, object]) -> str:
    """What a cursor must have in common with the list it is used for."""
    told = orjson.dumps([name, to_jsonable_python(dict(filters))], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(told).hexdigest()[:16]


def checked_limit(limit: int) -> int:
    """Refuse a page size outside 1 to 1000."""
    if type(limit) is int and 1 <= limit <= MAX_LIMIT:
        return limit
    message = Message(f"Sayfa boyu 1 ile {MAX_LIMIT} arasındadır", f"A page has 1 to {MAX_LIMIT} rows")
    raise RuleViolation(Violation(rule="page_limit", fields=("limit",), message=message))


def _decoded(cursor: str) -> tuple[str, list[object]]:
    if not cursor.isascii() or len(cursor) > _LONGEST_CURSOR:
        raise _not_a_cursor()
    raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    return _PARTS.validate_json(raw, strict=True)


def _not_a_cursor() -> RuleViolation:
    message = Message("İmleç bu listeye ait değil", "The cursor does not belong to this list")
    return RuleViolation(Violation(rule="page_cursor", fields=("after",), message=message))
