"""The triggers of invoices, series, payments, order transactions and orders.

PostgreSQL fires the triggers of one event in the order of their names: ``<table>_guard``
comes before ``<table>_touch``.
"""

from __future__ import annotations

from typing import Final

from platform_db.schema.roles import Role
from platform_db.schema.triggers import Trigger, row_trigger

__all__ = ["BILLING_TRIGGERS"]

_PARTS: Final = ("invoice_lines", "invoice_tax_subtotals", "invoice_withholdings")

_PART_EVENTS: Final = (
    ("insert", "INSERT", "NEW"),
    ("update", "UPDATE", "NEW"),
    ("move", "UPDATE", "OLD"),
    ("delete", "DELETE", "OLD"),
)
"""Suffix, event and the image of the rows; ``move`` looks at where a part was before."""


def _deferred(name: str, table: str, events: str, function: str, *, condition: str = "") -> Trigger:
    clause = f" WHEN ({condition})" if condition else ""
    sql = (
        f"CREATE CONSTRAINT TRIGGER {name} AFTER {events} ON {table} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW{clause} EXECUTE FUNCTION {function}()"
    )
    return Trigger(name, table, sql)


def _guard(table: str, events: str, function: str) -> Trigger:
    return row_trigger(f"{table}_guard", table, f"BEFORE {events}", function, always=True)


def _part_guards() -> tuple[Trigger, ...]:
    return tuple(
        Trigger(
            f"{part}_guard_{suffix}",
            part,
            f"CREATE TRIGGER {part}_guard_{suffix} AFTER {event} ON {part} REFERENCING {image} TABLE AS changed "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_issued_invoice_parts()",
        )
        for part in _PARTS
        for suffix, event, image in _PART_EVENTS
    )


BILLING_TRIGGERS: Final[tuple[Trigger, ...]] = (
    _guard("invoices", "INSERT OR UPDATE OR DELETE", "guard_issued_invoice"),
    *_part_guards(),
    _guard("invoice_series", "UPDATE OR DELETE", "guard_invoice_series"),
    _deferred(
        "invoice_series_gapless",
        "invoice_series",
        "UPDATE OF last_sequence",
        "check_series_is_gapless",
        condition="NEW.last_sequence > OLD.last_sequence",
    ),
    _guard("payments", "INSERT OR UPDATE OR DELETE", "guard_payment"),
    Trigger(
        "payments_apply",
        "payments",
        "CREATE TRIGGER payments_apply AFTER INSERT OR UPDATE OF status, refunded_cents ON payments FOR EACH ROW "
        "WHEN (NEW.kind = 'refund' OR NEW.status NOT IN ('pending', 'processing', 'failed', 'cancelled')) "
        "EXECUTE FUNCTION apply_payment()",
    ),
    Trigger(
        "payments_of_order",
        "payments",
        "CREATE TRIGGER payments_of_order AFTER INSERT OR UPDATE OF status ON payments FOR EACH ROW "
        "WHEN (NEW.kind = 'charge' AND NEW.invoice_id IS NOT NULL AND NEW.status NOT IN ('failed', 'cancelled')) "
        "EXECUTE FUNCTION check_payment_of_order()",
    ),
    _guard("order_transactions", "INSERT OR UPDATE OF status, paid_cents, refunded_cents", "guard_order_transaction"),
    row_trigger(
        "order_transactions_guard_order",
        "order_transactions",
        "BEFORE INSERT OR UPDATE OF payment_method_id",
        "guard_attempt",
        always=True,
    ),
    row_trigger(
        "invoices_guard_order",
        "invoices",
        "BEFORE INSERT OR UPDATE OF order_id, type_code, return_of_invoice_id, status",
        "guard_invoice_of_order",
        always=True,
    ),
    _guard("orders", "UPDATE OF status, total_cents", "guard_order"),
    _guard("order_items", "UPDATE OR DELETE", "guard_order_items"),
    Trigger(
        "order_items_price",
        "order_items",
        "CREATE TRIGGER order_items_price BEFORE INSERT ON order_items FOR EACH ROW "
        f"WHEN (current_user = '{Role.APP}') EXECUTE FUNCTION guard_order_item_price()",
        always=True,
    ),
    _deferred(
        "orders_sum_of_items",
        "orders",
        "INSERT OR UPDATE OF subtotal_cents, tax_cents, shipping_cents, discount_cents",
        "check_order_is_sum_of_items",
    ),
    _deferred("order_items_sum", "order_items", "INSERT OR UPDATE OR DELETE", "check_order_is_sum_of_items"),
)
