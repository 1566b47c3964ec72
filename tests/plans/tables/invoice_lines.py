"""Lines: one of each of 100,000 invoices; fifty sell one product, every tenth line names none."""

from __future__ import annotations

from typing import Final

from tests.plans.evidence import Evidence, Fill

FILL: Final = Fill(
    {
        "id": "i",
        "invoice_id": "i",
        "product_id": "CASE WHEN i % 10 <> 0 THEN i % 2000 + 1 END",
    },
)

EVIDENCE: Final = {
    "idx_invoice_lines_product_id": (
        Evidence("invoices.lines_of_product", lambda work: work.invoices.lines_of_product(78)),
        Evidence("invoices.lines_of_product", lambda work: work.invoices.lines_of_product(78), as_user=True),
    ),
}
