"""Which guard is away, and what a test came across: a refusal, a lock, an error of the server, a table it wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["locks", "marked", "switch", "watch_the_driver"]

_WRITES: Final = re.compile(
    r"\b(?:insert\s+into|update|delete\s+from|truncate(?:\s+table)?)\s+(?:public\.)?(\w+)", re.IGNORECASE
)
_MARKED: Final = re.compile(r" FOR (?:NO KEY )?UPDATE(?: OF [\w, ]+?)?(?: SKIP LOCKED)? /\* lock (\d+) \*/")
_RAISED: Final = re.compile(r"^PL/pgSQL function (\w+)\(.*\) line (\d+) at RAISE", re.MULTILINE)

locks: Final[list[str]] = []
"""The names of the library's row locks; a lock's place is the number in its mark."""


def marked(number: int) -> str:
    """The comment behind a row lock in the SQL of the library."""
    return f"/* lock {number} */"


class Switch:
    """Takes one guard away at a time, and remembers what was seen since it was last asked."""

    def __init__(self) -> None:
        self.away: str | None = None
        self.seen: set[str] = set()

    def stands(self, guard: str) -> bool:
        """Whether the guard that is just being reached still refuses."""
        self.seen.add(guard)
        return guard != self.away

    def sent(self, query: str) -> str:
        """What the server is to get instead of ``query``."""
        self.seen.update(f"wrote {table.lower()}" for table in _WRITES.findall(query))
        return _MARKED.sub(lambda match: match[0] if self.stands(locks[int(match[1])]) else "", query)

    def refused(self, fields: dict[str, str | None]) -> None:
        """The server answered with an error."""
        self.seen.add(f"refused {fields.get('constraint_name')}")
        self.seen.update(f"raised {function} {line}" for function, line in _RAISED.findall(fields.get("context") or ""))


switch: Final = Switch()


def watch_the_driver() -> None:
    """See every statement on its way to a server, and every error on its way back."""
    connection, error = cast("Any", asyncpg).Connection, cast("Any", asyncpg).PostgresError
    prepare: Callable[..., Awaitable[object]] = connection._get_statement
    execute: Callable[..., Awaitable[object]] = connection.execute
    new: Callable[..., Exception] = error.new.__func__

    async def prepared(self: object, query: str, *args: object, **options: object) -> object:
        return await prepare(self, switch.sent(query), *args, **options)

    async def executed(self: object, query: str, *args: object, **options: object) -> object:
        return await execute(self, switch.sent(query), *args, **options)

    def made(cls: type, *args: object, **options: object) -> Exception:
        told = new(cls, *args, **options)
        switch.refused(vars(told))
        return told

    connection._get_statement, connection.execute, error.new = prepared, executed, classmethod(made)
