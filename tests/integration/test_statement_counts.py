"""A list, a look-up, a sweep or an aggregate takes as many statements for hundreds of rows as for thousands."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest
import pytest_asyncio
from pydantic import SecretStr

from platform_db.database import TransactionOptions
from platform_db.domain.money import Currency
from platform_db.errors import NotFound
from platform_db.operations.server import BOOTSTRAP_ROLE
from platform_db.settings import Settings
from tests.plans.evidence import OWNER, Evidence
from tests.plans.scene import evidence, fill
from tests.raw import connect
from tests.statements import CountedDatabase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.operations.server import EmbeddedServer

SIZES: Final = (1000, 3000)
"""Rows a table."""

CALLS: Final[dict[str, Evidence]] = {
    f"{each.statement}{' as a user' if each.as_user else ''}": each for shown in evidence().values() for each in shown
}
"""Every call of a repository that shows an index in use."""

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
AGGREGATES: Final[dict[str, Evidence]] = {
    each.statement: each
    for each in (
        Evidence("invoices.document", lambda work: work.invoices.document(OWNER)),
        Evidence("invoices.returnable", lambda work: work.invoices.returnable(OWNER)),
        Evidence("invoices.statement", lambda work: work.invoices.statement(OWNER, Currency.TRY, FIRST, LAST)),
        Evidence("invoices.kdv_summary", lambda work: work.invoices.kdv_summary(FIRST, LAST)),
        Evidence("invoices.monthly_in_try", lambda work: work.invoices.monthly_in_try(FIRST, LAST)),
        Evidence("invoices.monthly", lambda work: work.invoices.monthly(FIRST, LAST, Currency.TRY)),
        Evidence("orders.items", lambda work: work.orders.items(OWNER)),
        Evidence("cad_models.line", lambda work: work.cad_models.line(OWNER)),
        Evidence("users.counts", lambda work: work.users.counts()),
        Evidence("sessions.devices", lambda work: work.sessions.devices(OWNER)),
        Evidence("jobs.tally", lambda work: work.jobs.tally(OWNER)),
        Evidence("jobs.by_status", lambda work: work.jobs.by_status()),
        Evidence("artefacts.totals_of_user", lambda work: work.artefacts.totals_of_user(OWNER)),
        Evidence("payment_methods.of_buyer", lambda work: work.payment_methods.of_buyer(OWNER)),
        Evidence("configuration.of_environment", lambda work: work.configuration.of_environment("production")),
    )
}

SEVERAL: Final[dict[str, int]] = {
    "invoices.returnable": 2,
    "jobs.delete_finished()": 5,
    "jobs.reap()": 2,
    "licenses.renew_due": 3,
    "orders.cancel_unpaid": 2,
}
"""Calls that take another number of statements than one."""


class _UndoneError(Exception):
    """Ends a unit of work so that nothing it did stays."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(server: EmbeddedServer, template: str) -> AsyncIterator[list[CountedDatabase]]:
    """The library on a database for each size."""
    maintenance = await connect(server.url(user=BOOTSTRAP_ROLE))
    opened: list[CountedDatabase] = []
    for size in SIZES:
        name = f"filled_{size}"
        await maintenance.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        superuser = await connect(server.url(name, user=BOOTSTRAP_ROLE))
        await fill(superuser, size)
        await superuser.close()
        database = CountedDatabase(Settings(url=SecretStr(server.url(name)), environment="testing"))
        opened.append(await database.__aenter__())
    yield opened
    for size, database in zip(SIZES, opened, strict=True):
        await database.__aexit__(None, None, None)
        await maintenance.execute(f"DROP DATABASE filled_{size} WITH (FORCE)")
    await maintenance.close()


async def statements_of(database: CountedDatabase, shown: Evidence) -> int:
    """How many statements the call sends; what it did is rolled back."""
    work = database.unit_of_work(as_user=OWNER if shown.as_user else None, options=TransactionOptions(role=shown.role))
    with suppress(_UndoneError, NotFound):
        async with work:
            await shown.call(work)
            raise _UndoneError
    return work.sent


@pytest.mark.parametrize("name", [*CALLS, *AGGREGATES])
async def test_a_call_takes_as_many_statements_for_many_rows(filled: list[CountedDatabase], name: str) -> None:
    shown = CALLS.get(name) or AGGREGATES[name]
    counts = [await statements_of(database, shown) for database in filled]
    assert counts == [SEVERAL.get(name, 1)] * len(SIZES)
