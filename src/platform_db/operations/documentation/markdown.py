"""Markdown that reads well both as text and on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["NOTICE", "cell", "code", "rows"]

NOTICE: Final = "<!-- Made from the models by `make docs`; a test compares it with them. -->"


def cell(text: str) -> str:
    """Text that stays within its cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Text as code within a cell; a bar is kept from ending the cell, also inside code."""
    return f"`{cell(text)}`"


def rows(titles: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Write a table, or nothing at all where there are no lines."""
    body = [f"| {' | '.join(line)} |" for line in lines]
    if not body:
        return ""
    return "\n".join([f"| {' | '.join(titles)} |", f"|{' --- |' * len(titles)}", *body]) + "\n"
