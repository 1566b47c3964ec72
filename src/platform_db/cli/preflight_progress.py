"""A bar for each large table that preflight reads, on a terminal; nothing anywhere else."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Generator

    from rich.progress import TaskID

__all__ = ["Bars", "watched"]

LARGE_PAGES: Final = 8_192
"""A table of so many pages (64 MB) has a bar."""


class Bars:
    """Tells a display how far the table that is being read is."""

    def __init__(self, display: Progress) -> None:
        self._display = display
        self._task: TaskID | None = None

    def begin(self, table: str, pages: int, steps: int) -> None:
        """Start a table; the bar of the one before goes."""
        self.end()
        if pages >= LARGE_PAGES:
            self._task = self._display.add_task(table, total=steps)

    def step(self) -> None:
        """One step of the table is done."""
        if self._task is not None:
            self._display.advance(self._task)

    def end(self) -> None:
        """Take the bar away."""
        if self._task is not None:
            self._display.remove_task(self._task)
            self._task = None


@contextmanager
def watched() -> Generator[Bars]:
    """Bars on standard error, where it is a terminal; the report alone goes to standard output."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as display:
        bars = Bars(display)
        yield bars
        bars.end()
