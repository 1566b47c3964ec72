"""A cutter of the catalogue in any status, and how it stands there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from platform_db.domain.products import NewProduct, Product, ProductStatus

if TYPE_CHECKING:
    from platform_db.repositories.work import Database

CUTTER: Final = NewProduct(
    sku="FREZE-6", name="Parmak freze 6 mm", sale_price=Decimal("450.00"), tags=("freze", "HSS"), stock_quantity=5
)


async def added(database: Database, status: ProductStatus = ProductStatus.DRAFT, **other: object) -> Product:
    async with database.unit_of_work() as work:
        return await work.products.add(CUTTER.model_copy(update={"status": status, **other}))


async def read(database: Database, product: Product) -> Product:
    async with database.unit_of_work() as work:
        return await work.products.get(product.id)
