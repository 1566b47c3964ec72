"""What stands around the objects of the schema and should not: each entry is a fault.

Roles, memberships and settings belong to the whole server, so a scratch database beside would
have them too: they are compared with what the migrations make of them, written here.
"""

# ruff: noqa: S608 - the queries are put together from constants of this module

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.migration.drift.rights import rights
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from platform_db.migration.connection import Connection

__all__ = ["faults_of"]

_CONTEXT: Final = f"""ours AS (
    SELECT * FROM pg_roles WHERE rolname = ANY (ARRAY[{", ".join(f"'{role}'" for role in Role)}])
),
here AS (
    SELECT oid, datname, datdba, coalesce(datacl, acldefault('d', datdba)) AS acl
    FROM pg_database WHERE datname = current_database()
),
-- Who administers the database or the schema anyway: nothing is gained by a right of theirs.
administrators AS (
    SELECT oid FROM pg_roles
    WHERE rolsuper OR pg_has_role(oid, (SELECT datdba FROM here), 'MEMBER')
        OR pg_has_role(oid, (SELECT oid FROM ours WHERE rolname = '{Role.OWNER}'), 'MEMBER')
),
elsewhere AS (
    SELECT oid FROM pg_namespace WHERE nspname <> 'public' AND nspname !~ '^pg_(toast_)?temp_'
)"""

_ROLES: Final = """
    SELECT 'role ' || rolname, attributes
    FROM ours CROSS JOIN LATERAL concat_ws(' ', CASE WHEN rolcanlogin THEN 'LOGIN' END,
        CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
        CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
        CASE WHEN rolreplication THEN 'REPLICATION' END, CASE WHEN NOT rolinherit THEN 'NOINHERIT' END) AS attributes
    WHERE attributes <> ''"""

# That a login is a member of our roles is how it takes them; that it lets others in is not. Who makes a role on
# PostgreSQL 16 or later has its ADMIN OPTION, and may make roles.
_MEMBERSHIPS: Final = """
    SELECT format('membership of %s in %s', member::regrole, roleid::regrole), string_agg(concat_ws(' ',
        'granted by', grantor::regrole, CASE WHEN admin_option THEN 'WITH ADMIN OPTION' END), E'\\n'
        ORDER BY grantor::regrole::text)
    FROM pg_auth_members
    WHERE member IN (SELECT oid FROM ours)
        OR admin_option AND roleid IN (SELECT oid FROM ours)
            AND member NOT IN (SELECT oid FROM administrators UNION SELECT oid FROM pg_roles WHERE rolcreaterole)
    GROUP BY member, roleid"""

_SETTINGS: Final = """
    SELECT format('setting %s of %s', split_part(setting, '=', 1),
        coalesce('role ' || ours.rolname, 'database ' || datname)), substr(setting, strpos(setting, '=') + 1)
    FROM here, pg_db_role_setting CROSS JOIN unnest(setconfig) AS setting LEFT JOIN ours ON ours.oid = setrole
    WHERE setdatabase = here.oid AND setrole = 0 OR setdatabase IN (0, here.oid) AND ours.oid IS NOT NULL"""

_PARAMETERS: Final = """
    SELECT 'parameter ' || parname, string_agg(format('%s:%s', coalesce(rolname, 'PUBLIC'), privilege_type), ' '
        ORDER BY rolname, privilege_type)
    FROM pg_parameter_acl CROSS JOIN aclexplode(paracl) LEFT JOIN ours ON ours.oid = grantee
    WHERE grantee = 0 OR ours.oid IS NOT NULL
    GROUP BY parname"""

# PUBLIC may use the schema, as PostgreSQL makes it; CREATE is the owner's and of those who administer.
_SCHEMA: Final = f"""
    WITH it AS (
        SELECT nspowner, coalesce(nspacl, acldefault('n', nspowner)) AS acl FROM pg_namespace WHERE nspname = 'public'
    ),
    faults (fault) AS (
        SELECT format('owner %s', nspowner::regrole) FROM it
        WHERE nspowner <> 'pg_database_owner'::regrole AND nspowner NOT IN (SELECT oid FROM administrators)
        UNION ALL
        SELECT format('%s:%s%s', coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type,
            CASE WHEN is_grantable THEN '*' END)
        FROM it CROSS JOIN aclexplode(acl) LEFT JOIN ours ON ours.oid = grantee
        WHERE grantee <> nspowner AND CASE
            WHEN ours.oid IS NULL THEN
                (privilege_type = 'CREATE' OR is_grantable) AND grantee NOT IN (SELECT oid FROM administrators)
            ELSE is_grantable OR privilege_type = 'CREATE' AND rolname <> '{Role.OWNER}'
        END
        UNION ALL
        SELECT format('without %s:%s', rolname, privilege)
        FROM ours CROSS JOIN unnest(ARRAY['USAGE', 'CREATE']) AS privilege
        WHERE (privilege = 'USAGE' OR rolname = '{Role.OWNER}') AND NOT has_schema_privilege(oid, 'public', privilege)
    )
    SELECT 'schema public', string_agg(fault, E'\\n' ORDER BY fault) FROM faults HAVING count(*) > 0"""

_DEFAULT_PRIVILEGES: Final = f"""
    SELECT concat('default privileges of ', rolname, ' in schema ' || nullif(defaclnamespace, 0)::regnamespace::text),
        string_agg(concat(defaclobjtype, ' ', {rights("defaclacl", "r", "defaclrole")}), E'\\n' ORDER BY defaclobjtype)
    FROM pg_default_acl JOIN ours ON ours.oid = defaclrole
    GROUP BY rolname, defaclnamespace"""

_DATABASE: Final = f"""
    WITH faults (fault) AS (
        SELECT 'owner ' || rolname FROM here JOIN ours ON ours.oid = datdba WHERE rolname <> '{Role.OWNER}'
        UNION ALL
        SELECT format('%s:%s%s', coalesce(rolname, 'PUBLIC'), privilege_type, CASE WHEN is_grantable THEN '*' END)
        FROM here CROSS JOIN aclexplode(acl) LEFT JOIN ours ON ours.oid = grantee
        WHERE (grantee = 0 OR rolname <> '{Role.OWNER}') AND grantee <> datdba
            AND (is_grantable OR privilege_type = 'CREATE')
    )
    SELECT 'database ' || datname, string_agg(fault, E'\\n' ORDER BY fault) FROM here, faults GROUP BY datname"""

# What our roles own or may use outside the schema, built-in functions and tables of the server included.
_OWNED_ELSEWHERE: Final = """
    SELECT format('%s %s', type, identity),
        string_agg(DISTINCT format('%s %s', CASE deptype WHEN 'o' THEN 'owner' ELSE 'rights of' END, rolname), E'\\n')
    FROM here JOIN pg_shdepend ON dbid = here.oid AND refclassid = 'pg_authid'::regclass
    JOIN ours ON ours.oid = refobjid
    CROSS JOIN pg_identify_object(classid, objid, objsubid)
    WHERE deptype IN ('o', 'a') AND classid <> 'pg_default_acl'::regclass AND identity IS NOT NULL
        AND coalesce(schema, '') !~ '^(public$|pg_(toast_)?temp)'
        AND NOT (classid = 'pg_namespace'::regclass AND identity ~ '^(public$|pg_(toast_)?temp)')
    GROUP BY 1"""

_TOUCHING: Final = """
    WITH touching (classid, objid, definition) AS (
        SELECT DISTINCT 'pg_class'::regclass, ev_class,
            CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) ELSE pg_get_ruledef(r.oid) END
        FROM pg_depend AS d JOIN pg_rewrite AS r ON classid = 'pg_rewrite'::regclass AND r.oid = objid
        JOIN pg_class AS c ON c.oid = ev_class AND c.relnamespace IN (SELECT oid FROM elsewhere)
        JOIN pg_class AS p ON refclassid = 'pg_class'::regclass AND p.oid = refobjid
        WHERE p.relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'pg_class'::regclass, c.oid, concat('inherits ', inhparent::regclass)
        FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid AND c.relnamespace IN (SELECT oid FROM elsewhere)
        JOIN pg_class AS p ON p.oid = inhparent
        WHERE p.relnamespace = 'public'::regnamespace AND c.relkind NOT IN ('i', 'I')
        UNION ALL
        SELECT 'pg_constraint'::regclass, f.oid, pg_get_constraintdef(f.oid)
        FROM pg_constraint AS f JOIN pg_class AS p ON p.oid = confrelid
        WHERE connamespace IN (SELECT oid FROM elsewhere) AND p.relnamespace = 'public'::regnamespace
            AND conparentid = 0
        UNION ALL
        SELECT 'pg_trigger'::regclass, t.oid, pg_get_triggerdef(t.oid)
        FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = tgrelid AND c.relnamespace IN (SELECT oid FROM elsewhere)
        JOIN pg_proc AS p ON p.oid = tgfoid
        WHERE p.pronamespace = 'public'::regnamespace AND tgparentid = 0
        UNION ALL
        SELECT DISTINCT 'pg_proc'::regclass, f.oid, pg_get_functiondef(f.oid)
        FROM pg_depend JOIN pg_proc AS f ON classid = 'pg_proc'::regclass AND f.oid = objid AND prokind <> 'a'
        JOIN pg_class AS p ON refclassid = 'pg_class'::regclass AND p.oid = refobjid
        WHERE f.pronamespace IN (SELECT oid FROM elsewhere) AND p.relnamespace = 'public'::regnamespace
    )
    SELECT format('%s %s', type, identity), string_agg(definition, E'\\n' ORDER BY definition)
    FROM touching CROSS JOIN pg_identify_object(classid, objid, 0)
    GROUP BY 1"""

_REPLICATION: Final = """
    SELECT 'publication ' || pubname, concat_ws(' ', CASE WHEN puballtables THEN 'all tables' END, tables, schemas)
    FROM pg_publication AS p
    CROSS JOIN LATERAL (
        SELECT string_agg(prrelid::regclass::text, ' ' ORDER BY prrelid::regclass::text) AS tables
        FROM pg_publication_rel JOIN pg_class AS c ON c.oid = prrelid AND relnamespace = 'public'::regnamespace
        WHERE prpubid = p.oid
    ) AS of_tables
    CROSS JOIN LATERAL (
        SELECT max('schema public') AS schemas FROM pg_publication_namespace
        WHERE pnpubid = p.oid AND pnnspid = 'public'::regnamespace
    ) AS of_schemas
    WHERE puballtables OR tables IS NOT NULL OR schemas IS NOT NULL
    UNION ALL
    SELECT 'subscription ' || subname, CASE WHEN subenabled THEN 'enabled' ELSE 'disabled' END
    FROM pg_subscription JOIN here ON here.oid = subdbid"""

_EVENT_TRIGGERS: Final = """
    SELECT 'event trigger ' || evtname,
        concat_ws(E'\\n', evtevent, evtfoid::regprocedure, 'enabled ' || evtenabled::text)
    FROM pg_event_trigger"""

_QUERIES: Final = (
    _ROLES,
    _MEMBERSHIPS,
    _SETTINGS,
    _PARAMETERS,
    _SCHEMA,
    _DEFAULT_PRIVILEGES,
    _DATABASE,
    _OWNED_ELSEWHERE,
    _TOUCHING,
    _REPLICATION,
    _EVENT_TRIGGERS,
)


async def faults_of(opened: Connection) -> dict[str, str]:
    """What the database and its server have and the migrations did not make, by kind and name; none in a sound one.

    Attributes and memberships of the five roles, settings for them and for the database, rights on
    parameters, on schema ``public``, on the database and on anything outside the schema; default privileges;
    objects of other schemas that read, extend or refer to ours; publications, subscriptions, event triggers.
    """
    found: dict[str, str] = {}
    for query in _QUERIES:
        rows = await opened.fetch(f"WITH {_CONTEXT} SELECT * FROM ({query}) AS fault")
        found.update((str(row[0]), str(row[1])) for row in rows)
    return found
