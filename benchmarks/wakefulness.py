"""Keeping the processors awake while something is measured.

A virtual machine's idle processor takes tens of microseconds to wake, which is as long as a whole query: it
hides what is compared. One loop of idle priority on each processor takes nothing from anybody and keeps it from
sleeping. Every contender gains the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["awake"]

_LOOP: Final = """
import os
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(100_000):
        pass
"""


@contextmanager
def awake() -> Generator[bool]:
    """Whether the processors are kept awake inside the block; not where the system has no idle priority."""
    if not hasattr(os, "SCHED_IDLE"):
        yield False
        return
    loops = [subprocess.Popen([sys.executable, "-c", _LOOP]) for _ in range(os.cpu_count() or 1)]  # noqa: S603 - our own
    try:
        yield True
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
