"""Appends at once: a chain never forks, at any isolation level; and what was done to it past the guards is found."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
import sqlalchemy as sa

from platform_db.audit.verify import Finding, FindingKind, VerificationReport, verify
from platform_db.database import Isolation, Statement, TransactionOptions
from platform_db.domain.audit_logs import CHAINS, AuditAction, AuditEntry
from platform_db.errors import AlreadyExists
from platform_db.operations.server import BOOTSTRAP_ROLE
from tests.concurrency.books import as_auditor
from tests.concurrency.crowd import ARRANGED_ENTRIES, SIZE, Crowd, somebody_waits
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.operations.server import EmbeddedServer
    from platform_db.repositories.work import Work

UNITS = 4
"""Units of work of each writer, two entries each."""
ENTRIES = SIZE * UNITS * 2
PATIENCE = 100
ONE_CHAIN = 3
SNAPSHOT = Statement(sa.text("SELECT 1"))

FORKS = ("uq_audit_logs_chain_id_seq", "uq_audit_logs_chain_id_prev_chain_hash")
"""The constraints that refuse a second row at a place of a chain."""

LOCK = "WHERE head.chain_id = NEW.chain_id\n    FOR NO KEY UPDATE;"
"""How the trigger makes appends to a chain wait for each other: what the last tests remove."""


def entry(member: int, unit: int) -> AuditEntry:
    return AuditEntry(
        action=AuditAction.UPDATE,
        entity_type="licenses",
        entity_id=member + 1,
        event_type="license.renewed",
        payload={"birim": unit, "oran": 0.1, "not": "Yenilendi"},
    )


async def report_of(crowd: Crowd) -> VerificationReport:
    async with as_auditor(crowd.url) as connection:
        return await verify(connection)


@asynccontextmanager
async def as_owner(url: str) -> AsyncGenerator[Raw]:
    connection = await connect(url)
    try:
        await connection.execute("SET ROLE platform_owner")
        yield connection
    finally:
        await connection.close()


async def into_one_chain(crowd: Crowd) -> None:
    """Send every append to one chain, in this test's database: sixteen writers then meet in it."""
    async with as_owner(crowd.url) as owner:
        await owner.execute(f"ALTER TABLE audit_logs ALTER chain_id SET DEFAULT {ONE_CHAIN}")


# -- appending -------------------------------------------------------------------------


@pytest.mark.parametrize("isolation", get_args(Isolation))
async def test_sixteen_writers_of_one_chain_do_not_fork_it(crowd: Crowd, isolation: Isolation) -> None:
    # given one chain, and writers who have all taken their snapshot before the first of them appends
    await into_one_chain(crowd)
    length = await _length(crowd)
    options = TransactionOptions(isolation=isolation)
    together = asyncio.Barrier(SIZE)
    attempts = dict.fromkeys(range(SIZE), 0)

    async def write(member: int) -> None:
        async def first(work: Work) -> None:
            attempts[member] += 1
            await work.fetch_value(SNAPSHOT)
            if attempts[member] == 1:
                await together.wait()
            work.audit.record(entry(member, 0))
            work.audit.record(entry(member, 0))

        await crowd.database.run(first, options=options, attempts=PATIENCE)
        for unit in range(1, UNITS):

            async def next_one(work: Work, unit: int = unit) -> None:
                work.audit.record(entry(member, unit))
                work.audit.record(entry(member, unit))

            await crowd.database.run(next_one, options=options, attempts=PATIENCE)

    # when they append
    assert await crowd.at_once(write) == [None] * SIZE

    # then every entry is there once, in one line; where a snapshot was kept, only one of the first could use it
    again = [member for member, count in attempts.items() if count > 1]
    assert len(again) == (0 if isolation == "read committed" else SIZE - 1)
    report = await report_of(crowd)
    assert (report.findings, report.rows) == ((), ARRANGED_ENTRIES + ENTRIES)
    assert await _entries(crowd) == {(member + 1, str(unit)): 2 for member in range(SIZE) for unit in range(UNITS)}
    assert await _length(crowd) == length + ENTRIES


@pytest.mark.parametrize("isolation", get_args(Isolation))
async def test_sixteen_writers_of_all_chains_do_not_fork_any(crowd: Crowd, isolation: Isolation) -> None:
    options = TransactionOptions(isolation=isolation)

    async def write(member: int) -> None:
        for unit in range(UNITS):

            async def append(work: Work, unit: int = unit) -> None:
                work.audit.record(entry(member, unit))
                work.audit.record(entry(member, unit))

            who = crowd.owner(member) if member % 2 else None
            await crowd.database.run(append, as_user=who, options=options, attempts=PATIENCE)

    assert await crowd.at_once(write) == [None] * SIZE

    report = await report_of(crowd)
    assert (report.findings, report.rows, report.chains) == ((), ARRANGED_ENTRIES + ENTRIES, CHAINS)
    assert await _entries(crowd) == {(member + 1, str(unit)): 2 for member in range(SIZE) for unit in range(UNITS)}


async def test_entries_of_units_that_fail_are_no_holes(crowd: Crowd) -> None:
    # given one chain
    await into_one_chain(crowd)

    # when every other writer fails after its entry was written
    async def write(member: int) -> None:
        async with crowd.database.unit_of_work() as work:
            work.audit.record(entry(member, 0))
            if member % 2:
                await work.audit.flush()
                message = "taken back"
                raise ValueError(message)

    outcomes = await asyncio.gather(*(write(member) for member in range(SIZE)), return_exceptions=True)

    # then the chain holds the others' only, without a hole
    assert [type(it) for it in outcomes] == [type(None), ValueError] * 8
    report = await report_of(crowd)
    assert (report.findings, report.rows) == ((), ARRANGED_ENTRIES + 8)
    assert await _entries(crowd) == {(member + 1, "0"): 1 for member in range(0, SIZE, 2)}


# -- past the guards -------------------------------------------------------------------


@pytest_asyncio.fixture(loop_scope="session")
async def chain(crowd: Crowd, server: EmbeddedServer) -> AsyncGenerator[Raw]:
    """The cluster's superuser, with triggers off, before a chain that sixteen have written."""
    await into_one_chain(crowd)

    async def write(member: int) -> None:
        async with crowd.database.unit_of_work(as_user=crowd.owner(member)) as work:
            work.audit.record(entry(member, 0))

    await crowd.at_once(write)
    assert (await report_of(crowd)).verified
    connection = await connect(server.url(urlsplit(crowd.url).path[1:], BOOTSTRAP_ROLE))
    await connection.execute("ALTER TABLE audit_logs DISABLE TRIGGER ALL")
    yield connection
    await connection.close()


async def test_a_row_altered_by_the_superuser_is_found(crowd: Crowd, chain: Raw) -> None:
    row = await chain.fetchrow(
        """UPDATE audit_logs SET payload = '{"birim": 1, "oran": 0.1, "not": "Yenilendi"}'
        WHERE chain_id = $1 AND seq = 5 RETURNING id""",
        ONE_CHAIN,
    )

    assert (await report_of(crowd)).findings == (
        Finding(FindingKind.ALTERED, ONE_CHAIN, 5, row[0], "the row does not hash to its chain_hash"),
    )


async def test_a_deleted_middle_row_is_found(crowd: Crowd, chain: Raw) -> None:
    await chain.execute("DELETE FROM audit_logs WHERE chain_id = $1 AND seq = 5", ONE_CHAIN)
    after = await chain.fetchval("SELECT id FROM audit_logs WHERE chain_id = $1 AND seq = 6", ONE_CHAIN)

    assert (await report_of(crowd)).findings == (Finding(FindingKind.MISSING, ONE_CHAIN, 6, after, "place 5 is empty"),)


async def test_a_tail_cut_off_below_the_head_is_found(crowd: Crowd, chain: Raw) -> None:
    length = await _length(crowd)
    await chain.execute("DELETE FROM audit_logs WHERE chain_id = $1 AND seq > $2", ONE_CHAIN, length - 3)

    assert (await report_of(crowd)).findings == (
        Finding(
            FindingKind.TRUNCATED,
            ONE_CHAIN,
            length - 3,
            None,
            f"the head is at place {length}, the last row at {length - 3}",
        ),
    )


# -- without the guard -----------------------------------------------------------------


async def _without_lock(url: str) -> None:
    """Let the trigger read a chain's head without locking it, in this test's database."""
    async with as_owner(url) as owner:
        source: str = await owner.fetchval("SELECT pg_get_functiondef('compute_audit_chain_hash'::regproc)")
        assert source.count(LOCK) == 1
        await owner.execute(source.replace(LOCK, "WHERE head.chain_id = NEW.chain_id;"))


async def _second_of_two(crowd: Crowd) -> BaseException | None:
    """Append in a transaction that reads the head while another append is not committed yet."""

    async def append(member: int) -> None:
        async with crowd.database.unit_of_work() as work:
            work.audit.record(entry(member, 0))

    async with crowd.database.unit_of_work() as work:
        work.audit.record(entry(0, 0))
        await work.audit.flush()
        second = asyncio.create_task(append(1))
        await somebody_waits(crowd.url)
    (outcome,) = await asyncio.gather(second, return_exceptions=True)
    return outcome


async def test_without_the_lock_two_rows_of_one_place_are_refused(crowd: Crowd) -> None:
    await into_one_chain(crowd)
    await _without_lock(crowd.url)

    outcome = await _second_of_two(crowd)

    assert isinstance(outcome, AlreadyExists)
    assert outcome.constraint in FORKS
    assert (await report_of(crowd)).verified


async def test_without_lock_and_constraints_the_fork_is_found(crowd: Crowd) -> None:
    await into_one_chain(crowd)
    await _without_lock(crowd.url)
    async with as_owner(crowd.url) as owner:
        for constraint in FORKS:
            await owner.execute(f"ALTER TABLE audit_logs DROP CONSTRAINT {constraint}")

    assert await _second_of_two(crowd) is None

    length = await _length(crowd)
    assert [(it.kind, it.chain, it.seq) for it in (await report_of(crowd)).findings] == [
        (FindingKind.FORK, ONE_CHAIN, length)
    ]


async def _length(crowd: Crowd) -> int:
    """The place of the chain's last row, by its head."""
    async with as_auditor(crowd.url) as connection:
        return await connection.fetchval("SELECT seq FROM audit_chain_heads WHERE chain_id = $1", ONE_CHAIN)


async def _entries(crowd: Crowd) -> dict[tuple[int, str], int]:
    """How many entries there are of each writer's units."""
    async with as_auditor(crowd.url) as connection:
        rows = await connection.fetch(
            "SELECT entity_id, payload ->> 'birim', count(*) FROM audit_logs "
            "WHERE event_type = 'license.renewed' GROUP BY 1, 2"
        )
    return {(row[0], row[1]): row[2] for row in rows}
