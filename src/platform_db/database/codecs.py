"""What PostgreSQL's types are in Python, on every connection of the pool.

``jsonb`` is text on the way in and an object on the way out, as on the connections that
SQLAlchemy opens: one statement runs on both. ``uuid`` is :class:`uuid.UUID` itself, not
the driver's own class, which JSON libraries refuse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

import orjson

from platform_db.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_db.database.driver import DriverConnection

__all__ = ["json_array_parameter", "json_parameter", "prepare_connection"]

_JSONB_VERSION: Final = b"\x01"
_EMPTY_OBJECT: Final = _JSONB_VERSION + b"{}"

# The driver asks the server about an unknown type when a statement first meets it: 8 to 10 ms
# that would fall on the first requests of each connection. One statement that names every enum
# and its array has them described together, when the connection opens.
_ENUM_COLUMNS: Final = """
    SELECT string_agg(format('NULL::%1$I.%2$I, NULL::%1$I.%2$I[]', n.nspname, t.typname), ', ' ORDER BY t.oid)
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'e' AND n.nspname = ANY (current_schemas(false))
"""


def json_parameter(value: object) -> str | None:
    """Give a JSON parameter as text; text is taken as JSON already, ``None`` as NULL.

    Raises
    ------
    UsageError
        JSON has no form for the value (a Decimal, an integer beyond 64 bits, a lone surrogate).
    """
    if value is None or isinstance(value, str):
        return value
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        message = "a JSON parameter holds something that JSON has no form for"
    raise UsageError(message)


def json_array_parameter(values: Iterable[object] | None) -> list[str | None] | None:
    """Give the parameter of an array of JSON, item by item as :func:`json_parameter`."""
    return None if values is None else [json_parameter(value) for value in values]


def _encode_jsonb(text: str) -> bytes:
    return _JSONB_VERSION + text.encode()


def _decode_jsonb(raw: bytes) -> object:
    return {} if raw == _EMPTY_OBJECT else orjson.loads(memoryview(raw)[1:])


def _encode_uuid(value: UUID | str) -> bytes:
    return (value if isinstance(value, UUID) else UUID(value)).bytes


def _decode_uuid(raw: bytes) -> UUID:
    return UUID(bytes=bytes(raw))


async def prepare_connection(connection: DriverConnection) -> None:
    """Set the codecs of a new connection and have the server describe its enum types."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_encode_jsonb, decoder=_decode_jsonb
    )
    await connection.set_type_codec(
        "uuid", schema="pg_catalog", format="binary", encoder=_encode_uuid, decoder=_decode_uuid
    )
    columns = await connection.fetchval(_ENUM_COLUMNS)
    if columns:
        await connection.fetch(f"SELECT {columns}")
