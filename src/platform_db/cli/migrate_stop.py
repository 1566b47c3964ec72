"""Ctrl-C while the database is migrated: the run stops where nothing is left half done."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import typer

from platform_db.errors import PlatformError
from platform_db.migration.run import Moment

if TYPE_CHECKING:
    from collections.abc import Generator

    from platform_db.migration.run import Event

__all__ = ["Stop", "Stopped"]

_PROMISE: Final = (
    "interrupted: the migration goes on to the end of the present revision, or of the batch of a backfill, "
    "and stops there"
)


class Stopped(PlatformError):
    """The run was asked to stop, and did, between two revisions, batches or tries."""


@dataclass(slots=True)
class Stop:
    """An observer that ends the run after the first Ctrl-C, as soon as nothing is lost by it."""

    asked: threading.Event = field(default_factory=threading.Event)
    begun: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Steps of the revision at work."""

    def __call__(self, event: Event) -> None:
        """Look whether this is a moment to stop at.

        Raises
        ------
        Stopped
            It is, and somebody asked.
        """
        if event.moment is Moment.STAMPED:
            self.begun.clear()
        elif event.moment is Moment.BEFORE_STEP:
            step = (event.revision, event.step)
            # A step that begins a second time gave way to a lock: its revision was rolled back.
            if not self.begun or step in self.begun:
                self._end()
            self.begun.add(step)
        elif event.moment is Moment.PROGRESS and event.done != event.total:
            self._end()

    def _end(self) -> None:
        if self.asked.is_set():
            message = "stopped as asked"
            raise Stopped(message)

    @contextmanager
    def at_interrupt(self) -> Generator[None]:
        """While it lasts, the first SIGINT asks the run to stop and says so; the next one is Python's own again.

        Only a process's main thread is told of signals; in another one nothing changes.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()

        def ask() -> None:
            loop.remove_signal_handler(signal.SIGINT)
            self.asked.set()
            typer.echo(_PROMISE, err=True)

        loop.add_signal_handler(signal.SIGINT, ask)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGINT)
