"""Reference data is stored once, whoever asks and however often; what a person changed stays theirs."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson
import pytest
import pytest_asyncio
from pydantic import SecretStr

from platform_db.errors import ConfigurationError, InvalidRow
from platform_db.operations.reference_data import Difference, seed, update
from platform_db.operations.reference_data.references import INSTALLATION, LAW
from platform_db.operations.reference_data.seeding import LOCK_KEY
from platform_db.repositories.work import Database
from platform_db.settings import Settings
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.operations.reference_data import SeedReport, TableReport
    from tests.raw import Raw, Row

LAW_ROWS: Final = {"kdv_rates": 12, "withholding_codes": 59, "exemption_codes": 113}
ROWS: Final = {
    "machines": 3,
    "materials": 5,
    "tools": 2,
    "enterprise_config": 6,
    "enterprise_performance_baseline": 5,
}
HAAS: Final = "SELECT * FROM machines WHERE name = 'HAAS VF-2'"
SEQUENCES: Final = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"


@pytest_asyncio.fixture(loop_scope="session")
async def owner(database_url: str) -> AsyncIterator[Raw]:
    """A connection past the library, as platform_owner, who alone may write the law tables."""
    connection = await connect(database_url)
    await connection.execute("SET ROLE platform_owner")
    yield connection
    await connection.close()


async def stored(owner: Raw) -> dict[str, list[Row]]:
    """Every row of every seeded table."""
    names = [reference.name for reference in (*LAW, *INSTALLATION)]
    return {name: await owner.fetch(f"SELECT * FROM {name} ORDER BY id") for name in names}  # noqa: S608 - our names


async def entries(owner: Raw) -> list[tuple[str, str, object]]:
    """What the audit log says: action, event and payload."""
    rows = await owner.fetch("SELECT action, event_type, payload::text FROM audit_logs ORDER BY id")
    return [(row["action"], row["event_type"], orjson.loads(row["payload"])) for row in rows]


def counts(report: SeedReport, column: str) -> dict[str, int]:
    found = {table.table: getattr(table, column) for table in report.tables}
    return {name: value if isinstance(value, int) else len(value) for name, value in found.items()}


def of(report: SeedReport, name: str) -> TableReport:
    return next(table for table in report.tables if table.table == name)


def without_keys(rows: list[Row]) -> list[str]:
    """The rows but for the keys that the server gave, in an order of their own."""
    return sorted(repr([(name, value) for name, value in row.items() if name != "id"]) for row in rows)


NOTHING: Final = dict.fromkeys((*LAW_ROWS, *ROWS), 0)


async def test_the_first_run_stores_every_row(database: Database, owner: Raw) -> None:
    report = await seed(database)

    assert counts(report, "inserted") == {**NOTHING, **ROWS}
    assert counts(report, "unchanged") == {**LAW_ROWS, **dict.fromkeys(ROWS, 0)}
    assert counts(report, "different") == counts(report, "extra") == counts(report, "updated") == NOTHING
    assert {name: len(rows) for name, rows in (await stored(owner)).items()} == {**LAW_ROWS, **ROWS}
    assert [row["name"] for row in (await stored(owner))["machines"]] == [
        "HAAS VF-2",
        "DMG MORI NLX 2500",
        "Prusa i3 MK3S+",
    ]
    assert len(await entries(owner)) == sum(ROWS.values())


async def test_the_second_run_stores_nothing_at_all(database: Database, owner: Raw) -> None:
    await seed(database)
    before = await stored(owner), await owner.fetch(SEQUENCES), await entries(owner)

    report = await seed(database)

    assert counts(report, "inserted") == counts(report, "updated") == NOTHING
    assert counts(report, "unchanged") == {**LAW_ROWS, **ROWS}
    assert (await stored(owner), await owner.fetch(SEQUENCES), await entries(owner)) == before
    assert {row["version"] for row in before[0]["machines"]} == {1}


async def test_eight_at_once_store_each_row_once(database_url: str, owner: Raw) -> None:
    async def one() -> SeedReport:
        async with Database(Settings(url=SecretStr(database_url), environment="testing")) as opened:
            return await seed(opened)

    await owner.execute("DELETE FROM kdv_rates WHERE rate_class = 'reduced_list_1'")
    reports = await asyncio.gather(*(one() for _ in range(8)))

    for name, count in {**ROWS, "kdv_rates": 1}.items():
        assert sum(counts(report, "inserted")[name] for report in reports) == count, name
    assert {name: len(rows) for name, rows in (await stored(owner)).items()} == {**LAW_ROWS, **ROWS}


async def test_seeding_waits_for_another_that_is_at_work(database: Database, owner: Raw) -> None:
    async with owner.transaction():
        await owner.fetchval("SELECT pg_advisory_xact_lock($1)", LOCK_KEY)
        waiting = asyncio.ensure_future(seed(database))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        assert await owner.fetchval("SELECT count(*) FROM machines") == 0
    assert counts(await waiting, "inserted") == {**NOTHING, **ROWS}


async def test_a_row_that_a_person_changed_is_reported_and_left(database: Database, worker: Raw) -> None:
    await seed(database)
    await worker.execute(
        "UPDATE machines SET hourly_rate_cents = 17500, controller = 'NGC 2', specifications = '{\"coolant\": true}' "
        "WHERE name = 'HAAS VF-2'"
    )
    changed = await worker.fetchrow(HAAS)

    report = await seed(database)

    machines = of(report, "machines")
    assert machines.different == (Difference("HAAS VF-2", ("controller", "hourly_rate_cents")),)
    assert (machines.inserted, machines.unchanged) == ((), 2)
    assert await worker.fetchrow(HAAS) == changed
    assert not report.has_extra


async def test_an_update_sets_the_given_columns_back_and_nothing_else(
    database: Database, worker: Raw, owner: Raw
) -> None:
    await seed(database)
    told = len(await entries(owner))
    await worker.execute(
        "UPDATE machines SET hourly_rate_cents = 17500, specifications = '{\"coolant\": true}' WHERE name = 'HAAS VF-2'"
    )
    await worker.execute("UPDATE enterprise_config SET config_value = '365' WHERE config_key = 'audit.retention_days'")
    await worker.execute("UPDATE tools SET quantity_available = 1")

    report = await update(database)

    row = await worker.fetchrow(HAAS)
    assert (row["hourly_rate_cents"], row["specifications"], row["version"]) == (15_000, '{"coolant": true}', 3)
    assert counts(report, "updated") == {**NOTHING, "machines": 1, "enterprise_config": 1}
    assert counts(report, "different") == NOTHING
    assert await worker.fetch("SELECT quantity_available FROM tools") == [(1,), (1,)]
    assert (await entries(owner))[told:] == [
        (
            "import",
            "machines.updated",
            {"before": {"hourly_rate_cents": 17_500}, "after": {"hourly_rate_cents": 15_000}},
        ),
        (
            "config_change",
            "enterprise_config.updated",
            {"before": {"config_value": "365"}, "after": {"config_value": "3653"}},
        ),
    ]
    assert counts(await update(database), "updated") == NOTHING


async def test_a_setting_that_is_a_secret_now_stays_one_and_is_not_told(
    database: Database, worker: Raw, owner: Raw
) -> None:
    await seed(database)
    before = len(await entries(owner))
    await worker.execute(
        "UPDATE enterprise_config SET config_type = 'encrypted', is_sensitive = true, config_value = 'key.SECRETTEXT' "
        "WHERE config_key = 'audit.enabled'"
    )

    report = await update(database)

    told = of(report, "enterprise_config")
    assert told.updated == ()
    assert [each.key for each in told.different] == ["audit.enabled / production"]
    assert len(await entries(owner)) == before
    stored = "SELECT config_value FROM enterprise_config WHERE config_key = 'audit.enabled'"
    assert await worker.fetchval(stored) == "key.SECRETTEXT"


async def test_a_measured_baseline_is_neither_doubled_nor_different(database: Database, worker: Raw) -> None:
    await worker.execute(
        "INSERT INTO enterprise_performance_baseline (metric_name, baseline_value, measurement_unit) "
        "VALUES ('lock_timeout', 10, 's'), ('lock_timeout', 12, 's')"
    )

    report = await update(database)

    baselines = of(report, "enterprise_performance_baseline")
    assert (len(baselines.inserted), baselines.unchanged, baselines.different) == (4, 1, ())
    assert await worker.fetchval("SELECT count(*) FROM enterprise_performance_baseline") == 6


async def test_the_law_tables_are_made_equal_to_the_package(database: Database, owner: Raw) -> None:
    # Given law tables that somebody meddled with
    await seed(database)
    before = await stored(owner)
    await owner.execute("DELETE FROM withholding_codes WHERE code = '624'")
    await owner.execute("UPDATE kdv_rates SET rate = 2, is_verified = false WHERE rate_class = 'reduced_list_1'")
    await owner.execute("UPDATE exemption_codes SET invoice_types = NULL, name = 'x' WHERE code = '701'")
    told = len(await entries(owner))
    # When the reference data is stored again
    report = await seed(database)
    # Then every figure and mark is the package's
    assert of(report, "withholding_codes").inserted == ("624 / 1985-01-01",)
    assert of(report, "kdv_rates").updated == ("reduced_list_1 / 1985-01-01",)
    assert of(report, "exemption_codes").updated == ("701",)
    after = await stored(owner)
    for name in LAW_ROWS:
        assert without_keys(after[name]) == without_keys(before[name]), name
    assert [(action, event) for action, event, _ in (await entries(owner))[told:]] == [
        ("import", "kdv_rates.updated"),
        ("import", "withholding_codes.seeded"),
        ("import", "exemption_codes.updated"),
    ]


async def test_a_law_row_that_the_package_does_not_know_stays_and_is_told(database: Database, owner: Raw) -> None:
    await owner.execute(
        "INSERT INTO kdv_rates (rate_class, rate, valid_from, is_verified) VALUES ('general', 25, '2031-01-01', false)"
    )

    report = await seed(database)

    assert of(report, "kdv_rates").extra == ("general / 2031-01-01",)
    assert report.has_extra
    assert await owner.fetchval("SELECT count(*) FROM kdv_rates") == 13


@pytest_asyncio.fixture(loop_scope="session")
async def service(database_url: str, superuser_url: str) -> AsyncIterator[Database]:
    """The library with a login that may become platform_worker, and nobody else."""
    login = f"seeding_{secrets.token_hex(6)}"
    administrator = await connect(superuser_url)
    await administrator.execute(f"CREATE ROLE {login} LOGIN NOINHERIT PASSWORD 'x'; GRANT platform_worker TO {login}")
    parts = urlsplit(database_url)
    url = parts._replace(netloc=f"{login}:x@{parts.netloc.rpartition('@')[2]}").geturl()
    async with Database(Settings(url=SecretStr(url), environment="testing")) as opened:
        yield opened
    await administrator.execute(f"DROP ROLE {login}")
    await administrator.close()


async def test_a_service_seeds_where_the_law_is_published_already(service: Database) -> None:
    assert counts(await seed(service), "inserted") == {**NOTHING, **ROWS}


async def test_a_service_that_may_not_publish_the_law_is_told_so_and_stores_nothing(
    service: Database, owner: Raw
) -> None:
    await owner.execute("DELETE FROM kdv_rates WHERE rate_class = 'reduced_list_1'")

    with pytest.raises(ConfigurationError, match=r"^kdv_rates: .* only platform_owner may write them; seed with the"):
        await seed(service)

    assert await owner.fetchval("SELECT count(*) FROM machines") == 0


async def test_a_row_that_breaks_a_rule_is_told_with_its_table(database: Database, owner: Raw) -> None:
    # given a database that has seeded, and then took a row while a constraint was away
    await seed(database)
    await owner.execute("ALTER TABLE materials DROP CONSTRAINT ck_materials_hardness_positive")
    row = await owner.fetchval("SELECT min(id) FROM materials")
    await owner.execute("UPDATE materials SET hardness_hb = -5 WHERE id = $1", row)
    # when it is read again
    with pytest.raises(InvalidRow) as refused:
        await seed(database)
    # then the text says where to look, and not what the row holds
    assert str(refused.value) == (
        f"row {row} of materials breaks ck_materials_hardness_positive: see `platform-db preflight --table materials`"
    )
