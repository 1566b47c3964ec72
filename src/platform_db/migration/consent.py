"""Whether a backup is asked for before a migration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.migration.connection import connection
from platform_db.migration.privileges import require_migrator
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from platform_db.migration.head import Status
    from platform_db.settings import Environment

__all__ = ["needs_backup"]

_TABLE: Final = "enterprise_config"
_KEY: Final = "migration.backup_required"


async def needs_backup(url: str, environment: Environment, before: Status) -> bool:
    """Whether a database of this environment is migrated behind a backup only.

    It is in production, once it holds a revision, unless ``migration.backup_required`` of its
    ``enterprise_config`` is false there. At the newest revision nothing is migrated, so none is needed.

    Raises
    ------
    ConfigurationError
        The login may not migrate; the text is what an administrator runs.
    """
    if environment != "production" or before.current is None or before.at_head:
        return False
    async with connection(url) as opened:
        if await opened.fetchval("SELECT to_regclass($1)", f"public.{_TABLE}") is None:
            return True
        await require_migrator(opened)
        await opened.execute(f"SET ROLE {Role.OWNER}")
        said = await opened.fetchval(
            f"SELECT config_value FROM {_TABLE} WHERE config_key = $1 AND environment = $2",  # noqa: S608 - a constant
            _KEY,
            environment,
        )
    return said != "false"
