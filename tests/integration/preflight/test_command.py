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

    from platform_db.operations.server import EmbeddedServer

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
        ("--repair", "plan.json", "--sample", "3"),
        ("--json", "--format", "html"),
        ("--json", "--format", "text"),
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
            "columns": ["shipping_cents"],
            "set": {},
            "reason": "",
            "reviewed_by": "",
        }
    ]
    # As it is it is no plan: nothing is decided yet
    refused = await typed(ground.url, "--repair", str(target))
    assert refused.returncode == USAGE


async def test_a_skeleton_with_its_reason_filled_in_and_its_values_untouched_is_refused(
    ground: Ground, tmp_path: Path
) -> None:
    # Given an order that may have no notes that are empty: null would be accepted in their place
    await plant(ground, courier="")
    target = tmp_path / "plan.json"
    await typed(ground.url, "--table", "orders", "--plan-skeleton", str(target))
    (entry,) = json.loads(target.read_text(encoding="utf-8"))

    # When only the reason and the reviewer are filled in
    target.write_text(json.dumps([entry | {"reason": "Kargo", "reviewed_by": "lojistik"}]), encoding="utf-8")
    refused = await typed(ground.url, "--repair", str(target))

    # Then it is no plan, and the row is as it was
    assert refused.returncode == USAGE
    assert "0.set" in refused.stderr
    assert await ground.owner.fetchval("SELECT courier FROM orders") == ""


async def test_a_skeleton_that_names_not_every_row_says_so(ground: Ground, tmp_path: Path) -> None:
    users, orders = source_of("users"), source_of("orders")
    await ground.plant(users.table, [{**users.row, "id": orders.row["buyer_id"]}])
    spoilt = [{**orders.row, "id": at, "order_number": f"ORD-2026-{at:06}", "courier": ""} for at in range(1, 4)]
    await ground.plant(orders.table, spoilt)
    target = tmp_path / "plan.json"

    part = await typed(ground.url, "--table", "orders", "--sample", "2", "--plan-skeleton", str(target))
    whole = await typed(ground.url, "--table", "orders", "--sample", "3", "--plan-skeleton", str(target))

    assert part.stderr == f"{target} names 2 of 3 rows; raise --sample\n"
    assert whole.stderr == ""


async def test_json_is_one_line_and_a_file_leaves_its_verdict_there(ground: Ground, tmp_path: Path) -> None:
    await plant(ground)
    target = tmp_path / "report.json"

    printed = await typed(ground.url, "--table", "orders", "--json")
    written = await typed(ground.url, "--table", "orders", "--json", "--output", str(target))

    report = Report.model_validate_json(printed.stdout.splitlines()[-1])
    assert printed.stdout.count("\n") == 1
    summary = report.summary.model_dump()
    assert [json.loads(line) for line in written.stdout.splitlines()] == [{"output": str(target), "summary": summary}]
    stored = target.read_text(encoding="utf-8")
    assert (Report.model_validate_json(stored).summary, stored.startswith('{\n  "')) == (report.summary, True)


@pytest.mark.parametrize("option", ["--output", "--plan-skeleton"])
async def test_a_place_that_cannot_be_written_is_told_before_the_server_is_asked(ground: Ground, option: str) -> None:
    del ground
    found = await typed(AWAY, option, "/nowhere/file")

    assert found.returncode == USAGE
    assert "/nowhere/file cannot be written" in " ".join(found.stderr.split())


@pytest.mark.parametrize(("form", "told"), [("text", "bu veritabanında yok"), ("json", '"ready": false')])
async def test_a_database_without_any_of_the_tables_is_never_ready(
    server: EmbeddedServer, ground: Ground, form: str, told: str
) -> None:
    # Given the address of a database that is another one
    del ground

    found = await typed(server.url("postgres"), "--format", form, "--report-only")

    assert found.returncode == NOT_RUN, found.stderr
    assert told in found.stdout
    assert "is it the right one?" in found.stdout
    assert "DATABASE IS READY" not in found.stdout


async def test_a_table_that_another_session_holds_is_named(ground: Ground) -> None:
    async with ground.owner.transaction():
        await ground.owner.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")

        found = await typed(ground.url, "--table", "orders")

    assert (found.returncode, found.stdout) == (NOT_RUN, "")
    assert "users: a lock was not granted in time (55P03); `platform-db monitor` shows who holds it" in found.stderr


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
        CRITICAL,
        [f"repaired   {row}", gone, f"1 repaired, {counts}; rehearsed, nothing was stored"],
    )
    assert stored == ""
    assert (applied.returncode, applied.stdout.splitlines()) == (
        CRITICAL,
        [f"repaired   {row}", gone, f"1 repaired, {counts}"],
    )
    assert await owner.fetchval("SELECT full_name FROM users") == "Ayşe Örnek"
    told = json.loads(again.stdout)
    assert (again.returncode, told["complete"], told["unchanged"], told["repaired"]) == (CRITICAL, False, 1, 0)
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
    first, tr, en, counts = refused.stdout.splitlines()
    assert first.endswith(": ck_users_full_name_length")
    violation = json.loads((await typed(database_url, "--repair", str(plan), "--json")).stdout)["rows"][0]["errors"][0]
    assert violation["rule"] == "ck_users_full_name_length"
    assert (tr, en) == (f"  {violation['message']['tr']}", f"  {violation['message']['en']}")
    assert counts == "0 repaired, 0 unchanged, 0 stale, 0 missing, 1 refused; nothing was changed"
    assert "şşş" not in refused.stdout + refused.stderr
