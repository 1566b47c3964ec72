"""Settings kept in the database: defined once, changed by version, secrets encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.columns import columns_of, differing
from platform_db.domain.enterprise_config import ConfigKey, EnterpriseConfig, NewSetting, secret_place, written
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation
from platform_db.repositories.filters import Filter, Listing, equal
from platform_db.repositories.natural_keys import NaturalKey
from platform_db.repositories.paging import Key
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.schema.enterprise_config import enterprise_config
from platform_db.settings import Environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from platform_db.database.executor import Executor
    from platform_db.encryption import Keyring
    from platform_db.repositories.audit_logs import AuditTrail

__all__ = ["EnterpriseConfigRepository", "SettingFilter"]

_ROWS: Final = Rows(enterprise_config, EnterpriseConfig, "setting")
_Key: Final = columns_of(EnterpriseConfig, ("config_key", "environment"))


class SettingFilter(Filter):
    """Which settings a list holds; what is not given, or None, does not restrict."""

    environment: Environment | None = None
    config_key: ConfigKey | None = None


_LISTING: Final = Listing(
    enterprise_config,
    EnterpriseConfig,
    (Key("config_key"), Key("id")),
    {name: equal(name) for name in SettingFilter.model_fields},
)

_OF_ENVIRONMENT: Final = sa.select(enterprise_config).where(
    enterprise_config.c.environment == sa.bindparam("environment", type_=sa.Text())
)
_ONE: Final = Statement(
    _OF_ENVIRONMENT.where(enterprise_config.c.config_key == sa.bindparam("config_key", type_=sa.Text()))
)
_ALL: Final = Statement(_OF_ENVIRONMENT.order_by(enterprise_config.c.config_key))
_DEFINED: Final = ("config_key", "environment", "description", "config_type", "config_value", "is_sensitive")
_New: Final = columns_of(EnterpriseConfig, _DEFINED)
_KEY: Final = NaturalKey(enterprise_config, ("config_key", "environment"))
_DEFINE: Final = Statement(
    postgresql.insert(enterprise_config)
    .values({name: sa.bindparam(name, type_=enterprise_config.c[name].type) for name in _DEFINED})
    .on_conflict_do_nothing(index_elements=["config_key", "environment"])
    .returning(*enterprise_config.c)
)

_NEEDS_KEYS: Final = Message("Gizli bir ayar anahtar olmadan saklanmaz", "A secret is not stored without keys")


class EnterpriseConfigRepository(Repository[EnterpriseConfig, SettingFilter]):
    """Settings per environment, listed by key. Belongs to one unit of work and never commits.

    For background work and administration (platform_worker) alone. Rows hold secrets
    encrypted; what reads or writes one takes the keys.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _ROWS, _LISTING)

    async def define(self, new: NewSetting, keys: Keyring | None = None) -> EnterpriseConfig:
        """Give a setting its first value in an environment.

        Raises
        ------
        AlreadyExists
            It has one; :meth:`change` it.
        RuleViolation
            A rule is broken, or a secret came without keys (``encryption_needs_keys``).
        """
        defined = await self._defined(new, keys)
        if defined is None:
            raise _KEY.exists()
        return defined

    async def ensure(self, new: NewSetting, keys: Keyring | None = None) -> EnterpriseConfig:
        """The same, or the setting as it is; of many at once one defines it.

        Raises
        ------
        RuleViolation
            As :meth:`define`.
        """
        return await self._defined(new, keys) or await self.by_key(new.config_key, new.environment)

    async def change(
        self, setting: EnterpriseConfig, value: SecretStr | JsonValue, keys: Keyring | None = None
    ) -> EnterpriseConfig:
        """Give a setting another value, if nobody changed it since it was read; equal ones change nothing.

        A secret stays one: its new value is a ``SecretStr`` too.

        Raises
        ------
        RuleViolation
            A rule is broken (``ck_enterprise_config_secret_stays_secret``), a secret came without
            keys (``encryption_needs_keys``), or the one stored cannot be read with them.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        if (
            keys is not None
            and isinstance(value, SecretStr)
            and setting.is_sensitive
            and value == _secret(setting, keys)
        ):
            return setting
        named = {"config_key": setting.config_key, "environment": setting.environment, "value": value}
        wanted = setting.checked(_columns(NewSetting.parse(named), keys))
        if not differing(setting, wanted):
            return setting
        changed = await _ROWS.change(self._executor, setting, wanted)
        self._note("setting.changed", changed, _told(setting), _told(changed))
        return changed

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

    async def secret(self, config_key: str, environment: Environment, keys: Keyring) -> SecretStr:
        """The value of a secret.

        Raises
        ------
        NotFound
            It has no value there.
        RuleViolation
            ``encrypted_readable``: it is no secret, its key is not in the ring, or it was changed or moved.
        """
        return _secret(await self.by_key(config_key, environment), keys)

    async def _defined(self, new: NewSetting, keys: Keyring | None) -> EnterpriseConfig | None:
        columns = {
            "config_key": new.config_key,
            "environment": new.environment,
            "description": new.description,
            **_columns(new, keys),
        }
        _New.parse(columns)
        row = await self._executor.fetch_row(_DEFINE, columns)
        if row is None:
            return None
        defined = _ROWS.read(row)
        self._note("setting.defined", defined, {}, _told(defined))
        return defined

    def _note(
        self, event: str, setting: EnterpriseConfig, before: Mapping[str, object], after: Mapping[str, object]
    ) -> None:
        self._audit.note(AuditAction.CONFIG_CHANGE, event, setting, before, after)


def _secret(setting: EnterpriseConfig, keys: Keyring) -> SecretStr:
    return SecretStr(keys.decrypt(setting.config_value, secret_place(setting.config_key, setting.environment)))


def _columns(new: NewSetting, keys: Keyring | None) -> dict[str, object]:
    if not isinstance(new.value, SecretStr):
        kind, text = written(new.value)
        return {"config_type": kind, "config_value": text, "is_sensitive": False}
    if keys is None:
        raise RuleViolation(Violation("encryption_needs_keys", ("config_value",), _NEEDS_KEYS, new.entity))
    text = keys.encrypt(new.value.get_secret_value(), secret_place(new.config_key, new.environment))
    return {"config_type": "encrypted", "config_value": text, "is_sensitive": True}


def _told(setting: EnterpriseConfig) -> dict[str, object]:
    """What the audit log says of a setting: of a secret that it is one, and no value."""
    told: dict[str, object] = {name: getattr(setting, name) for name in ("config_key", "environment", "config_type")}
    return told if setting.is_sensitive else {**told, "config_value": setting.config_value}
