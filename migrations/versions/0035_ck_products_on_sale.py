"""What is on sale has a price: ck_products_available_has_price lets NULL pass."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import AddCheck, Comment, Validate

revision = "0035_ck_products_on_sale"
down_revision = "0034_ck_orders_discount"

steps = (
    AddCheck("products", "ck_products_on_sale_has_price", "status <> 'available' OR sale_price_cents IS NOT NULL"),
    Comment.on_constraint(
        "products",
        "ck_products_on_sale_has_price",
        "Satışa çıkan ürünün satış fiyatı olmalıdır / A product on sale must have a sale price",
    ),
    Validate("products", "ck_products_on_sale_has_price"),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)
