"""Through the library's own way to the server: its statements, its codecs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from tests.parity.server_side import bare_name
from tests.parity.source import Source, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from platform_db.domain.models import StoredModel
    from tests.parity.server_side import BareTable

__all__ = ["check_stored_and_equal", "validated"]


def _written(source: Source) -> Statement:
    """INSERT … RETURNING into the bare copy, as a repository builds it."""
    copy = sa.table(bare_name(source.name), *(sa.column(each.name, each.type) for each in source.columns))
    values = {each.name: sa.bindparam(each.name, type_=each.type) for each in source.columns}
    return Statement(sa.insert(copy).values(values).returning(*copy.columns))


def _parameters(source: Source, model: StoredModel) -> dict[str, object]:
    """The model's values; a JSON document that is a text is given as JSON text."""
    values = dict(model)
    for column in source.columns:
        if isinstance(column.type, postgresql.JSONB) and isinstance(values[column.name], str):
            values[column.name] = orjson.dumps(values[column.name]).decode()
    return values


async def _store(table: BareTable, models: Sequence[StoredModel]) -> list[dict[str, object]]:
    """Write the models through the library's statement and codecs; give what is stored."""
    statement = _written(table.source)
    arguments = [statement.arguments(_parameters(table.source, model)) for model in models]
    return [dict(row.items()) for row in await table.connection.fetchmany(statement.sql, arguments)]


def validated(source: Source, row: Mapping[str, object]) -> StoredModel | None:
    try:
        return source.model.model_validate(row)
    except ValidationError:
        return None


def _in_utc(model: StoredModel) -> dict[str, object]:
    """The values, with instants in UTC: Python never finds a time that its zone skips or repeats equal to another's."""
    return {name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in model}


async def check_stored_and_equal(table: BareTable, models: Sequence[StoredModel]) -> None:
    model_type = table.source.model
    for model, stored in zip(models, await _store(table, models), strict=True):
        read = model_type.model_validate(stored)
        assert _in_utc(read) == _in_utc(model), (shown(dict(model)), shown(stored))
        for column in table.source.columns:
            sent, got = getattr(model, column.name), getattr(read, column.name)
            assert type(got) is type(sent), (column.name, sent, got)
