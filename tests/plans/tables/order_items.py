"""Order items: two in each of 50,000 orders; twenty ordered one product."""

from __future__ import annotations

from typing import Final

from tests.plans.evidence import Evidence, Fill

FILL: Final = Fill(
    {
        "id": "i",
        "order_id": "(i + 1) / 2",
        "line_number": "2 - i % 2",
        "product_id": "i % 5000 + 1",
        "created_at": "now() - (100001 - i) * interval '15 minutes'",
    },
)

EVIDENCE: Final = {
    "idx_order_items_product_id": (
        Evidence("orders.items_of_product", lambda work: work.orders.items_of_product(77)),
        Evidence("orders.items_of_product", lambda work: work.orders.items_of_product(77), as_user=True),
    ),
}
