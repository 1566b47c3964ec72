"""Orders of the shop: placed, moved along, found, listed."""

from __future__ import annotations

from platform_db.repositories.orders.listing import OrderFilter
from platform_db.repositories.orders.repository import OrderRepository

__all__ = ["OrderFilter", "OrderRepository"]
