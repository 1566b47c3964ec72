"""Appending to the log: what the trigger sets, what it refuses, and who may change anything afterwards."""

from __future__ import annotations

import asyncio
import json
import random
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.audit.chain import COVERED, chain_hash
from platform_db.audit.verify import verify
from platform_db.domain.audit_logs import CHAINS, GENESIS
from tests.raw import connect, refusal

if TYPE_CHECKING:
    from tests.raw import Raw

APPEND = """
INSERT INTO audit_logs (chain_id, action, entity_type, payload) VALUES ($1, 'update', 'invoice', $2) RETURNING *
"""


async def test_plain_insert_is_chained(owner: Raw) -> None:
    user = await owner.fetchval("INSERT INTO users (email) VALUES ('denetim@ornekimalat.example') RETURNING id")
    insert = (
        "INSERT INTO audit_logs (user_id, action, entity_type, entity_id) VALUES ($1, 'create', 'model', 1) "
        "RETURNING chain_hash, prev_chain_hash, chain_id, seq, created_at"
    )
    first, second = await owner.fetchrow(insert, user), await owner.fetchrow(insert, user)
    assert (first["prev_chain_hash"], first["seq"]) == (GENESIS, 1)
    assert (second["prev_chain_hash"], second["seq"]) == (first["chain_hash"], 2)
    transaction = int(await owner.fetchval("SELECT pg_current_xact_id()::text"))
    assert first["chain_id"] == second["chain_id"] == transaction % 16
    assert second["created_at"] > first["created_at"]
    head = await owner.fetchrow("SELECT seq, chain_hash FROM audit_chain_heads WHERE chain_id = $1", first["chain_id"])
    assert head == (2, second["chain_hash"])


async def test_hash_equals_python_with_and_without_values(owner: Raw) -> None:
    await owner.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
    user = await owner.fetchval("INSERT INTO users (email) VALUES ('denetim@ornekimalat.example') RETURNING id")
    bare = await owner.fetchrow(APPEND, 3, {})
    full = await owner.fetchrow(
        "INSERT INTO audit_logs (chain_id, user_id, action, entity_type, entity_id, session_id, event_type, payload, "
        "ip_address, user_agent) VALUES (3, $1, 'update', 'invoice', 42, 9223372036854775807, 'invoice.issued', $2, "
        "'2001:db8:1::/48', $3) RETURNING *",
        user,
        {"\U0001f602": 0.1, "\ufb33": [1, None, True, {"tutar": 10**20}], "not": 'İş "bitti"\n\u2028'},
        'Tarayıcı\t"x"\\',
    )
    assert chain_hash(GENESIS, dict(bare.items())) == bare["chain_hash"]
    assert chain_hash(bare["chain_hash"], dict(full.items())) == full["chain_hash"]


async def test_hash_covers_every_column(owner: Raw) -> None:
    columns = await owner.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'audit_logs'::regclass AND attnum > 0 AND NOT attisdropped",
    )
    assert {row[0] for row in columns} - {"prev_chain_hash", "chain_hash"} == set(COVERED)


async def test_chain_columns_are_always_the_triggers(owner: Raw) -> None:
    row = await owner.fetchrow(
        "INSERT INTO audit_logs (chain_id, seq, prev_chain_hash, chain_hash, created_at, action, entity_type) "
        "VALUES (5, 77, $1, $1, '2001-01-01', 'read', 'invoice') "
        "RETURNING seq, prev_chain_hash, chain_hash, created_at > now()",
        "ab" * 32,
    )
    assert (row[0], row[1], row[3]) == (1, GENESIS, True)
    assert row[2] != "ab" * 32


@pytest.mark.parametrize(
    "setting",
    [
        "TimeZone = 'Asia/Kathmandu'",
        "DateStyle = 'SQL, DMY'",
        "extra_float_digits = -15",
        "session_replication_role = replica",
    ],
)
async def test_session_settings_leave_the_hash_alone(owner: Raw, setting: str) -> None:
    await owner.execute("RESET ROLE")
    await owner.execute(f"SET LOCAL {setting}")
    await owner.fetchrow(APPEND, 1, '{"oran": 0.30000000000000004}')
    await owner.execute("SET LOCAL ROLE platform_auditor")
    report = await verify(owner)
    assert (report.verified, report.rows) == (True, 1)


@pytest.mark.parametrize(
    "number",
    ["9007199254740993", "0.1000000000000000055511151231257827", "18014398509481990", "1e400", "1e-400", "-1e309"],
)
async def test_payload_that_a_double_does_not_hold(owner: Raw, number: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        async with owner.transaction():
            await owner.fetchrow(APPEND, 0, f'{{"a": [{{"n": {number}}}]}}')
    assert refusal(refused.value) == ("ck_audit_logs_payload_exact", "audit_logs", "payload")
    assert await owner.fetchval("SELECT count(*) FROM audit_logs") == 0
    assert await owner.fetchval("SELECT sum(seq) FROM audit_chain_heads") == 0


@pytest.mark.parametrize(
    "number", ["9007199254740992", "1e20", "5e-324", "0.30000000000000004", "1.10", "18014398509481992"]
)
async def test_payload_that_reads_back_equal(owner: Raw, number: str) -> None:
    await owner.fetchrow(APPEND, 0, f'{{"a": [{{"n": {number}}}], "text": "9007199254740993"}}')
    assert (await verify(owner)).verified


async def test_unknown_chain(owner: Raw) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
        await owner.fetchrow(APPEND, 16, "{}")
    assert refusal(refused.value) == ("fk_audit_logs_chain_id_audit_chain_heads", "audit_logs", "chain_id")


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE audit_logs SET entity_id = 1", "audit_logs"),
        ("DELETE FROM audit_logs", "audit_logs"),
        ("TRUNCATE audit_logs", "audit_logs"),
        ("DELETE FROM audit_chain_heads WHERE chain_id = 9", "audit_chain_heads"),
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
async def test_rows_are_kept(owner: Raw, statement: str, table: str, role: str) -> None:
    await owner.fetchrow(APPEND, 0, "{}")
    await owner.execute("RESET ROLE")
    await owner.execute(f"SET LOCAL session_replication_role = {role}")
    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        async with owner.transaction():
            await owner.execute(statement)
    assert refusal(refused.value) == (f"ck_{table}_append_only", table, None)
    assert await owner.fetchval("SELECT count(*) FROM audit_logs") == 1
    assert await owner.fetchval("SELECT count(*) FROM audit_chain_heads") == CHAINS


async def test_a_temporary_table_of_the_caller_does_not_stand_in(owner: Raw) -> None:
    await owner.execute("SET LOCAL ROLE platform_worker")
    await owner.execute(
        "CREATE TEMP TABLE audit_chain_heads AS "
        "SELECT chain_id::smallint, 41::bigint AS seq, repeat('c', 64) AS chain_hash, now() AS updated_at "
        "FROM generate_series(0, 15) AS chain_id"
    )
    await owner.execute("GRANT ALL ON pg_temp.audit_chain_heads TO platform_owner")
    row = await owner.fetchrow(
        "INSERT INTO audit_logs (action, entity_type) VALUES ('read', 'invoice') RETURNING seq, prev_chain_hash"
    )
    assert row[:] == (1, GENESIS)
    await owner.execute("SET LOCAL ROLE platform_owner")
    assert await owner.fetchval("SELECT sum(seq) FROM public.audit_chain_heads") == 1


async def _writer(url: str, seed: int, appended: list[int]) -> None:
    chance = random.Random(seed)  # noqa: S311 (a repeatable course)
    connection = await connect(url)
    for _ in range(25):
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("SET LOCAL ROLE platform_worker")
        count = chance.randrange(1, 4)
        for number in range(count):
            await connection.execute(
                "INSERT INTO audit_logs (action, entity_type, payload) VALUES ('update', 'invoice', $1)",
                f'{{"n": {number}}}',
            )
        if chance.random() < 0.3:
            await transaction.rollback()
        else:
            await transaction.commit()
            appended.append(count)
    await connection.close()


async def test_concurrent_writers_never_fork(own_audit_url: str) -> None:
    appended: list[int] = []
    await asyncio.gather(*(_writer(own_audit_url, seed, appended) for seed in range(16)))
    connection = await connect(own_audit_url)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("SET LOCAL ROLE platform_auditor")
        report = await verify(connection)
    await connection.close()
    assert report.findings == ()
    assert report.rows == sum(appended)
    assert report.chains == CHAINS


async def test_snapshot_older_than_an_append_is_told_to_retry(own_audit_url: str) -> None:
    first = await connect(own_audit_url)
    second = await connect(own_audit_url)
    early = second.transaction(isolation="repeatable_read")
    await early.start()
    await second.fetchval("SELECT count(*) FROM audit_chain_heads")
    await first.fetchrow(APPEND, 4, "{}")
    with pytest.raises(asyncpg.SerializationError):
        await second.fetchrow(APPEND, 4, "{}")
    await early.rollback()
    assert await first.fetchval("SELECT count(*) FROM audit_logs") == 1
    await first.close()
    await second.close()
