"""A dump of the whole database, taken and checked before it is migrated.

How to go back by it stands in ``docs/rollback.md``.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.address import mask_url
from platform_db.database.translate import translate
from platform_db.errors import ConfigurationError, UsageError
from platform_db.migration.clients import ClientFailed, find_clients
from platform_db.migration.connection import connect
from platform_db.migration.head import status
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from platform_db.migration.clients import Clients
    from platform_db.migration.connection import Connection

__all__ = ["Backup", "backup"]

LOCK_WAIT_SECONDS: Final = 60.0
"""How long a dump waits for a table that another session has locked whole."""

_LISTED: Final = re.compile(r"^\d+; \d+ \d+ TABLE DATA public (.+) \S+$", re.MULTILINE)

# An extension's own tables come back with it.
_TABLES: Final = """
    SELECT relname::text FROM pg_class AS t
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relpersistence = 'p' AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = t.oid AND deptype = 'e'
    )
"""

# Tables whose rows the role does not surely see all: row security holds for it, and no policy says plainly `true`,
# or a restrictive one takes from that again.
_PARTLY_SEEN: Final = """
    SELECT format('%I.%I', nspname, relname)
    FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND row_security_active(t.oid) AND NOT coalesce((
        SELECT bool_and(polpermissive) AND bool_or(pg_get_expr(polqual, polrelid) = 'true')
        FROM pg_policy
        WHERE polrelid = t.oid AND polcmd IN ('r', '*') AND EXISTS (
            SELECT FROM unnest(polroles) AS r WHERE CASE r WHEN 0 THEN true ELSE pg_has_role(r, 'USAGE') END
        )
    ), false)
    ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written: where, how large (bytes), of which revision, by which major version, in how many seconds."""

    path: Path
    size: int
    revision: str | None
    program_major: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "path": str(self.path),
            "size": self.size,
            "revision": self.revision,
            "program_major": self.program_major,
            "seconds": round(self.seconds, 3),
        }


async def backup(url: str, path: Path) -> Backup:
    """Write a dump of the database to ``path``, in pg_dump's custom format, and read it again whole.

    It holds every row of every table and every large object, as of one moment; other sessions go on. The file is
    the owner's only (0600), appears under its name when it is complete and checked, and never replaces another.
    The login is a superuser, or a member of ``platform_owner``: row security hides no row from either, which is
    asked before the dump begins. No password stands on a command line or in a message.

    Raises
    ------
    UsageError
        There is a file of that name, or no folder for it.
    ConfigurationError
        The login may not read everything; a policy hides rows; or PostgreSQL's programs are missing or older than
        the server.
    ClientFailed
        pg_dump ended with an error, or the dump does not hold what it should.
    LockTimeout
        Another session holds a table whole.
    ConnectionLost
        The server cannot be reached.
    """
    _require_free(path)
    begin = time.monotonic()
    revision = (await status(url)).current
    server = await _examined(url)
    clients = await asyncio.to_thread(find_clients, server.major, url)
    unfinished = _unfinished(path)
    try:
        await _dump(clients, url, unfinished, server.reading_as)
        await _check(clients, unfinished, server.tables)
        size = unfinished.stat().st_size
        _put(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Backup(path, size, revision, clients.major, time.monotonic() - begin)


@dataclass(frozen=True, slots=True)
class _Server:
    """What is asked before the dump: the server's major version, pg_dump's arguments for a role, the tables."""

    major: int
    reading_as: tuple[str, ...]
    tables: set[str]


async def _examined(url: str) -> _Server:
    opened = await connect(url, lock_timeout=LOCK_WAIT_SECONDS)
    try:
        major = int(str(await opened.fetchval("SELECT current_setting('server_version_num')::integer / 10000")))
        reading_as = await _role_that_sees_all(opened)
        return _Server(major, reading_as, {str(row[0]) for row in await opened.fetch(_TABLES)})
    except asyncpg.PostgresError as error:
        failure = translate(error)
    finally:
        await opened.close()
    raise failure


async def _role_that_sees_all(opened: Connection) -> tuple[str, ...]:
    """Arguments of pg_dump for a role that may read every row."""
    row = await opened.fetchrow(
        "SELECT rolname, rolsuper OR rolbypassrls, to_regrole($1) IS NOT NULL AND pg_has_role(to_regrole($1), "
        "CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END) "
        "FROM pg_roles WHERE rolname = current_user",
        Role.OWNER,
    )
    assert row is not None  # noqa: S101 - a session has a user
    if row[1]:
        return ()
    if not row[2]:
        message = (
            f"login {row[0]} cannot read every row, which a backup must: "
            f'run GRANT {Role.OWNER} TO "{row[0]}" as an administrator, or come with a login that may'
        )
        raise ConfigurationError(message)
    await opened.execute(f"SET ROLE {Role.OWNER}")
    hidden = [str(row[0]) for row in await opened.fetch(_PARTLY_SEEN)]
    if hidden:
        message = (
            f"policies may hide rows of {', '.join(hidden)} from {Role.OWNER}, and a backup must hold all: "
            "give it a policy USING (true), or back up as a superuser"
        )
        raise ConfigurationError(message)
    # Without the second pg_dump refuses every table with forced row security, whatever its policies say.
    return ("--role", Role.OWNER, "--enable-row-security")


async def _dump(clients: Clients, url: str, file: Path, reading_as: tuple[str, ...]) -> None:
    waiting = f"--lock-wait-timeout={round(LOCK_WAIT_SECONDS * 1000)}"
    written = ("--format=custom", f"--file={file}", "--no-password", waiting)
    try:
        await clients.run("pg_dump", *written, *reading_as, url=url)
    except ClientFailed as error:
        message = f"{mask_url(url)} was not backed up: {error.message}"
    else:
        return
    raise ClientFailed(message)


async def _check(clients: Clients, file: Path, tables: set[str]) -> None:
    """See that the dump lists the data of every table, and can be read to its end."""
    listed = set(_LISTED.findall(await clients.run("pg_restore", "--list", str(file))))
    if missing := tables - listed:
        message = f"the dump lacks {', '.join(sorted(missing))}; nothing was written"
        raise ClientFailed(message)
    # The list stands at the beginning; a dump that is cut short still has it.
    await clients.run("pg_restore", f"--file={os.devnull}", str(file))


def _require_free(path: Path) -> None:
    if not path.parent.is_dir():
        message = f"there is no folder {path.parent} for the backup"
        raise UsageError(message)
    if os.path.lexists(path):
        message = f"{path} exists, and a backup replaces nothing: name another file"
        raise UsageError(message)


def _unfinished(path: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.unfinished-", dir=path.parent)
    except OSError as error:
        message = f"nothing can be written to {path.parent}: {error.strerror}"
    else:
        os.close(handle)
        return Path(name)
    raise UsageError(message)


def _put(unfinished: Path, path: Path) -> None:
    """Give the finished file its name, unless that was taken meanwhile."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        _require_free(path)
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
