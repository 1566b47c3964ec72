"""Running the SQL of a revision, which stands beside it: ``<revision>.up.sql`` and ``<revision>.down.sql``.

The text is frozen with the revision: models may change, a released revision does not.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from alembic import op
from sqlalchemy.util import await_only

from platform_db.database.translate import ServerFault, translate
from platform_db.errors import PlatformError, Transient

if TYPE_CHECKING:
    from collections.abc import Awaitable

__all__ = ["RevisionFailed", "run_script"]

_ABOUT_THE_SCHEMA: Final = "42"


class RevisionFailed(PlatformError):
    """The server refused a revision; it is rolled back whole, those before it stay."""


class _Driver(Protocol):
    def execute(self, query: str) -> Awaitable[str]: ...


def run_script(revision_file: str, direction: Literal["up", "down"]) -> None:
    """Run the SQL beside a revision's ``__file__``, inside the transaction of the migration.

    Offline the text is printed as it is.

    Raises
    ------
    RevisionFailed
        The server refused a statement; the text names the file, the line and the SQLSTATE.
    Transient
        A lock was not granted in time, a deadlock, or the connection broke: trying again may succeed.
    """
    path = Path(revision_file).with_suffix(f".{direction}.sql")
    text = path.read_text(encoding="utf-8")
    context = op.get_context()
    if context.as_sql:
        context.impl.static_output(text.rstrip())
        return
    connection = op.get_bind()
    # SQLAlchemy begins the driver's transaction with its first statement.
    connection.exec_driver_sql("SELECT 1")
    driver = cast("_Driver", connection.connection.driver_connection)
    try:
        # One message without parameters may hold any number of statements.
        await_only(driver.execute(text))
    except Exception as error:
        failure = _failure(error, path.name, text)
        if failure is error:
            raise
    else:
        return
    raise failure


def _failure(error: Exception, file: str, text: str) -> BaseException:
    translated = translate(error)
    if isinstance(translated, Transient) or not isinstance(error, asyncpg.PostgresError):
        return translated
    fault = ServerFault.of(error)
    position: object = getattr(error, "position", None)
    where = f"{file}, line {text.count(chr(10), 0, int(position) - 1) + 1}" if isinstance(position, str) else file
    named = ", ".join(part for part in (fault.table, fault.column, fault.constraint) if part)
    # What the server says about the schema is safe; about rows it may quote what they hold.
    told = str(error) if fault.sqlstate.startswith(_ABOUT_THE_SCHEMA) else named
    return RevisionFailed(f"{where}: {fault.sqlstate}{told and f': {told}'}; the revision was rolled back")
