"""Products: the catalogue that all users share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.fields import BigInteger
from platform_db.domain.products import Product, ProductStatus
from platform_db.repositories.filters import BY_STATUS, NEWEST_FIRST, Condition, Filter, Listing, contains, equal
from platform_db.repositories.rows import Rows
from platform_db.schema.products import products

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["ProductFilter", "ProductRepository"]

_ROWS: Final = Rows(products, Product, "product")
_BY_SKU: Final = Statement(sa.select(products).where(products.c.sku == sa.bindparam("sku", type_=sa.Text())))


class ProductFilter(Filter):
    """Which products of the catalogue a list holds; what is not given, or None, does not restrict.

    A product has every one of the ``tags``, and may have more.
    """

    vendor_id: Annotated[int | None, BigInteger()] = None
    created_by_user_id: Annotated[int | None, BigInteger()] = None
    updated_by_user_id: Annotated[int | None, BigInteger()] = None
    status: ProductStatus | None = None
    category: str | None = None
    tags: frozenset[str] | None = None


_CONDITIONS: Final[Mapping[str, Condition]] = {
    **{name: equal(name) for name in ProductFilter.model_fields if name != "tags"},
    "tags": contains("tags", "tags"),
}


def _in_the_catalogue(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.deleted_at.is_(None)


_NEWEST: Final = Listing(products, Product, NEWEST_FIRST, _CONDITIONS, only=(_in_the_catalogue,))
_OLDEST: Final = Listing(products, Product, BY_STATUS, _CONDITIONS, name="oldest", only=(_in_the_catalogue,))
_EVERY: Final = ProductFilter()


class ProductRepository:
    """Products, which everybody reads. Belongs to one unit of work and never commits."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, product_id: int) -> Product:
        """The product of this id, also one that left the catalogue: orders name it.

        Raises
        ------
        NotFound
            There is none.
        """
        return await _ROWS.get(self._executor, product_id)

    async def by_sku(self, sku: str) -> Product:
        """The product of this stock code, compared byte by byte; also one that left the catalogue.

        Raises
        ------
        NotFound
            There is none.
        """
        return _ROWS.found(await self._executor.fetch_row(_BY_SKU, {"sku": sku}))

    async def page(self, chosen: ProductFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Product]:
        """Products of the catalogue, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _NEWEST.page(self._executor, chosen, after=after, limit=limit)

    async def oldest(
        self, chosen: ProductFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[Product]:
        """Products of the catalogue by status, the oldest of each first: what waits longest for a review.

        ``limit`` and ``after`` as in :meth:`page`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _OLDEST.page(self._executor, chosen, after=after, limit=limit)
