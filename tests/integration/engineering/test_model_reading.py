"""CAD models as services read them: deleted ones only where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.cad_models import ModelType
from platform_db.errors import NotFound
from platform_db.repositories.cad_models import CadModelFilter
from tests.integration.engineering.pages import ids, page_by_page

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Workshop

FILE: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MADE: Final = "2026-03-02T09:00:00+00:00"
DELETED: Final = "2026-04-01T12:00:00+00:00"


async def test_a_deleted_model_is_left_out_unless_asked_for(shop: Workshop, database: Database) -> None:
    kept = await shop.model()
    deleted = await shop.model(deleted_at=DELETED)

    async with database.unit_of_work(as_user=shop.user) as work:
        with pytest.raises(NotFound):
            await work.cad_models.get(deleted)
        assert (await work.cad_models.get(kept)).id == kept
        assert ids((await work.cad_models.page()).items) == [kept]
        assert await work.cad_models.count() == 1
        assert ids((await work.cad_models.page_with_deleted()).items) == [deleted, kept]


async def test_a_list_holds_what_its_filter_says(shop: Workshop, database: Database) -> None:
    flange = await shop.model(sha256_hash=FILE, params={"bore_mm": 80, "holes": 8}, metrics={"volume_mm3": 412})
    drawing = await shop.model(type="drawing", file_format="dxf", params={"bore_mm": 65})
    theirs = await shop.model(user_id=await shop.another_user(), sha256_hash=FILE)

    chosen = {
        "user": CadModelFilter(user_id=shop.user),
        "type": CadModelFilter(type=ModelType.DRAWING),
        "file": CadModelFilter(sha256_hash=FILE),
        "params": CadModelFilter(params={"holes": 8}),
        "metrics": CadModelFilter(metrics={"volume_mm3": 412}),
    }
    async with database.unit_of_work() as work:
        every = {name: ids((await work.cad_models.page(each)).items) for name, each in chosen.items()}
    async with database.unit_of_work(as_user=shop.user) as work:
        own = {name: ids((await work.cad_models.page(each)).items) for name, each in chosen.items()}

    assert every == {
        "user": [drawing, flange],
        "type": [drawing],
        "file": [theirs, flange],
        "params": [flange],
        "metrics": [flange],
    }
    assert own == {**every, "file": [flange]}


async def test_pages_give_every_model_once(shop: Workshop, database: Database) -> None:
    ties = [await shop.model(created_at=MADE, updated_at=DELETED) for _ in range(4)]
    deleted = await shop.model(created_at=MADE, updated_at=DELETED, deleted_at=DELETED)

    async with database.unit_of_work() as work:
        found = await page_by_page(lambda after: work.cad_models.page(after=after, limit=2))
        every = await page_by_page(lambda after: work.cad_models.page_with_deleted(after=after, limit=2))

    assert found == ties[::-1]
    assert every == [deleted, *ties[::-1]]
