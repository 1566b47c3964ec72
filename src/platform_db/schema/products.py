"""The table of products: a catalogue that all users share."""

from __future__ import annotations

from platform_db.domain.products import Product
from platform_db.domain.rules import Message
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["products"]

_ANALYSED = (
    "id",
    "sku",
    "vendor_id",
    "sale_price_cents",
    "cost_price_cents",
    "commission_cents",
    "name",
    "category",
    "status",
    "currency",
    "kdv_rate",
    "weight_kg",
    "tags",
    "stock_quantity",
    "deleted_at",
    "created_at",
    "updated_at",
)

products = table(
    Product,
    foreign_key("vendor_id", "users"),
    foreign_key("created_by_user_id", "users"),
    foreign_key("updated_by_user_id", "users"),
    unique("sku", message=Message("Bu stok koduyla bir ürün var", "There is a product with this stock code")),
    index(
        "gin_products_tags",
        "tags",
        using="gin",
        serves="Products that carry given tags: tags @> ….",
    ),
    index(
        "idx_products_category",
        "category",
        where="deleted_at IS NULL",
        serves="The products of a category that are in the catalogue.",
    ),
    index(
        "idx_products_created_by_user_id",
        "created_by_user_id",
        where="created_by_user_id IS NOT NULL",
        serves="The products that a user listed, and the foreign key to users.",
    ),
    index("idx_products_status_created", "status", "created_at", serves="Products in a status, oldest first."),
    index(
        "idx_products_updated_by_user_id",
        "updated_by_user_id",
        where="updated_by_user_id IS NOT NULL",
        serves="The products that a user last changed, and the foreign key to users.",
    ),
    index(
        "idx_products_vendor_status_created",
        "vendor_id",
        "status",
        "created_at",
        serves="The products of a vendor in a status, oldest first, and the foreign key to users.",
    ),
    grants={
        Role.APP: {"SELECT": None, "UPDATE": ("stock_quantity",)},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.READONLY: {"SELECT": _ANALYSED},
        Role.AUDITOR: {"SELECT": None},
    },
)
