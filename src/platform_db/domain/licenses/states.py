"""The plans on sale, what state a licence is in, and what may become of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from platform_db.domain.changes import StateMachine
from platform_db.domain.rules import Message

__all__ = ["LICENSE_STATES", "LicenseStatus", "LicenseType"]


class LicenseType(StrEnum):
    """The plans on sale."""

    TRIAL = "trial"
    BASIC = "basic"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"

    @property
    def display_name(self) -> Message:
        """The plan's name for people.

        >>> LicenseType.ENTERPRISE.display_name.tr
        'Kurumsal'
        """
        return _DISPLAY_NAMES[self]


_DISPLAY_NAMES: Final[Mapping[LicenseType, Message]] = MappingProxyType(
    {
        LicenseType.TRIAL: Message("Deneme", "Trial"),
        LicenseType.BASIC: Message("Temel", "Basic"),
        LicenseType.PROFESSIONAL: Message("Profesyonel", "Professional"),
        LicenseType.ENTERPRISE: Message("Kurumsal", "Enterprise"),
    },
)


class LicenseStatus(StrEnum):
    """The state of a licence; whether it runs now is its period's to say."""

    ACTIVE = "active"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


LICENSE_STATES: Final = StateMachine(
    "status",
    {
        LicenseStatus.ACTIVE: {LicenseStatus.SUSPENDED, LicenseStatus.EXPIRED, LicenseStatus.CANCELLED},
        LicenseStatus.SUSPENDED: {LicenseStatus.ACTIVE, LicenseStatus.EXPIRED, LicenseStatus.CANCELLED},
    },
    Message(
        "Süresi dolmuş ya da iptal edilmiş lisans yeniden açılamaz; yenisi verilir",
        "A licence that expired or was cancelled does not come back; assign a new one",
    ),
)
"""What each status may become; expired and cancelled are final."""
