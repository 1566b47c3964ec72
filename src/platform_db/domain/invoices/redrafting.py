"""The draft from which a stored document follows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Final, cast

from platform_db.domain.invoices.calculation import (
    DocumentAmount,
    InvoiceDocumentInput,
    InvoiceLineInput,
    OtherTaxInput,
    bounds,
)
from platform_db.domain.invoices.calculation.arithmetic import gross_of, part
from platform_db.domain.invoices.document import InvoiceDocument
from platform_db.domain.invoices.draft import InvoiceDraft, InvoiceTerms, LineDetails, draft_rows
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.parties import Customer, Issuer
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import StoredModel
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = ["as_draft"]

# Never the caller's context: its precision must not change a figure.
_EXACT: Final = Context(prec=100, traps=[InvalidOperation, Inexact])
_ANOTHER_NAME: Final = frozenset({"document", "issuer", "customer", "lines", "billing_type"})
_GIVEN_FROM_ROW: Final = tuple(name for name in InvoiceTerms.model_fields if name not in _ANOTHER_NAME)

_RECALCULATES: Final = Violation(
    rule="draft_recalculates",
    fields=(),
    message=Message(
        "Bu taslağın tutarları başka bir faturanın paylarıdır: satır düzenlemek yerine silip yeniden oluşturun",
        "The figures of this draft are shares of another invoice: delete it and draft it again instead of editing",
    ),
    entity=Invoice.entity,
)


def as_draft(stored: InvoiceDocument) -> InvoiceDraft:
    """The draft from which this document follows, to the kuruş.

    What is not stored comes back in a form of the same figures: several document allowances
    as one without a reason, likewise charges; an inclusive price's discount and charge as
    amounts.

    Raises
    ------
    RuleViolation
        Its figures do not follow from its lines (``draft_recalculates``): the draft of a
        return, whose figures are shares of the returned invoice.
    """
    invoice = stored.invoice
    parties = {
        kind.role: {name: getattr(invoice, f"{kind.role}_{name}") for name in kind.model_fields}
        for kind in (Issuer, Customer)
    }
    draft = InvoiceDraft.parse(
        {
            **{name: getattr(invoice, name) for name in _GIVEN_FROM_ROW},
            **parties,
            "user_id": invoice.user_id,
            "billing_type": invoice.type,
            "document": _document(stored),
            "lines": tuple(
                LineDetails(**{name: getattr(line, name) for name in LineDetails.model_fields}) for line in stored.lines
            ),
        }
    )
    if not _same(draft, stored):
        raise RuleViolation(_RECALCULATES)
    return draft


def _document(stored: InvoiceDocument) -> InvoiceDocumentInput:
    invoice = stored.invoice
    rate = invoice.exchange_rate
    return InvoiceDocumentInput(
        issue_date=invoice.issue_date,
        currency=invoice.currency,
        exchange_rate_e6=None if rate is None else _scaled(rate, bounds.EXCHANGE_RATE.exponent),
        profile=invoice.profile,
        type=invoice.type_code,
        rounding=invoice.rounding,
        tax_inclusive_prices=invoice.tax_inclusive_prices,
        lines=tuple(_line(line, inclusive=invoice.tax_inclusive_prices) for line in stored.lines),
        allowances=_one(invoice.document_allowance_cents),
        charges=_one(invoice.document_charge_cents),
    )


def _one(cents: int) -> tuple[DocumentAmount, ...]:
    return (DocumentAmount(cents, None),) if cents else ()


def _line(line: InvoiceLine, *, inclusive: bool) -> InvoiceLineInput:
    rate = None if line.discount_rate is None else _scaled(line.discount_rate, bounds.DISCOUNT_RATE.exponent)
    discount, charge = _inclusive_amounts(line, rate) if inclusive else (line.discount_cents, line.charge_cents)
    return InvoiceLineInput(
        description=line.description,
        quantity_e8=_scaled(line.quantity, bounds.QUANTITY.exponent),
        unit=line.unit_code,
        unit_price_e8=_scaled(line.unit_price, bounds.UNIT_PRICE.exponent),
        discount_rate_e4=rate,
        discount_amount=discount if rate is None and discount else None,
        charge=charge,
        kdv_rate_e4=_scaled(line.kdv_rate, bounds.KDV_RATE.exponent),
        withholding_code=line.withholding_code,
        exemption_code=line.exemption_code,
        other_taxes=tuple(_tax(cast("JsonObject", listed)) for listed in line.other_taxes),
    )


def _inclusive_amounts(line: InvoiceLine, rate: int | None) -> tuple[int, int]:
    """Discount and charge with their KDV, of which only the parts without it are stored.

    Their difference is known: quantity times price less what the line came to. Any pair of
    that difference whose parts without KDV are the stored ones gives the same figures.
    """
    product = gross_of(
        _scaled(line.quantity, bounds.QUANTITY.exponent), _scaled(line.unit_price, bounds.UNIT_PRICE.exponent)
    )
    off = product - line.net_cents - line.kdv_cents
    if rate is not None:
        discount = part(product, rate)
        return discount, discount - off
    kdv_rate = _scaled(line.kdv_rate, 2)
    lowest, highest = _with_tax(line.discount_cents, kdv_rate)
    least, most = _with_tax(line.charge_cents, kdv_rate)
    discount = min(max(lowest, least + off), highest, most + off)
    return discount, discount - off


def _with_tax(cents: int, rate_e2: int) -> tuple[int, int]:
    """The lowest and the highest amount whose part without KDV is ``cents``: within half a minor unit of it."""
    whole = 10**4 + rate_e2
    return ((2 * cents - 1) * whole) // (2 * 10**4) + 1, ((2 * cents + 1) * whole) // (2 * 10**4)


def _tax(listed: JsonObject) -> OtherTaxInput:
    rate = listed["rate"]
    return OtherTaxInput(
        code=str(listed["code"]),
        rate_e4=None if rate is None else _scaled(Decimal(str(rate)), bounds.OTHER_TAX_RATE.exponent),
        amount=cast("int", listed["amount_cents"]) if rate is None else None,
    )


def _scaled(value: Decimal, places: int) -> int:
    return int(value.scaleb(places, _EXACT))


def _same(draft: InvoiceDraft, stored: InvoiceDocument) -> bool:
    rows = draft_rows(draft)
    header = {name: value for name, value in rows.invoice.items() if name != "ettn"}
    lines = zip(stored.lines, enumerate(rows.lines, start=1), strict=True)
    sums = ((rows.tax_subtotals, stored.tax_subtotals), (rows.withholdings, stored.withholdings))
    return (
        _holds(stored.invoice, header)
        and all(_holds(line, {**columns, "line_number": number}) for line, (number, columns) in lines)
        and all(
            len(made) == len(kept) and all(any(_holds(row, columns) for row in kept) for columns in made)
            for made, kept in sums
        )
    )


def _holds(row: StoredModel, columns: Mapping[str, object]) -> bool:
    return all(getattr(row, name) == value for name, value in columns.items())
