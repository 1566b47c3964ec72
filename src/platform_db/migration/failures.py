"""What ends a revision, told without quoting a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.database.translate import ServerFault, translate
from platform_db.errors import PlatformError, Transient

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Statement

__all__ = ["InTheWay", "RevisionFailed", "RowsInTheWay", "placed", "reason", "told"]

_ABOUT_THE_SCHEMA: Final = "42"


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
    """Our error for the one that ``statement`` ended with: its place and SQLSTATE, and no value of a row.

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
    # What the server says about the schema is safe; about rows it may quote what they hold.
    said = str(error) if fault.sqlstate.startswith(_ABOUT_THE_SCHEMA) else named
    failure = RevisionFailed(": ".join(part for part in (where, fault.sqlstate, said) if part))
    failure.sqlstate = fault.sqlstate
    return failure


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
