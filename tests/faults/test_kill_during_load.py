"""kill -9 in the middle of a load: what was acknowledged is there, what was not has left no trace in the numbers."""

from __future__ import annotations

import asyncio
import random
import signal
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import pytest_asyncio
from pydantic import SecretStr

from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.users import NewUser
from platform_db.migration import up
from platform_db.operations.server import EmbeddedServer, throwaway_options
from platform_db.operations.server.processes import signal_all
from platform_db.repositories.work import Database
from platform_db.settings import Settings
from tests.concurrency.books import Books, books_of, numbers
from tests.faults.embedded_server.clusters import fetchval, processes_of
from tests.faults.load.writers import Load, loaded
from tests.invoice_examples import DAY, draft

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.operations.server.processes import Process

KILLS = 2
PROCESSES = 2
TASKS = 8
"""Writers in each process."""
LOG_WRITERS = ("walwriter", "checkpointer", "background writer")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def durable() -> AsyncGenerator[EmbeddedServer]:
    """A migrated cluster with PostgreSQL's settings, in memory where there is room: kill -9 does not touch that."""
    server = EmbeddedServer(replace(throwaway_options(), settings=MappingProxyType({})))
    await asyncio.to_thread(server.start)
    await up(server.url())
    yield server
    await asyncio.to_thread(server.destroy)


def first_process(processes: list[Process]) -> list[Process]:
    return processes[:1]


def every_process(processes: list[Process]) -> list[Process]:
    return processes


@pytest.mark.parametrize(("killed", "series"), [(first_process, "PMK"), (every_process, "ALK")])
async def test_kill_9_under_load_loses_nothing_and_leaves_no_gap(
    durable: EmbeddedServer, killed: Callable[[list[Process]], list[Process]], series: str
) -> None:
    # given a durable server, and sixteen writers in two processes
    url = durable.url()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert await fetchval(url, f"SHOW {setting}") == "on"
    users = await arranged(url, series)
    moments = random.Random(series)  # noqa: S311 - no secret

    # when the server is killed again and again while they write, and started again
    async with loaded(url, series, [users[place::PROCESSES] for place in range(PROCESSES)]) as load:
        for _ in range(KILLS):
            await load.goes_on(moments.randint(20, 60))
            await asyncio.sleep(moments.uniform(0, 0.02))
            signal_all(killed(processes_of(durable)), signal.SIGKILL)
            told = dict(load.kept)
            assert (await asyncio.to_thread(durable.start)).started
            # then every time what was acknowledged before is there
            books = await books_of(url, series)
            assert_sound(books, series)
            assert told.items() <= books.by_ettn.items()
        await load.goes_on(20)

    # and in the end there is nothing but what was acknowledged, and perhaps what was in doubt
    books = await books_of(url, series)
    assert_sound(books, series)
    assert_told(books, load)
    # and the series goes on
    following = await issued(url, series, users[0])
    assert following.number == numbers(series, DAY.year, len(books.issued) + 1)[-1]


async def test_a_server_that_acknowledges_before_it_has_written_would_be_found_out(durable: EmbeddedServer) -> None:
    # given COMMITs that do not wait for the log, and nobody else who writes it
    url = durable.url()
    series = "ASY"
    user = (await arranged(url, series))[0]
    await fetchval(url, "ALTER DATABASE platform_db SET synchronous_commit = off")
    signal_all([it for it in processes_of(durable) if it.title.endswith(LOG_WRITERS)], signal.SIGSTOP)

    # when an invoice is acknowledged, and the server is killed
    lost = await issued(url, series, user)
    signal_all(processes_of(durable), signal.SIGKILL)
    await asyncio.to_thread(durable.start)
    await fetchval(url, "ALTER DATABASE platform_db RESET synchronous_commit")

    # then it is gone, and the first test would say so
    books = await books_of(url, series)
    load = Load(kept={lost.ettn: numbers(series, DAY.year, 1)[0]}, taken_back={uuid4(): ""})
    assert lost.number == load.kept[lost.ettn]
    with pytest.raises(AssertionError):
        assert_told(books, load)
    # and even then the numbers have no gap
    assert (books.numbers, books.last_sequence, books.verification.verified) == ([], 0, True)


async def arranged(url: str, series: str) -> list[int]:
    """Open the series; register a user for each writer."""
    async with opened(url) as database, database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=series, fiscal_year=DAY.year))
        return [
            (await work.users.register(NewUser(email=f"{series}{place}@ornek-imalat.com.tr"))).id
            for place in range(PROCESSES * TASKS)
        ]


async def issued(url: str, series: str, user: int) -> Invoice:
    async with opened(url) as database, database.unit_of_work() as work:
        return await work.invoices.issue(await work.invoices.draft(draft(user)), series)


def opened(url: str) -> Database:
    return Database(Settings(url=SecretStr(url), environment="testing"))


def assert_sound(books: Books, series: str) -> None:
    """What holds at every moment, whatever was killed."""
    count = len(books.issued)
    assert books.numbers == numbers(series, DAY.year, count)
    assert books.last_sequence == count
    assert {(invoice.parts, len(invoice.noted or [])) for invoice in books.issued} == {(2, 1)}
    assert (books.drafts, books.unbalanced, books.verification.findings) == (0, None, ())
    assert {invoice.paid_cents for invoice in books.issued} == {0, 123456}


def assert_told(books: Books, load: Load) -> None:
    """Every acknowledged invoice with its number; of the others only some in doubt."""
    stored = books.by_ettn
    assert load.kept.items() <= stored.items()
    assert stored.items() - load.kept.items() <= load.in_doubt.items()
    assert load.taken_back
    assert not stored.keys() & load.taken_back.keys()
