"""Every object says in the catalog what it is for; some say it in the reports' own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.raw import Raw

EXACT = {
    "users": "User accounts with role-based access control and Turkish compliance (GDPR/KVKK)",
    "sessions": "JWT refresh token management with device fingerprinting and security tracking",
    "jobs": "Asynchronous task queue with idempotency, retry logic, and comprehensive metrics",
    "audit_logs": "Enterprise audit trail with cryptographic hash-chain integrity",
}
CONTAINED = {
    "invoices": "Turkish financial compliance (KDV) and multi-currency support",
    "payments": "Turkish financial compliance (KDV) and multi-currency support",
}

MUTE = {
    "tables": """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
        AND NOT relispartition AND relname <> 'alembic_version' AND obj_description(oid, 'pg_class') IS NULL
    """,
    "columns": """
        SELECT relname || '.' || attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname <> 'alembic_version' AND attnum > 0 AND NOT attisdropped
        AND col_description(attrelid, attnum) IS NULL
    """,
    "constraints": """
        SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
        WHERE connamespace = 'public'::regnamespace AND NOT relispartition AND contype IN ('p', 'u', 'c', 'f', 'x')
        AND relname <> 'alembic_version' AND obj_description(pg_constraint.oid, 'pg_constraint') IS NULL
    """,
    "indexes": """
        SELECT index.relname FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
        WHERE index.relnamespace = 'public'::regnamespace AND NOT index.relispartition
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
        AND obj_description(indexrelid, 'pg_class') IS NULL
    """,
}
COMMENT = "SELECT obj_description(to_regclass($1), 'pg_class')"


@pytest.mark.parametrize("table", sorted(EXACT))
async def test_a_table_says_what_the_report_says(migrated: Raw, table: str) -> None:
    assert await migrated.fetchval(COMMENT, table) == EXACT[table]


@pytest.mark.parametrize("table", sorted(CONTAINED))
async def test_a_financial_table_says_the_reports_words_among_others(migrated: Raw, table: str) -> None:
    assert CONTAINED[table] in await migrated.fetchval(COMMENT, table)


@pytest.mark.parametrize("kind", sorted(MUTE))
async def test_nothing_is_without_a_comment(migrated: Raw, kind: str) -> None:
    assert [row[0] for row in await migrated.fetch(MUTE[kind])] == []


async def test_a_constraint_tells_a_person_in_two_languages(migrated: Raw) -> None:
    told = await migrated.fetchval(
        "SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'ck_orders_total_positive'"
    )
    turkish, _, english = told.partition(" / ")
    assert turkish
    assert english
    assert turkish != english
