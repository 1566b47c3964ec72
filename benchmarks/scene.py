"""One database with rows in it, and every contender connected to it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from benchmarks.contenders.advanced_alchemy import AdvancedAlchemy
from benchmarks.contenders.contender import Entry, Mark
from benchmarks.contenders.core import Core
from benchmarks.contenders.floor import Floor, ValidatedFloor
from benchmarks.contenders.library import Library
from benchmarks.contenders.orm import Orm
from benchmarks.contenders.sqlalchemy_engine import engine_for
from benchmarks.contenders.sqlmodel import SqlModel
from benchmarks.documents import DAY, SERIES, THREE_LINES, draft_of
from benchmarks.driver import create_pool
from benchmarks.server import TASKS, cloned, connected, migrated, opened
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.users import NewUser

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from benchmarks.contenders.contender import Contender
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.operations.server import EmbeddedServer
    from platform_db.repositories.work import Database

__all__ = ["TEMPLATE", "Scene", "filled", "prepared"]

TEMPLATE: Final = "template_of_all"
_BATCH: Final = 500
_USERS: Final = 64


@dataclass(frozen=True, slots=True)
class Scene:
    """Contenders by name, and what there is to read."""

    library: Library
    contenders: dict[str, Contender]
    user_ids: tuple[int, ...]
    owner: int
    invoice_ids: tuple[int, ...]
    mark: Mark
    entry: Entry

    @property
    def floor(self) -> str:
        return "asyncpg Record"

    @property
    def by_hand(self) -> Floor:
        """The driver alone."""
        return cast("Floor", self.contenders[self.floor])


async def filled(server: EmbeddedServer, rows: int) -> str:
    """A migrated database with users, an open series and one user's drafts; nobody stays connected to it."""
    url = await migrated(server, TEMPLATE)
    async with opened(url) as database:
        async with database.unit_of_work() as work:
            users = [await work.users.register(_new_user(place)) for place in range(_USERS)]
            await work.invoices.ensure_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
        owner = users[0].id
        for _ in range(0, rows, _BATCH):
            await drafted(database, owner, min(rows, _BATCH))
    connection = await connected(url)
    try:
        await connection.execute("SET ROLE platform_owner")
        await connection.execute("ANALYZE users, invoices, invoice_lines, invoice_tax_subtotals, audit_logs")
    finally:
        await connection.close()
    return url


def _new_user(place: int) -> NewUser:
    return NewUser.model_validate(
        {
            "email": f"uye{place}@ornek-imalat.com.tr",
            "phone": f"+90532000{place:04d}",
            "full_name": f"Üye {place}",
            "company_name": "Örnek İmalat A.Ş.",
            "tax_number": "1234567890",
            "tax_number_kind": "vkn",
            "tax_office": "Şişli",
            "address": "Fabrika Cad. 1, Şişli, İstanbul",
        },
    )


async def drafted(database: Database, owner: int, count: int) -> tuple[Invoice, ...]:
    """That many drafts of three lines, in one unit of work."""
    draft = draft_of(THREE_LINES, owner)
    async with database.unit_of_work() as work:
        return await work.invoices.draft_many([draft] * count)


@asynccontextmanager
async def prepared(server: EmbeddedServer) -> AsyncGenerator[Scene]:
    """Every contender on a copy of the filled database."""
    url = await cloned(server, TEMPLATE, "peers")
    # The driver's own reset of a returned connection costs a round trip; this library goes without, so does the floor.
    pool = await create_pool(url, min_size=TASKS, max_size=TASKS, reset=_no_reset)
    engine = engine_for(url, TASKS)
    try:
        async with opened(url) as database:
            library = Library(database)
            peers: list[Contender] = [
                Floor(pool),
                ValidatedFloor(pool),
                library,
                Core(engine),
                Orm(engine),
                AdvancedAlchemy(engine),
                SqlModel(engine),
            ]
            yield await _scene(library, {peer.name: peer for peer in peers})
    finally:
        await engine.dispose()
        await pool.close()


async def _no_reset(_: object) -> None:
    """Everything that is set here ends with its transaction."""


async def _scene(library: Library, contenders: dict[str, Contender]) -> Scene:
    async with library.database.unit_of_work() as work:
        users = (await work.users.page(limit=_USERS)).items
        page = await work.invoices.page(limit=200)
    assert page.next_cursor is not None
    last = page.items[-1]
    owner = last.user_id
    draft = draft_of(THREE_LINES, owner)
    async with library.database.unit_of_work(as_user=owner) as work:
        stored = await work.invoices.draft(draft)
    async with library.database.unit_of_work(as_user=owner) as work:
        (told,) = (await work.audit.history(stored.entity, stored.id)).items
        own = await work.invoices.page(limit=200)
    assert own.next_cursor is not None
    return Scene(
        library=library,
        contenders=contenders,
        user_ids=tuple(user.id for user in users),
        owner=owner,
        invoice_ids=tuple(invoice.id for invoice in page.items),
        mark=Mark(own.items[-1].created_at, own.items[-1].id, own.next_cursor),
        entry=Entry(told.action.value, told.entity_type, cast("str", told.event_type), told.payload),
    )
