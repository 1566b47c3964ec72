"""asyncpg by hand: SQL as text, rows as the driver gives them. What nobody can be much faster than."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from benchmarks.contenders.contender import PAGE, Entry, Mark, Reading, opening_values
from platform_db.domain.invoices.draft import draft_rows
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.users import User
from platform_db.repositories.invoices.statements import DRAFT_COLUMNS, PART_COLUMNS
from platform_db.schema.all_tables import metadata

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from benchmarks.driver import Connection, Pool
    from platform_db.database import Row
    from platform_db.domain.invoices.draft import InvoiceDraft

__all__ = ["Floor", "ValidatedFloor"]

_USER: Final = "SELECT * FROM users WHERE id = $1"
_INVOICE: Final = "SELECT * FROM invoices WHERE id = $1"
_AFTER: Final = "SELECT * FROM invoices WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3"
_PARTS: Final = {"line": "invoice_lines", "subtotal": "invoice_tax_subtotals", "withholding": "invoice_withholdings"}


def _insert_invoice() -> str:
    values = ", ".join(f"${place}" for place in range(1, len(DRAFT_COLUMNS) + 1))
    return f"INSERT INTO invoices ({', '.join(DRAFT_COLUMNS)}) VALUES ({values}) RETURNING *"  # noqa: S608 - our names


def _insert_parts() -> str:
    """All parts in one statement from arrays: by hand one would hardly do better."""
    written: list[str] = []
    place = 0
    for prefix, table in _PARTS.items():
        columns = PART_COLUMNS[prefix]
        types = [_type(metadata.tables[table].c[name].type) for name in columns]
        arrays = ", ".join(f"${place + offset}::{kind}[]" for offset, kind in enumerate(types, start=1))
        place += len(columns)
        written.append(f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({arrays})")  # noqa: S608
    lines, subtotals, withholdings = written
    return f"WITH a AS ({lines}), b AS ({subtotals}) {withholdings}"


def _type(kind: sa.types.TypeEngine[Any]) -> str:
    # A collation is not part of an array's name.
    return "text" if isinstance(kind, sa.Text) else str(kind.compile(dialect=_DIALECT))


_DIALECT: Final = PGDialect_asyncpg()
_INSERT_INVOICE: Final = _insert_invoice()
_INSERT_PARTS: Final = _insert_parts()
_INSERT_ENTRY: Final = (
    "INSERT INTO audit_logs (user_id, action, entity_type, entity_id, event_type, payload) "
    "VALUES ($1, $2, $3, $4, $5, $6)"
)


def _json(column: str, value: object) -> object:
    """jsonb is text to the driver."""
    return orjson.dumps(value).decode() if column in {"profile_data", "meta", "item_data", "other_taxes"} else value


def _columns(columns: Iterable[str], rows: Sequence[Mapping[str, object]]) -> list[object]:
    return [[_json(column, row[column]) for row in rows] for column in columns]


@asynccontextmanager
async def _transaction(pool: Pool, user_id: int | None) -> AsyncGenerator[Connection]:
    values = opening_values(user_id)
    identity = f"; SET LOCAL app.user_id = '{values['user_id']}'" if user_id is not None else ""
    async with pool.acquire() as connection:
        await connection.execute(f"BEGIN; SET LOCAL ROLE {values['role']}{identity}")
        try:
            yield connection
        except BaseException:
            await connection.execute("ROLLBACK")
            raise
        await connection.execute("COMMIT")


def _reading(connection: Connection, user: Callable[[Row], object], invoice: Callable[[Row], object]) -> Reading:
    async def one_user(user_id: int) -> object:
        row = await connection.fetchrow(_USER, user_id)
        assert row is not None
        return user(row)

    async def one_invoice(invoice_id: int) -> object:
        row = await connection.fetchrow(_INVOICE, invoice_id)
        assert row is not None
        return invoice(row)

    async def invoices_after(mark: Mark) -> Sequence[object]:
        return [invoice(row) for row in (await connection.fetch(_AFTER, mark.created_at, mark.id, PAGE + 1))[:PAGE]]

    return Reading(one_user, one_invoice, invoices_after)


def _as_it_is(row: Row) -> Row:
    return row


@dataclass(frozen=True, slots=True)
class Floor:
    """Bare Records with the driver's own codecs; writes without reading anything back into a model."""

    pool: Pool
    name: str = "asyncpg Record"

    def transaction(self, user_id: int | None) -> AbstractAsyncContextManager[Connection]:
        """Begin, as platform_app for a user or as platform_worker; COMMIT at its end."""
        return _transaction(self.pool, user_id)

    @asynccontextmanager
    async def reading(self, user_id: int | None) -> AsyncGenerator[Reading]:
        async with _transaction(self.pool, user_id) as connection:
            yield _reading(connection, _as_it_is, _as_it_is)

    async def insert(self, draft: InvoiceDraft, entry: Entry) -> int:
        rows = draft_rows(draft)
        async with _transaction(self.pool, draft.user_id) as connection:
            header = [_json(name, rows.invoice[name]) for name in DRAFT_COLUMNS]
            stored = await connection.fetchrow(_INSERT_INVOICE, *header)
            assert stored is not None
            key = stored["id"]
            assert isinstance(key, int)
            lines = [{**row, "invoice_id": key, "line_number": place} for place, row in enumerate(rows.lines, start=1)]
            subtotals = [{**row, "invoice_id": key} for row in rows.tax_subtotals]
            withholdings = [{**row, "invoice_id": key} for row in rows.withholdings]
            await connection.execute(
                _INSERT_PARTS,
                *_columns(PART_COLUMNS["line"], lines),
                *_columns(PART_COLUMNS["subtotal"], subtotals),
                *_columns(PART_COLUMNS["withholding"], withholdings),
            )
            payload = orjson.dumps(entry.payload_for(rows.ettn)).decode()
            told = (draft.user_id, entry.action, entry.entity_type, key, entry.event_type, payload)
            await connection.execute(_INSERT_ENTRY, *told)
            return key


@dataclass(frozen=True, slots=True)
class ValidatedFloor(Floor):
    """The same rows given to ``model_validate``, every rule judged again."""

    name: str = "asyncpg + model_validate"

    @asynccontextmanager
    async def reading(self, user_id: int | None) -> AsyncGenerator[Reading]:
        async with _transaction(self.pool, user_id) as connection:
            yield _reading(connection, _user, _invoice)


def _parsed(row: Row, *columns: str) -> dict[str, object]:
    values = dict(row.items())
    for name in columns:
        text = values[name]
        values[name] = orjson.loads(text) if isinstance(text, str) else text
    return values


def _user(row: Row) -> User:
    return User.model_validate(_parsed(row, *_USER_JSON))


def _invoice(row: Row) -> Invoice:
    return Invoice.model_validate(_parsed(row, "profile_data", "meta"))


_USER_JSON: Final = ("metadata", "consents")
