"""``platform-db preflight`` as it is typed, in a process of its own: what it prints, writes and exits with."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.operations.preflight import Report
from tests.acceptance.installation import CHECKOUT
from tests.integration.preflight.planting import Ground
from tests.parity.source import source_of
from tests.raw import connect

if TYPE_CHECKING:
    from pathlib import Path

CLEAN, CRITICAL, NOT_CRITICAL, NOT_RUN, USAGE = 0, 1, 2, 3, 64
AWAY = "postgresql://nobody@127.0.0.1:1/nothing"

Finished = subprocess.CompletedProcess[str]


async def typed(url: str, *arguments: str) -> Finished:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "src"), "PLATFORM_DB_URL": url, "LC_ALL": "C"}
    command = [sys.executable, "-m", "platform_db", "preflight", *arguments]
    return await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=120
    )


async def plant(ground: Ground, **changes: object) -> None:
    """One order, complete with its buyer, but for these columns."""
    users, orders = source_of("users"), source_of("orders")
    await ground.plant(users.table, [{**users.row, "id": orders.row["buyer_id"]}])
    await ground.plant(orders.table, [{**orders.row, "id": 7, **changes}])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, CLEAN),
        ({"courier": ""}, NOT_CRITICAL),
        ({"total_cents": 1, "total_try_cents": 1}, CRITICAL),
        ({"total_cents": 1, "total_try_cents": 1, "courier": ""}, CRITICAL),
        ({"buyer_id": 9}, CRITICAL),
    ],
)
async def test_it_exits_by_the_worst_that_it_found(ground: Ground, changes: dict[str, Any], expected: int) -> None:
    await plant(ground, **changes)

    found = await typed(ground.url, "--table", "orders")

    assert found.returncode == expected, found.stdout + found.stderr
    ready = "DATABASE IS READY FOR CONSTRAINT MIGRATION" in found.stdout
    assert ready is (expected == CLEAN)


async def test_report_only_exits_with_0_whatever_it_found(ground: Ground) -> None:
    await plant(ground, buyer_id=None)

    found = await typed(ground.url, "--table", "orders", "--report-only")

    assert found.returncode == CLEAN
    assert "DATABASE IS NOT READY FOR CONSTRAINT MIGRATION" in found.stdout


async def test_a_server_that_is_away_is_code_3(ground: Ground) -> None:
    del ground
    found = await typed(AWAY, "--report-only")

    assert (found.returncode, found.stdout) == (NOT_RUN, "")
    assert "the server cannot be reached" in found.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--table", "nothing"),
        ("--format", "xml"),
        ("--sample", "-1"),
        ("--dry-run",),
        ("--repair", "/nowhere/plan.json"),
        ("--repair", "plan.json", "--table", "orders"),
        ("--table", "orders", "--output", "/nowhere/report.html"),
    ],
)
async def test_wrong_usage_is_code_64(ground: Ground, arguments: tuple[str, ...]) -> None:
    assert (await typed(ground.url, *arguments)).returncode == USAGE


async def test_the_json_is_a_report_and_its_password_is_masked(ground: Ground) -> None:
    await plant(ground, shipping_cents=-1, total_cents=105_999, total_try_cents=105_999)

    found = await typed(
        ground.url.replace("platform_db@", "platform_db:canary-password@"), "--table", "orders", "--json"
    )

    report = Report.model_validate_json(found.stdout)
    assert "canary" not in found.stdout + found.stderr
    (broken,) = (each for each in report.findings if each.verdict == "broken")
    assert (broken.name, broken.severity, broken.rows) == ("ck_orders_shipping_non_negative", "critical", 1)
    assert broken.samples[0].model_dump() == {
        "key": {"id": 7},
        "version": 2,
        "figures": {"shipping_cents": -1},
    }
    assert (report.summary.score, report.summary.violations.model_dump()) == (
        0.0,
        {"all": 1, "critical": 1, "high": 0, "other": 0},
    )


async def test_a_report_goes_whole_into_a_file(ground: Ground, tmp_path: Path) -> None:
    await plant(ground)
    target = tmp_path / "report.html"
    target.write_text("what was there before", encoding="utf-8")

    found = await typed(ground.url, "--table", "orders", "--format", "html", "--output", str(target))

    assert (found.returncode, found.stdout) == (CLEAN, "")
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert os.listdir(tmp_path) == ["report.html"]  # noqa: PTH208 - pathlib's own blocks as much


async def test_a_skeleton_of_a_plan_has_keys_and_no_values(ground: Ground, tmp_path: Path) -> None:
    await plant(ground, shipping_cents=-1, total_cents=105_999, total_try_cents=105_999)
    target = tmp_path / "plan.json"

    await typed(ground.url, "--table", "orders", "--plan-skeleton", str(target))

    assert json.loads(target.read_text(encoding="utf-8")) == [
        {
            "table": "orders",
            "constraint": "ck_orders_shipping_non_negative",
            "keys": [{"id": 7, "version": 2}],
            "set": {"shipping_cents": None},
            "reason": "",
            "reviewed_by": "",
        }
    ]
    # As it is it is no plan: nothing is decided yet
    refused = await typed(ground.url, "--repair", str(target))
    assert refused.returncode == USAGE


async def test_a_plan_is_rehearsed_then_applied_then_done(database_url: str, tmp_path: Path) -> None:
    # Given a user whose name was emptied past its constraint, and the decision about it
    source = source_of("users")
    owner = await connect(database_url)
    await owner.execute("SET ROLE platform_owner; ALTER TABLE users DROP CONSTRAINT ck_users_full_name_length")
    await Ground(database_url, owner).plant(source.table, [{**source.row, "id": 1, "full_name": ""}])
    plan = tmp_path / "plan.json"
    decision = {
        "table": "users",
        "constraint": "ck_users_full_name_length",
        "keys": [{"id": 1, "version": source.row["version"]}, {"id": 2, "version": 1}],
        "set": {"full_name": "Ayşe Örnek"},
        "reason": "Kimlik belgesinden",
    }
    plan.write_text(json.dumps([decision]), encoding="utf-8")

    rehearsed = await typed(database_url, "--repair", str(plan), "--dry-run")
    stored = await owner.fetchval("SELECT full_name FROM users")
    applied = await typed(database_url, "--repair", str(plan))
    again = await typed(database_url, "--repair", str(plan), "--json")

    row = f"users  ck_users_full_name_length  id=1, version={source.row['version']}"
    gone = "missing    users  ck_users_full_name_length  id=2, version=1"
    counts = "0 unchanged, 0 stale, 1 missing, 0 refused"
    assert (rehearsed.returncode, rehearsed.stdout.splitlines()) == (
        CLEAN,
        [f"repaired   {row}", gone, f"1 repaired, {counts}; rehearsed, nothing was stored"],
    )
    assert stored == ""
    assert (applied.returncode, applied.stdout.splitlines()) == (
        CLEAN,
        [f"repaired   {row}", gone, f"1 repaired, {counts}"],
    )
    assert await owner.fetchval("SELECT full_name FROM users") == "Ayşe Örnek"
    told = json.loads(again.stdout)
    assert (again.returncode, told["complete"], told["unchanged"], told["repaired"]) == (CLEAN, True, 1, 0)
    await owner.close()


async def test_a_refused_repair_is_code_1(database_url: str, tmp_path: Path) -> None:
    source = source_of("users")
    owner = await connect(database_url)
    await owner.execute("SET ROLE platform_owner; ALTER TABLE users DROP CONSTRAINT ck_users_full_name_length")
    await Ground(database_url, owner).plant(source.table, [{**source.row, "id": 1, "full_name": ""}])
    await owner.close()
    plan = tmp_path / "plan.json"
    decision = {
        "table": "users",
        "constraint": "ck_users_full_name_length",
        "keys": [{"id": 1, "version": source.row["version"]}],
        "set": {"full_name": "ş" * 1000},
        "reason": "Yanlış",
    }
    plan.write_text(json.dumps([decision]), encoding="utf-8")

    refused = await typed(database_url, "--repair", str(plan))

    assert refused.returncode == CRITICAL
    assert ": ck_users_full_name_length" in refused.stdout
    assert "ş" not in refused.stdout + refused.stderr
