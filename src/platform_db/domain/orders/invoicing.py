"""From an order to the invoice that says the same, to the kuruş."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from pydantic import StrictStr

from platform_db.domain.identity import Iban
from platform_db.domain.invoices.calculation import InvoiceDocumentInput, parse_document
from platform_db.domain.invoices.calculation.arithmetic import cents_text
from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceTypeCode
from platform_db.domain.invoices.draft import InvoiceDraft, LineDetails
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.parties import Customer, Issuer
from platform_db.domain.models import InputModel
from platform_db.domain.order_items import OrderItem
from platform_db.domain.orders.order import Order
from platform_db.domain.orders.states import NOT_INVOICED, OrderStatus
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = ["OrderInvoice", "demand_invoiceable", "demand_not_live", "invoice_draft_of"]

_PIECE: Final = "C62"
_DISCOUNT: Final = "İndirim"
_SHIPPING: Final = "Kargo"
_MATCHES: Final = Message(
    "Faturanın tutarları siparişinkilerle aynı olmalıdır", "The invoice must say what the order says"
)


class OrderInvoice(InputModel):
    """What an invoice says beside its order.

    Days are legal days in Europe/Istanbul. ``exemption_code`` is why items of KDV rate 0
    bear none, ``exemption_reason`` the same in words; both are left out on other items.
    """

    entity = "invoices"

    issue_date: date
    issuer: Issuer
    customer: Customer
    profile: InvoiceProfile = InvoiceProfile.EARSIVFATURA
    type: InvoiceTypeCode = InvoiceTypeCode.SATIS
    due_date: date | None = None
    delivery_date: date | None = None
    exemption_code: StrictStr | None = None
    exemption_reason: StrictStr | None = None
    payment_iban: Iban | None = None
    note: StrictStr | None = None


def invoice_draft_of(order: Order, items: Sequence[OrderItem], terms: OrderInvoice) -> InvoiceDraft:
    """The draft of an order's invoice: a line an item, the discount as a document allowance, shipping as a charge.

    Currency and rate are the order's, of the day on which it was placed, whatever ``issue_date``
    is. KDV is converted at the rate of the day of the taxable event (Law 3065 art. 26); whether
    the day of the order is that day is (unverified). The figures are computed anew and equal
    the order's.

    Raises
    ------
    RuleViolation
        The order is not to be invoiced (``ck_invoices_order_is_confirmed``); its amounts are not those
        that follow from its items (``invoice_matches_order``, ``fields`` names which); a rule of
        invoices is broken, such as a KDV rate that is not in force on ``issue_date``.
    """
    demand_invoiceable(order.status)
    own = {name: getattr(terms, name) for name in _AS_GIVEN}
    draft = InvoiceDraft.model_validate(
        {
            **own,
            "document": _document(order, items, terms),
            "lines": tuple(_details(item, terms) for item in items),
            "user_id": order.buyer_id,
            "order_id": order.id,
            "exchange_rate_date": order.exchange_rate_date,
            "exchange_rate_source": order.exchange_rate_source,
        }
    )
    differing = _differing(order, draft)
    if differing:
        raise RuleViolation(Violation("invoice_matches_order", differing, _MATCHES, Order.entity))
    return draft


def demand_invoiceable(status: OrderStatus) -> None:
    """Refuse the invoice of an order that is pending, cancelled or refunded (``ck_invoices_order_is_confirmed``)."""
    if status in NOT_INVOICED:
        raise RuleViolation(Invoice.refusal("order_is_confirmed"))


def demand_not_live(*, invoiced: bool) -> None:
    """Refuse to cancel an order that has an invoice (``ck_orders_cancelled_has_no_invoice``)."""
    if invoiced:
        raise RuleViolation(Order.refusal("cancelled_has_no_invoice"))


_AS_GIVEN: Final = ("issuer", "customer", "due_date", "delivery_date", "payment_iban", "note")


def _document(order: Order, items: Sequence[OrderItem], terms: OrderInvoice) -> InvoiceDocumentInput:
    head: dict[str, object] = {
        "issue_date": terms.issue_date.isoformat(),
        "currency": order.currency.value,
        "profile": terms.profile.value,
        "type": terms.type.value,
        "lines": [_line(item, terms) for item in items],
    }
    if order.exchange_rate is not None:
        head["exchange_rate"] = format(order.exchange_rate, "f")
    if order.discount_cents:
        head["allowances"] = [{"amount": cents_text(order.discount_cents), "reason": _DISCOUNT}]
    if order.shipping_cents:
        head["charges"] = [{"amount": cents_text(order.shipping_cents), "reason": _SHIPPING}]
    return parse_document(head)


def _line(item: OrderItem, terms: OrderInvoice) -> dict[str, object]:
    line: dict[str, object] = {
        "description": item.product_name,
        "quantity": str(item.quantity),
        "unit": _PIECE,
        "unit_price": cents_text(item.unit_price_cents),
        "kdv_rate": format(item.kdv_rate, "f"),
    }
    return line if item.kdv_rate else {**line, "exemption_code": terms.exemption_code}


def _details(item: OrderItem, terms: OrderInvoice) -> LineDetails:
    exempt = not item.kdv_rate and terms.exemption_code is not None
    return LineDetails(product_id=item.product_id, exemption_reason=terms.exemption_reason if exempt else None)


def _differing(order: Order, draft: InvoiceDraft) -> tuple[str, ...]:
    sums = draft.calculation.totals
    told: Mapping[str, int] = {
        "subtotal_cents": sums.gross,
        "discount_cents": sums.allowance,
        "shipping_cents": sums.charge,
        "tax_cents": sums.kdv,
        "total_cents": sums.payable,
        "total_try_cents": sums.payable_try,
    }
    return tuple(name for name, cents in told.items() if getattr(order, name) != cents)
