"""``platform-db monitor``, as it is typed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.cli import app as cli
from platform_db.schema.catalog import catalog
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.raw import Raw


@pytest.fixture
def installation(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The installation that the command is typed in."""
    monkeypatch.setenv("PLATFORM_DB_URL", database_url)
    return database_url


def as_owner(url: str, arrange: Callable[[Raw], Awaitable[object]]) -> None:
    async def run() -> None:
        connection = await connect(url)
        try:
            await connection.execute("SET ROLE platform_owner")
            await arrange(connection)
        finally:
            await connection.close()

    asyncio.run(run())


def execute(url: str, statement: str) -> None:
    as_owner(url, lambda owner: owner.execute(statement))


async def break_an_index(owner: Raw) -> None:
    await owner.execute("CREATE TABLE measures (code bigint); INSERT INTO measures VALUES (7), (7)")
    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute("CREATE UNIQUE INDEX CONCURRENTLY uq_measures_code ON measures (code)")


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out)


def rows(value: object) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", value)


@pytest.mark.usefixtures("installation")
def test_it_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["monitor"]) == 0
    out = capsys.readouterr().out
    for title in (
        "Summary, ",
        "Tables, the largest first (15 of ",
        "Unused indexes, the largest first",
        "Connections: ",
    ):
        assert title in out
    for nothing in ("Redundant indexes: none", "Invalid indexes: none", "Lock waits: none", "Replicas: none"):
        assert f"{nothing}\n" in out
    assert "Attention" not in out


@pytest.mark.usefixtures("installation")
def test_it_gives_everything_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["monitor", "--json"]) == 0
    found = told(capsys)
    assert sorted(found) == [
        "connections", "indexes", "invalid_indexes", "lock_waits", "long_transactions", "needs_attention",
        "redundant_indexes", "replicas", "server_version", "statistics_since", "summary", "tables", "taken_at",
        "unused_indexes",
    ]  # fmt: skip
    assert found["needs_attention"] == []


def test_an_invalid_index_needs_attention_until_it_is_repaired(
    installation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a unique index that could not be built
    as_owner(installation, break_an_index)
    assert cli.run(["monitor"]) == 1
    assert (
        "Attention: index uq_measures_code is invalid: run `platform-db monitor --repair-indexes`\n"
        in capsys.readouterr().out
    )
    # Then a repair fails with what to do, and works when that is done
    assert cli.run(["monitor", "--repair-indexes"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("uq_measures_code on measures (invalid): failed, ")
    assert out.endswith(
        ": rows break it: see `platform-db preflight --table measures`, mend them, then run this again\n"
    )
    execute(installation, "DELETE FROM measures WHERE ctid = '(0,1)'")
    assert cli.run(["monitor", "--repair-indexes", "--json"]) == 0
    repaired = told(capsys)
    assert [(each["index_name"], each["done"]) for each in rows(repaired["indexes"])] == [
        ("uq_measures_code", "rebuilt")
    ]
    assert repaired["failed"] == 0
    assert cli.run(["monitor", "--repair-indexes"]) == 0
    assert capsys.readouterr().out == "no index is invalid or mostly empty\n"


@pytest.mark.parametrize("options", [[], ["--repair-indexes"]])
@pytest.mark.usefixtures("installation")
def test_behind_pgbouncer_it_says_what_to_do(
    options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLATFORM_DB_PGBOUNCER", "transaction")
    assert cli.run(["monitor", *options]) == 70
    assert "set PLATFORM_DB_URL to the server itself" in capsys.readouterr().err


def test_it_refreshes_the_summary_and_tells_when_somebody_else_does(
    installation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["monitor", "--refresh", "--json"]) == 0
    first = told(capsys)
    assert first["refreshed"] is True
    assert cli.run(["monitor", "--refresh"]) == 0
    assert capsys.readouterr().out.startswith("refreshed in 0.")

    async def run() -> int:
        other = await connect(installation)
        try:
            await other.execute("BEGIN; SET LOCAL ROLE platform_worker")
            assert await other.fetchval("SELECT refresh_system_performance_summary()") is True
            return await asyncio.to_thread(cli.run, ["monitor", "--refresh"])
        finally:
            await other.close()

    assert asyncio.run(run()) == 0
    assert capsys.readouterr().out.startswith("another refresh is at work; still as of 20")


def test_it_stores_a_baseline_and_fails_a_check_that_is_worse(
    installation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["monitor", "--baseline"]) == 0
    assert "cache_hit_ratio" in capsys.readouterr().out
    execute(
        installation,
        "INSERT INTO enterprise_performance_baseline (metric_name, measurement_unit, baseline_value) "
        "VALUES ('cache_hit_ratio', 'ratio', 0.5), ('connection_time', 'ms', 60000)",
    )
    assert cli.run(["monitor", "--check"]) == 0
    assert "more than 0.05 below baseline" in capsys.readouterr().out
    execute(
        installation,
        "INSERT INTO enterprise_performance_baseline (metric_name, measurement_unit, baseline_value) "
        "VALUES ('cache_hit_ratio', 'ratio', 1.5)",
    )
    assert cli.run(["monitor", "--check", "--json"]) == 1
    assert told(capsys)["worse"] == 1
    assert cli.run(["monitor", "--baseline", "--json"]) == 0
    assert rows(told(capsys)["stored"])[0]["metric_name"] == "connection_time"


def test_it_counts_refused_writes_of_the_last_two_days(installation: str, capsys: pytest.CaptureFixture[str]) -> None:
    execute(
        installation,
        "INSERT INTO constraint_violations (constraint_name, table_name, occurred_at) VALUES "
        "('uq_invoices_number', 'invoices', now() - interval '47 hours 59 minutes'), "
        "('uq_invoices_number', 'invoices', now() - interval '48 hours 1 minute')",
    )
    assert cli.run(["monitor", "--violations", "--since", "48h"]) == 0
    out = capsys.readouterr().out
    assert "1 refused write(s) by 1 rule(s) since 20" in out
    assert catalog()["uq_invoices_number"].message.tr[:40] in out
    assert cli.run(["monitor", "--violations", "--since", "7d", "--json"]) == 0
    document = told(capsys)
    message = catalog()["uq_invoices_number"].message
    (rule,) = rows(document["rules"])
    assert (document["total"], rule["times"], rule["message"]) == (2, 2, {"tr": message.tr, "en": message.en})
    # Without --since: the last 24 hours
    assert cli.run(["monitor", "--violations"]) == 0
    assert capsys.readouterr().out.startswith("0 refused write(s) by 0 rule(s) since 20")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--refresh", "--check"], "--refresh and --check exclude each other"),
        (
            ["--violations", "--baseline", "--repair-indexes"],
            "--baseline and --violations and --repair-indexes exclude",
        ),
        (["--since", "7d"], "--since goes with --violations"),
        (["--violations", "--since", "yesterday"], "'yesterday' is no moment"),
        (["--violations", "--since", "1999-12-31"], "ck_constraint_violations_occurred_at_finite"),
    ],
)
@pytest.mark.usefixtures("installation")
def test_wrong_usage(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["monitor", *options]) == 64
    assert said in " ".join(capsys.readouterr().err.split())
