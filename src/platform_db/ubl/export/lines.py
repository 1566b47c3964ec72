"""The lines: what is sold, at which price, under which numbers."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.calculation.bounds import UNIT_PRICE
from platform_db.domain.money import from_cents
from platform_db.ubl import keys, scheme_ids
from platform_db.ubl.elements import invoice as head
from platform_db.ubl.elements.amounts import AllowanceCharge, Price
from platform_db.ubl.elements.items import CommodityClassification, Item, ItemIdentification, ItemInstance
from platform_db.ubl.elements.transport import CustomsDeclaration, Delivery, GoodsItem, Shipment, TransportHandlingUnit
from platform_db.ubl.export.figures import amount, code, identifier, number, plain, text, text_or_none
from platform_db.ubl.export.parties import party_of_number
from platform_db.ubl.export.taxes import taxes_of_line, withheld_from_line
from platform_db.ubl.values import Amount, Indicator, Quantity

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.domain.invoices.lines import InvoiceLine

__all__ = ["allowance_charge", "line_of"]

_EXACT: Final = Context(prec=100)
_ONLY: Final = "1"
"""The id of a part of which there is one."""


def line_of(line: InvoiceLine, invoice: Invoice) -> head.InvoiceLine:
    """One line; its amount is the net, before allowances and charges of the document."""
    return head.InvoiceLine(
        id=identifier(str(line.line_number)),
        invoiced_quantity=Quantity(plain(line.quantity), line.unit_code),
        line_extension_amount=amount(line.net_cents, invoice.currency),
        delivery=_delivery(line),
        allowance_charge=_allowances(line, invoice),
        tax_total=taxes_of_line(line, invoice),
        withholding_tax_total=withheld_from_line(line, invoice),
        item=_item(line),
        price=Price(price_amount=Amount(_price(line, invoice), invoice.currency.value)),
    )


def allowance_charge(cents: int, invoice: Invoice, *, is_charge: bool) -> tuple[AllowanceCharge, ...]:
    """An allowance or charge of this sum; none of nothing."""
    if not cents:
        return ()
    return (AllowanceCharge(charge_indicator=Indicator(is_charge), amount=amount(cents, invoice.currency)),)


def _price(line: InvoiceLine, invoice: Invoice) -> Decimal:
    """The price without KDV; of a price including it, what is left per unit."""
    if not invoice.tax_inclusive_prices:
        return plain(line.unit_price)
    left = _EXACT.divide(from_cents(line.gross_cents), line.quantity)
    return plain(left.quantize(Decimal((0, (1,), -UNIT_PRICE.places)), context=_EXACT))


def _allowances(line: InvoiceLine, invoice: Invoice) -> tuple[AllowanceCharge, ...]:
    discount = allowance_charge(line.discount_cents, invoice, is_charge=False)
    if discount and line.discount_rate is not None:
        discount = (
            AllowanceCharge(
                charge_indicator=discount[0].charge_indicator,
                multiplier_factor_numeric=number(line.discount_rate.scaleb(-2, _EXACT)),
                amount=discount[0].amount,
                base_amount=amount(line.gross_cents, invoice.currency),
            ),
        )
    return (*discount, *allowance_charge(line.charge_cents, invoice, is_charge=True))


def _item(line: InvoiceLine) -> Item:
    data = {key: keys.text_at(line.item_data, key) for key in keys.ITEM_KEYS}
    trace, item_class = data["machine_sequence_no"], data["item_class"]
    serial = data["machine_id"] or data["serial_no"]
    specimen = ItemInstance(
        product_trace_id=None if trace is None else identifier(trace),
        serial_id=None if serial is None else identifier(serial),
    )
    return Item(
        name=text(line.description),
        model_name=text_or_none(data["machine_name"]),
        additional_item_identification=tuple(
            ItemIdentification(id=identifier(value, scheme))
            for key, scheme in keys.ITEM.items()
            if (value := data[key]) is not None
        ),
        commodity_classification=()
        if item_class is None
        else (CommodityClassification(item_classification_code=code(item_class)),),
        item_instance=() if trace is None and serial is None else (specimen,),
    )


def _delivery(line: InvoiceLine) -> tuple[Delivery, ...]:
    gtip = keys.text_at(line.item_data, "gtip")
    buyer_line = keys.text_at(line.item_data, "alici_dib_satir_kod")
    if gtip is None and buyer_line is None:
        return ()
    declared = () if buyer_line is None else (_declared(buyer_line),)
    goods = () if gtip is None else (GoodsItem(required_customs_id=identifier(gtip)),)
    return (Delivery(shipment=Shipment(id=identifier(_ONLY), goods_item=goods, transport_handling_unit=declared)),)


def _declared(buyer_line: str) -> TransportHandlingUnit:
    issuer = party_of_number(buyer_line, scheme_ids.BUYER_LINE_CODE)
    return TransportHandlingUnit(customs_declaration=(CustomsDeclaration(id=identifier(_ONLY), issuer_party=issuer),))
