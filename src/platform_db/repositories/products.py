"""Products: the catalogue that all users share, from the draft of a listing to its sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.catalogue import pieces
from platform_db.domain.fields import BigInteger
from platform_db.domain.products import NewProduct, Product, ProductChanges, ProductStatus
from platform_db.domain.products.operations import moved, refusal_of_taking
from platform_db.repositories.catalogue import CatalogueRepository, shelf
from platform_db.repositories.filters import (
    BY_STATUS,
    NEWEST_FIRST,
    Condition,
    Filter,
    Listing,
    contains,
    equal,
    labelled,
)
from platform_db.repositories.stock import Stock
from platform_db.schema.products import products

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["ProductFilter", "ProductRepository"]

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


_STOCK_COLUMN: Final = "stock_quantity"
_SHELF: Final = shelf(
    products, Product, NewProduct, _NEWEST, noun="product", key=("sku",), kept=(_STOCK_COLUMN, "created_by_user_id")
)
_STOCK: Final = Stock(
    _SHELF.rows,
    products.c[_STOCK_COLUMN],
    labelled("status", ProductStatus.AVAILABLE)(products) & _in_the_catalogue(products),
    refusal_of_taking,
)
_REMOVE: Final = Statement(
    sa.update(products)
    .where(_SHELF.rows.key, _SHELF.rows.as_read)
    .values(deleted_at=sa.func.now())
    .returning(*products.c)
)


class ProductRepository(CatalogueRepository[Product, ProductFilter, NewProduct, ProductChanges]):
    """Products of the catalogue, the newest first, which everybody reads; the stock code is the natural key.

    Lists and counts leave out what left the catalogue; what is found by its key may have left
    it: orders name it. :meth:`upsert_many` leaves the stock of products that are there alone.
    A user (platform_app) may take stock and return it, background work does everything else.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _SHELF)

    async def by_sku(self, sku: str) -> Product:
        """The product of this stock code, compared byte by byte; also one that left the catalogue.

        Raises
        ------
        NotFound
            There is none.
        """
        return self._rows.found(await self._executor.fetch_row(_BY_SKU, {"sku": sku}))

    async def oldest(
        self, chosen: ProductFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[Product]:
        """Products of the catalogue by status, the oldest of each first: what waits longest for a review.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _OLDEST.page(self._executor, chosen, after=after, limit=limit)

    # -- the way to its sale ------------------------------------------------------------

    async def submit(self, product: Product) -> Product:
        """Hand a draft, or a rejected product, in for review.

        Raises
        ------
        RuleViolation
            It cannot take this status from the one it has (``ck_products_transition_allowed``),
            or it left the catalogue (``ck_products_removed_keeps_status``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._becomes(product, ProductStatus.PENDING, "submitted")

    async def approve(self, product: Product) -> Product:
        """Accept a product that was handed in. Raises as :meth:`submit`."""
        return await self._becomes(product, ProductStatus.APPROVED, "approved")

    async def reject(self, product: Product) -> Product:
        """Refuse a product at its review, or when it arrived. Raises as :meth:`submit`."""
        return await self._becomes(product, ProductStatus.REJECTED, "rejected")

    async def redraft(self, product: Product) -> Product:
        """Take a product back to be listed anew. Raises as :meth:`submit`."""
        return await self._becomes(product, ProductStatus.DRAFT, "redrafted")

    async def dispatch(self, product: Product) -> Product:
        """Note that an approved product is on its way to the shop. Raises as :meth:`submit`."""
        return await self._becomes(product, ProductStatus.IN_TRANSIT, "dispatched")

    async def verify(self, product: Product) -> Product:
        """Note that a product arrived as it was described. Raises as :meth:`submit`."""
        return await self._becomes(product, ProductStatus.VERIFIED, "verified")

    async def publish(self, product: Product) -> Product:
        """Put a product on sale: one that was approved or verified, was sold out, or was withdrawn.

        Raises
        ------
        RuleViolation
            As :meth:`submit`; or it has no sale price (``ck_products_on_sale_has_price``), or
            one of zero (``ck_products_available_has_price``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._becomes(product, ProductStatus.AVAILABLE, "published")

    async def mark_sold(self, product: Product) -> Product:
        """Note that the last piece of a product was sold. Raises as :meth:`submit`."""
        return await self._becomes(product, ProductStatus.SOLD, "sold")

    async def withdraw(self, product: Product) -> Product:
        """Take a product off sale for a while; :meth:`publish` brings it back. Raises as :meth:`submit`."""
        return await self._becomes(product, ProductStatus.INACTIVE, "withdrawn")

    async def remove(self, product: Product) -> Product:
        """Take a product out of the catalogue; the row stays for the orders that name it, and keeps its status.

        One that left already stays as it is.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        if product.deleted_at is not None:
            return product
        return await self._run(product, "removed", _REMOVE, ("deleted_at",))

    async def restore(self, product: Product) -> Product:
        """Bring a product back into the catalogue as it was.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._switched(product, "restored", {"deleted_at": None})

    # -- the stock ----------------------------------------------------------------------

    async def take_stock(self, product_id: int, quantity: int) -> Product:
        """Reserve pieces of a product on sale; of any number who do so at once, none takes what is not there.

        Take several products in the order of their ids, so that two buyers do not wait for each other.

        Raises
        ------
        RuleViolation
            Fewer are there (``ck_products_stock_quantity_non_negative``), or the product is not on
            sale (``products_on_sale``); none was taken.
        NotFound
            There is no such product.
        """
        product = await _STOCK.take(self._executor, product_id, pieces(Product.entity, quantity))
        return self._stocked(product, "stock_taken", -quantity)

    async def return_stock(self, product_id: int, quantity: int) -> Product:
        """Give pieces back that were reserved, whatever became of the product.

        Raises
        ------
        RuleViolation
            The quantity is no number of pieces, or the stock would be too large to count.
        NotFound
            There is no such product.
        """
        return self._stocked(await self._put(product_id, quantity), "stock_returned", quantity)

    async def restock(self, product_id: int, quantity: int) -> Product:
        """Add pieces that arrived.

        Raises
        ------
        RuleViolation, NotFound
            As :meth:`return_stock`.
        """
        return self._stocked(await self._put(product_id, quantity), "restocked", quantity)

    async def count_stock(self, product: Product, quantity: int) -> Product:
        """Correct the stock to what was counted, if nothing moved since ``product`` was read.

        Raises
        ------
        RuleViolation
            The quantity is negative (``ck_products_stock_quantity_non_negative``).
        StaleVersion, NotFound
            Something moved while it was counted: count again; it is gone.
        """
        return await self._switched(product, "stock_counted", {_STOCK_COLUMN: quantity})

    async def _becomes(self, product: Product, status: ProductStatus, event: str) -> Product:
        return await self._changed(product, event, moved(product, status))

    async def _put(self, product_id: int, quantity: int) -> Product:
        return await _STOCK.put(self._executor, product_id, pieces(Product.entity, quantity))

    def _stocked(self, product: Product, event: str, quantity: int) -> Product:
        before, after = product.stock_quantity - quantity, product.stock_quantity
        self._note(AuditAction.UPDATE, event, product, {_STOCK_COLUMN: before}, {_STOCK_COLUMN: after})
        return product
