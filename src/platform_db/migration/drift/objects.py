"""What a database has in schema ``public``, object by object."""

# ruff: noqa: S608 - the queries are put together from constants of this module

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.migration.definitions import flattened
from platform_db.migration.drift.rights import rights
from platform_db.migration.head import VERSION_TABLE

if TYPE_CHECKING:
    from platform_db.migration.connection import Connection

__all__ = ["catalog_of", "objects_of"]

_RELATIONS: Final = """relations AS (
    SELECT oid, relname::text AS name, relkind, relowner, relacl, reloptions, relrowsecurity, relforcerowsecurity,
        relpersistence, relpartbound,
        relispartition AND pg_get_expr(relpartbound, oid) <> 'DEFAULT' AS is_month
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
)"""

_QUERIES: Final = (
    f"""
    SELECT format('%s %s', CASE relkind WHEN 'c' THEN 'type' ELSE 'table' END, name), concat_ws(E'\\n', relkind,
        relpersistence, 'owner ' || relowner::regrole::text,
        'row security ' || relrowsecurity || ', forced ' || relforcerowsecurity, array_to_string(reloptions, ' '),
        pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid),
        CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END,
        {rights("relacl", "r", "relowner")}, obj_description(oid, 'pg_class'))
    FROM relations""",
    f"""
    SELECT format('column %s.%s', name, attname), concat_ws(E'\\n',
        row_number() OVER (PARTITION BY attrelid ORDER BY attnum), format_type(atttypid, atttypmod),
        CASE WHEN attnotnull THEN concat_ws(' ', 'NOT NULL', (
            SELECT 'NOT VALID' FROM pg_constraint
            WHERE conrelid = attrelid AND contype = 'n' AND conkey = ARRAY[attnum] AND NOT convalidated
        )) END, 'default ' || pg_get_expr(adbin, adrelid),
        'identity ' || nullif(attidentity, '')::text, 'generated ' || nullif(attgenerated, '')::text,
        'collation ' || nullif(attcollation, 0)::regcollation::text,
        {rights("attacl", "c", "relowner")}, col_description(attrelid, attnum))
    FROM relations
    JOIN pg_attribute ON attrelid = relations.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum""",
    # PostgreSQL 18 lists NOT NULL among the constraints too; it is part of the column here. A month's copies of its
    # parent's keys cannot be changed one by one, and their names depend on the order in which they were made.
    """
    SELECT format('constraint %s.%s', name, conname),
        concat_ws(E'\\n', pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint'), off)
    FROM relations JOIN pg_constraint AS c ON conrelid = relations.oid
    CROSS JOIN LATERAL (
        SELECT string_agg(format('trigger %s of %s: enabled %s', tgfoid::regproc, tgrelid::regclass, tgenabled), E'\\n'
            ORDER BY tgfoid::regproc::text) AS off
        FROM pg_trigger WHERE tgconstraint = c.oid AND tgisinternal AND tgenabled <> 'O'
    ) AS its_triggers
    WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND (NOT is_month OR conparentid = 0 OR off IS NOT NULL)""",
    """
    SELECT format('index %s.%s', name, indexrelid::regclass), concat_ws(E'\\n', pg_get_indexdef(indexrelid),
        CASE WHEN NOT indisvalid OR NOT indisready THEN 'INVALID' END, obj_description(indexrelid, 'pg_class'))
    FROM relations JOIN pg_index ON indrelid = relations.oid
    WHERE NOT is_month OR NOT indisvalid OR NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = indexrelid)""",
    """
    SELECT format('trigger %s.%s', name, tgname), concat_ws(E'\\n', pg_get_triggerdef(t.oid),
        'enabled ' || tgenabled::text, obj_description(t.oid, 'pg_trigger'))
    FROM relations JOIN pg_trigger AS t ON tgrelid = relations.oid AND NOT tgisinternal""",
    """
    SELECT format('rule %s.%s', name, rulename), concat_ws(E'\\n', pg_get_ruledef(r.oid),
        'enabled ' || ev_enabled::text, obj_description(r.oid, 'pg_rewrite'))
    FROM relations JOIN pg_rewrite AS r ON ev_class = relations.oid AND rulename <> '_RETURN'""",
    """
    SELECT format('policy %s.%s', name, polname), concat_ws(E'\\n', polcmd,
        CASE WHEN polpermissive THEN 'permissive' END,
        (SELECT string_agg(role::regrole::text, ' ' ORDER BY role::regrole::text) FROM unnest(polroles) AS role),
        'using ' || pg_get_expr(polqual, polrelid), 'check ' || pg_get_expr(polwithcheck, polrelid))
    FROM relations JOIN pg_policy ON polrelid = relations.oid""",
    f"""
    SELECT format('function %s', p.oid::regprocedure), concat_ws(E'\\n', 'owner ' || proowner::regrole::text,
        pg_get_functiondef(p.oid), {rights("proacl", "f", "proowner")}, obj_description(p.oid, 'pg_proc'))
    FROM pg_proc AS p
    WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p', 'w')
        AND NOT EXISTS (
            SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'i'
        )""",
    f"""
    SELECT format('type %s', t.typname), concat_ws(E'\\n', typtype, 'owner ' || typowner::regrole::text,
        (SELECT string_agg(enumlabel, ' ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
        (SELECT rngsubtype::regtype::text FROM pg_range WHERE rngtypid = t.oid),
        {rights("typacl", "T", "typowner")}, obj_description(t.oid, 'pg_type'))
    FROM pg_type AS t
    WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'r', 'd')""",
    f"""
    SELECT format('sequence %s', c.relname), concat_ws(E'\\n', 'owner ' || c.relowner::regrole::text, relpersistence,
        seqtypid::regtype, 'start ' || seqstart, 'increment ' || seqincrement, 'minimum ' || seqmin,
        'maximum ' || seqmax, 'cache ' || seqcache, 'cycle ' || seqcycle, {rights("relacl", "s", "relowner")})
    FROM pg_class AS c JOIN pg_sequence AS s ON s.seqrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace""",
    """
    SELECT format('cast (%s AS %s)', castsource::regtype, casttarget::regtype), concat_ws(E'\\n', castmethod,
        castcontext, nullif(castfunc, 0)::regprocedure)
    FROM pg_cast AS c
    WHERE c.oid >= 16384 AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_cast'::regclass AND objid = c.oid AND deptype IN ('i', 'e')
    )""",
    # Whatever else stands in the schema: aggregates, operators, collations, extensions ...
    """
    SELECT format('%s %s', type, identity), pg_describe_object(classid, objid, 0)
    FROM pg_depend CROSS JOIN pg_identify_object(classid, objid, 0)
    LEFT JOIN pg_proc AS p ON classid = 'pg_proc'::regclass AND p.oid = objid
    LEFT JOIN pg_type AS t ON classid = 'pg_type'::regclass AND t.oid = objid
    WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'public'::regnamespace AND deptype = 'n'
        AND classid <> 'pg_class'::regclass AND (p.oid IS NULL OR prokind = 'a')
        AND (t.oid IS NULL OR typtype IN ('b', 'p'))""",
)


async def objects_of(opened: Connection) -> dict[str, str]:
    """Every object of schema ``public`` by kind and name, with its definition; Alembic's table among them.

    Owners, rights and comments are part of a definition, and so is whether a constraint is validated
    and its triggers fire, an index is valid, a trigger enabled. Casts lie in no schema and are
    given too, unless an extension brought them.
    """
    found: dict[str, str] = {}
    for query in _QUERIES:
        rows = await opened.fetch(f"WITH {_RELATIONS} {query}")
        found.update((str(row[0]), flattened(str(row[1]))) for row in rows)
    return dict(sorted(found.items()))


async def catalog_of(opened: Connection) -> dict[str, str]:
    """As :func:`objects_of`, without Alembic's own table, which stays when every revision is taken back."""
    return {name: text for name, text in (await objects_of(opened)).items() if _table(name) != VERSION_TABLE}


def _table(name: str) -> str:
    return name.partition(" ")[2].partition(".")[0]
