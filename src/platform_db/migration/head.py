"""Which revision a database has, and which this package brings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from alembic.config import Config
from alembic.script import ScriptDirectory

from platform_db.errors import ConfigurationError
from platform_db.migration.connection import connection
from platform_db.migration.location import migrations_directory

if TYPE_CHECKING:
    from types import ModuleType

    from platform_db.migration.steps import Step

__all__ = ["VERSION_TABLE", "Revision", "Status", "chain", "configuration", "revisions", "status"]

VERSION_TABLE: Final = "alembic_version"
"""In schema ``public``; any login may read it."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a database stands.

    Attributes
    ----------
    current
        Its revision; ``None`` before the first.
    head
        The newest revision of this package.
    pending
        What is missing from it, in the order of application; empty when ``current`` is unknown.
    known
        Whether this package has ``current``; a newer package migrated the database otherwise.
    """

    current: str | None
    head: str
    pending: tuple[str, ...]
    known: bool

    @property
    def at_head(self) -> bool:
        return self.current == self.head

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "current": self.current,
            "head": self.head,
            "at_head": self.at_head,
            "known": self.known,
            "pending": list(self.pending),
        }


def configuration() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    # A "%" in the path would be read as an interpolation.
    config.set_main_option("script_location", str(migrations_directory()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: its name, the first line of what it says of itself, and its steps."""

    name: str
    summary: str
    steps: tuple[Step, ...]


@cache
def chain() -> tuple[Revision, ...]:
    """Every revision of this package, the first one first. The history is one line.

    Raises
    ------
    ConfigurationError
        There are two heads: two branches of development each added a revision.
    """
    script = ScriptDirectory.from_config(configuration())
    heads = script.get_heads()
    if len(heads) != 1:
        message = f"the migrations have {len(heads)} heads ({', '.join(sorted(heads))}): make one follow the other"
        raise ConfigurationError(message)
    return tuple(
        Revision(each.revision, (each.doc or each.revision).strip().partition("\n")[0], _steps(each.module))
        for each in reversed(list(script.walk_revisions()))
    )


def _steps(module: ModuleType) -> tuple[Step, ...]:
    return getattr(module, "steps", ())


def revisions() -> tuple[str, ...]:
    """The names of :func:`chain`."""
    return tuple(revision.name for revision in chain())


async def status(url: str) -> Status:
    """Ask the database for its revision; changes nothing and waits for no lock.

    Raises
    ------
    ConfigurationError
        The login is refused, or the version table does not hold one row.
    ConnectionLost
        The server cannot be reached.
    """
    async with connection(url) as opened:
        if await opened.fetchval("SELECT to_regclass($1)", f"public.{VERSION_TABLE}") is None:
            return standing(None)
        rows = await opened.fetch(f"SELECT version_num FROM public.{VERSION_TABLE}")  # noqa: S608 - a constant
    if len(rows) > 1:
        message = f"{VERSION_TABLE} holds {len(rows)} revisions; this package's history is one line"
        raise ConfigurationError(message)
    return standing(str(rows[0][0]) if rows else None)


def standing(current: str | None) -> Status:
    """What a database at ``current`` is to this package."""
    every = revisions()
    known = current is None or current in every
    applied = 0 if current is None else every.index(current) + 1 if known else len(every)
    return Status(current=current, head=every[-1], pending=every[applied:], known=known)
