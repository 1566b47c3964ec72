"""The comparison of a database with one that is built from the models for it."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.errors import ConfigurationError
from platform_db.migration.connection import connection
from platform_db.migration.drift.faults import faults_of
from platform_db.migration.drift.objects import objects_of
from platform_db.migration.head import VERSION_TABLE
from platform_db.schema import ddl
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from platform_db.migration.connection import Connection

__all__ = ["Difference", "Drift", "differences", "drift", "expected_of", "found_of"]

_OWN_THE_SCHEMA: Final = """
    SET ROLE pg_database_owner;
    GRANT USAGE, CREATE ON SCHEMA public TO SESSION_USER WITH GRANT OPTION;
    RESET ROLE
"""

_MONTH: Final = re.compile(r"table enterprise_audit_log_y([1-9]\d{3})m(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Difference:
    """One object, as the models make it and as it is; ``None`` where it is missing."""

    name: str
    expected: str | None
    found: str | None


def differences(expected: Mapping[str, str], found: Mapping[str, str]) -> list[Difference]:
    """What differs between two catalogs, by name.

    >>> differences({"table users": "r"}, {"table users": "r", "table spare": "r"})
    [Difference(name='table spare', expected=None, found='r')]
    """
    return [
        Difference(name, expected.get(name), found.get(name))
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


@dataclass(frozen=True, slots=True)
class Drift:
    """What a comparison found: the objects looked at, the server's version, and what differs."""

    objects: int
    server: str
    differences: tuple[Difference, ...]


async def drift(url: str) -> Drift:
    """Compare a database with the models, by building them in a scratch database beside it.

    The database itself is only read; the scratch database is dropped again.

    Raises
    ------
    ConfigurationError
        The login may not make databases; the text says what to grant.
    """
    async with connection(url) as opened:
        await _require_createdb(opened)
        server = str(await opened.fetchval("SHOW server_version"))
        found = await found_of(opened)
    expected = await expected_of(url, found)
    return Drift(len(expected.keys() | found.keys()), server, tuple(differences(expected, found)))


async def found_of(opened: Connection) -> dict[str, str]:
    """The objects of the connection's database, and the faults around them, by kind and name."""
    return await objects_of(opened) | await faults_of(opened)


async def expected_of(url: str, found: Iterable[str]) -> dict[str, str]:
    """What the models make of an empty database of the same server, with the months among ``found``, by name.

    Roles and their settings belong to the whole server, so none of them is in it: each one found is a fault.
    """
    scratch = f"platform_db_drift_{secrets.token_hex(8)}"
    async with connection(url) as opened:
        await opened.execute(f"CREATE DATABASE {scratch} TEMPLATE template0")
        try:
            async with connection(url, database=scratch) as empty:
                # On PostgreSQL 15 an owner without INHERIT has no right of its own in schema public.
                await empty.execute(_OWN_THE_SCHEMA)
                await empty.execute("".join(f"{statement.strip().rstrip(';')};\n" for statement in _statements(found)))
                return await objects_of(empty)
        finally:
            await opened.execute(f"DROP DATABASE {scratch} WITH (FORCE)")


def _statements(found: Iterable[str]) -> Iterator[str]:
    yield from ddl.statements()
    yield f"SET ROLE {Role.OWNER}"
    # As Alembic and the first revision make it.
    yield f"CREATE TABLE {VERSION_TABLE} (version_num varchar(32) CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY)"
    yield f"GRANT SELECT ON {VERSION_TABLE} TO PUBLIC"
    for month in filter(None, map(_MONTH.fullmatch, found)):
        yield f"SELECT create_enterprise_audit_partitions(DATE '{month[1]}-{month[2]}-01', 1)"
    yield "RESET ROLE"


async def _require_createdb(opened: Connection) -> None:
    row = await opened.fetchrow("SELECT rolname, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
    assert row is not None  # noqa: S101 - a session has a user
    if not row[1]:
        message = (
            "the models are built in a scratch database on the same server, which this login may not make: "
            f'run ALTER ROLE "{row[0]}" CREATEDB, or come with a login that may'
        )
        raise ConfigurationError(message)
