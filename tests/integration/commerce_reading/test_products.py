"""Products are found by stock code, listed by what they are, and reviewed by age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
import pytest_asyncio

from platform_db.domain.products import ProductStatus
from platform_db.errors import NotFound, RuleViolation
from platform_db.repositories.products import ProductFilter
from tests.integration.clock import ago
from tests.integration.stored import new_user, store, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

SCENE: Final[dict[str, dict[str, object]]] = {
    "bir": {"status": "available", "created_at": ago(days=5), "tags": ["freze", "HSS"], "category": "Kesici takım"},
    "iki": {"status": "pending", "created_at": ago(days=4), "tags": ["freze"], "category": "Kesici takım"},
    "üç": {"status": "pending", "created_at": ago(days=4), "tags": [], "category": None},
    "dört": {"status": "pending", "created_at": ago(days=3), "tags": ["torna", "HSS"], "category": "Torna"},
    "beş": {"status": "sold", "created_at": ago(days=2), "tags": ["freze", "HSS"], "deleted_at": ago(days=1)},
}


@pytest_asyncio.fixture(loop_scope="session")
async def users(worker: Raw) -> tuple[int, int]:
    """The vendor of "bir", "iki" and "beş", and that of the others."""
    first, second = [await new_user(worker, name) for name in ("satici", "baska.satici")]
    for sku, columns in SCENE.items():
        vendor = first if sku in {"bir", "iki", "beş"} else second
        who = {"vendor_id": vendor, "created_by_user_id": vendor, "updated_by_user_id": first}
        await store(worker, "products", sku=sku, **who, **columns)
    return first, second


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (ProductFilter(), ["dört", "üç", "iki", "bir"]),
        (ProductFilter(status=ProductStatus.PENDING), ["dört", "üç", "iki"]),
        (ProductFilter(status=ProductStatus.SOLD), []),
        (ProductFilter(category="Kesici takım"), ["iki", "bir"]),
        (ProductFilter(tags=frozenset({"freze"})), ["iki", "bir"]),
        (ProductFilter(tags=frozenset({"HSS", "freze"})), ["bir"]),
        (ProductFilter(tags=frozenset()), ["dört", "üç", "iki", "bir"]),
    ],
    # A set has no order, and every test process must find the same names.
    ids=["all", "status", "no such status", "category", "a tag", "two tags", "no tags"],
)
@pytest.mark.usefixtures("users")
async def test_a_list_holds_what_is_asked_for_newest_first(
    database: Database, chosen: ProductFilter, expected: list[str]
) -> None:
    async with database.unit_of_work() as work:
        page = await work.products.page(chosen)

    assert ([product.sku for product in page.items], page.next_cursor) == (expected, None)


async def test_a_list_holds_the_products_of_a_user(database: Database, users: tuple[int, int]) -> None:
    first, second = users
    async with database.unit_of_work() as work:
        skus = [
            [product.sku for product in (await work.products.page(chosen)).items]
            for chosen in (
                ProductFilter(vendor_id=first),
                ProductFilter(created_by_user_id=second),
                ProductFilter(updated_by_user_id=first),
                ProductFilter(updated_by_user_id=second),
                ProductFilter(vendor_id=second, status=ProductStatus.PENDING),
            )
        ]

    assert skus == [["iki", "bir"], ["dört", "üç"], ["dört", "üç", "iki", "bir"], [], ["dört", "üç"]]


@pytest.mark.usefixtures("users")
async def test_pages_give_every_product_once_in_either_order(database: Database) -> None:
    async with database.unit_of_work() as work:
        newest = await to_the_end(lambda after: work.products.page(after=after, limit=1))
        oldest = await to_the_end(lambda after: work.products.oldest(after=after, limit=1))

    assert [product.sku for product in newest] == ["dört", "üç", "iki", "bir"]
    assert [product.sku for product in oldest] == ["iki", "üç", "dört", "bir"]


@pytest.mark.usefixtures("users")
async def test_a_cursor_belongs_to_its_list(database: Database) -> None:
    async with database.unit_of_work() as work:
        cursor = (await work.products.page(limit=1)).next_cursor
        with pytest.raises(RuleViolation) as refused:
            await work.products.oldest(after=cursor)
        with pytest.raises(RuleViolation) as refused_too:
            await work.products.page(ProductFilter(category="Torna"), after=cursor)

    assert [refused.value.rule, refused_too.value.rule] == ["page_cursor", "page_cursor"]


async def test_what_left_the_catalogue_is_still_found_by_key(database: Database, users: tuple[int, int]) -> None:
    async with database.unit_of_work(as_user=users[1]) as work:
        gone = await work.products.by_sku("beş")
        assert await work.products.get(gone.id) == gone
        with pytest.raises(NotFound):
            await work.products.by_sku("Beş")
        with pytest.raises(NotFound):
            await work.products.get(gone.id + 1)

    assert (gone.status, gone.deleted_at) == (ProductStatus.SOLD, SCENE["beş"]["deleted_at"])
