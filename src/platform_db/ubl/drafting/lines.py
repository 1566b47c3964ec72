"""The lines of a draft, from those of a document."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.codes import InvoiceTypeCode
from platform_db.domain.law.rates import KDV_CODE
from platform_db.ubl import keys, scheme_ids
from platform_db.ubl.arithmetic import total_of
from platform_db.ubl.drafting.values import decimal_text, nested, text_of

if TYPE_CHECKING:
    from platform_db.ubl.drafting.values import Faults
    from platform_db.ubl.elements.amounts import TaxSubtotal, TaxTotal
    from platform_db.ubl.elements.invoice import Invoice, InvoiceLine

__all__ = ["calculated_line", "item_data_of", "reason_of"]

_NO_KDV: Final = "351"
_PIECE: Final = "C62"


def calculated_line(line: InvoiceLine, invoice: Invoice, place: str, faults: Faults) -> dict[str, object]:
    """The line as the calculation takes it."""
    if line.sub_invoice_line:
        faults.cannot_carry(f"{place}/cac:SubInvoiceLine")
    discount, charge = (total_of(line.allowance_charge, charges=charges) for charges in (False, True))
    kdv = _kdv(line, invoice)
    if kdv is None or kdv.percent is None:
        faults.cannot_carry(f"{place}/cac:TaxTotal")
    given: dict[str, object] = {
        "description": text_of(line.item.name) or "",
        "quantity": decimal_text(line.invoiced_quantity.value),
        "unit": line.invoiced_quantity.unit_code or _PIECE,
        "unit_price": decimal_text(line.price.price_amount.value),
        "discount": {"amount": decimal_text(discount)} if discount else None,
        "charge": {"amount": decimal_text(charge)} if charge else None,
        "kdv_rate": "0" if kdv is None or kdv.percent is None else decimal_text(kdv.percent.value),
        "exemption_code": None if kdv is None else _exemption(kdv),
        "withholding_code": _withholding(line, invoice),
        "other_taxes": [_other(subtotal) for subtotal in _others(line)],
    }
    return given


def reason_of(line: InvoiceLine, invoice: Invoice) -> str | None:
    """The reason of an exemption in words; None without a code."""
    kdv = _kdv(line, invoice)
    return None if kdv is None or _exemption(kdv) is None else text_of(kdv.tax_category.tax_exemption_reason)


def item_data_of(line: InvoiceLine, invoice: Invoice) -> dict[str, object]:
    """What the profile or type asks of a line."""
    item = line.item
    numbers = {each.id.scheme_id: text_of(each.id) for each in item.additional_item_identification}
    specimen = item.item_instance[0] if item.item_instance else None
    serial = None if specimen is None else text_of(specimen.serial_id)
    is_charging = invoice.invoice_type_code.value == InvoiceTypeCode.SARJANLIK
    shipments = [delivery.shipment for delivery in line.delivery if delivery.shipment is not None]
    goods = [good for shipment in shipments for good in shipment.goods_item]
    declarations = [
        declaration
        for shipment in shipments
        for unit in shipment.transport_handling_unit
        for declaration in unit.customs_declaration
    ]
    buyer_codes = [
        text_of(each.id)
        for declaration in declarations
        if declaration.issuer_party is not None
        for each in declaration.issuer_party.party_identification
        if each.id.scheme_id == scheme_ids.BUYER_LINE_CODE
    ]
    classes = [text_of(each.item_classification_code) for each in item.commodity_classification]
    return nested(
        (
            *((key, numbers.get(scheme)) for key, scheme in keys.ITEM.items()),
            ("gtip", text_of(goods[0].required_customs_id) if goods else None),
            ("alici_dib_satir_kod", buyer_codes[0] if buyer_codes else None),
            ("item_class", classes[0] if classes else None),
            ("machine_name", text_of(item.model_name)),
            ("machine_sequence_no", None if specimen is None else text_of(specimen.product_trace_id)),
            ("serial_no" if is_charging else "machine_id", serial),
        )
    )


def _subtotals(total: TaxTotal | None) -> tuple[TaxSubtotal, ...]:
    return () if total is None else total.tax_subtotal


def _code(subtotal: TaxSubtotal) -> str | None:
    return text_of(subtotal.tax_category.tax_scheme.tax_type_code)


def _kdv(line: InvoiceLine, invoice: Invoice) -> TaxSubtotal | None:
    """The line's KDV; where lines carry none and the document has one rate, that one."""
    own = [subtotal for subtotal in _subtotals(line.tax_total) if _code(subtotal) == KDV_CODE]
    if own or line.tax_total is not None:
        return own[0] if len(own) == 1 else None
    whole = [subtotal for total in invoice.tax_total for subtotal in total.tax_subtotal if _code(subtotal) == KDV_CODE]
    return whole[0] if len(whole) == 1 else None


def _exemption(kdv: TaxSubtotal) -> str | None:
    code = text_of(kdv.tax_category.tax_exemption_reason_code)
    is_taxed = kdv.percent is not None and kdv.percent.value > 0
    # The document gives this reason where KDV is too small for one kuruş; no line has it.
    return None if is_taxed and code == _NO_KDV else code


def _withholding(line: InvoiceLine, invoice: Invoice) -> str | None:
    """The line's withholding code; where lines carry none and the document has one, that one."""
    totals = line.withholding_tax_total
    if not totals and not any(each.withholding_tax_total for each in invoice.invoice_line):
        totals = invoice.withholding_tax_total
    codes = {_code(subtotal) for total in totals for subtotal in total.tax_subtotal}
    return codes.pop() if len(codes) == 1 else None


def _others(line: InvoiceLine) -> list[TaxSubtotal]:
    return [subtotal for subtotal in _subtotals(line.tax_total) if _code(subtotal) != KDV_CODE]


def _other(subtotal: TaxSubtotal) -> dict[str, object]:
    percent = Decimal(0) if subtotal.percent is None else subtotal.percent.value
    share = {"rate": decimal_text(percent)} if percent else {"amount": decimal_text(subtotal.tax_amount.value)}
    return {"code": _code(subtotal) or "", **share}
