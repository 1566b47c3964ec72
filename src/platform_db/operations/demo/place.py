"""Where the demo works, so that nothing of the user's own is touched."""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.errors import ConfigurationError
from platform_db.migration import up
from platform_db.migration.connection import connection
from platform_db.operations.connect import located
from platform_db.operations.server import LOGIN_ROLE, EmbeddedServer
from platform_db.repositories.work import Database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.migration import Outcome

__all__ = ["PREFIX", "Place", "prepared"]

PREFIX: Final = "platform_db_demo_"
"""What the names of the demo's own databases begin with."""


@dataclass(frozen=True, slots=True)
class Place:
    """A migrated database, open.

    Attributes
    ----------
    url
        Its address; may hold a password.
    shown
        The same for people.
    own
        Whether it was made for this run, and is dropped after it unless it is kept.
    kept
        Whether it is there afterwards.
    """

    database: Database
    url: str
    shown: str
    own: bool
    kept: bool
    migration: Outcome


@asynccontextmanager
async def prepared(*, keep: bool) -> AsyncGenerator[Place]:
    """Give a migrated database: of ``PLATFORM_DB_URL``, else a new one on the embedded server.

    A database of ``PLATFORM_DB_URL`` is migrated, and what the demo issues stays in it. The
    demo's own database is dropped at the end of the block unless ``keep``.

    Raises
    ------
    ConfigurationError
        The environment is production, PgBouncer stands before the server, or the login may not migrate.
    """
    target = await located()
    if target.settings.environment == "production":
        message = "the demo issues invoices and attacks the database: it does not run in production"
        raise ConfigurationError(message)
    target.demand_session()
    if not target.embedded:
        migration = await up(target.url)
        async with Database(target.settings) as database:
            yield Place(database, target.url, target.settings.masked_url, own=False, kept=True, migration=migration)
        return
    name = f"{PREFIX}{secrets.token_hex(4)}"
    url = EmbeddedServer().url(name)
    async with connection(target.url) as administering:
        await administering.execute(f"CREATE DATABASE {name} OWNER {LOGIN_ROLE}")
    try:
        migration = await up(url)
        async with Database(target.settings.with_url(url)) as database:
            yield Place(database, url, url, own=True, kept=keep, migration=migration)
    finally:
        if not keep:
            async with connection(target.url) as administering:
                await administering.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
