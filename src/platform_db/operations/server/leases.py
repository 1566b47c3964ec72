"""Leases: how a process says that it uses the server.

A lease is a file that its process keeps locked. When the process ends, however it ends, the lock goes, and the file
means nothing any more.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from platform_db.operations.server import locks
from platform_db.operations.server.options import LeaseHolder

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Lease", "holders", "others", "sweep"]

_own: dict[Path, int] = {}


class Lease:
    """A promise not to stop the server, kept until :meth:`release` or the end of the process.

    A process forked while the lease is held shares it: the lease ends when both have.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / uuid.uuid4().hex
        self._descriptor: int | None = locks.take(self._path)
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])[:80]
        os.write(self._descriptor, json.dumps({"pid": os.getpid(), "command": command}).encode())
        _own[self._path] = os.getpid()

    @property
    def held(self) -> bool:
        """Whether it still counts: not released, and its home not deleted."""
        return self._descriptor is not None and self._path.exists()

    def release(self) -> None:
        """End the lease; a second call does nothing."""
        if self._descriptor is None:
            return
        _own.pop(self._path, None)
        os.close(self._descriptor)
        self._descriptor = None
        _delete_unless_held(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def holders(folder: Path) -> tuple[LeaseHolder, ...]:
    """The processes that hold a lease, this one included."""
    return tuple(_holder(path) for path in _files(folder) if locks.is_held(path))


def others(folder: Path) -> tuple[LeaseHolder, ...]:
    """The processes that hold a lease, without this one."""
    held = (path for path in _files(folder) if _own.get(path) != os.getpid())
    return tuple(_holder(path) for path in held if locks.is_held(path))


def sweep(folder: Path) -> None:
    """Delete the files of leases that ended without a word; the caller holds the home's lock."""
    for path in _files(folder):
        _delete_unless_held(path)


def _delete_unless_held(path: Path) -> None:
    try:
        descriptor = locks.try_take(path)
    except FileNotFoundError:  # the whole home was deleted meanwhile
        return
    if descriptor is not None:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _holder(path: Path) -> LeaseHolder:
    try:
        content = cast("dict[str, object]", json.loads(path.read_text()))
        return LeaseHolder(int(str(content["pid"])), str(content["command"]))
    except (OSError, ValueError, KeyError):
        return LeaseHolder(0, "a process that is just starting")
