"""Alembic's environment: which connection a migration runs on, and how its transactions lie.

``platform-db migrate`` hands in a connection. The ``alembic`` command of a checkout hands in
none: then one to ``PLATFORM_DB_URL``, or to the embedded server, is opened here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from alembic import context
from sqlalchemy.util import await_only

from platform_db.errors import NotAllowed
from platform_db.migration import Options
from platform_db.migration.connection import opened_engine
from platform_db.migration.engine import driver, run_of
from platform_db.migration.head import VERSION_TABLE
from platform_db.migration.lock import only_migrator
from platform_db.operations.server import database_url
from platform_db.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic.runtime.migration import MigrationContext, MigrationInfo
    from sqlalchemy import Connection, MetaData


def note_stamp(ctx: MigrationContext, step: MigrationInfo, heads: object, run_args: object) -> None:  # noqa: ARG001
    """Note which revision is done, in the transaction of its stamp; the arguments are named by Alembic."""
    revision = step.up_revision_id
    if revision is not None and ctx.connection is not None and not step.is_stamp:
        await_only(run_of(ctx).stamped(driver(ctx.connection), revision))


def is_modelled(models: MetaData) -> Callable[[str | None, str, object], bool]:
    """Leave to the comparison the tables of the models: months come and go, and are their parent's copies."""

    def include(name: str | None, kind: str, parents: object) -> bool:  # noqa: ARG001 - Alembic's arguments
        return kind != "table" or name in models.tables

    return include


def online(connection: Connection, models: MetaData | None = None) -> None:
    """Migrate on ``connection``; each revision commits by itself. ``models`` are for ``alembic check``."""
    context.configure(
        connection=connection,
        target_metadata=models,
        include_name=None if models is None else is_modelled(models),
        compare_type=True,
        compare_server_default=True,
        version_table=VERSION_TABLE,
        version_table_schema="public",
        transaction_per_migration=True,
        on_version_apply=note_stamp,
    )
    migration = context.get_context()
    await_only(run_of(migration).prepare(driver(connection)))
    with context.begin_transaction():
        context.run_migrations()


def offline() -> None:
    """Print the SQL; no server is asked."""
    context.configure(
        dialect_name="postgresql",
        literal_binds=True,
        version_table=VERSION_TABLE,
        version_table_schema="public",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def on_own_connection() -> None:
    """Migrate for the ``alembic`` command, one migrator at a time."""
    from platform_db.schema.all_tables import metadata  # no migration needs the models, only a comparison

    settings = Settings.load()
    if settings.environment == "production":
        message = "in production use `platform-db migrate`, which refuses to drop what is stored"
        raise NotAllowed(message)
    url = await database_url(None if settings.url is None else settings.url.get_secret_value())
    options = Options()
    async with only_migrator(url, options.wait) as server, opened_engine(url, options.lock_timeout) as connection:
        context.config.attributes["run"] = options.run(server)
        await connection.run_sync(online, metadata)


if context.is_offline_mode():
    offline()
else:
    given: Connection | None = context.config.attributes.get("connection")
    if given is None:
        asyncio.run(on_own_connection())
    else:
        online(given)
