"""A connection that dies between any two statements leaves nothing half written, and the unit can be repeated."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

import pytest
import pytest_asyncio
from pydantic import SecretStr

from platform_db.database import BaseDatabase, Outcome
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.payments.inputs import NewPayment
from platform_db.domain.users import NewUser
from platform_db.errors import ConnectionLost
from platform_db.operations.server import BOOTSTRAP_ROLE
from platform_db.repositories.work import Work
from platform_db.settings import Settings
from tests.concurrency.books import books_of, contents, numbers
from tests.concurrency.crowd import somebody_waits
from tests.invoice_examples import DAY, SERIES, draft
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from platform_db.database.driver import DriverConnection
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.operations.server import EmbeddedServer

T = TypeVar("T")


class _Mortal(Protocol):
    """A connection that tells when it has ended."""

    def add_termination_listener(self, callback: Callable[[object], None]) -> None: ...
    async def fetchval(self, query: str) -> int: ...


STATEMENTS = 8
"""Of a sale: a draft and its parts, the issue, what is open, a payment recorded and completed, the audit entries."""
PAID_AT = datetime(2025, 7, 2, 8, 30, tzinfo=UTC)


class MortalWork(Work):
    """A unit of work that says when a statement is over."""

    after_statement: Callable[[MortalWork], Awaitable[None]] | None = None
    done = 0

    async def _run(self, operation: Callable[[DriverConnection], Awaitable[T]]) -> T:
        result = await super()._run(operation)
        self.done += 1
        if self.after_statement is not None:
            await self.after_statement(self)
        return result


class MortalDatabase(BaseDatabase[MortalWork]):
    work_type = MortalWork


@dataclass(frozen=True)
class Scene:
    """The library on a database of the test's own, and a superuser who ends connections."""

    database: MortalDatabase
    url: str
    superuser: Raw
    user: int

    async def sell(self, work: Work) -> Invoice:
        """Draft, issue and pay: everything in one unit of work."""
        invoice = await work.invoices.issue(await work.invoices.draft(draft(self.user)), SERIES)
        charge = NewPayment(
            user_id=self.user, amount=Decimal(24000), invoice_id=invoice.id, provider="iyzico", provider_ref="r-1"
        )
        await work.payments.complete(await work.payments.record(charge), PAID_AT)
        return invoice

    async def kill(self, work: Work) -> None:
        """End the connection of a unit of work between two statements; come back when this side knows of it."""
        connection = cast("_Mortal", await work._transaction.connection(None))
        known = asyncio.Event()
        connection.add_termination_listener(lambda _: known.set())
        pid = await connection.fetchval("SELECT pg_backend_pid()")
        assert await self.superuser.fetchval("SELECT pg_terminate_backend($1, 10000)", pid)
        async with asyncio.timeout(10):
            await known.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def scene(database_url: str, server: EmbeddedServer) -> AsyncGenerator[Scene]:
    superuser = await connect(server.url(user=BOOTSTRAP_ROLE))
    settings = Settings(url=SecretStr(database_url), environment="testing")
    async with MortalDatabase(settings) as database:
        async with database.unit_of_work() as work:
            await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
            user = (await work.users.register(NewUser(email="muhasebe@ornek-imalat.com.tr"))).id
        yield Scene(database, database_url, superuser, user)
    await superuser.close()


async def test_a_sale_has_as_many_statements_as_are_cut_below(scene: Scene) -> None:
    work = scene.database.unit_of_work()
    async with work:
        await scene.sell(work)

    assert work.done == STATEMENTS


@pytest.mark.parametrize("last", range(1, STATEMENTS + 1))
async def test_a_connection_that_dies_after_a_statement_leaves_nothing(scene: Scene, last: int) -> None:
    # given a unit of work whose connection dies after this statement; after the last one comes COMMIT
    before = await contents(scene.url)
    work = scene.database.unit_of_work()

    async def die(dying: MortalWork) -> None:
        if dying.done == last:
            await scene.kill(dying)

    work.after_statement = die

    # when it goes on
    with pytest.raises(ConnectionLost):
        async with work:
            await scene.sell(work)

    # then no table holds anything of it
    assert work.done == last
    assert work.outcome is Outcome.ROLLED_BACK
    assert await contents(scene.url) == before


@pytest.mark.parametrize("last", range(1, STATEMENTS + 1))
async def test_run_repeats_it_on_another_connection_exactly_once(scene: Scene, last: int) -> None:
    # given a unit of work whose first connection dies after this statement
    attempts: list[MortalWork] = []

    async def die(dying: MortalWork) -> None:
        if dying is attempts[0] and dying.done == last:
            await scene.kill(dying)

    async def unit(work: MortalWork) -> Invoice:
        attempts.append(work)
        work.after_statement = die
        return await scene.sell(work)

    # when it is run
    sold = await scene.database.run(unit)

    # then it was done twice and is stored once, under the first number
    assert [(work.done, work.outcome) for work in attempts] == [
        (last, Outcome.ROLLED_BACK),
        (STATEMENTS, Outcome.COMMITTED),
    ]
    books = await books_of(scene.url, SERIES)
    assert books.by_ettn == {sold.ettn: numbers(SERIES, DAY.year, 1)[0]}
    assert [(it.status, it.paid_cents, it.parts) for it in books.issued] == [(InvoiceStatus.PAID, 2400000, 2)]
    assert (books.drafts, books.payments, books.unbalanced, books.verification.findings) == (0, 1, None, ())


async def test_a_connection_that_dies_inside_a_statement_leaves_nothing(scene: Scene) -> None:
    # given a sale that waits for the series, whose number another unit of work holds
    before = await contents(scene.url)
    async with scene.database.unit_of_work() as holder:
        held = await holder.invoices.issue(await holder.invoices.draft(draft(scene.user)), SERIES)
        waiting = asyncio.create_task(_sale(scene))
        pid = await somebody_waits(scene.url)

        # when its connection dies there
        assert await scene.superuser.fetchval("SELECT pg_terminate_backend($1, 10000)", pid)
        with pytest.raises(ConnectionLost):
            await waiting
        await holder.invoices.cancel(held, "Müşteri vazgeçti")

    # then the other's invoice is all there is
    books = await books_of(scene.url, SERIES)
    assert (books.numbers, books.drafts, books.payments) == (numbers(SERIES, DAY.year, 1), 0, 0)
    after = await contents(scene.url)
    assert after["users"] == before["users"]
    assert after["invoice_lines"][0] == before["invoice_lines"][0] + 1


async def _sale(scene: Scene) -> Invoice:
    async with scene.database.unit_of_work() as work:
        return await scene.sell(work)
