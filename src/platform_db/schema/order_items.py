"""The table of order items; each belongs to the buyer of its order."""

from __future__ import annotations

from platform_db.domain.order_items import OrderItem
from platform_db.domain.rules import Message
from platform_db.schema.metadata import Through, foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["order_items"]

order_items = table(
    OrderItem,
    foreign_key("order_id", "orders", on_delete="CASCADE"),
    foreign_key("product_id", "products"),
    unique(
        "order_id",
        "line_number",
        message=Message("Bu satır numarası siparişte var", "The order has an item of this number already"),
    ),
    index(
        "idx_order_items_product_id",
        "product_id",
        serves="Items that ordered a product, and the foreign key to products.",
    ),
    owner=Through(parent="orders", column="order_id", owner="buyer_id"),
    grants={
        Role.APP: {"SELECT": None, "INSERT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.READONLY: {"SELECT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)
