"""What is deleted stays as a row: a model and a product leave the lists, an account is told by its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.domain.cad_models import NewModel
from platform_db.domain.products import NewProduct
from platform_db.domain.users import NewUser, UserStatus
from platform_db.errors import NotFound, RuleViolation
from platform_db.repositories.users import UserFilter

if TYPE_CHECKING:
    from platform_db.domain.cad_models import CadModel
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw


async def new_model(work: Work, user: int, key: str) -> CadModel:
    file = {"name": "Flanş", "type": "part", "file_format": "step", "file_size": 4096, "sha256_hash": "0a" * 32}
    return await work.cad_models.add(NewModel.parse({**file, "user_id": user, "s3_key": key}))


async def test_every_list_of_models_leaves_deleted_ones_out_unless_asked(database: Database, worker: Raw) -> None:
    # given two models, one of them deleted
    async with database.unit_of_work() as work:
        user = (await work.users.register(NewUser(email="tasarim@ornek-imalat.com.tr"))).id
        kept = await new_model(work, user, "modeller/kalan.step")
        gone = await work.cad_models.delete(await new_model(work, user, "modeller/giden.step"))
    assert gone.deleted_at is not None
    for caller in (None, user):
        async with database.unit_of_work(as_user=caller) as work:
            # then whatever reads models has one
            assert (await work.cad_models.page()).items == (kept,)
            assert [model async for model in work.cad_models.stream()] == [kept]
            assert await work.cad_models.count() == 1
            for read in (work.cad_models.get, work.cad_models.latest, work.cad_models.get_for_update):
                assert await read(kept.id) == kept
                with pytest.raises(NotFound):
                    await read(gone.id)
            assert await work.cad_models.line(gone.id) == ()
            # and what asks for the deleted has both
            assert (await work.cad_models.page_with_deleted()).items == (gone, kept)
            assert await work.cad_models.get_with_deleted(gone.id) == gone
            # as has what asks whose a file is
            assert await work.cad_models.by_key(gone.s3_key) == gone
    assert await worker.fetchval("SELECT count(*) FROM models") == 2


async def test_every_list_of_products_leaves_removed_ones_out(database: Database, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        kept, other = [await work.products.add(NewProduct(sku=sku, name="Freze")) for sku in ("F-6", "F-8")]
        gone = await work.products.remove(other)
        assert (await work.products.page()).items == (kept,)
        assert [product async for product in work.products.stream()] == [kept]
        assert await work.products.count() == 1
        # an order that names it still finds it
        assert await work.products.get(gone.id) == gone
        assert (await work.products.restore(gone)).deleted_at is None
        assert await work.products.count() == 2
    assert await worker.fetchval("SELECT count(*) FROM products") == 2


async def test_a_deleted_account_is_listed_by_its_state_and_signs_in_no_more(database: Database, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        kept, other = [await work.users.register(NewUser(email=f"{name}@ornek.com.tr")) for name in ("bir", "iki")]
        gone = await work.users.delete(other)
        assert (gone.status, gone.deleted_at is None) == (UserStatus.DELETED, False)
        assert (await work.users.page(UserFilter(status=UserStatus.DELETED))).items == (gone,)
        assert (await work.users.page(UserFilter(status=UserStatus.PENDING))).items == (kept,)
        with pytest.raises(RuleViolation) as refused:
            await work.users.record_login(gone.id)
        assert refused.value.rule == "users_sign_in_status"
        assert (await work.users.restore(gone)).deleted_at is None
    assert await worker.fetchval("SELECT count(*) FROM users") == 2
