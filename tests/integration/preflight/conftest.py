"""Databases whose tables have every column of the models and no constraint at all, to plant rows in."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.integration.preflight.planting import Ground
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.operations.server import EmbeddedServer

Definitions = dict[str, dict[str, str]]

_GROUNDS = itertools.count(1)

# Children before parents, since a key that is referred to cannot go.
_STRIP = """
DO $$
DECLARE
    item record;
BEGIN
    FOR item IN SELECT oid::regclass AS name, relkind FROM pg_class
        WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
    LOOP
        -- It may have gone with another.
        CONTINUE WHEN NOT EXISTS (SELECT FROM pg_class WHERE oid = item.name);
        EXECUTE format(
            'DROP %s %s CASCADE', CASE item.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, item.name
        );
    END LOOP;
    FOR item IN SELECT polrelid::regclass AS place, polname FROM pg_policy LOOP
        EXECUTE format('DROP POLICY %I ON %s', item.polname, item.place);
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', item.place);
    END LOOP;
    FOR item IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND coninhcount = 0
            AND contype IN ('f', 'u', 'p', 'c', 'x')
        ORDER BY contype <> 'f'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', item.place, item.conname);
    END LOOP;
    FOR item IN SELECT indexrelid::regclass AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = 'public'::regnamespace AND indisunique AND NOT relispartition
            AND relname <> 'alembic_version_pkc'
    LOOP
        EXECUTE format('DROP INDEX %s', item.name);
    END LOOP;
    FOR item IN SELECT tgrelid::regclass AS place, tgname FROM pg_trigger
        JOIN pg_class ON pg_class.oid = tgrelid
        WHERE NOT tgisinternal AND tgparentid = 0 AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', item.tgname, item.place);
    END LOOP;
    FOR item IN SELECT attrelid::regclass AS place, attname, attidentity, attgenerated, attnotnull
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p') AND NOT relispartition
            AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        IF item.attidentity <> '' THEN
            EXECUTE format('ALTER TABLE %s ALTER %I DROP IDENTITY', item.place, item.attname);
        END IF;
        IF item.attgenerated <> '' THEN
            EXECUTE format('ALTER TABLE %s ALTER %I DROP EXPRESSION', item.place, item.attname);
        END IF;
        IF item.attnotnull THEN
            EXECUTE format('ALTER TABLE %s ALTER %I DROP NOT NULL', item.place, item.attname);
        END IF;
    END LOOP;
END $$
"""
_EMPTY = """
DO $$
DECLARE
    names text;
BEGIN
    SELECT string_agg(c.oid::regclass::text, ', ') INTO names FROM pg_class AS c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
        AND c.relname <> 'alembic_version';
    EXECUTE 'TRUNCATE ' || names;
END $$
"""


_DEFINED = """
    SELECT conrelid::regclass::text AS place, conname::text AS name, contype::text AS kind,
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS sql
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND coninhcount = 0
        AND contype IN ('f', 'u', 'p', 'c', 'x')
    UNION ALL
    SELECT indrelid::regclass::text, c.relname::text, 'i', pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND indisunique AND NOT c.relispartition
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    UNION ALL
    SELECT attrelid::regclass::text, format('%s_%s_not_null', attrelid::regclass, attname), 'n',
        format('ALTER TABLE %s ALTER %I SET NOT NULL', attrelid::regclass, attname)
    FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
    WHERE attnum > 0 AND NOT attisdropped AND attnotnull AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relnamespace = 'public'::regnamespace
"""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def definitions(server: EmbeddedServer, template: str) -> Definitions:
    """For every table what adds its constraints again, by name, in an order that works."""
    administrator = await connect(server.url())
    await administrator.execute(f"CREATE DATABASE defined TEMPLATE {template} STRATEGY file_copy")
    await administrator.close()
    whole = await connect(server.url("defined"))
    found = await whole.fetch(_DEFINED)
    await whole.close()
    made: Definitions = {}
    for row in sorted(found, key=lambda each: "npuicxf".index(each["kind"])):
        made.setdefault(row["place"], {})[row["name"]] = row["sql"]
    return made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stripped(server: EmbeddedServer, template: str) -> str:
    """The name of a database that nobody connects to: migrated, then rid of constraints, triggers and rows."""
    name = "stripped"
    administrator = await connect(server.url())
    await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    await administrator.close()
    owner = await connect(server.url(name))
    await owner.execute("SET ROLE platform_owner")
    await owner.execute(_STRIP)
    await owner.execute(_EMPTY)
    await owner.close()
    return name


@pytest_asyncio.fixture(loop_scope="session")
async def ground(server: EmbeddedServer, stripped: str) -> AsyncIterator[Ground]:
    """A database of this test's own, without constraints, and a connection to it as platform_owner."""
    name = f"ground_{next(_GROUNDS)}"
    administrator = await connect(server.url())
    await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {stripped} STRATEGY file_copy")
    owner = await connect(server.url(name))
    await owner.execute("SET ROLE platform_owner")
    yield Ground(server.url(name), owner)
    await owner.close()
    await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await administrator.close()
