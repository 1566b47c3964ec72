"""What ends a revision, told without quoting a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.database.translate import ServerFault, translate
from platform_db.errors import PlatformError, Transient

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Statement

__all__ = ["InTheWay", "RevisionFailed", "RowsInTheWay", "placed", "reason", "told"]

_ABOUT_THE_SCHEMA: Final = "42"
_ABOUT_ROWS: Final = frozenset({"22", "23", "P0"})
_RAISED_IN_PLPGSQL: Final = "exec_stmt_raise"
_WORD: Final = re.compile(r"[A-Z][a-z0-9]*")


class RevisionFailed(PlatformError):
    """A revision cannot be run; what ran in its transaction is rolled back, the revisions before it stay.

    ``sqlstate`` is the server's, where a server refused.
    """

    sqlstate: str | None = None


class InTheWay(RevisionFailed):
    """An object of that name exists with another definition; ``found`` and ``wanted`` are the server's own texts."""

    def __init__(self, message: str, found: str, wanted: str) -> None:
        super().__init__(message)
        self.found = found
        self.wanted = wanted

    @classmethod
    def of(cls, what: str, found: str, wanted: str) -> InTheWay:
        """The error that names both definitions.

        >>> print(InTheWay.of("check ck_x on t", "CHECK (a > 0)", "CHECK (a >= 0)").message)
        check ck_x on t exists with another definition
          found:  CHECK (a > 0)
          wanted: CHECK (a >= 0)
        """
        return cls(f"{what} exists with another definition\n  found:  {found}\n  wanted: {wanted}", found, wanted)

    def __reduce__(self) -> tuple[type[InTheWay], tuple[str, str, str]]:
        return type(self), (self.message, self.found, self.wanted)


class RowsInTheWay(RevisionFailed):
    """Rows break what a step would make true; nothing was changed."""


def told(error: Exception, statement: Statement) -> BaseException:
    """Our error for the one that ``statement`` ended with: its place, SQLSTATE and meaning, and no value of a row.

    What may succeed when tried again comes back as :class:`Transient`; what is no driver's error, as it is.
    """
    translated = translate(error)
    if isinstance(translated, Transient) or not isinstance(error, asyncpg.PostgresError):
        return translated
    fault = ServerFault.of(error)
    position: object = getattr(error, "position", None)
    line = statement.sql.count("\n", 0, int(position) - 1) + 1 if isinstance(position, str) else None
    where = "" if statement.file is None else statement.file if line is None else f"{statement.file}, line {line}"
    named = ", ".join(part for part in (fault.table, fault.column, fault.constraint) if part)
    said = named if _may_quote_rows(error, fault.sqlstate) else str(error)
    meaning = f"{fault.sqlstate} {_in_words(error)}"
    failure = RevisionFailed(": ".join(part for part in (where, meaning, said) if part))
    failure.sqlstate = fault.sqlstate
    return failure


def _may_quote_rows(error: asyncpg.PostgresError, sqlstate: str) -> bool:
    """Whether the server's text may hold what a row does: it is about rows, or a trigger's own."""
    kind = sqlstate[:2]
    is_raised = getattr(error, "server_source_function", None) == _RAISED_IN_PLPGSQL
    return kind in _ABOUT_ROWS or (is_raised and kind != _ABOUT_THE_SCHEMA)


def _in_words(error: asyncpg.PostgresError) -> str:
    """The driver's name for the SQLSTATE: ``feature not supported``."""
    return " ".join(_WORD.findall(type(error).__name__.removesuffix("Error"))).lower()


def placed(error: PlatformError, text: str) -> None:
    """Put where it happened and what is left into an error's text; ``{}`` is what it said."""
    error.message = text.replace("{}", error.message, 1)
    error.args = (error.message, *error.args[1:])


def reason(error: BaseException) -> str:
    """An error by its class and SQLSTATE: its text may name keys of rows.

    >>> failed = RevisionFailed("0042, add check ck on t: 23514")
    >>> failed.sqlstate = "23514"
    >>> reason(failed)
    'RevisionFailed (23514)'
    """
    state: object = getattr(error, "sqlstate", None)
    if not isinstance(error, PlatformError):
        return type(error).__name__
    return f"{type(error).__name__} ({state})" if isinstance(state, str) else type(error).__name__
