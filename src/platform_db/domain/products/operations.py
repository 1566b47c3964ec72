"""What may become of a stored product: decisions over frozen values, before any statement."""

from __future__ import annotations

from typing import Final

from platform_db.domain.products.product import PRODUCT_STATES, Product, ProductStatus
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = ["NOT_ON_SALE", "moved", "refusal_of_taking"]

NOT_ON_SALE: Final = Violation(
    "products_on_sale",
    ("status", "deleted_at"),
    Message("Ürün satışta değil", "The product is not on sale"),
    Product.entity,
)


def moved(product: Product, status: ProductStatus) -> dict[str, object]:
    """The columns of a product that takes another status.

    Raises
    ------
    RuleViolation
        It has that status, or cannot take it (``ck_products_transition_allowed``); it left the
        catalogue (``ck_products_removed_keeps_status``); it has no price to be sold at
        (``ck_products_on_sale_has_price``, ``ck_products_available_has_price``).
    """
    if product.status is status:
        raise RuleViolation(PRODUCT_STATES.rule.guard.violation(Product.entity))
    return product.checked({"status": status})


def refusal_of_taking(product: Product, quantity: int) -> RuleViolation | None:
    """Why these pieces cannot be taken from the stock; None where they can.

    It is not on sale (``products_on_sale``), or fewer are there (``ck_products_stock_quantity_non_negative``).
    """
    short = Product.violations({**dict(product), "stock_quantity": product.stock_quantity - quantity})
    broken = (*(() if product.is_on_sale else (NOT_ON_SALE,)), *short)
    return RuleViolation(*broken) if broken else None
