"""Whether a login may migrate: asked before the first statement, so that the answer says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.errors import ConfigurationError
from platform_db.migration.head import VERSION_TABLE
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from platform_db.database.executor import Row
    from platform_db.migration.connection import Connection

__all__ = ["require_migrator"]

_QUESTION: Final = """
    WITH version AS (SELECT current_setting('server_version_num')::integer >= 160000 AS is_16)
    SELECT pg_is_in_recovery() AS is_replica, current_setting('transaction_read_only')::boolean AS is_read_only,
        current_user AS login, r.rolsuper, r.rolcreaterole,
        (SELECT coalesce(string_agg(name, ', '), '') FROM unnest($1::text[]) AS name WHERE to_regrole(name) IS NULL)
            AS missing,
        to_regrole($2) IS NOT NULL AND pg_has_role(to_regrole($2), CASE WHEN is_16 THEN 'SET' ELSE 'MEMBER' END)
            AS takes_owner,
        to_regrole($2) IS NOT NULL AND CASE WHEN is_16
            THEN pg_has_role(to_regrole($2), 'MEMBER WITH ADMIN OPTION') ELSE r.rolcreaterole END AS grants_owner,
        to_regrole($2) IS NOT NULL AND has_schema_privilege(to_regrole($2), 'public', 'CREATE') AS owner_creates,
        has_schema_privilege('public', 'CREATE WITH GRANT OPTION') AS grants_schema,
        has_schema_privilege('public', 'CREATE') OR to_regclass($3) IS NOT NULL AS keeps_version
    FROM version, pg_roles AS r
    WHERE r.rolname = current_user
"""


async def require_migrator(opened: Connection) -> None:
    """Come back if the database takes changes, and the login may make the missing roles and act as platform_owner.

    Raises
    ------
    ConfigurationError
        It may not; the text is what an administrator runs.
    """
    row = await opened.fetchrow(_QUESTION, list(Role), Role.OWNER, f"public.{VERSION_TABLE}")
    if row is None:
        return
    _require_writable(row)
    if row["rolsuper"]:
        return
    login = row["login"]
    missing = str(row["missing"])
    if missing and not row["rolcreaterole"]:
        message = (
            f"login {login} may not create the missing roles {missing}: "
            f'run ALTER ROLE "{login}" CREATEROLE as an administrator, or create the roles NOLOGIN'
        )
        raise ConfigurationError(message)
    if Role.OWNER not in missing.split(", ") and not row["takes_owner"] and not row["grants_owner"]:
        message = (
            f"login {login} is no member of {Role.OWNER}, which owns every object: "
            f'run GRANT {Role.OWNER} TO "{login}" as an administrator'
        )
        raise ConfigurationError(message)
    if not row["owner_creates"] and not row["grants_schema"]:
        message = (
            f"login {login} may not let {Role.OWNER} create in schema public: run GRANT USAGE, CREATE ON SCHEMA public "
            f'TO {Role.OWNER} as the owner of the schema, or make "{login}" the owner of the database'
        )
        raise ConfigurationError(message)
    if not row["keeps_version"]:
        message = (
            f"login {login} may not make the table {VERSION_TABLE}: "
            f'run GRANT CREATE ON SCHEMA public TO "{login}" as the owner of the schema'
        )
        raise ConfigurationError(message)


def _require_writable(row: Row) -> None:
    if row["is_replica"]:
        message = "the server is a replica (hot standby) and takes no changes: use the address of its primary"
        raise ConfigurationError(message)
    if row["is_read_only"]:
        message = (
            f"transactions of login {row['login']} are read only here (default_transaction_read_only): "
            "pg_db_role_setting tells whether ALTER DATABASE or ALTER ROLE set it; RESET it there"
        )
        raise ConfigurationError(message)
