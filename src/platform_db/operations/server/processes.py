"""The processes of one cluster, recognised by the name that each of them shows.

The server is started with a ``cluster_name`` of its own; the postmaster carries it in its arguments, every child in
its title. A process number from a file is never believed: numbers are given out again.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Process", "cluster_processes", "process", "signal_all"]

PROC = Path("/proc")
SERVER_PROGRAMS = frozenset({"postgres", "postmaster"})


@dataclass(frozen=True, slots=True)
class Process:
    """A live process; a zombie is none, whatever the process table says."""

    pid: int
    uid: int
    words: tuple[str, ...]

    @property
    def title(self) -> str:
        return " ".join(self.words)

    @property
    def is_postmaster(self) -> bool:
        """A server's first process shows its program; its children have replaced that by a title."""
        return bool(self.words) and Path(self.words[0]).name in SERVER_PROGRAMS

    def serves(self, data: Path) -> bool:
        """Whether this is a postmaster on ``data``, whoever started it."""
        if not self.is_postmaster:
            return False
        if f" {data} " in f"{self.title} ":
            return True
        with suppress(OSError):
            return (PROC / str(self.pid) / "cwd").readlink() == data
        return False


def cluster_processes(cluster: str, uid: int) -> list[Process]:
    """All live processes of ``cluster`` that run as user ``uid``."""
    return [
        candidate
        for candidate in _all()
        if candidate.uid == uid
        and (
            (candidate.is_postmaster and f"cluster_name={cluster}" in candidate.words)
            or candidate.title.startswith(f"postgres: {cluster}: ")
        )
    ]


def process(pid: int) -> Process | None:
    """The live process with this number, if there is one."""
    return next((candidate for candidate in _all() if candidate.pid == pid), None)


def signal_all(processes: list[Process], number: int) -> None:
    """Send signal ``number``; one that has ended meanwhile is no error."""
    for target in processes:
        with suppress(ProcessLookupError):
            os.kill(target.pid, number)


def _all() -> Iterator[Process]:
    if not (PROC / "self" / "cmdline").exists():
        yield from _from_ps()
        return
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it ended while being read, or is hidden from this user
                text = os.fsdecode((entry / "cmdline").read_bytes()).rstrip("\0")
                if text:  # a zombie and a kernel thread have none
                    yield Process(int(entry.name), entry.stat().st_uid, tuple(text.split("\0")))


def _from_ps() -> Iterator[Process]:
    columns = ["-o", "pid=", "-o", "uid=", "-o", "stat=", "-o", "command="]
    command = ["/bin/ps", "-axww", *columns]
    listing = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - the words are ours
    for line in os.fsdecode(listing.stdout).splitlines():
        pid, uid, state, command = line.split(None, 3)
        if not state.startswith("Z"):
            yield Process(int(pid), int(uid), tuple(command.split(" ")))
