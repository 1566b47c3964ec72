"""The embedded server: started once, shared by every process that names the same home."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from platform_db.errors import ConfigurationError, Conflict
from platform_db.operations.server import connection, leases, locks, processes
from platform_db.operations.server.accounts import account_for_server
from platform_db.operations.server.binaries import find_binaries, readable_by
from platform_db.operations.server.cluster import Cluster, data_version, log_tail
from platform_db.operations.server.connection import dsn
from platform_db.operations.server.options import DATABASE, LOGIN_ROLE, ServerInfo, ServerOptions, ServerStatus
from platform_db.operations.server.places import Home, Launch, default_home, ensure_socket_folder, socket_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from platform_db.operations.server.processes import Process

__all__ = ["EmbeddedServer", "database_url", "embedded_server", "ensure_started"]

POLL_SECONDS = 0.03
ORPHAN_SECONDS = 2.0
SILENT_SECONDS = 5.0
KILL_SECONDS = 10.0

_held: dict[Path, tuple[int, leases.Lease]] = {}


class EmbeddedServer:
    """A PostgreSQL of this library's own, reached through a private Unix socket.

    The home identifies it: processes that name the same home share one server. It keeps running when the process
    that started it ends; :meth:`stop` ends it, and refuses while other processes hold a :meth:`lease`. After
    ``kill -9`` of any of its processes the next :meth:`start` recovers, with nothing committed lost.

    Only the user that started it can connect: the socket's folder is closed to others, and ``peer`` authentication
    asks the kernel who is calling. Started by root, PostgreSQL itself runs as an unprivileged account.

    All methods block; from a coroutine use :func:`ensure_started` or ``asyncio.to_thread``.
    """

    def __init__(self, options: ServerOptions | None = None) -> None:
        self.options = (ServerOptions() if options is None else options).completed()

    def start(self) -> ServerInfo:
        """Start the server if it does not run; come back when it has answered a query.

        Safe to call from any number of processes at once: one starts, the others wait. A running server is
        left as it is.

        Raises
        ------
        ConfigurationError
            No binaries, no usable folder, or the server did not come up; the text then ends with its log.
        """
        home = self._home()
        with locks.exclusively(home.lock, self.options.timeout):
            return self._start(home)

    def lease(self) -> leases.Lease:
        """Start the server and hold a lease on it, until its ``release()`` or the end of this process.

        Raises
        ------
        ConfigurationError
            As :meth:`start`.
        """
        home = self._home()
        with locks.exclusively(home.lock, self.options.timeout):
            self._start(home)
            leases.sweep(home.leases)
            home.leases.mkdir(mode=0o700, exist_ok=True)
            return leases.Lease(home.leases)

    def stop(self) -> bool:
        """Stop the server; say whether it ran. Open connections are closed, nothing committed is lost.

        Raises
        ------
        Conflict
            Other processes hold a lease; the text names them.
        ConfigurationError
            The server cannot be ended from here.
        """
        home = self._existing_home()
        if home is None:
            return False
        with locks.exclusively(home.lock, self.options.timeout):
            using = leases.others(home.leases)
            if using and locks.is_held(home.running):
                named = ", ".join(f"{holder.pid} ({holder.command})" for holder in using)
                message = f"the server is in use by {len(using)} other process(es): {named}; end them or stop by force"
                raise Conflict(message)
            return self._halt(home)

    def force_stop(self) -> bool:
        """Stop the server whoever uses it; say whether it ran."""
        home = self._existing_home()
        if home is None:
            return False
        with locks.exclusively(home.lock, self.options.timeout):
            return self._halt(home)

    def destroy(self) -> None:
        """Stop the server and delete its data, its socket and its home. There is no way back."""
        home = self._existing_home()
        if home is None:
            return
        with locks.exclusively(home.lock, self.options.timeout):
            self._halt(home)
            launched = home.launch()
            if launched is not None:
                shutil.rmtree(launched.socket, ignore_errors=True)
            if home.base != home.path:
                shutil.rmtree(home.base)
            shutil.rmtree(home.path)

    def status(self) -> ServerStatus:
        """Say what is there, changing nothing."""
        home = self._existing_home()
        if home is None:
            return ServerStatus("stopped", self._path, None, ())
        using = leases.holders(home.leases)
        if not locks.is_held(home.running):
            return ServerStatus("stopped", home.path, None, using)
        info = self._answer(home, connection.version)
        return ServerStatus("unready" if info is None else "running", home.path, info, using)

    def url(self, database: str = DATABASE, user: str = LOGIN_ROLE) -> str:
        """The address of ``database`` for role ``user``, for asyncpg; it is not asked whether the server runs.

        Any role that may log in can be named (on PostgreSQL 15 only the two that the library makes). For
        SQLAlchemy replace the scheme by ``postgresql+asyncpg``.

        Raises
        ------
        ConfigurationError
            The server was never started.
        """
        home = self._existing_home()
        launched = None if home is None else home.launch()
        if launched is None:
            message = "the embedded server was never started in this home; run `platform-db server start`"
            raise ConfigurationError(message)
        return dsn(launched.socket, database, user)

    @property
    def _path(self) -> Path:
        return default_home() if self.options.home is None else self.options.home.expanduser()

    def _home(self) -> Home:
        return Home.at(self._path)

    def _existing_home(self) -> Home | None:
        return self._home() if self._path.exists() else None

    def _start(self, home: Home) -> ServerInfo:
        try:
            return self._start_or_join(home)
        except OSError as error:
            message = f"the server of {home.path} cannot be started: {error}"
            raise ConfigurationError(message) from error

    def _start_or_join(self, home: Home) -> ServerInfo:
        begin = time.monotonic()
        while time.monotonic() - begin < self.options.timeout:
            running = locks.try_take(home.running)
            if running is not None:
                return self._launch(home, running)
            info = self._answer(home, connection.complete)
            if info is not None:
                return info
            self._unblock(home, time.monotonic() - begin)
            time.sleep(POLL_SECONDS)
        message = (
            f"processes of the server of {home.path} live but have not answered for {self.options.timeout:g} s "
            f"(was it started from another container?); its log ends:\n{log_tail(home)}"
        )
        raise ConfigurationError(message)

    def _launch(self, home: Home, running: int) -> ServerInfo:
        try:
            major = data_version(home)
            account = account_for_server(self.options.account, None if major is None else home.data)
            if major is None:
                home = home.reachable_by(account)
            binaries = find_binaries(self.options.binaries, major)
            binaries = readable_by(account, binaries, home.base)
            earlier = home.launch()
            socket = ensure_socket_folder(account, None if earlier is None else earlier.socket)
            home.remember(Launch(socket, binaries.folder))
            cluster = Cluster(home, account, binaries, socket, self.options.settings)
            cluster.clear_leftovers()
            cluster.ensure_data()
            log_begin = cluster.launch(running)
        finally:
            os.close(running)  # from here on only the server's processes hold it
        return self._await(home, log_begin)

    def _await(self, home: Home, log_begin: int) -> ServerInfo:
        deadline = time.monotonic() + self.options.timeout
        why = f"it has not answered for {self.options.timeout:g} s"
        while time.monotonic() < deadline:
            alive = locks.is_held(home.running)
            info = self._answer(home, connection.complete)
            if info is not None:
                return replace(info, started=True)
            if not alive:
                why = "its process ended"
                break
            time.sleep(POLL_SECONDS)
        tail = log_tail(home, log_begin)
        message = f"the server of {home.path} did not start: {why}; its log ({home.log}) says:\n{tail}"
        raise ConfigurationError(message)

    def _answer(self, home: Home, ask: Callable[[Path], str | None]) -> ServerInfo | None:
        launched = home.launch()
        version = None if launched is None else ask(launched.socket)
        if launched is None or version is None:
            return None
        return ServerInfo(
            url=dsn(launched.socket, DATABASE, LOGIN_ROLE),
            home=home.path,
            data=home.data,
            socket=launched.socket,
            version=version,
            binaries=launched.binaries,
            log=home.log,
            started=False,
        )

    def _unblock(self, home: Home, waited: float) -> None:
        """End processes that hold the server's lock and will never answer."""
        alive = _processes(home)
        postmasters = [process for process in alive if process.is_postmaster]
        if not postmasters:
            # Children of a killed server: they see it and end, unless they are deep in a computation.
            if waited > ORPHAN_SECONDS:
                processes.signal_all(alive, signal.SIGKILL)
            return
        launched = home.launch()
        if waited > SILENT_SECONDS and (launched is None or not socket_file(launched.socket).exists()):
            # Its socket was swept away (a logout, a cleaner of temporary files): nobody can reach it any more.
            processes.signal_all(postmasters, signal.SIGINT)

    def _halt(self, home: Home) -> bool:
        if not locks.is_held(home.running):
            return False
        steps: tuple[tuple[int, float, Callable[[Process], bool]], ...] = (
            (signal.SIGINT, self.options.timeout, lambda process: process.is_postmaster),
            (signal.SIGQUIT, KILL_SECONDS, lambda process: process.is_postmaster),
            (signal.SIGKILL, KILL_SECONDS, lambda _: True),
        )
        for number, seconds, chosen in steps:
            targets = [process for process in _processes(home) if chosen(process)]
            processes.signal_all(targets, number)
            deadline = time.monotonic() + (seconds if targets else ORPHAN_SECONDS)
            while time.monotonic() < deadline:
                if not locks.is_held(home.running):
                    return True
                time.sleep(POLL_SECONDS)
        message = f"the server of {home.path} cannot be ended from here (was it started from another container?)"
        raise ConfigurationError(message)


def _processes(home: Home) -> list[Process]:
    try:
        uid = home.data.stat().st_uid
    except FileNotFoundError:
        return []
    return processes.cluster_processes(home.cluster, uid)


def embedded_server(home: Path | None = None) -> EmbeddedServer:
    """The server of ``home``; by default the one that all of this user's processes share."""
    return EmbeddedServer(ServerOptions(home=home))


async def ensure_started(options: ServerOptions | None = None) -> ServerInfo:
    """Start the server from a coroutine, and hold a lease on it until this process ends.

    Raises
    ------
    ConfigurationError
        As :meth:`EmbeddedServer.start`.
    """
    return await asyncio.to_thread(_start_and_hold, EmbeddedServer(options))


def _start_and_hold(server: EmbeddedServer) -> ServerInfo:
    info = server.start()
    kept = _held.get(info.home)
    if kept is None or kept[0] != os.getpid() or not kept[1].held:
        _held[info.home] = (os.getpid(), server.lease())
    return info


async def database_url(settings_url: str | None) -> str:
    """``settings_url`` as it is, and nothing is started; without one, the address of the embedded server, started.

    Raises
    ------
    ConfigurationError
        As :meth:`EmbeddedServer.start`.
    """
    if settings_url:
        return settings_url
    return (await ensure_started()).url
