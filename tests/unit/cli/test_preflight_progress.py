"""A large table has a bar while it is read; a small one has none."""

from __future__ import annotations

import io

from rich.console import Console
from rich.progress import Progress

from platform_db.cli.preflight_progress import LARGE_PAGES, Bars


def test_a_bar_follows_a_large_table_and_goes_with_it() -> None:
    display = Progress(console=Console(file=io.StringIO(), force_terminal=True))
    bars = Bars(display)

    bars.begin("orders", LARGE_PAGES, steps=4)
    bars.step()

    (task,) = display.tasks
    assert (task.description, task.completed, task.total) == ("orders", 1, 4)
    bars.begin("users", LARGE_PAGES - 1, steps=4)
    bars.step()
    assert display.tasks == []
