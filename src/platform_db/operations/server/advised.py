"""Settings that a server of this library should have, which no session can set for itself."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ADVISED"]

ADVISED: Final[Mapping[str, str]] = MappingProxyType(
    {"shared_buffers": "256MB", "checkpoint_completion_target": "0.9", "wal_compression": "on"}
)
"""The embedded server starts with them; of any other ``platform-db health`` says where it has less."""
