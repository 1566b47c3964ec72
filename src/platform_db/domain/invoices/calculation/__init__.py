"""The calculation of an invoice: from lines to totals, to the kuruş (hesaplama).

Pure functions; no database, no clock, no float.

>>> document = parse_document({
...     "issue_date": "2026-11-20", "currency": "TRY", "profile": "TICARIFATURA", "type": "TEVKIFAT",
...     "lines": [{"description": "Yemek servisi", "quantity": "2", "unit": "C62", "unit_price": "10000.00",
...                "discount": {"rate": "10"}, "kdv_rate": "20", "withholding_code": "604"}],
... })
>>> calculation = calculate(document)
>>> calculation.totals.payable, calculation.amount_in_words
(1980000, 'Yalnız ondokuzbinsekizyüz Türk Lirası')
"""

from __future__ import annotations

from platform_db.domain.invoices.calculation.document import (
    DocumentAmount,
    InvoiceDocumentInput,
    InvoiceLineInput,
    OtherTaxInput,
)
from platform_db.domain.invoices.calculation.findings import Findings
from platform_db.domain.invoices.calculation.json_text import read_json
from platform_db.domain.invoices.calculation.legality import judge_document
from platform_db.domain.invoices.calculation.reading import read_document
from platform_db.domain.invoices.calculation.result import (
    CalculatedLine,
    CalculatedTax,
    Calculation,
    TaxSubtotal,
    Totals,
    WithholdingSubtotal,
)
from platform_db.domain.invoices.calculation.steps import calculate

__all__ = [
    "CalculatedLine",
    "CalculatedTax",
    "Calculation",
    "DocumentAmount",
    "InvoiceDocumentInput",
    "InvoiceLineInput",
    "OtherTaxInput",
    "TaxSubtotal",
    "Totals",
    "WithholdingSubtotal",
    "calculate",
    "parse_document",
    "read_json",
]


def parse_document(data: object) -> InvoiceDocumentInput:
    """Judge a document in the contract's form (a parsed JSON value) by every rule.

    Amounts, rates and quantities are texts of ASCII digits with at most one point; a JSON
    number is refused, and so is a field the contract does not know.

    Raises
    ------
    RuleViolation
        With every broken rule that can be judged, in document order; ``fields`` are dotted
        paths such as ``lines.0.kdv_rate``.
    """
    found = Findings()
    document = read_document(data, found)
    judge_document(document, found)
    found.refuse()
    return document
