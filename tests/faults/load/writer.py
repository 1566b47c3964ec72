"""A process that writes until its standard input ends, and says what it was told: a line for each unit of work.

``PLATFORM_DB_URL`` leads to the server. Arguments: the series, the seed of its choices, and the users to write for, a
task each. A line is JSON: ``outcome`` (kept, taken back, in doubt), ``ettn`` and ``number``. "kept" is printed after
COMMIT has returned, and only then.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import CommitInDoubt
from platform_db.repositories.work import Database
from platform_db.settings import Settings
from tests.invoice_examples import draft

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Work

PAID_AT = datetime(2025, 7, 2, 8, 30, tzinfo=UTC)


class TakenBack(Exception):
    """The writer changes its mind after the number was given."""


class Writer:
    """One task: invoices of one user, three in ten taken back, half of them paid in part."""

    def __init__(self, database: Database, series: str, user: int, seed: str) -> None:
        self._database = database
        self._series = series
        self._user = user
        self._seed = seed
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._last: Invoice | None = None

    async def write(self, over: asyncio.Event) -> None:
        """Write until it is over. A server that is away is asked again by the library, until it is back."""
        for place in count():
            if over.is_set():
                return
            taken_back, paid = self._chance.random() < 0.3, self._chance.random() < 0.5

            async def unit(work: Work, place: int = place, *, taken_back: bool = taken_back, paid: bool = paid) -> None:
                self._last = None
                drafted = await work.invoices.draft(draft(self._user))
                self._last = await work.invoices.issue(drafted, self._series)
                if paid:
                    await self._pay(work, self._last, place)
                if taken_back:
                    raise TakenBack

            # Settling a payment is background work.
            as_user = None if paid else self._user
            try:
                await self._database.run(unit, as_user=as_user)
                self._tell("kept")
            except TakenBack:
                self._tell("taken back")
            except CommitInDoubt:
                self._tell("in doubt")

    async def _pay(self, work: Work, invoice: Invoice, place: int) -> None:
        charge = NewPayment(
            user_id=self._user,
            amount=Decimal("1234.56"),
            invoice_id=invoice.id,
            provider="iyzico",
            provider_ref=f"{self._seed}-{place}",
        )
        await work.payments.complete(await work.payments.record(charge), PAID_AT)

    def _tell(self, outcome: str) -> None:
        assert self._last is not None
        line = {"outcome": outcome, "ettn": str(self._last.ettn), "number": self._last.number}
        print(json.dumps(line), flush=True)  # noqa: T201 - what this process is for


async def main(series: str, seed: str, *users: str) -> None:
    over = asyncio.Event()
    async with Database(Settings.load()) as database, asyncio.TaskGroup() as tasks:
        for user in users:
            tasks.create_task(Writer(database, series, int(user), f"{seed}-{user}").write(over))
        await asyncio.to_thread(sys.stdin.read)
        over.set()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
