"""The rows that an installation begins with: settings, baselines, and the history of its own making."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_db import __version__
from platform_db.migration.head import revisions
from platform_db.operations.reference_data import seed
from tests.conftest import LOOP_SCOPE
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.repositories.work import Database
    from tests.raw import Raw

BASELINES = {
    "connection_pool_size": (Decimal(20), "connections"),
    "max_parallel_workers": (Decimal(4), "workers"),
    "maintenance_work_mem": (Decimal(256), "MB"),
    "statement_timeout": (Decimal(1800), "s"),
    "lock_timeout": (Decimal(300), "s"),
}
SETTINGS = {
    "audit.enabled": ("true", "boolean"),
    "audit.retention_days": ("3653", "integer"),
    "performance.monitoring_enabled": ("true", "boolean"),
    "migration.backup_required": ("true", "boolean"),
    "postgresql.version_target": ("17.6", "string"),
    "naming_convention.enforced": ("true", "boolean"),
}


@pytest_asyncio.fixture(loop_scope=LOOP_SCOPE)
async def seeded(database: Database, database_url: str) -> AsyncIterator[Raw]:
    """A migrated and seeded database, as its owner sees it."""
    await seed(database)
    connection = await connect(database_url)
    await connection.execute("SET ROLE platform_owner")
    yield connection
    await connection.close()


@pytest.mark.parametrize("metric", sorted(BASELINES))
async def test_a_baseline_is_there_with_its_unit_and_the_servers_version(seeded: Raw, metric: str) -> None:
    rows = await seeded.fetch(
        "SELECT baseline_value, measurement_unit, table_name, postgresql_version = current_setting('server_version') "
        "FROM enterprise_performance_baseline WHERE metric_name = $1",
        metric,
    )
    assert [tuple(row[place] for place in range(4)) for row in rows] == [(*BASELINES[metric], None, True)]


@pytest.mark.parametrize("key", sorted(SETTINGS))
async def test_a_setting_is_there_for_production(seeded: Raw, key: str) -> None:
    rows = await seeded.fetch(
        "SELECT config_value, config_type, environment, is_sensitive FROM enterprise_config WHERE config_key = $1", key
    )
    assert [tuple(row[place] for place in range(4)) for row in rows] == [(*SETTINGS[key], "production", False)]


async def test_every_revision_left_a_row_with_every_column(migrated: Raw) -> None:
    rows = await migrated.fetch(
        "SELECT revision, direction::text, success, error_message, environment, library_version, "
        "postgresql_version = current_setting('server_version'), "
        "duration_seconds > 0 AND scale(duration_seconds) <= 3, "
        "applied_by <> '', description <> '', migration_end > migration_start, server_info <> '{}' "
        "FROM enterprise_migration_history ORDER BY migration_start"
    )
    assert [row[0] for row in rows] == list(revisions())
    for row in rows:
        assert tuple(row[place] for place in range(1, 7)) == ("upgrade", True, None, "development", __version__, True)
        assert all(row[place] for place in range(7, 12)), tuple(row.items())
