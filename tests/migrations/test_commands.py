"""``platform-db migrate`` and ``platform-db health``, as they are typed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, cast

import pytest

from platform_db import migration
from platform_db.cli import app
from platform_db.errors import ConfigurationError
from platform_db.migration import location
from platform_db.migration.connection import connection
from platform_db.migration.head import revisions

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "0009_row_security_and_grants"
AWAY = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture(autouse=True)
def environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation that the command is typed in."""
    monkeypatch.setenv("PLATFORM_DB_URL", url)


def execute(url: str, statements: str) -> None:
    async def run() -> None:
        async with connection(url) as opened:
            await opened.execute(statements)

    asyncio.run(run())


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_a_database_is_brought_up_and_taken_down(capsys: pytest.CaptureFixture[str]) -> None:
    # Given an empty database
    assert app.run(["migrate", "status", "--json"]) == 1
    assert answer(capsys) == {
        "current": None,
        "head": HEAD,
        "at_head": False,
        "known": True,
        "pending": list(revisions()),
    }
    # When it is brought up
    assert app.run(["migrate", "up", "--json"]) == 0
    # Then every revision is told, and status agrees
    told = answer(capsys)
    applied = cast("list[dict[str, object]]", told["applied"])
    assert [step["revision"] for step in applied] == list(revisions())
    assert told["current"] == HEAD
    assert app.run(["migrate", "status"]) == 0
    assert capsys.readouterr().out == f"at {HEAD}, the newest\n"
    assert app.run(["migrate", "up"]) == 0
    assert capsys.readouterr().out == f"at {HEAD}, nothing to do\n"
    # And down by a number
    assert app.run(["migrate", "down", "0007", "--json"]) == 0
    assert answer(capsys)["current"] == "0007_audit_log"


def test_a_revision_of_a_newer_package_is_told_apart(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up"]) == 0
    execute(url, "SET ROLE platform_owner; UPDATE alembic_version SET version_num = '0099_later'")
    capsys.readouterr()
    assert app.run(["migrate", "status", "--json"]) == 3
    assert answer(capsys)["current"] == "0099_later"
    assert app.run(["migrate", "up"]) == 70


def test_a_wrong_revision_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up", "--to", "0042"]) == 64
    assert "there is no revision '0042'" in capsys.readouterr().err
    assert app.run(["migrate", "sql", "--from", "0005", "--to", "0002"]) == 64


def test_the_sql_needs_no_server(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_DB_URL", AWAY)
    assert app.run(["migrate", "sql"]) == 0
    assert capsys.readouterr().out == migration.sql()
    assert app.run(["migrate", "sql", "--from", "0008", "--json"]) == 0
    assert answer(capsys) == {"from": "0008", "to": "head", "sql": migration.sql(since="0008")}


def test_down_is_refused_in_production(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_DB_ENVIRONMENT", "production")
    monkeypatch.setenv("PLATFORM_DB_URL", "postgresql://db.example/erp?sslmode=verify-full")
    assert app.run(["migrate", "down", "base", "--json"]) == 70
    error = cast("dict[str, object]", answer(capsys)["error"])
    assert error["type"] == "NotAllowed"


def test_a_transaction_pooler_is_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_DB_PGBOUNCER", "transaction")
    assert app.run(["migrate", "up"]) == 70
    assert "set PLATFORM_DB_URL to the server itself" in capsys.readouterr().err


def test_health_of_a_migrated_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up"]) == 0
    capsys.readouterr()
    assert app.run(["health", "--json"]) == 0
    told = answer(capsys)
    assert (told["healthy"], told["reachable"]) == (True, True)
    checks = cast("list[dict[str, object]]", told["checks"])
    assert [(check["name"], check["state"]) for check in checks] == [
        ("schema", "ok"),
        ("roles", "ok"),
        ("audit chains", "ok"),
        ("row change partitions", "ok"),
    ]


def test_health_sees_a_schema_that_lags(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up", "--to", "0008"]) == 0
    capsys.readouterr()
    assert app.run(["health"]) == 1
    assert f"1 revision(s) behind {HEAD}: run `platform-db migrate up`" in capsys.readouterr().out


def test_health_sees_a_head_that_left_its_chain(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    # Given a head that the owner moved past the end of its chain
    assert app.run(["migrate", "up"]) == 0
    execute(
        url,
        "SET ROLE platform_owner; "
        "UPDATE audit_chain_heads SET seq = 5, chain_hash = repeat('a', 64) WHERE chain_id = 3",
    )
    capsys.readouterr()
    # When health is asked, then it says so
    assert app.run(["health"]) == 1
    assert "16 of 16 heads, 1 not at the end of their chain" in capsys.readouterr().out


def test_health_sees_a_missing_month(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["migrate", "up"]) == 0
    execute(
        url,
        "SET ROLE platform_owner; DO $$ BEGIN EXECUTE 'DROP TABLE enterprise_audit_log_y' "
        "|| to_char(now() + interval '1 month', 'YYYY\"m\"MM'); END $$",
    )
    capsys.readouterr()
    assert app.run(["health"]) == 1
    assert "missing for this month or the next" in capsys.readouterr().out


def test_health_of_a_server_that_is_away(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_DB_URL", AWAY)
    assert app.run(["health", "--json"]) == 3
    told = answer(capsys)
    assert (told["healthy"], told["reachable"]) == (False, False)
    assert str(told["detail"]).startswith("the server cannot be reached")


def test_the_migrations_of_an_installed_package_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a package without migrations
    package = tmp_path / "site-packages" / "platform_db"
    package.mkdir(parents=True)
    monkeypatch.setattr(location, "_PACKAGE", package)
    with pytest.raises(ConfigurationError, match="lacks its migrations"):
        location.migrations_directory()
    # When the wheel brought them, then they are found inside it
    (package / "_migrations" / "versions").mkdir(parents=True)
    (package / "_migrations" / "env.py").touch()
    assert location.migrations_directory() == package / "_migrations"
