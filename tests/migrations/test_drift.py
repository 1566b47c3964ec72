"""The migrated database is what the models say, and a change by hand is seen."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from platform_db.migration.connection import connection
from platform_db.migration.drift import catalog_of, drift

NAMES = Path(__file__).with_name("constraints.txt")
LISTED = ("constraint", "index", "trigger", "policy", "function")


async def test_a_migrated_database_is_what_the_models_say(migrated: str) -> None:
    assert await drift(migrated) == []


@pytest.mark.parametrize(
    ("change", "object_name"),
    [
        (
            """ALTER TABLE users DROP CONSTRAINT ck_users_version_positive;
            ALTER TABLE users ADD CONSTRAINT ck_users_version_positive CHECK (version >= 0)""",
            "constraint users.ck_users_version_positive",
        ),
        (
            "COMMENT ON CONSTRAINT ck_users_version_positive ON users IS 'positive'",
            "constraint users.ck_users_version_positive",
        ),
        (
            """DROP INDEX idx_licenses_expiring_soon;
            CREATE INDEX idx_licenses_expiring_soon ON licenses (ends_at)""",
            "index licenses.idx_licenses_expiring_soon",
        ),
        ("ALTER TABLE invoices DISABLE TRIGGER invoices_guard", "trigger invoices.invoices_guard"),
        ("ALTER TABLE invoices ENABLE TRIGGER invoices_guard", "trigger invoices.invoices_guard"),
        ("ALTER POLICY users_own ON users USING (true)", "policy users.users_own"),
        ("ALTER TABLE users NO FORCE ROW LEVEL SECURITY", "table users"),
        ("GRANT DELETE ON invoices TO platform_readonly", "table invoices"),
        ("GRANT SELECT (password_hash) ON users TO platform_readonly", "column users.password_hash"),
        ("GRANT EXECUTE ON FUNCTION forbid_change() TO PUBLIC", "function forbid_change()"),
        ("ALTER FUNCTION forbid_change() SECURITY DEFINER", "function forbid_change()"),
        ("ALTER TABLE users ALTER COLUMN locale SET DEFAULT 'en'", "column users.locale"),
        ("ALTER TABLE payments ALTER COLUMN method SET NOT NULL", "column payments.method"),
        ("ALTER TYPE currency ADD VALUE 'CHF'", "type currency"),
        ("CREATE TABLE spare ()", "table spare"),
    ],
)
async def test_a_change_by_hand_is_seen(migrated: str, change: str, object_name: str) -> None:
    # Given a migrated database
    # When somebody changes it
    async with connection(migrated) as opened:
        await opened.execute("SET ROLE platform_owner")
        await opened.execute(change)
    # Then that object differs, and no other
    assert [difference.name for difference in await drift(migrated)] == [object_name]


async def test_every_name_is_on_the_committed_list(migrated: str) -> None:
    """A rule that was deleted at its home is missing from the database, and from the list only by intent."""
    async with connection(migrated) as opened:
        found = await catalog_of(opened)
    names = {name for name in found if name.partition(" ")[0] in LISTED}
    listed = set(NAMES.read_text(encoding="utf-8").splitlines())
    assert sorted(listed - names) == [], "on the list and not in the database"
    assert sorted(names - listed) == [], "in the database and not on the list"


async def test_the_counts_are_those_of_the_specification(migrated: str) -> None:
    async with connection(migrated) as opened:
        found = await catalog_of(opened)
        kinds = await opened.fetch(
            "SELECT contype::text, count(*) FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid "
            "WHERE pg_class.relnamespace = 'public'::regnamespace AND NOT relispartition "
            "AND contype IN ('c', 'f', 'p', 'u', 'x') AND relname <> 'alembic_version' GROUP BY 1"
        )
        labels = await opened.fetchval("SELECT count(*) FROM pg_enum")
    # The default partition repeats its parent's; it is not counted.
    own = Counter(name.partition(" ")[0] for name in found if "enterprise_audit_log_default" not in name)
    assert own["table"] == 20
    assert own["column"] == 372
    assert {row[0]: row[1] for row in kinds} == {"c": 359, "f": 26, "p": 20, "u": 28, "x": 1}
    assert own["index"] == 109
    assert own["policy"] == 39
    assert own["function"] == 18
    assert own["type"] == 22
    assert labels == 145
