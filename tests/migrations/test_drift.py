"""The migrated database is what the models say, and a change by hand is seen."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from platform_db.migration.connection import connection
from platform_db.migration.drift import catalog_of, differences, drift, expected_of, found_of
from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts
from tests.migrations.by_hand import AROUND, ARRANGED, BY_THE_OWNER, ON_MONTHS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from platform_db.migration.connection import Connection

NAMES = Path(__file__).with_name("constraints.txt")
LISTED = ("constraint", "index", "trigger", "policy", "function")
MONTH = re.compile(r"\w+ enterprise_audit_log_y\d{4}m\d{2}\b")
PARTITION = re.compile(rf"{MONTH.pattern}|\w+ enterprise_audit_log_default\b")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def expected(head: str) -> Mapping[str, str]:
    """What the models make."""
    async with connection(head) as opened:
        found = await found_of(opened)
    return await expected_of(head, found)


@pytest_asyncio.fixture(loop_scope="session")
async def superuser(head: str, superuser_url: str) -> AsyncIterator[Connection]:
    """A superuser in a transaction that nothing stays of, roles included."""
    async with connection(urlsplit(superuser_url)._replace(path=urlsplit(head).path).geturl()) as opened:
        await opened.execute("BEGIN")
        yield opened
        await opened.execute("ROLLBACK")


def named(case: object) -> str | None:
    return " ".join(case.split())[:90] if isinstance(case, str) else None


def filled(text: str, head: str) -> str:
    month = f"enterprise_audit_log_y{datetime.now(UTC):%Ym%m}"
    return text.replace("@database", urlsplit(head).path[1:]).replace("@month", month)


async def test_a_migrated_database_is_what_the_models_say(migrated: str) -> None:
    assert (await drift(migrated)).differences == ()


async def test_a_fault_outside_the_schema_is_in_the_comparison(migrated: str) -> None:
    # Given a setting for the database, which is no object of the schema
    database = urlsplit(migrated).path[1:]
    async with connection(migrated) as opened:
        await opened.execute(f"ALTER DATABASE {database} SET enable_seqscan = off")
    # Then it differs
    found = [difference.name for difference in (await drift(migrated)).differences]
    assert found == [f"setting enable_seqscan of database {database}"]


@pytest.mark.parametrize(("change", "names"), [*BY_THE_OWNER, *ON_MONTHS], ids=named)
async def test_a_change_by_the_owner_is_seen(
    head: str, superuser: Connection, expected: Mapping[str, str], change: str, names: list[str]
) -> None:
    # Given a migrated database
    # When somebody changes it as the role that owns every object
    await superuser.execute("SET LOCAL ROLE platform_owner")
    await superuser.execute(filled(change, head))
    await superuser.execute("RESET ROLE")
    # Then that object differs, and nothing that does not belong to it
    found = differences(expected, await found_of(superuser))
    assert [difference.name for difference in found] == [filled(name, head) for name in names]


@pytest.mark.parametrize(("change", "names"), AROUND, ids=named)
async def test_a_change_around_the_objects_is_seen(
    head: str, superuser: Connection, expected: Mapping[str, str], change: str, names: list[str]
) -> None:
    await superuser.execute(filled(change, head))
    found = differences(expected, await found_of(superuser))
    assert [difference.name for difference in found] == [filled(name, head) for name in names]


@pytest.mark.parametrize("change", ARRANGED, ids=named)
async def test_what_an_operator_arranges_is_no_difference(
    head: str, superuser: Connection, expected: Mapping[str, str], change: str
) -> None:
    await superuser.execute(filled(change, head))
    assert differences(expected, await found_of(superuser)) == []


async def test_a_not_null_that_was_not_validated_is_seen(
    superuser: Connection, expected: Mapping[str, str], server_major: int
) -> None:
    if server_major < 18:
        pytest.skip("PostgreSQL 18 knows NOT NULL NOT VALID")
    # Given a column whose NOT NULL was taken away and put back without reading the rows
    await superuser.execute(
        "ALTER TABLE users ALTER COLUMN email DROP NOT NULL; "
        "ALTER TABLE users ADD CONSTRAINT set_email NOT NULL email NOT VALID"
    )
    # Then it differs
    (difference,) = differences(expected, await found_of(superuser))
    assert difference.name == "column users.email"
    # And validated it does not
    await superuser.execute("ALTER TABLE users VALIDATE CONSTRAINT set_email")
    assert differences(expected, await found_of(superuser)) == []


async def test_months_come_and_go(migrated: str) -> None:
    async with connection(migrated) as opened:
        await opened.execute(filled("SET ROLE platform_owner; DROP TABLE @month", migrated))
        await opened.execute("SELECT create_enterprise_audit_partitions(DATE '2099-01-01', 1)")
    assert (await drift(migrated)).differences == ()


async def test_a_month_made_by_hand_is_compared_with_one_as_it_should_be(migrated: str) -> None:
    # Given a partition that nobody guarded against TRUNCATE
    month = "enterprise_audit_log_y1999m01"
    async with connection(migrated) as opened:
        await opened.execute(
            f"SET ROLE platform_owner; CREATE TABLE {month} PARTITION OF enterprise_audit_log "
            "FOR VALUES FROM ('1999-01-01') TO ('1999-02-01')"
        )
    # Then the guard is missing, and nothing else
    (difference,) = (await drift(migrated)).differences
    assert (difference.name, difference.found) == (f"trigger {month}.{month}_no_truncate", None)


async def test_every_name_is_on_the_committed_list(migrated: str) -> None:
    """A rule that was deleted at its home is missing from the database, and from the list only by intent."""
    async with connection(migrated) as opened:
        found = await catalog_of(opened)
    names = {name for name in found if name.partition(" ")[0] in LISTED and not MONTH.match(name)}
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
        relations = await opened.fetch(
            "SELECT relkind::text, count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND NOT relispartition AND relkind IN ('r', 'p', 'v', 'm') AND relname <> 'alembic_version' GROUP BY 1"
        )
        columns = await opened.fetchval(
            "SELECT count(*) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE attnum > 0 "
            "AND NOT attisdropped AND relnamespace = 'public'::regnamespace AND NOT relispartition "
            "AND relkind IN ('r', 'p') AND relname <> 'alembic_version'"
        )
    # The partitions repeat their parent's; they are not counted.
    own = Counter(name.partition(" ")[0] for name in found if not PARTITION.match(name))
    assert {row[0]: row[1] for row in relations} == {"r": 42, "p": 1, "v": 8, "m": 1}
    assert columns == 689
    assert {row[0]: row[1] for row in kinds} == {"c": 669 + 2, "f": 43, "p": 43, "u": 49, "x": 1}
    # Beside the CHECKs of the specification stand the discount of an order and the price of what is on sale.
    # Three indexes went and three came (docs/indexes.md), the summary has one; beside the enums stands the range of
    # licence types.
    assert own["index"] == 220 - 3 + 3 + 1
    assert own["type"] == 45 + 1
    assert labels == 363
    # One for each rule about a change, two that guard accounts, six that guard orders and what names them.
    changes = sum(len(facts(table).model.change_rules) for table in metadata.sorted_tables)
    assert own["trigger"] == 91 + changes + 2 + 6
    # Beside the policies of owners stand those that keep a revocation, an order and an attempt as they are.
    assert own["policy"] == 69 + 3
    assert own["function"] == 22 + 12
