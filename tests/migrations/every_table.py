"""A database that holds a row in every table, each reference led to a row that is there."""

# ruff: noqa: S608 - the names in the statements are the schema's own

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.operations.server import BOOTSTRAP_ROLE, LOGIN_ROLE
from platform_db.schema.all_tables import metadata
from tests.parity.server_side import column_text, type_of
from tests.parity.source import TABLES, source_of
from tests.raw import connect

if TYPE_CHECKING:
    from tests.parity.source import Row
    from tests.raw import Raw

__all__ = ["ENTRIES", "as_superuser", "fill", "rows_of"]

ENTRIES: Final = 20
CHAINED: Final = frozenset({"audit_logs", "audit_chain_heads"})

TRIGGERS: Final = """
    SELECT tgname FROM pg_trigger WHERE tgrelid = $1::text::regclass AND NOT tgisinternal AND tgenabled = 'A'
"""
APPEND: Final = """
    INSERT INTO audit_logs (user_id, action, entity_type, entity_id, event_type, payload)
    SELECT id, 'update', 'user', id, 'user.updated', jsonb_build_object('turn', $1::integer) FROM users LIMIT 1
"""


def as_superuser(url: str) -> str:
    """The same address for the cluster's superuser."""
    return url.replace(f"//{LOGIN_ROLE}@", f"//{BOOTSTRAP_ROLE}@")


async def fill(superuser_url: str) -> None:
    """Insert the parity tests' valid row of every table, past the triggers, and real entries of the audit log."""
    rows = _led_together({name: dict(source_of(name).row) for name in TABLES})
    connection = await connect(superuser_url)
    try:
        await connection.execute("SET session_replication_role = replica")
        for name in rows.keys() - CHAINED:
            async with connection.transaction():
                await _insert(connection, name, rows[name])
        await connection.execute("RESET session_replication_role; SET ROLE platform_worker")
        for turn in range(ENTRIES):
            await connection.execute(APPEND, turn)
    finally:
        await connection.close()


async def _insert(connection: Raw, name: str, row: Row) -> None:
    guards = [str(guard) for (guard,) in await connection.fetch(TRIGGERS, name)]
    for guard in guards:
        await connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER {guard}")
    columns = source_of(name).written
    places = ", ".join(f"${place}::text::{type_of(column)}" for place, column in enumerate(columns, 1))
    names = ", ".join(column.name for column in columns)
    await connection.execute(
        f"INSERT INTO {name} ({names}) OVERRIDING SYSTEM VALUE VALUES ({places}) ON CONFLICT DO NOTHING",
        *(column_text(column, row[column.name]) for column in columns),
    )
    for guard in guards:
        await connection.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {guard}")


def _led_together(rows: dict[str, Row]) -> dict[str, Row]:
    """Let every reference name the row that is there; one to its own table names none."""
    for name, row in rows.items():
        for reference in metadata.tables[name].foreign_key_constraints:
            pairs = [(each.parent.name, each.column.name) for each in reference.elements]
            referred = reference.referred_table.name
            if referred == name:
                row[pairs[0][0]] = None
            elif all(row[column] is not None for column, _ in pairs):
                row.update({column: rows[referred][other] for column, other in pairs})
    return rows


async def rows_of(superuser_url: str) -> dict[str, tuple[int, str]]:
    """How many rows every table, month and sequence holds, and a digest of them."""
    connection = await connect(superuser_url)
    try:
        names = await connection.fetch(
            "SELECT relname, CASE relkind WHEN 'r' THEN 't.*' ELSE 'last_value, is_called' END FROM pg_class AS c "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
        )
        found: dict[str, tuple[int, str]] = {}
        for name, columns in names:
            texts = f"SELECT ROW({columns})::text AS text FROM {name} AS t"
            row = await connection.fetchrow(
                f"SELECT count(*), md5(coalesce(string_agg(text, '|' ORDER BY text), '')) FROM ({texts}) AS rows"
            )
            found[str(name)] = (row[0], row[1])
        return found
    finally:
        await connection.close()
