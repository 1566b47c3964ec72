"""As whom preflight reads: a role that row security hides nothing from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from platform_db.errors import NotAllowed
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_db.operations.preflight.session import Session

__all__ = ["reading_role"]

_CANDIDATES: Final = (Role.AUDITOR, Role.WORKER, Role.OWNER)
"""Whom preflight would read as, the one that may do least first; then the login itself."""

_TAKEN: Final = """
    SELECT name FROM unnest($1::text[]) AS name
    WHERE to_regrole(name) IS NOT NULL AND pg_has_role(session_user, to_regrole(name),
        CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END)
"""

# Which tables a role does not see whole. Row security hides nothing from whom it passes by, or from whom a permissive
# policy shows every row and no restrictive one takes any away.
_UNSEEN: Final = """
    SELECT c.relname::text AS name, NOT s.readable AS unreadable
    FROM pg_catalog.pg_class AS c
    CROSS JOIN LATERAL (
        SELECT has_table_privilege($1::name, c.oid, 'SELECT') OR NOT EXISTS (
            SELECT FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND NOT has_column_privilege($1::name, c.oid, a.attnum, 'SELECT')
        ) AS readable
    ) AS s
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(p.polpermissive AND p.says = 'true'), false)
            AND coalesce(bool_and(p.says = 'true') FILTER (WHERE NOT p.polpermissive), true) AS all_rows
        FROM (
            SELECT polpermissive, pg_get_expr(polqual, polrelid) AS says FROM pg_catalog.pg_policy
            WHERE polrelid = c.oid AND polcmd IN ('r', '*') AND EXISTS (
                SELECT FROM unnest(polroles) AS r (oid) WHERE r.oid = 0 OR pg_has_role($1::name, r.oid, 'USAGE')
            )
        ) AS p
    ) AS policies
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY ($2::text[])
        AND NOT (s.readable AND (
            NOT c.relrowsecurity
            OR policies.all_rows
            OR (NOT c.relforcerowsecurity AND pg_has_role($1::name, c.relowner, 'USAGE'))
            OR (SELECT rolsuper OR rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = $1::name)
        ))
    ORDER BY c.relname
"""


async def reading_role(session: Session, tables: Iterable[str]) -> str:
    """The first role that sees every row and column of these tables, as far as they are there.

    Raises
    ------
    NotAllowed
        There is none: a count would be of some rows only, and look like all.
    """
    names = sorted(tables)
    login = cast("str", (await session.ask("SELECT session_user::text"))[0][0])
    taken = {cast("str", row["name"]) for row in await session.ask(_TAKEN, list(_CANDIDATES))}
    unseen: list[Iterable[str]] = []
    for role in (*(role.value for role in _CANDIDATES if role in taken), login):
        hidden = [cast("str", row["name"]) for row in await session.ask(_UNSEEN, role, names)]
        if not hidden:
            return role
        unseen.append(hidden)
    fewest = min(unseen, key=lambda hidden: len(list(hidden)))
    message = (
        f"row security or missing rights hide rows of {', '.join(fewest)} from this login, so they cannot be counted: "
        f"GRANT {Role.AUDITOR} TO it, or connect as one that may read them whole"
    )
    raise NotAllowed(message)
