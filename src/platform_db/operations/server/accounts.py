"""The system account that runs the server.

A plain user's server runs as that user. PostgreSQL refuses to run as root, so root's server
runs as an unprivileged account; root stays the only one who may connect.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from platform_db.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Account", "Identity", "account_for_server", "current_user"]

DEDICATED = "platform_db"
EXISTING = ("postgres", "_postgres", "nobody")
PASSWD_LOCK_ATTEMPTS = 5
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


class Identity(TypedDict, total=False):
    """The arguments of ``subprocess`` that give up root."""

    user: int
    group: int
    extra_groups: Sequence[int]


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server; ``other`` says that it is not the calling user."""

    name: str
    uid: int
    gid: int

    @property
    def other(self) -> bool:
        return self.uid != os.geteuid()

    @property
    def identity(self) -> Identity:
        """Arguments for ``subprocess`` to run something as this account."""
        return Identity(user=self.uid, group=self.gid, extra_groups=()) if self.other else Identity()

    @property
    def environment(self) -> dict[str, str]:
        """A server's environment: the caller's holds secrets, and ``PG…`` variables that would steer it."""
        carried = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
        return {**ENVIRONMENT, **({} if self.other else carried)}

    def owns(self, path: Path) -> None:
        """Hand over ``path``, which the caller has just made."""
        if self.other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_enter(self, folder: Path) -> bool:
        """Whether this account reaches into ``folder``; it is tried, since ACLs and mounts have their say too."""
        if not self.other:
            return os.access(folder, os.X_OK)
        return self.succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])

    def succeeds(self, command: Sequence[str]) -> bool:
        """Whether ``command``, run as this account, ends with 0."""
        try:
            result = subprocess.run(  # noqa: S603 - the words are ours
                command, check=False, capture_output=True, cwd="/", env=self.environment, **self.identity
            )
        except PermissionError:
            return False
        return result.returncode == 0


def current_user() -> Account:
    """The user of this process.

    Raises
    ------
    ConfigurationError
        The user id has no name; neither ``initdb`` nor ``peer`` authentication works without one.
    """
    uid = os.geteuid()
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        message = (
            f"user id {uid} has no entry in the user database, and PostgreSQL needs one: "
            "add it to /etc/passwd, run as a named user, or set PLATFORM_DB_URL to a server elsewhere"
        )
        raise ConfigurationError(message) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def account_for_server(wanted: str | None, data: Path | None) -> Account:
    """Decide who runs the server.

    Existing ``data`` decides by its owner. Otherwise a plain user is its own account, and root takes
    ``wanted``, else the account ``platform_db`` (made as a system account without home or shell), else one of
    ``postgres`` and ``nobody`` where no account can be made.

    Raises
    ------
    ConfigurationError
        There is no such account, or it is not allowed to run a server.
    """
    user = current_user()
    if user.uid != 0:
        return user
    account = _owner(data) if data is not None else _named(wanted or _unprivileged())
    if not account.succeeds(["/bin/sh", "-c", ":"]):
        message = (
            f"PostgreSQL does not run as root, and this process may not start one as account {account.name!r} "
            "(a container without CAP_SETUID?); run as a plain user"
        )
        raise ConfigurationError(message)
    return account


def _unprivileged() -> str:
    if _exists(DEDICATED) or _make(DEDICATED):
        return DEDICATED
    for name in EXISTING:
        if _exists(name):
            return name
    message = (
        "PostgreSQL does not run as root and no unprivileged account could be made: "
        f"add one (useradd --system {DEDICATED}) or run as a plain user"
    )
    raise ConfigurationError(message)


def _owner(data: Path) -> Account:
    uid = data.stat().st_uid
    try:
        return _named(pwd.getpwuid(uid).pw_name)
    except KeyError:
        message = f"{data} belongs to user id {uid}, which has no name any more; give the folder to an account"
        raise ConfigurationError(message) from None


def _named(name: str) -> Account:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        message = f"there is no account {name!r} to run the server as; add it or name another"
        raise ConfigurationError(message) from None
    if entry.pw_uid == 0:
        message = f"account {name!r} is root, and PostgreSQL does not run as root; name an unprivileged account"
        raise ConfigurationError(message)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _make(name: str) -> bool:
    if useradd := shutil.which("useradd", path=ENVIRONMENT["PATH"]):
        command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false", name]
    elif adduser := shutil.which("adduser", path=ENVIRONMENT["PATH"]):
        command = [adduser, "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/bin/false", name]
    else:
        return False
    for attempt in range(PASSWD_LOCK_ATTEMPTS):
        # Two first starts at once: one of them finds /etc/passwd locked, or the account made meanwhile.
        subprocess.run(  # noqa: S603 - the words are ours
            command, check=False, capture_output=True, env=ENVIRONMENT
        )
        if _exists(name):
            return True
        time.sleep(0.1 * (attempt + 1))
    return False
