"""Numbers without gaps: 16 writers on one series, beside the same transaction on a sequence that may leave gaps."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

from benchmarks.documents import SERIES
from benchmarks.measure import Measured, rotated
from benchmarks.report import Section, Verdict
from benchmarks.scene import TEMPLATE, drafted
from benchmarks.server import TASKS, administer, cloned, opened
from platform_db.repositories.invoices import InvoiceFilter
from platform_db.schema.functions import routine_sql

if TYPE_CHECKING:
    from benchmarks.measure import Effort
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.operations.server import EmbeddedServer
    from platform_db.repositories.work import Database

__all__ = ["issue"]

_WORK_SECONDS: Final = 0.004
_OURS: Final = "platform_db, gapless"
_AT_ONCE: Final = "issue_many"
_IN_TURN: Final = "issue, one call each"
_PLAIN: Final = "plain sequence, gaps"
_ALLOCATION: Final = re.compile(r"UPDATE invoice_series\b.*?END IF;", re.DOTALL)


async def issue(server: EmbeddedServer, effort: Effort) -> list[Section]:
    gapless = await cloned(server, TEMPLATE, "gapless")
    sequenced = await cloned(server, TEMPLATE, "sequenced")
    await administer(sequenced, *_on_a_sequence())
    async with AsyncExitStack() as stack:
        databases = {
            _OURS: await stack.enter_async_context(opened(gapless)),
            _PLAIN: await stack.enter_async_context(opened(sequenced)),
        }
        found = {work: await _alternated(databases, effort, work * _WORK_SECONDS) for work in (False, True)}
        batches = await _in_batches(databases[_OURS], effort)
        await _assert_gapless(databases[_OURS])
    section = Section(
        f"issue an invoice (read it, work, issue), {TASKS} writers on one series",
        ("issues/s", "with 4 ms of work in each"),
    )
    for name in databases:
        section.row(name, found[False][name].per_second, found[True][name].per_second)
    for work, measured in found.items():
        ratio = measured[_PLAIN].times(measured[_OURS])
        how = "with 4 ms of work" if work else "without work"
        section.verdicts.append(Verdict(f"gapless / plain sequence, {how}", ratio, 0.4, lowest=True))
    aimed = found[True][_PLAIN].times(found[True][_OURS])
    text = "gapless / plain sequence, with 4 ms of work"
    section.verdicts.append(Verdict(text, aimed, 0.8, kind="aim", lowest=True))
    return [section, batches]


def _on_a_sequence() -> list[str]:
    """The same triggers and checks; only where the number comes from is another."""
    routine, count = _ALLOCATION.subn(
        "NEW.sequence := nextval('plain_numbers');", routine_sql("guard_issued_invoice"), count=1
    )
    assert count == 1
    return [
        "SET ROLE platform_owner",
        "CREATE SEQUENCE plain_numbers",
        "GRANT USAGE ON SEQUENCE plain_numbers TO platform_app, platform_worker",
        routine,
    ]


async def _alternated(databases: dict[str, Database], effort: Effort, work_seconds: float) -> dict[str, Measured]:
    found: dict[str, list[float]] = {name: [] for name in databases}
    count = min(effort.rows, 240)
    for turn in range(-1, effort.crowded_rounds):
        for name in rotated(databases, turn):
            async with databases[name].unit_of_work() as work:
                owner = (await work.invoices.page(limit=1)).items[0].user_id
            drafts = deque(await drafted(databases[name], owner, count))
            seconds = await _issued(databases[name], drafts, work_seconds)
            if turn >= 0:
                found[name].append(seconds / count)
    return {name: Measured(tuple(values)) for name, values in found.items()}


async def _issued(database: Database, drafts: deque[Invoice], work_seconds: float) -> float:
    async def write() -> None:
        while drafts:
            draft = drafts.popleft()
            async with database.unit_of_work(as_user=draft.user_id) as work:
                read = await work.invoices.get(draft.id)
                if work_seconds:
                    await asyncio.sleep(work_seconds)
                await work.invoices.issue(read, SERIES)

    begin = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(TASKS):
            group.create_task(write())
    return time.perf_counter() - begin


async def _in_batches(database: Database, effort: Effort) -> Section:
    """One writer: a batch in one call, beside one call an invoice in the same unit of work."""
    count = min(effort.rows, 1000)
    found: dict[str, list[float]] = {_AT_ONCE: [], _IN_TURN: []}
    async with database.unit_of_work() as work:
        owner = (await work.invoices.page(limit=1)).items[0].user_id
    for turn in range(-1, effort.crowded_rounds):
        for name in rotated(found, turn):
            drafts = await drafted(database, owner, count)
            begin = time.perf_counter()
            async with database.unit_of_work() as work:
                if name == _AT_ONCE:
                    await work.invoices.issue_many(drafts, SERIES)
                else:
                    for draft in drafts:
                        await work.invoices.issue(draft, SERIES)
            if turn >= 0:
                found[name].append((time.perf_counter() - begin) / count)
    measured = {name: Measured(tuple(seconds)) for name, seconds in found.items()}
    section = Section(f"issue {count} invoices of three lines in one unit of work", ("issues/s",))
    for name, its in measured.items():
        section.row(name, its.per_second)
    at_once = measured[_AT_ONCE].per_second
    section.verdicts.append(Verdict("issue_many", at_once, 2500, lowest=True, unit="invoices/s"))
    faster = measured[_IN_TURN].times(measured[_AT_ONCE])
    section.verdicts.append(Verdict("issue_many / issue", faster, 1.2, kind="aim", lowest=True))
    return section


async def _assert_gapless(database: Database) -> None:
    async with database.unit_of_work() as work:
        numbers = [it.sequence async for it in work.invoices.stream(InvoiceFilter()) if it.sequence is not None]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
