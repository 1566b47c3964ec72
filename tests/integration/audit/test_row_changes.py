"""Row changes of the financial tables, their partitions, erasure, and the version of a row."""

from __future__ import annotations

import json
from datetime import date
from ipaddress import ip_network
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from tests.raw import refusal

if TYPE_CHECKING:
    from tests.raw import Raw

CHANGES = "SELECT * FROM enterprise_audit_log WHERE table_name = 'ledger' ORDER BY id"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"


@pytest_asyncio.fixture(loop_scope="session")
async def ledger(owner: Raw) -> Raw:
    """A table of three columns beside id, recorded as the financial ones are; ``phone`` is personal."""
    await owner.execute(
        "CREATE TABLE ledger (id bigint PRIMARY KEY, phone text, note text, amount numeric, details jsonb)",
    )
    for event, images in {
        "INSERT": "REFERENCING NEW TABLE AS new_rows",
        "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "DELETE": "REFERENCING OLD TABLE AS old_rows",
        "TRUNCATE": "",
    }.items():
        await owner.execute(
            f"CREATE TRIGGER ledger_record_{event.lower()} AFTER {event} ON ledger {images} "
            "FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('phone')",
        )
    await owner.execute("GRANT ALL ON ledger TO platform_worker")
    await owner.execute("INSERT INTO ledger VALUES (1, '+905320000000', 'a', 1, '{}'), (2, NULL, 'b', 2, NULL)")
    return owner


async def changes(ledger: Raw) -> list[tuple[Any, ...]]:
    """What was recorded after the two rows were inserted."""
    rows = (await ledger.fetch(CHANGES))[2:]
    return [
        (
            row["operation"],
            row["row_id"],
            *(value and json.loads(value) for value in (row["old_values"], row["new_values"])),
        )
        for row in rows
    ]


async def test_insert_keeps_no_values(ledger: Raw) -> None:
    rows = await ledger.fetch(CHANGES)
    assert [(row["operation"], row["row_id"], row["old_values"], row["new_values"]) for row in rows] == [
        ("INSERT", "1", None, None),
        ("INSERT", "2", None, None),
    ]
    transaction = int(await ledger.fetchval("SELECT pg_current_xact_id()::text"))
    assert {row["transaction_id"] for row in rows} == {transaction}


async def test_update_keeps_the_changed_columns_of_the_changed_rows(ledger: Raw) -> None:
    await ledger.execute("UPDATE ledger SET amount = 2, details = '{\"x\": 1}'")
    assert await changes(ledger) == [
        ("UPDATE", "1", {"amount": 1, "details": {}}, {"amount": 2, "details": {"x": 1}}),
        ("UPDATE", "2", {"details": None}, {"details": {"x": 1}}),
    ]


async def test_update_hides_personal_values_but_not_their_absence(ledger: Raw) -> None:
    await ledger.execute("UPDATE ledger SET phone = CASE id WHEN 1 THEN NULL ELSE '+905330000000' END")
    assert await changes(ledger) == [
        ("UPDATE", "1", {"phone": "[personal]"}, {"phone": None}),
        ("UPDATE", "2", {"phone": None}, {"phone": "[personal]"}),
    ]


async def test_update_that_changes_nothing_is_no_change(ledger: Raw) -> None:
    await ledger.execute("UPDATE ledger SET amount = amount")
    await ledger.execute("UPDATE ledger SET amount = 5 WHERE id = 99")
    assert await changes(ledger) == []


async def test_update_of_an_id_leaves_both_rows(ledger: Raw) -> None:
    await ledger.execute("UPDATE ledger SET id = 3 WHERE id = 2")
    whole = {"id": 2, "phone": None, "note": "b", "amount": 2, "details": None}
    assert sorted(await changes(ledger), key=lambda change: change[1]) == [
        ("UPDATE", "2", whole, {}),
        ("UPDATE", "3", {}, {**whole, "id": 3}),
    ]


async def test_delete_keeps_the_row(ledger: Raw) -> None:
    await ledger.execute("DELETE FROM ledger")
    assert await changes(ledger) == [
        ("DELETE", "1", {"id": 1, "phone": "[personal]", "note": "a", "amount": 1, "details": {}}, None),
        ("DELETE", "2", {"id": 2, "phone": None, "note": "b", "amount": 2, "details": None}, None),
    ]


async def test_truncate_is_recorded(ledger: Raw) -> None:
    await ledger.execute("TRUNCATE ledger")
    assert await changes(ledger) == [("TRUNCATE", None, None, None)]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.77/8", "192.0.2.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("", None),
    ],
)
@pytest.mark.parametrize(
    ("agent", "product"),
    [(BROWSER, "Mozilla"), ("curl/8.5", "curl"), ("platform-db", "platform-db"), ("(none)", None), ("", None)],
)
async def test_who_and_from_where(
    ledger: Raw, address: str, network: str | None, agent: str, product: str | None
) -> None:
    await ledger.execute("SET LOCAL ROLE platform_worker")
    await ledger.execute(
        "SELECT set_config('app.user_id', '7', true), set_config('app.session_id', '8', true), "
        "set_config('app.ip', $1, true), set_config('app.user_agent', $2, true)",
        address,
        agent,
    )
    await ledger.execute("DELETE FROM ledger WHERE id = 1")
    await ledger.execute("SET LOCAL ROLE platform_owner")
    row = (await ledger.fetch(CHANGES))[2]
    found = None if row["ip_address"] is None else row["ip_address"].network
    assert (row["user_id"], row["session_id"], found, row["user_agent"]) == (
        7,
        8,
        None if network is None else ip_network(network),
        product,
    )


async def test_nobody_but_the_function_writes_changes(ledger: Raw) -> None:
    await ledger.execute("SET LOCAL ROLE platform_worker")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with ledger.transaction():
            await ledger.execute("INSERT INTO enterprise_audit_log (table_name, operation) VALUES ('ledger', 'INSERT')")


@pytest.mark.parametrize("statement", ["UPDATE {} SET user_id = 1", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize(
    "table", ["enterprise_audit_log", "enterprise_audit_log_default", "enterprise_audit_log_y2031m05"]
)
async def test_changes_are_kept_in_every_partition(ledger: Raw, statement: str, table: str) -> None:
    assert await ledger.fetchval("SELECT create_enterprise_audit_partitions('2031-05-17', 1)") == 1
    await ledger.execute(
        "INSERT INTO enterprise_audit_log (table_name, operation, created_at) "
        "VALUES ('x', 'INSERT', '2031-05-02'), ('x', 'INSERT', '2061-05-02')"
    )
    await ledger.execute("RESET ROLE")
    await ledger.execute("SET LOCAL session_replication_role = replica")
    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        async with ledger.transaction():
            await ledger.execute(statement.format(table))
    assert refusal(refused.value) == ("ck_enterprise_audit_log_append_only", "enterprise_audit_log", None)


async def test_partitions_are_months_in_utc(owner: Raw) -> None:
    await owner.execute("SET LOCAL TimeZone = 'Europe/Istanbul'")
    create = "SELECT create_enterprise_audit_partitions($1, $2)"
    assert await owner.fetchval(create, date(2030, 11, 20), 3) == 3
    assert await owner.fetchval(create, date(2030, 11, 1), 4) == 1
    assert await owner.fetchval(create, date(2030, 11, 1), 0) == 0
    await owner.execute("SET LOCAL TimeZone = 'UTC'")
    bounds = await owner.fetch(
        "SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class "
        "WHERE relname ~ '^enterprise_audit_log_y203.m..$' ORDER BY relname"
    )
    months = ["2030-11-01", "2030-12-01", "2031-01-01", "2031-02-01", "2031-03-01"]
    assert [row[:] for row in bounds] == [
        (
            f"enterprise_audit_log_y{first[:4]}m{first[5:7]}",
            f"FOR VALUES FROM ('{first} 00:00:00+00') TO ('{following} 00:00:00+00')",
        )
        for first, following in pairwise(months)
    ]


async def test_personal_value_is_erased_once(owner: Raw) -> None:
    user = await owner.fetchval("INSERT INTO users (email) VALUES ('denetim@ornekimalat.example') RETURNING id")
    await owner.execute(
        "INSERT INTO audit_personal_data (commitment, subject_user_id, field, salt, value) "
        "VALUES ($1, $2, 'users.phone', $3, $4)",
        "ab" * 32,
        user,
        bytes(32),
        '"+905320000000"',
    )
    erase = "UPDATE audit_personal_data SET salt = NULL, value = NULL, erased_at = now()"
    refused = [
        "DELETE FROM audit_personal_data",
        "UPDATE audit_personal_data SET value = '1'",
        "UPDATE audit_personal_data SET salt = NULL, value = NULL",
        f"{erase}, field = 'other'",
    ]
    for statement in refused:
        await _is_refused(owner, statement)
    await owner.execute(erase)
    for statement in [*refused, erase]:
        await _is_refused(owner, statement)
    left = await owner.fetchrow("SELECT commitment, salt, value, erased_at = now() FROM audit_personal_data")
    assert left[:] == ("ab" * 32, None, None, True)


async def _is_refused(owner: Raw, statement: str) -> None:
    with pytest.raises(asyncpg.PostgresError) as refused:
        async with owner.transaction():
            await owner.execute(statement)
    assert refusal(refused.value) == ("ck_audit_personal_data_only_erased", "audit_personal_data", None)


async def test_touch_counts_the_version_and_moves_the_time_forward(owner: Raw) -> None:
    before = await owner.fetchrow("INSERT INTO users (email) VALUES ('denetim@ornekimalat.example') RETURNING *")
    seen = [before]
    for _ in range(3):
        row = await owner.fetchrow(
            "UPDATE users SET version = 99, created_at = '2001-01-01', updated_at = '2001-01-01' "
            "WHERE id = $1 RETURNING *",
            before["id"],
        )
        assert row["created_at"] == before["created_at"]
        assert row["version"] == seen[-1]["version"] + 1
        assert row["updated_at"] > seen[-1]["updated_at"]
        seen.append(row)
    assert seen[-1]["version"] == 4
