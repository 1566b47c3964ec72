"""Roles, row security and grants."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from platform_db.schema.metadata import Columns, Privilege, Through, facts
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy as sa

__all__ = ["function_grants", "grants", "rights", "roles", "row_security", "written_by_users"]

CALLERS: Final[Mapping[str, tuple[Role, ...]]] = MappingProxyType(
    {
        "audit_chain_of_transaction": (Role.APP, Role.WORKER),
        "canonical_json": (Role.APP, Role.WORKER, Role.AUDITOR),
        "compute_json_hash": (Role.APP, Role.WORKER, Role.AUDITOR),
        "check_invoice_is_sum_of_parts": (Role.APP, Role.WORKER),
        "cents_of_attempts": (Role.APP, Role.WORKER),
        "order_is_invoiced": (Role.APP, Role.WORKER),
        "tax_of_order": (Role.APP, Role.WORKER),
        "refresh_system_performance_summary": (Role.WORKER,),
    },
)
"""Who may call a function; nobody else, and a trigger needs no such grant."""

ARGUMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "canonical_json": "jsonb",
        "compute_json_hash": "jsonb",
        "check_invoice_is_sum_of_parts": "invoices",
        "cents_of_attempts": "bigint",
        "order_is_invoiced": "bigint, bigint",
        "tax_of_order": "bigint, numeric, numeric",
        "create_enterprise_audit_partitions": "date, integer",
    },
)
"""The argument types of the functions that are not triggers and take any."""

_USER_ID: Final = "(SELECT nullif(current_setting('app.user_id', true), '')::bigint)"
"""Evaluated once a query; no user means NULL, which owns no row."""


def roles() -> Iterator[str]:
    """The roles, created where they are missing: they belong to the cluster and outlive ``down``.

    The login that runs this may take them afterwards (SET ROLE), and inherits none of them.
    """
    names = ", ".join(f"'{name}'" for name in Role)
    for block in (_CREATE_ROLES, _TAKE_ROLES, _USE_SCHEMA):
        yield block.format(names=names)


_CREATE_ROLES: Final = """DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        CONTINUE WHEN to_regrole(name) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            -- Another database of the cluster was migrated at the same moment.
            NULL;
        END;
    END LOOP;
END $$"""

_TAKE_ROLES: Final = """DO $$
DECLARE
    is_16 boolean := current_setting('server_version_num')::integer >= 160000;
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        CONTINUE WHEN pg_has_role(name, CASE WHEN is_16 THEN 'SET' ELSE 'MEMBER' END);
        BEGIN
            EXECUTE format(
                'GRANT %I TO %I %s', name, current_user, CASE WHEN is_16 THEN 'WITH INHERIT FALSE, SET TRUE' END
            );
        EXCEPTION WHEN insufficient_privilege THEN
            -- Somebody else made the role; only the owner's is needed to go on.
            IF name = 'platform_owner' THEN RAISE; END IF;
        END;
    END LOOP;
END $$"""

_USE_SCHEMA: Final = """DO $$
DECLARE
    may_grant boolean := has_schema_privilege('public', 'USAGE WITH GRANT OPTION');
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        IF may_grant OR NOT has_schema_privilege(name, 'public', 'USAGE') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', name);
        END IF;
    END LOOP;
    IF may_grant OR NOT has_schema_privilege('platform_owner', 'public', 'CREATE') THEN
        GRANT CREATE ON SCHEMA public TO platform_owner;
    END IF;
END $$"""


def row_security(table: sa.Table) -> Iterator[str]:
    """Row security and its three policies, where a row has an owner; a fourth where a row's end is final to it."""
    about = facts(table)
    if about.owner is None:
        return
    own = _own(table.name, about.owner)
    create = f"CREATE POLICY {table.name}_"
    written = f"{own} AND {about.check_on_write}" if about.check_on_write else own
    yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY"
    yield f"{create}own ON {table.name} TO {Role.APP} USING ({own}) WITH CHECK ({written})"
    yield f"{create}all ON {table.name} TO {Role.OWNER}, {Role.WORKER} USING (true) WITH CHECK (true)"
    yield f"{create}read ON {table.name} FOR SELECT TO {Role.READONLY}, {Role.AUDITOR} USING (true)"
    if about.changes_while:
        only = f"AS RESTRICTIVE FOR UPDATE TO {Role.APP} USING ({about.changes_while}) WITH CHECK (true)"
        yield f"{create}change ON {table.name} {only}"


def _own(table: str, owner: str | Through) -> str:
    if isinstance(owner, str):
        return f"{owner} = {_USER_ID}"
    return f"EXISTS (SELECT FROM {owner.parent} p WHERE p.id = {table}.{owner.column} AND p.{owner.owner} = {_USER_ID})"


_SERVERS_OWN: Final = frozenset({"id", "created_at", "updated_at"})
"""What a user never writes: with a key one could take those to come, with a stamp make a row that no one can change."""


def written_by_users(table: sa.Table, privilege: Privilege) -> tuple[str, ...]:
    """The columns of the app's INSERT or UPDATE where its facts name none: not the server's, and no other owner."""
    owner = facts(table).owner
    kept = owner.column if isinstance(owner, Through) else owner
    hidden = {*_SERVERS_OWN, "version" if privilege == "INSERT" else kept}
    return tuple(column.name for column in table.columns if column.name not in hidden)


def rights(table: sa.Table) -> Mapping[Role, Mapping[Privilege, Columns]]:
    """The rights on a table by role and privilege: the columns, or None for all of them."""
    return {
        role: {
            name: written_by_users(table, name)
            if columns is None and role is Role.APP and name in {"INSERT", "UPDATE"}
            else columns
            for name, columns in privileges.items()
        }
        for role, privileges in facts(table).grants.items()
    }


def grants(table: sa.Table) -> Iterator[str]:
    """Exactly the rights that the table's facts list."""
    for role, privileges in rights(table).items():
        whole = [name for name, columns in privileges.items() if columns is None]
        if whole:
            yield f"GRANT {', '.join(whole)} ON {table.name} TO {role}"
        for name, columns in privileges.items():
            if columns is not None:
                yield f"GRANT {name} ({', '.join(columns)}) ON {table.name} TO {role}"


def function_grants(name: str) -> Iterator[str]:
    """Nobody calls a function by default; some roles call some."""
    signature = f"{name}({ARGUMENTS.get(name, '')})"
    yield f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC"
    callers = CALLERS.get(name)
    if callers:
        yield f"GRANT EXECUTE ON FUNCTION {signature} TO {', '.join(callers)}"
