"""File locks that end with the process that holds them, however it ends.

All of them are ``flock`` locks: the kernel drops one when the last process that shares the
open file is gone, so neither a crash nor ``kill -9`` leaves a lock behind and no process
number is ever believed.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from platform_db.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

__all__ = ["exclusively", "is_held", "take", "try_take"]

POLL_SECONDS = 0.02


def take(path: Path) -> int:
    """Open ``path`` and hold it alone; the lock lasts until the descriptor is closed everywhere."""
    descriptor = _open(path)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def try_take(path: Path) -> int | None:
    """Like :func:`take`, but ``None`` at once when somebody else holds it."""
    descriptor = _open(path)
    if _granted(descriptor, fcntl.LOCK_EX):
        return descriptor
    os.close(descriptor)
    return None


def is_held(path: Path) -> bool:
    """Say whether some process holds ``path`` alone; a missing file is held by nobody."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        return not _granted(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


@contextmanager
def exclusively(path: Path, timeout: float) -> Generator[None]:
    """Hold ``path`` for the length of the block; wait for it at most ``timeout`` seconds.

    Raises
    ------
    ConfigurationError
        Another process held the lock the whole time.
    """
    deadline = time.monotonic() + timeout
    while (descriptor := try_take(path)) is None:
        if time.monotonic() > deadline:
            message = (
                f"another process has been starting or stopping this server for {timeout:g} s (it holds {path}); "
                "wait for it or end it"
            )
            raise ConfigurationError(message)
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _granted(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
