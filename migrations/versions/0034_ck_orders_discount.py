"""The discount of an order is within its subtotal."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import AddCheck, Comment, Validate

revision = "0034_ck_orders_discount"
down_revision = "0033_orders_agree"

steps = (
    AddCheck("orders", "ck_orders_discount_within_subtotal", "discount_cents <= subtotal_cents OR subtotal_cents < 0"),
    Comment.on_constraint(
        "orders",
        "ck_orders_discount_within_subtotal",
        "İndirim ara toplamı aşamaz / The discount must not exceed the subtotal",
    ),
    Validate("orders", "ck_orders_discount_within_subtotal"),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)
