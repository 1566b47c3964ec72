"""Tables for a person, on a terminal or in a file."""

from __future__ import annotations

from typing import Final

import typer
from rich.console import Console
from rich.table import Table

__all__ = ["print_tables"]

_WIDE: Final = 1000
"""Wider than any table: a terminal may fold a line, but no digit is ever cut off."""


def print_tables(*tables: Table) -> None:
    """Print tables whole, in UTF-8 whatever the locale says."""
    console = Console(highlight=False, width=_WIDE)
    with console.capture() as shown:
        console.print(*tables)
    typer.echo(shown.get().encode(), nl=False)
