"""The embedded PostgreSQL server: this library's own start around the binaries of a wheel or of the machine."""

from __future__ import annotations

from platform_db.operations.server.leases import Lease
from platform_db.operations.server.options import (
    BOOTSTRAP_ROLE,
    DATABASE,
    LOGIN_ROLE,
    LeaseHolder,
    ServerInfo,
    ServerOptions,
    ServerStatus,
    throwaway_options,
)
from platform_db.operations.server.server import EmbeddedServer, database_url, embedded_server, ensure_started

__all__ = [
    "BOOTSTRAP_ROLE",
    "DATABASE",
    "LOGIN_ROLE",
    "EmbeddedServer",
    "Lease",
    "LeaseHolder",
    "ServerInfo",
    "ServerOptions",
    "ServerStatus",
    "database_url",
    "embedded_server",
    "ensure_started",
    "throwaway_options",
]
