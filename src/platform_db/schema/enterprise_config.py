"""The table of the settings per environment: administration's alone."""

from __future__ import annotations

from platform_db.domain.enterprise_config import EnterpriseConfig
from platform_db.domain.rules import Message
from platform_db.schema.metadata import table, unique
from platform_db.schema.roles import Role

__all__ = ["enterprise_config"]

enterprise_config = table(
    EnterpriseConfig,
    unique(
        "config_key",
        "environment",
        message=Message("Bu ayarın bu ortamda bir değeri var", "The setting has a value in this environment"),
    ),
    grants={
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)
