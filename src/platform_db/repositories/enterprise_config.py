"""Settings kept in the database: one by its key, or all of an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.columns import columns_of
from platform_db.domain.enterprise_config import EnterpriseConfig
from platform_db.repositories.rows import Rows
from platform_db.schema.enterprise_config import enterprise_config

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.settings import Environment

__all__ = ["EnterpriseConfigRepository"]

_ROWS: Final = Rows(enterprise_config, EnterpriseConfig, "setting")
_Key: Final = columns_of(EnterpriseConfig, ("config_key", "environment"))

_OF_ENVIRONMENT: Final = sa.select(enterprise_config).where(
    enterprise_config.c.environment == sa.bindparam("environment", type_=sa.Text())
)
_ONE: Final = Statement(
    _OF_ENVIRONMENT.where(enterprise_config.c.config_key == sa.bindparam("config_key", type_=sa.Text()))
)
_ALL: Final = Statement(_OF_ENVIRONMENT.order_by(enterprise_config.c.config_key))


class EnterpriseConfigRepository:
    """Settings per environment. Belongs to one unit of work and never commits.

    For background work and administration (platform_worker) alone.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def by_key(self, config_key: str, environment: Environment) -> EnterpriseConfig:
        """The setting of this key in an environment.

        Raises
        ------
        NotFound
            It has no value there.
        RuleViolation
            The text is no key, or the environment is none.
        """
        asked = {"config_key": config_key, "environment": environment}
        _Key.parse(asked)
        return _ROWS.found(await self._executor.fetch_row(_ONE, cast("dict[str, object]", asked)))

    async def of_environment(self, environment: Environment) -> tuple[EnterpriseConfig, ...]:
        """Every setting of an environment, by key."""
        return tuple(_ROWS.read(row) for row in await self._executor.fetch(_ALL, {"environment": environment}))
