"""Whether a database is what the models say, compared by definition, as the server itself prints it.

Alembic's own comparison sees neither the text of a CHECK nor a predicate, an operator class,
a trigger, a policy or a right. Here both sides are asked for all of them.
"""

# ruff: noqa: S608 - the queries are put together from constants of this module

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.migration.connection import connection
from platform_db.schema import ddl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.migration.connection import Connection

__all__ = ["Difference", "catalog_of", "differences", "drift"]

# Months come and go; they are their parent's copies. The default partition is the schema's own.
_RELATIONS: Final = """relations AS (
    SELECT oid, relname::text AS name, relkind, relowner, relacl, reloptions, relrowsecurity, relforcerowsecurity,
        relpersistence, relpartbound
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND relname <> 'alembic_version'
        AND (NOT relispartition OR pg_get_expr(relpartbound, oid) = 'DEFAULT')
)"""

_RIGHTS: Final = """(
    SELECT string_agg(format('%s:%s%s', coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type,
        CASE WHEN is_grantable THEN '*' END), ' ' ORDER BY grantee = 0, grantee::regrole::text, privilege_type)
    FROM aclexplode({acl})
)"""


def _rights(column: str, kind: str, owner: str) -> str:
    """Rights in a form that does not tell a right never granted from one revoked."""
    return _RIGHTS.format(acl=f"coalesce({column}, acldefault('{kind}', {owner}))")


_QUERIES: Final = (
    f"""
    SELECT 'table ' || name, concat_ws(E'\\n', relkind, relpersistence, 'owner ' || relowner::regrole::text,
        'row security ' || relrowsecurity || ', forced ' || relforcerowsecurity, array_to_string(reloptions, ' '),
        pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid),
        CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END,
        {_rights("relacl", "r", "relowner")}, obj_description(oid, 'pg_class'))
    FROM relations""",
    f"""
    SELECT format('column %s.%s', name, attname), concat_ws(E'\\n',
        row_number() OVER (PARTITION BY attrelid ORDER BY attnum), format_type(atttypid, atttypmod),
        CASE WHEN attnotnull THEN 'NOT NULL' END, 'default ' || pg_get_expr(adbin, adrelid),
        'identity ' || nullif(attidentity, '')::text, 'generated ' || nullif(attgenerated, '')::text,
        'collation ' || nullif(attcollation, 0)::regcollation::text,
        {_rights("attacl", "c", "relowner")}, col_description(attrelid, attnum))
    FROM relations
    JOIN pg_attribute ON attrelid = relations.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum""",
    # PostgreSQL 18 lists NOT NULL among the constraints too; it is part of the column here.
    """
    SELECT format('constraint %s.%s', name, conname),
        concat_ws(E'\\n', pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint'))
    FROM relations JOIN pg_constraint AS c ON conrelid = relations.oid
    WHERE contype IN ('c', 'f', 'p', 'u', 'x')""",
    """
    SELECT format('index %s.%s', name, indexrelid::regclass), concat_ws(E'\\n', pg_get_indexdef(indexrelid),
        CASE WHEN NOT indisvalid OR NOT indisready THEN 'INVALID' END, obj_description(indexrelid, 'pg_class'))
    FROM relations JOIN pg_index ON indrelid = relations.oid""",
    """
    SELECT format('trigger %s.%s', name, tgname), concat_ws(E'\\n', pg_get_triggerdef(t.oid),
        'enabled ' || tgenabled::text, obj_description(t.oid, 'pg_trigger'))
    FROM relations JOIN pg_trigger AS t ON tgrelid = relations.oid AND NOT tgisinternal""",
    """
    SELECT format('policy %s.%s', name, polname), concat_ws(E'\\n', polcmd,
        CASE WHEN polpermissive THEN 'permissive' END,
        (SELECT string_agg(role::regrole::text, ' ' ORDER BY role::regrole::text) FROM unnest(polroles) AS role),
        'using ' || pg_get_expr(polqual, polrelid), 'check ' || pg_get_expr(polwithcheck, polrelid))
    FROM relations JOIN pg_policy ON polrelid = relations.oid""",
    f"""
    SELECT format('function %s', p.oid::regprocedure), concat_ws(E'\\n', 'owner ' || proowner::regrole::text,
        pg_get_functiondef(p.oid), {_rights("proacl", "f", "proowner")}, obj_description(p.oid, 'pg_proc'))
    FROM pg_proc AS p
    WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p', 'w')
        AND NOT EXISTS (
            SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'i'
        )""",
    f"""
    SELECT format('type %s', t.typname), concat_ws(E'\\n', typtype, 'owner ' || typowner::regrole::text,
        (SELECT string_agg(enumlabel, ' ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
        (SELECT rngsubtype::regtype::text FROM pg_range WHERE rngtypid = t.oid),
        {_rights("typacl", "T", "typowner")}, obj_description(t.oid, 'pg_type'))
    FROM pg_type AS t
    WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'r', 'd')""",
    """
    SELECT format('sequence %s', c.relname), concat_ws(E'\\n', 'owner ' || c.relowner::regrole::text, s.seqstart,
        s.seqincrement, s.seqcache, s.seqcycle)
    FROM pg_class AS c JOIN pg_sequence AS s ON s.seqrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace""",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One object, as the models make it and as it is; ``None`` where it is missing."""

    name: str
    expected: str | None
    found: str | None


async def catalog_of(opened: Connection) -> dict[str, str]:
    """Every object of schema ``public`` by kind and name, with its definition.

    Tables, columns, constraints, indexes, triggers, policies, functions, types and
    sequences; owners, rights and comments are part of the definition. Left out are
    Alembic's own table and the monthly partitions.
    """
    found: dict[str, str] = {}
    for query in _QUERIES:
        rows = await opened.fetch(f"WITH {_RELATIONS} {query}")
        found.update((str(row[0]), str(row[1])) for row in rows)
    return dict(sorted(found.items()))


def differences(expected: Mapping[str, str], found: Mapping[str, str]) -> list[Difference]:
    """What differs between two catalogs, by name.

    >>> differences({"table users": "r"}, {"table users": "r", "table spare": "r"})
    [Difference(name='table spare', expected=None, found='r')]
    """
    return [
        Difference(name, expected.get(name), found.get(name))
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


async def drift(url: str) -> list[Difference]:
    """Compare a database with the models, by building them in a scratch database beside it.

    The login needs CREATEDB; the scratch database is dropped again. The database itself is
    only read.
    """
    scratch = f"platform_db_drift_{secrets.token_hex(8)}"
    async with connection(url) as opened:
        found = await catalog_of(opened)
        await opened.execute(f"CREATE DATABASE {scratch}")
        try:
            async with connection(url, database=scratch) as empty:
                await empty.execute("".join(f"{statement.strip().rstrip(';')};\n" for statement in ddl.statements()))
                expected = await catalog_of(empty)
        finally:
            await opened.execute(f"DROP DATABASE {scratch} WITH (FORCE)")
    return differences(expected, found)
