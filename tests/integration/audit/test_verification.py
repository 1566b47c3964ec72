"""Verification finds every kind of tampering, each after the guards were switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_db.audit.chain import COVERED
from platform_db.audit.verify import Finding, FindingKind, verify
from platform_db.domain.audit_logs import CHAINS, GENESIS

if TYPE_CHECKING:
    from tests.raw import Raw

CHAIN = 6
ROWS = 5
FORGED = {
    "action": "'delete'",
    "chain_id": "7",
    "created_at": "created_at + interval '1 microsecond'",
    "entity_id": "NULL",
    "entity_type": "entity_type || '_x'",
    "event_type": "'invoice.paid'",
    "id": "DEFAULT",
    "ip_address": "set_masklen(ip_address, 23)",
    "payload": """'{"total_cents": 1}'""",
    "seq": "seq + 1000",
    "session_id": "coalesce(session_id, 0) + 1",
    "user_agent": "NULL",
    "user_id": "NULL",
}
"""For each covered column another value of the same type."""


@pytest_asyncio.fixture(loop_scope="session")
async def chain(owner: Raw) -> Raw:
    """Five rows in one chain, two in another, and no guard left."""
    user = await owner.fetchval("INSERT INTO users (email) VALUES ('denetim@ornekimalat.example') RETURNING id")
    for number in range(ROWS):
        await owner.execute(
            "INSERT INTO audit_logs (chain_id, user_id, action, entity_type, entity_id, event_type, payload, "
            "ip_address, user_agent) "
            "VALUES ($1, $2, 'update', 'invoice', $3, 'invoice.issued', $4, '10.1.2.0/24', 'curl')",
            CHAIN,
            user,
            number,
            f'{{"total_cents": {number * 100}, "note": "Onaylandı", "rate": 0.5}}',
        )
    await owner.execute(
        "INSERT INTO audit_logs (chain_id, action, entity_type) VALUES (7, 'read', 'a'), (7, 'read', 'b')"
    )
    assert (await verify(owner)).verified
    await owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    await owner.execute("ALTER TABLE audit_logs DISABLE TRIGGER USER")
    await owner.execute("ALTER TABLE audit_chain_heads DISABLE TRIGGER USER")
    for constraint in (
        "pk_audit_logs",
        "uq_audit_logs_chain_id_seq",
        "uq_audit_logs_chain_id_prev_chain_hash",
        "uq_audit_logs_chain_hash",
    ):
        await owner.execute(f"ALTER TABLE audit_logs DROP CONSTRAINT {constraint}")
    for constraint in ("seq_positive", "first_follows_genesis", "created_at_finite"):
        await owner.execute(f"ALTER TABLE audit_logs DROP CONSTRAINT ck_audit_logs_{constraint}")
    return owner


async def found(connection: Raw) -> list[tuple[FindingKind, int, int | None]]:
    report = await verify(connection)
    assert report.verified is False
    return [(finding.kind, finding.chain, finding.seq) for finding in report.findings]


def test_every_covered_column_has_a_forged_value() -> None:
    assert set(FORGED) == set(COVERED)


async def test_untouched_log_verifies(chain: Raw) -> None:
    report = await verify(chain)
    assert (report.verified, report.rows, report.chains, report.findings) == (True, ROWS + 2, CHAINS, ())


async def test_empty_log_verifies(owner: Raw) -> None:
    report = await verify(owner)
    assert (report.verified, report.rows, report.chains) == (True, 0, CHAINS)


@pytest.mark.parametrize("column", sorted(set(FORGED) - {"chain_id", "seq"}))
async def test_an_altered_column_is_found(chain: Raw, column: str) -> None:
    await chain.execute(f"UPDATE audit_logs SET {column} = {FORGED[column]} WHERE chain_id = $1 AND seq = 3", CHAIN)  # noqa: S608
    assert await found(chain) == [(FindingKind.ALTERED, CHAIN, 3)]


async def test_an_altered_hash_is_found(chain: Raw) -> None:
    await chain.execute("UPDATE audit_logs SET chain_hash = $2 WHERE chain_id = $1 AND seq = 3", CHAIN, "ab" * 32)
    assert await found(chain) == [(FindingKind.ALTERED, CHAIN, 3)]


async def test_an_altered_link_is_found(chain: Raw) -> None:
    await chain.execute("UPDATE audit_logs SET prev_chain_hash = $2 WHERE chain_id = $1 AND seq = 3", CHAIN, "ab" * 32)
    assert await found(chain) == [(FindingKind.ALTERED, CHAIN, 3)]


async def test_a_row_moved_to_another_chain_is_found(chain: Raw) -> None:
    await chain.execute("UPDATE audit_logs SET chain_id = 7 WHERE chain_id = $1 AND seq = 3", CHAIN)
    assert await found(chain) == [
        (FindingKind.MISSING, CHAIN, 4),
        (FindingKind.ALTERED, 7, 3),
        (FindingKind.HEAD, 7, 3),
    ]


async def test_a_row_moved_to_the_end_is_found(chain: Raw) -> None:
    await chain.execute("UPDATE audit_logs SET seq = 6 WHERE chain_id = $1 AND seq = 3", CHAIN)
    assert await found(chain) == [
        (FindingKind.MISSING, CHAIN, 4),
        (FindingKind.ALTERED, CHAIN, 6),
        (FindingKind.HEAD, CHAIN, 6),
    ]


@pytest.mark.parametrize("infinite", ["'infinity'", "'-infinity'", "'12000-01-01'", "'0044-03-15 BC'"])
async def test_an_instant_that_python_cannot_hold_is_found(chain: Raw, infinite: str) -> None:
    await chain.execute(f"UPDATE audit_logs SET created_at = {infinite} WHERE chain_id = $1 AND seq = 3", CHAIN)  # noqa: S608
    assert await found(chain) == [(FindingKind.ALTERED, CHAIN, 3)]


@pytest.mark.parametrize("rate", ["0.50000000000000000000000001", "1e400", '0.5, "x": ' + "[" * 3000 + "]" * 3000])
async def test_a_payload_that_python_would_read_as_the_same_or_not_at_all_is_found(chain: Raw, rate: str) -> None:
    await chain.execute(
        "UPDATE audit_logs SET payload = $2::text::jsonb WHERE chain_id = $1 AND seq = 3",
        CHAIN,
        f'{{"total_cents": 200, "note": "Onaylandı", "rate": {rate}}}',
    )
    assert await found(chain) == [(FindingKind.ALTERED, CHAIN, 3)]


async def test_a_missing_row_is_found(chain: Raw) -> None:
    await chain.execute("DELETE FROM audit_logs WHERE chain_id = $1 AND seq IN (2, 3)", CHAIN)
    report = await verify(chain)
    row = await chain.fetchval("SELECT id FROM audit_logs WHERE chain_id = $1 AND seq = 4", CHAIN)
    assert report.findings == (Finding(FindingKind.MISSING, CHAIN, 4, row, "places 2 to 3 are empty"),)


async def test_a_missing_beginning_is_found(chain: Raw) -> None:
    await chain.execute("DELETE FROM audit_logs WHERE chain_id = $1 AND seq = 1", CHAIN)
    assert await found(chain) == [(FindingKind.MISSING, CHAIN, 2)]


async def test_renumbering_over_a_missing_row_is_found(chain: Raw) -> None:
    await chain.execute("DELETE FROM audit_logs WHERE chain_id = $1 AND seq = 3", CHAIN)
    await chain.execute("UPDATE audit_logs SET seq = seq - 1 WHERE chain_id = $1 AND seq > 3", CHAIN)
    assert await found(chain) == [
        (FindingKind.REORDERED, CHAIN, 3),
        (FindingKind.REORDERED, CHAIN, 4),
        (FindingKind.TRUNCATED, CHAIN, 4),
    ]


async def test_exchanged_rows_are_found(chain: Raw) -> None:
    await chain.execute("UPDATE audit_logs SET seq = 6 - seq WHERE chain_id = $1 AND seq IN (2, 4)", CHAIN)
    report = await verify(chain)
    assert [(finding.kind, finding.seq, finding.explanation) for finding in report.findings] == [
        (FindingKind.REORDERED, 2, "the row was written at place 4"),
        (FindingKind.REORDERED, 4, "the row was written at place 2"),
    ]


async def test_two_rows_at_one_place_are_found(chain: Raw) -> None:
    await chain.execute(
        "INSERT INTO audit_logs OVERRIDING SYSTEM VALUE SELECT * FROM audit_logs WHERE chain_id = $1 AND seq = 3", CHAIN
    )
    assert await found(chain) == [(FindingKind.FORK, CHAIN, 3)]


async def test_a_row_rewritten_with_a_fitting_hash_is_found(chain: Raw) -> None:
    await chain.execute(
        "UPDATE audit_chain_heads SET seq = 2, chain_hash = $2 WHERE chain_id = $1", CHAIN, await _hash_at(chain, 2)
    )
    last = await _hash_at(chain, ROWS)
    await chain.execute("DELETE FROM audit_logs WHERE chain_id = $1 AND seq = 3", CHAIN)
    await chain.execute("ALTER TABLE audit_logs ENABLE TRIGGER audit_logs_hash_chain")
    await chain.execute("INSERT INTO audit_logs (chain_id, action, entity_type) VALUES ($1, 'read', 'forged')", CHAIN)
    await chain.execute("UPDATE audit_chain_heads SET seq = $2, chain_hash = $3 WHERE chain_id = $1", CHAIN, ROWS, last)
    assert await found(chain) == [(FindingKind.FORK, CHAIN, 4)]


async def _hash_at(connection: Raw, seq: int) -> str:
    return await connection.fetchval("SELECT chain_hash FROM audit_logs WHERE chain_id = $1 AND seq = $2", CHAIN, seq)


async def test_a_cut_tail_is_found(chain: Raw) -> None:
    await chain.execute("DELETE FROM audit_logs WHERE chain_id = $1 AND seq > 3", CHAIN)
    report = await verify(chain)
    assert report.findings == (
        Finding(FindingKind.TRUNCATED, CHAIN, 3, None, "the head is at place 5, the last row at 3"),
    )


async def test_a_deleted_chain_is_found(chain: Raw) -> None:
    await chain.execute("DELETE FROM audit_logs WHERE chain_id = $1", CHAIN)
    assert await found(chain) == [(FindingKind.TRUNCATED, CHAIN, 0)]


async def test_a_head_with_another_hash_is_found(chain: Raw) -> None:
    await chain.execute("UPDATE audit_chain_heads SET chain_hash = $2 WHERE chain_id = $1", CHAIN, "ab" * 32)
    assert await found(chain) == [(FindingKind.HEAD, CHAIN, 5)]


async def test_a_head_behind_its_rows_is_found(chain: Raw) -> None:
    await chain.execute("UPDATE audit_chain_heads SET seq = 0, chain_hash = $2 WHERE chain_id = $1", CHAIN, GENESIS)
    assert await found(chain) == [(FindingKind.HEAD, CHAIN, 5)]


@pytest.mark.parametrize("number", [CHAIN, 12])
async def test_an_absent_head_is_found(chain: Raw, number: int) -> None:
    await chain.execute("ALTER TABLE audit_logs DROP CONSTRAINT fk_audit_logs_chain_id_audit_chain_heads")
    await chain.execute("DELETE FROM audit_chain_heads WHERE chain_id = $1", number)
    assert await found(chain) == [(FindingKind.HEAD, number, None)]


async def test_it_never_stops_at_the_first_finding(chain: Raw) -> None:
    await chain.execute("UPDATE audit_logs SET entity_id = -1 WHERE seq IN (1, 2)")
    assert await found(chain) == [
        (FindingKind.ALTERED, CHAIN, 1),
        (FindingKind.ALTERED, CHAIN, 2),
        (FindingKind.ALTERED, 7, 1),
        (FindingKind.ALTERED, 7, 2),
    ]


async def test_more_rows_than_one_page(owner: Raw) -> None:
    await owner.execute(
        "INSERT INTO audit_logs (chain_id, action, entity_type, entity_id) "
        "SELECT n % 3, 'read', 'invoice', n FROM generate_series(1, 7000) n"
    )
    report = await verify(owner)
    assert (report.verified, report.rows) == (True, 7000)
