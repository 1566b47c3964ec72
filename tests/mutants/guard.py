"""A guard that can be taken away, and what tells which tests depend on it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Guard"]


@dataclass(frozen=True, slots=True)
class Guard:
    """One refusal, lock, trigger or key of the tree.

    Attributes
    ----------
    group
        What kind it is; the report counts by it.
    name
        Stable while the code around it is.
    without
        The SQL that takes it away from a migrated database. None: the library's switch does.
    seen
        What a test shows while it runs when this guard stood in its way (:mod:`tests.mutants.switch`).
    words
        Names under which a test's text speaks of it.
    tables
        The tables whose writing brings it about.
    races
        It shows only when two do something at once.
    """

    group: str
    name: str
    without: str | None = None
    seen: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    races: bool = False
