"""Where everything of one server lies: its home, its data, its socket."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from platform_db.errors import ConfigurationError

if TYPE_CHECKING:
    from platform_db.operations.server.accounts import Account

__all__ = ["Home", "Launch", "default_home", "ensure_socket_folder", "socket_file", "write_private"]

HOME_VARIABLE = "PLATFORM_DB_HOME"
APPLICATION = "platform_db"
ROOT_STATE = Path("/var/lib/platform_db")
PORT = 5432
LONGEST_SOCKET_PATH = 107 if sys.platform == "linux" else 103
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/+=-]+")
OTHERS_WRITE = stat.S_IWOTH
PRIVATE = 0o700


def default_home() -> Path:
    """``platform_db`` in the user's data folder: XDG's, on macOS Application Support."""
    try:
        own = Path.home()
    except RuntimeError:
        message = f"this user has no home folder; set {HOME_VARIABLE} to a folder that it may write"
        raise ConfigurationError(message) from None
    if sys.platform == "darwin":
        return own / "Library" / "Application Support" / APPLICATION
    shared = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (shared if shared.is_absolute() else own / ".local" / "share") / APPLICATION


@dataclass(frozen=True, slots=True)
class Launch:
    """What a start leaves for later processes to read."""

    socket: Path
    binaries: Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that identifies a server, and the names of what lies in it.

    ``base`` holds the data. It is the home itself, except for root when the home is closed to the account that runs
    the server (``/root`` usually is): then it is a folder of this home's own under ``/var/lib/platform_db``. No
    existing folder's permissions are ever changed.
    """

    path: Path
    base: Path

    @classmethod
    def at(cls, path: Path) -> Self:
        """The home at ``path``, made when missing.

        Raises
        ------
        ConfigurationError
            It cannot be made, belongs to somebody else, or everybody may write to it.
        """
        path = path.resolve()
        root = os.geteuid() == 0
        try:
            path.mkdir(mode=0o711 if root else PRIVATE, parents=True, exist_ok=True)
            found = path.stat()
        except OSError as error:
            message = f"the folder {path} cannot be used ({error.strerror}); set {HOME_VARIABLE} to one that can"
            raise ConfigurationError(message) from error
        if found.st_uid != os.geteuid() or found.st_mode & OTHERS_WRITE:
            message = (
                f"{path} must belong to the user that starts the server and be closed to writing by others; "
                f"set {HOME_VARIABLE} to a folder of its own"
            )
            raise ConfigurationError(message)
        remote = ROOT_STATE / hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        elsewhere = root and not (path / "data").exists() and (remote / "data").exists()
        return cls(path, remote if elsewhere else path)

    def reachable_by(self, account: Account) -> Self:
        """Give this home with a base that ``account`` can enter; called before the first data is made."""
        if account.can_enter(self.base):
            return self
        remote = ROOT_STATE / hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        for folder in (ROOT_STATE, remote):
            folder.mkdir(mode=0o755, exist_ok=True)
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & OTHERS_WRITE:
                message = f"{folder} must be a folder that belongs to root and that others cannot write"
                raise ConfigurationError(message)
        if not account.can_enter(remote):
            message = (
                f"account {account.name!r}, which runs the server, can enter neither {self.path} nor {remote}; "
                f"set {HOME_VARIABLE} to a folder that it can reach"
            )
            raise ConfigurationError(message)
        return type(self)(self.path, remote)

    @property
    def cluster(self) -> str:
        """The name that every process of this server shows."""
        return f"{APPLICATION}_{hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]}"

    @property
    def lock(self) -> Path:
        """Held while one process starts or stops the server."""
        return self.path / "lock"

    @property
    def running(self) -> Path:
        """Held by the server's own processes, each of them, for as long as one lives."""
        return self.path / "running"

    @property
    def leases(self) -> Path:
        return self.path / "leases"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def launch_file(self) -> Path:
        return self.path / "server.json"

    def launch(self) -> Launch | None:
        """What the last start wrote; ``None`` when there was none or it cannot be read."""
        try:
            content = cast("dict[str, object]", json.loads(self.launch_file.read_text(encoding="utf-8")))
            return Launch(Path(str(content["socket"])), Path(str(content["binaries"])))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember(self, launch: Launch) -> None:
        """Write ``launch`` for later processes."""
        text = json.dumps({"socket": str(launch.socket), "binaries": str(launch.binaries)})
        write_private(self.launch_file, text)


def write_private(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace ``path`` in one step; a reader sees the old or the new, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, mode)
        file.write(text)
    temporary.replace(path)


def socket_file(folder: Path) -> Path:
    """Give the name that PostgreSQL gives to its socket in ``folder``."""
    return folder / f".s.PGSQL.{PORT}"


def ensure_socket_folder(account: Account, earlier: Path | None) -> Path:
    """Give a folder for the socket that only ``account`` (and root) can enter, with a short, plain path.

    The ``earlier`` one is kept or made again, so that addresses stay good over a restart. A new one lies in
    ``XDG_RUNTIME_DIR``, else in the system's temporary folder, under a name nobody can foresee.

    Raises
    ------
    ConfigurationError
        No such place exists.
    """
    if earlier is not None and _is_private(earlier, account):
        return earlier
    parents = [Path(os.environ.get("XDG_RUNTIME_DIR", "")), Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108
    usable = [parent for parent in parents if _holds_sockets(parent, account)]
    if not usable:
        message = (
            f"no folder for the server's socket: none of {', '.join(map(str, parents[1:]))} is a short path that "
            f"account {account.name!r} can reach; set XDG_RUNTIME_DIR or TMPDIR"
        )
        raise ConfigurationError(message)
    folder = None
    if earlier is not None and earlier.parent in usable:
        folder = _made_again(earlier)
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix=f"{APPLICATION}-", dir=usable[0]))
    account.owns(folder)
    return folder


def _made_again(folder: Path) -> Path | None:
    try:
        folder.mkdir(mode=PRIVATE)
    except FileExistsError:
        return None
    return folder


def _is_private(folder: Path, account: Account) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == account.uid
        and stat.S_IMODE(found.st_mode) == PRIVATE
        and account.can_enter(folder)
    )


def _holds_sockets(parent: Path, account: Account) -> bool:
    longest = socket_file(parent / f"{APPLICATION}-12345678")
    if not parent.is_absolute() or not PLAIN_PATH.fullmatch(str(parent)) or len(str(longest)) > LONGEST_SOCKET_PATH:
        return False
    try:
        found = parent.stat()
    except OSError:
        return False
    replaceable = bool(found.st_mode & OTHERS_WRITE) and not found.st_mode & stat.S_ISVTX
    trusted = found.st_uid in {0, os.geteuid()}
    return (
        stat.S_ISDIR(found.st_mode)
        and trusted
        and not replaceable
        and os.access(parent, os.W_OK)
        and account.can_enter(parent)
    )
