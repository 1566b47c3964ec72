"""Alembic's environment: which connection a migration runs on, and how its transactions lie.

``platform-db migrate`` hands in a connection. The ``alembic`` command of a checkout hands in
none: then one to ``PLATFORM_DB_URL``, or to the embedded server, is opened here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from alembic import context

from platform_db.errors import NotAllowed
from platform_db.migration.connection import LOCK_TIMEOUT_SECONDS, opened_engine
from platform_db.migration.head import VERSION_TABLE
from platform_db.migration.lock import WAIT_SECONDS, only_migrator
from platform_db.operations.server import database_url
from platform_db.settings import Settings

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, MigrationInfo
    from sqlalchemy import Connection

    from platform_db.migration.runner import Progress


def tell_progress(ctx: MigrationContext, step: MigrationInfo, heads: object, run_args: object) -> None:  # noqa: ARG001
    """Tell the runner which revision is done; the arguments are named by Alembic."""
    progress: Progress | None = context.config.attributes.get("progress")
    revision = step.up_revision_id
    if progress is not None and revision is not None:
        progress.done(revision)


def online(connection: Connection) -> None:
    """Migrate on ``connection``; each revision commits by itself."""
    context.configure(
        connection=connection,
        version_table=VERSION_TABLE,
        version_table_schema="public",
        transaction_per_migration=True,
        on_version_apply=tell_progress,
    )
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
    settings = Settings.load()
    if settings.environment == "production":
        message = "in production use `platform-db migrate`, which refuses to drop what is stored"
        raise NotAllowed(message)
    url = await database_url(None if settings.url is None else settings.url.get_secret_value())
    async with only_migrator(url, WAIT_SECONDS), opened_engine(url, LOCK_TIMEOUT_SECONDS) as connection:
        await connection.run_sync(online)


if context.is_offline_mode():
    offline()
else:
    given: Connection | None = context.config.attributes.get("connection")
    if given is None:
        asyncio.run(on_own_connection())
    else:
        online(given)
