"""The audit log: what its chains cost 16 writers, and how fast they are verified."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final, cast

from benchmarks.measure import Measured, at_once
from benchmarks.report import Section, Verdict
from benchmarks.scene import TEMPLATE
from benchmarks.server import TASKS, administer, cloned, connected, opened
from platform_db.audit.verify import verify
from platform_db.domain.audit_logs import AuditAction, AuditEntry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.measure import Effort
    from platform_db.audit.verify import Connection as VerifiedConnection
    from platform_db.operations.server import EmbeddedServer
    from platform_db.repositories.work import Database

__all__ = ["audit"]

_OURS: Final = "platform_db, 16 chains"
_PLAIN: Final = "without the chain's trigger"
_ENTRY: Final = AuditEntry(
    action=AuditAction.UPDATE,
    entity_type="invoices",
    entity_id=4711,
    event_type="invoice.sent",
    payload={"before": {"status": "issued"}, "after": {"status": "sent", "sent_at": "2025-07-01T09:30:00+00:00"}},
)
_HASH: Final = "md5(random()::text) || md5(random()::text)"
# The trigger gone, its columns still get values of the same size, so that the same indexes are kept.
_WITHOUT_CHAIN: Final = (
    "SET ROLE platform_owner",
    "ALTER TABLE audit_logs DISABLE TRIGGER audit_logs_hash_chain",
    "CREATE SEQUENCE plain_places",
    "GRANT USAGE ON SEQUENCE plain_places TO platform_app, platform_worker",
    (
        "ALTER TABLE audit_logs ALTER COLUMN seq SET DEFAULT 1000000 + nextval('plain_places'), "
        f"ALTER COLUMN prev_chain_hash SET DEFAULT {_HASH}, ALTER COLUMN chain_hash SET DEFAULT {_HASH}"
    ),
)
_BATCH: Final = 500


async def audit(server: EmbeddedServer, effort: Effort) -> list[Section]:
    chained = await cloned(server, TEMPLATE, "chained")
    plain = await cloned(server, TEMPLATE, "unchained")
    await administer(plain, *_WITHOUT_CHAIN)
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(opened(chained))
        theirs = await stack.enter_async_context(opened(plain))
        found = await at_once({_OURS: _append(ours), _PLAIN: _append(theirs)}, TASKS, effort)
        for _ in range(0, effort.rows * 10, _BATCH):
            async with ours.unit_of_work() as work:
                for _ in range(_BATCH):
                    work.audit.record(_ENTRY)
    appends = Section(f"append an audit entry, a unit of work each, {TASKS} writers", ("entries/s",))
    for name, measured in found.items():
        appends.row(name, measured.per_second)
    ratio = found[_PLAIN].times(found[_OURS])
    appends.verdicts = [
        Verdict("chained / without the trigger", ratio, 0.4, lowest=True),
        Verdict("chained / without the trigger", ratio, 0.55, kind="aim", lowest=True),
    ]
    return [appends, await _verification(chained, effort)]


def _append(database: Database) -> Callable[[], Awaitable[None]]:
    async def once() -> None:
        async with database.unit_of_work() as work:
            work.audit.record(_ENTRY)

    return once


async def _verification(url: str, effort: Effort) -> Section:
    connection = await connected(url)
    seconds: list[float] = []
    rows = 0
    try:
        for _ in range(effort.crowded_rounds):
            async with connection.transaction(isolation="repeatable_read"):
                await connection.execute("SET LOCAL ROLE platform_auditor")
                begin = time.perf_counter()
                report = await verify(cast("VerifiedConnection", connection))
                seconds.append(time.perf_counter() - begin)
            assert report.verified
            rows = report.rows
    finally:
        await connection.close()
    speed = rows * Measured(tuple(seconds)).per_second
    section = Section(
        f"verify {rows:,} audit rows, every hash and every chain; one process and the server", ("rows/s",)
    )
    section.row("platform_db.audit.verify", speed)
    section.verdicts = [
        Verdict("verification", speed, 40_000, lowest=True, unit="rows/s"),
        Verdict("verification", speed, 100_000, kind="aim", lowest=True, unit="rows/s"),
    ]
    return section
