"""A data folder and the process that serves it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platform_db.errors import ConfigurationError
from platform_db.operations.server import processes
from platform_db.operations.server.accounts import current_user
from platform_db.operations.server.advised import ADVISED
from platform_db.operations.server.options import BOOTSTRAP_ROLE, LOGIN_ROLE
from platform_db.operations.server.places import PORT, socket_file, write_private

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.operations.server.accounts import Account
    from platform_db.operations.server.binaries import Binaries
    from platform_db.operations.server.places import Home

__all__ = ["Cluster", "data_version", "log_tail"]

COMPLETE = "platform_db.complete"
UNFINISHED = "data.unfinished-"
MAP = "platform_db"
BUILTIN_PROVIDER_MAJOR = 17
ALL_ROLES_IN_MAPS_MAJOR = 16
SETTING_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
LOG_KEPT_BYTES = 10_000_000
LOG_TAIL_BYTES = 4_000
FIXED = frozenset(
    {"listen_addresses", "unix_socket_directories", "unix_socket_permissions", "port", "hba_file", "ident_file"}
    | {"cluster_name", "data_directory", "update_process_title"}
)


def data_version(home: Home) -> int | None:
    """The PostgreSQL major version of the data, ``None`` when there is none (yet).

    Raises
    ------
    ConfigurationError
        The data was complete once and is damaged now: to start afresh is not ours to decide.
    """
    data = home.data
    if not (data / COMPLETE).exists():
        return None
    try:
        version = int((data / "PG_VERSION").read_text(encoding="ascii"))
        (data / "global" / "pg_control").stat()
    except (OSError, ValueError) as error:
        message = (
            f"the data in {data} is damaged ({error}); restore it from a backup, or move it away to start with none"
        )
        raise ConfigurationError(message) from error
    return version


@dataclass(frozen=True, slots=True)
class Cluster:
    """Everything that one start has decided; the caller holds the home's lock and its ``running`` lock."""

    home: Home
    account: Account
    binaries: Binaries
    socket: Path
    settings: Mapping[str, str]

    def __post_init__(self) -> None:
        if refused := FIXED & self.settings.keys():
            message = f"the embedded server decides these settings itself: {', '.join(sorted(refused))}"
            raise ConfigurationError(message)
        if malformed := [name for name in self.settings if not SETTING_NAME.fullmatch(name)]:
            message = f"not the name of a PostgreSQL setting: {', '.join(map(repr, malformed))}"
            raise ConfigurationError(message)

    def clear_leftovers(self) -> None:
        """Remove what a dead server left, when no process of it lives: PostgreSQL itself believes such files.

        A stale ``postmaster.pid`` whose number was given to a stranger, or one cut short, would stop every later
        start.

        Raises
        ------
        ConfigurationError
            A server that this library did not start serves the data.
        """
        data = self.home.data
        path = data / "postmaster.pid"
        with suppress(OSError, ValueError, IndexError):
            number = int(path.read_text(encoding="utf-8", errors="replace").splitlines()[0])
            found = processes.process(number)
            if found is not None and found.serves(data):
                message = f"another PostgreSQL (process {number}), not started by platform_db, serves {data}; stop it"
                raise ConfigurationError(message)
        path.unlink(missing_ok=True)
        file = socket_file(self.socket)
        for leftover in (file, file.with_name(f"{file.name}.lock")):
            leftover.unlink(missing_ok=True)

    def ensure_data(self) -> None:
        """Make the data folder when there is none: in a sibling first, then renamed, so it is whole or absent.

        What a killed attempt left is deleted; a folder ``data`` that no start of this library finished is renamed,
        not deleted, since somebody else may have put it there.
        """
        base = self.home.base
        self._delete_leftovers()
        if data_version(self.home) is not None:
            return
        if os.path.lexists(self.home.data):
            aside = Path(tempfile.mkdtemp(prefix="data.set-aside-", dir=base))
            self.home.data.rename(aside / "data")
        unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=base))
        self.account.owns(unfinished)
        self._initialise(unfinished)
        os.close(os.open(unfinished / COMPLETE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self.account.owns(unfinished / COMPLETE)
        unfinished.rename(self.home.data)
        # An initdb whose start was killed may have written while it was deleted; it has failed for that since.
        self._delete_leftovers()
        parent = os.open(base, os.O_RDONLY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)

    def _delete_leftovers(self) -> None:
        for leftover in self.home.base.glob(f"{UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def launch(self, running: int) -> int:
        """Start the server's first process, in a session of its own; give where its messages begin in the log.

        It inherits the lock behind ``running``, and so do all its children.
        """
        self._write_access()
        command = [self.binaries.program("postgres"), "-D", str(self.home.data)]
        for name, value in self._all_settings().items():
            command += ["-c", f"{name}={value}"]
        file = self.home.log
        if file.exists() and file.stat().st_size > LOG_KEPT_BYTES:
            file.replace(file.with_name(f"{file.name}.1"))
        log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            begin = os.fstat(log).st_size
            # The shell ends at once, so the server is nobody's child and never this process's zombie.
            subprocess.run(  # noqa: S603 - no shell reads the words, they are passed as "$@"
                ["/bin/sh", "-c", '"$@" &', "sh", *command],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self.account.environment,
                pass_fds=(running,),
                start_new_session=True,
                umask=0o077,
                **self.account.identity,
            )
        finally:
            os.close(log)
        return begin

    def _initialise(self, folder: Path) -> None:
        command = [self.binaries.program("initdb"), "--pgdata", str(folder), "--username", BOOTSTRAP_ROLE]
        command += ["--encoding", "UTF8", "--auth", "peer", "--data-checksums"]
        if self.settings.get("fsync") == "off":
            command.append("--no-sync")
        if self.binaries.major >= BUILTIN_PROVIDER_MAJOR:
            choices = [["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]]
        else:
            choices = [["--locale", "C.UTF-8"], ["--locale", "C"]]
        output = ""
        for locale in choices:
            result = subprocess.run(  # noqa: S603 - the words are ours
                command + locale,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=self.account.environment,
                **self.account.identity,
            )
            if result.returncode == 0:
                return
            output = os.fsdecode(result.stdout).strip()
        shutil.rmtree(folder, ignore_errors=True)
        message = f"initdb of PostgreSQL {self.binaries.version} ({self.binaries.origin}) failed:\n{output}"
        raise ConfigurationError(message)

    def _all_settings(self) -> dict[str, str]:
        ours = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "hba_file": str(self.home.base / "pg_hba.conf"),
            "ident_file": str(self.home.base / "pg_ident.conf"),
            "cluster_name": self.home.cluster,
            "update_process_title": "on",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] ",
            # DETAIL and statements quote stored values; a log is no place for personal data.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        }
        return {**ADVISED, **ours, **self.settings}

    def _write_access(self) -> None:
        """Let only the calling user in, under any role; the account that runs root's server does not get in.

        The files lie beside the data, because root must not write where that account could have planted a link.
        """
        user = current_user().name.replace('"', '""')
        roles = ["all"] if self.binaries.major >= ALL_ROLES_IN_MAPS_MAJOR else [BOOTSTRAP_ROLE, LOGIN_ROLE]
        mode = 0o644 if self.account.other else 0o600
        rules = f"local all all peer map={MAP}\nlocal replication all peer map={MAP}\n"
        write_private(self.home.base / "pg_hba.conf", rules, mode)
        write_private(self.home.base / "pg_ident.conf", "".join(f'{MAP} "{user}" {role}\n' for role in roles), mode)


def log_tail(home: Home, begin: int = 0) -> str:
    """The end of what the server has said since byte ``begin`` of its log."""
    try:
        with home.log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(begin, size - LOG_TAIL_BYTES))
            return os.fsdecode(file.read()).strip()
    except OSError:
        return ""
