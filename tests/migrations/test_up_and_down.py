"""Up, down and up again: what each revision makes, it unmakes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from platform_db import migration
from platform_db.domain.law import exemptions, rates, withholding
from platform_db.errors import ConfigurationError, NotAllowed, UsageError
from platform_db.migration.connection import connection
from platform_db.migration.drift import catalog_of, differences
from platform_db.migration.failures import RevisionFailed
from platform_db.migration.head import revisions

CHECKOUT = Path(__file__).resolve().parents[2]
HEAD = revisions()[-1]


async def catalog(url: str) -> dict[str, str]:
    async with connection(url) as opened:
        return await catalog_of(opened)


async def test_up_runs_every_revision_once(url: str) -> None:
    # Given an empty database
    before = await migration.status(url)
    assert (before.current, before.pending, before.at_head) == (None, revisions(), False)
    # When it is brought up
    outcome = await migration.up(url)
    # Then each revision ran, in order
    assert tuple(step.revision for step in outcome.applied) == revisions()
    assert outcome.status == migration.Status(current=HEAD, head=HEAD, pending=(), known=True)
    assert await migration.status(url) == outcome.status
    # And a second time there is nothing to do
    assert (await migration.up(url)).applied == ()


async def test_every_revision_unmakes_what_it_makes(url: str) -> None:
    # Given the catalog after each revision on the way up
    after: dict[str | None, dict[str, str]] = {None: await catalog(url)}
    for revision in revisions():
        await migration.up(url, revision)
        after[revision] = await catalog(url)
    # When the database goes down one revision at a time
    for revision, below in pairwise((*reversed(revisions()), None)):
        assert revision is not None
        await migration.down(url, below or "base")
        # Then the catalog is what it was
        assert differences(after[below], await catalog(url)) == []
    # And up once more it is the whole schema again
    await migration.up(url)
    assert differences(after[HEAD], await catalog(url)) == []


async def test_base_leaves_the_version_table_only(migrated: str) -> None:
    # Given a database at the head
    # When everything is taken down
    outcome = await migration.down(migrated, "base")
    # Then one table is left, and the roles, which belong to the cluster
    assert outcome.status.current is None
    async with connection(migrated) as opened:
        left = await opened.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
            "UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace ORDER BY 1"
        )
        roles = await opened.fetchval("SELECT count(*) FROM pg_roles WHERE rolname ~ '^platform_(owner|app|worker)$'")
    assert [row[0] for row in left] == ["_alembic_version", "alembic_version", "alembic_version", "alembic_version_pkc"]
    assert roles == 3


async def test_everything_belongs_to_platform_owner(migrated: str) -> None:
    async with connection(migrated) as opened:
        others = await opened.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relowner <> 'platform_owner'::regrole "
            "UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
            "AND proowner <> 'platform_owner'::regrole "
            # The constructors of a range type are made by the server and belong to it.
            "AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'i') "
            "UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace "
            "AND typowner <> 'platform_owner'::regrole"
        )
    assert others == []


async def test_the_law_data_of_the_package_is_published(migrated: str) -> None:
    async with connection(migrated) as opened:
        await opened.execute("SET ROLE platform_readonly")
        kdv = await opened.fetch(
            "SELECT rate_class::text, rate, valid_from, valid_to, legal_basis, is_verified FROM kdv_rates ORDER BY id"
        )
        withheld = await opened.fetch(
            "SELECT code, name, kind::text, percent, valid_from, valid_to, is_verified "
            "FROM withholding_codes ORDER BY id"
        )
        exempt = await opened.fetch(
            "SELECT code, code_group, name, rate_must_be_zero, invoice_types::text[], is_verified "
            "FROM exemption_codes ORDER BY id"
        )
    assert [tuple(row) for row in kdv] == [
        (row.rate_class.value, row.rate, row.valid_from, row.valid_to, row.legal_basis, row.is_verified)
        for row in rates.rows()
    ]
    assert [tuple(row) for row in withheld] == [
        (row.code, row.name, row.kind.value, row.percent, row.valid_from, row.valid_to, row.is_verified)
        for row in withholding.rows()
    ]
    assert [tuple(row) for row in exempt] == [
        (
            row.code,
            row.code_group,
            row.name,
            row.rate_must_be_zero,
            None if row.invoice_types is None else [kind.value for kind in row.invoice_types],
            row.is_verified,
        )
        for row in exemptions.rows()
    ]


async def test_sixteen_chains_and_fourteen_months_are_there(migrated: str) -> None:
    async with connection(migrated) as opened:
        await opened.execute("SET ROLE platform_auditor")
        heads = await opened.fetch("SELECT chain_id, seq, chain_hash FROM audit_chain_heads ORDER BY chain_id")
        months = await opened.fetch(
            "SELECT inhrelid::regclass::text AS name FROM pg_inherits "
            "WHERE inhparent = 'enterprise_audit_log'::regclass ORDER BY name"
        )
        expected = await opened.fetch(
            "SELECT to_char(date_trunc('month', now()) + make_interval(months => step), "
            '\'"enterprise_audit_log_y"YYYY"m"MM\') FROM generate_series(0, 13) AS step'
        )
    assert [tuple(row) for row in heads] == [(chain, 0, "0" * 64) for chain in range(16)]
    assert [row[0] for row in months] == ["enterprise_audit_log_default", *(row[0] for row in expected)]


async def test_down_is_refused_in_production(migrated: str) -> None:
    # Given a database at the head
    # When production asks to go down
    with pytest.raises(NotAllowed, match="refused in production"):
        await migration.down(migrated, "base", migration.Options(environment="production"))
    # Then nothing was taken away
    assert (await migration.status(migrated)).at_head


async def test_directions_are_not_mixed_up(url: str) -> None:
    await migration.up(url, "0004")
    with pytest.raises(UsageError, match="beyond 0002_identity: use down"):
        await migration.up(url, "0002")
    with pytest.raises(UsageError, match="below 0005_billing: use up"):
        await migration.down(url, "0005")
    with pytest.raises(UsageError, match="there is no revision 'later'"):
        await migration.up(url, "later")
    assert (await migration.status(url)).current == "0004_commerce"


async def test_a_newer_packages_database_is_left_alone(migrated: str) -> None:
    # Given a database that a newer package migrated
    async with connection(migrated) as opened:
        await opened.execute("SET ROLE platform_owner; UPDATE alembic_version SET version_num = '0099_later'")
    found = await migration.status(migrated)
    assert (found.current, found.known, found.pending) == ("0099_later", False, ())
    # When this one is asked to migrate, then it says what to do
    for attempt in (migration.up(migrated), migration.down(migrated, "base")):
        with pytest.raises(ConfigurationError, match=r"0099_later, which this package does not have"):
            await attempt


async def test_a_refused_revision_is_rolled_back_and_told(url: str) -> None:
    # Given somebody's table in the way of the second revision
    async with connection(url) as opened:
        await opened.execute("CREATE TABLE users (id bigint)")
    # When the database is brought up
    told = r"^0002_identity\.up\.sql: 42P07 duplicate table: relation \"users\" already exists"
    with pytest.raises(RevisionFailed, match=told):
        await migration.up(url)
    # Then the revision before it stays
    assert (await migration.status(url)).current == "0001_roles_and_types"
    # And once the table is gone the rest follows
    async with connection(url) as opened:
        await opened.execute("DROP TABLE users")
    assert len((await migration.up(url)).applied) == len(revisions()) - 1


async def test_a_failure_names_the_line(url: str) -> None:
    # Given an enum type that lacks what a default of the second revision needs
    await migration.up(url, "0001")
    async with connection(url) as opened:
        await opened.execute("SET ROLE platform_owner; DROP TYPE locale")
    # When the second revision runs, then the line is named
    script = (CHECKOUT / "migrations/versions/0002_identity.up.sql").read_text(encoding="utf-8")
    line = next(number for number, text in enumerate(script.splitlines(), 1) if "locale locale" in text)
    with pytest.raises(RevisionFailed, match=rf"^0002_identity\.up\.sql, line {line}: 42704"):
        await migration.up(url)


def test_the_sql_goes_up() -> None:
    with pytest.raises(UsageError, match="does not lie below"):
        migration.sql("0003", since="0005")


def alembic(url: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Alembic's own command, as a developer types it in a checkout."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLATFORM_DB_")}
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=CHECKOUT,
        env=clean | {"PLATFORM_DB_URL": url, "PYTHONPATH": str(CHECKOUT / "src")} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_the_alembic_command_works_in_a_checkout(head: str, url: str) -> None:
    # When alembic itself migrates, then the database is that of the package's own command
    upgraded = alembic(url, "upgrade", "head")
    assert upgraded.returncode == 0, upgraded.stderr
    assert alembic(url, "current").stdout.split() == [HEAD, "(head)"]
    assert differences(await catalog(head), await catalog(url)) == []
    # And its history is written too
    async with connection(url) as opened:
        await opened.execute("SET ROLE platform_owner")
        rows = await opened.fetch("SELECT revision FROM enterprise_migration_history WHERE success ORDER BY id")
    assert tuple(row[0] for row in rows) == revisions()
    # And in production it refuses, since it knows neither the environment nor what it drops
    away = "postgresql://db/erp?sslmode=verify-full"
    refused = alembic(away, "downgrade", "base", PLATFORM_DB_ENVIRONMENT="production")
    assert refused.returncode == 1
    assert "in production use `platform-db migrate`" in refused.stderr


async def test_the_alembic_command_compares_types_and_defaults(migrated: str) -> None:
    # Given a database that is what the models say
    clean = alembic(migrated, "check")
    assert (clean.returncode, clean.stdout) == (0, "No new upgrade operations detected.\n")
    # When a type and a default are changed by hand
    async with connection(migrated) as opened:
        await opened.execute(
            "SET ROLE platform_owner; ALTER TABLE enterprise_config ALTER COLUMN description TYPE varchar(10);"
            "ALTER TABLE users ALTER COLUMN locale SET DEFAULT 'en'"
        )
    # Then both are found
    found = alembic(migrated, "check")
    assert found.returncode != 0
    assert re.findall(r"\('(modify_\w+)', None, '(\w+)', '(\w+)'", found.stdout + found.stderr) == [
        ("modify_type", "enterprise_config", "description"),
        ("modify_default", "users", "locale"),
    ]
