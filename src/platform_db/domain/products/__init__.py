"""Products: the articles of the shared catalogue, with their prices and stock."""

from __future__ import annotations

from platform_db.domain.products.inputs import NewProduct, ProductChanges
from platform_db.domain.products.product import PRODUCT_STATES, Product, ProductStatus

__all__ = ["PRODUCT_STATES", "NewProduct", "Product", "ProductChanges", "ProductStatus"]
