"""What must hold between the amounts of an invoice (TURKISH_RULES §6)."""

from __future__ import annotations

from typing import Final

from platform_db.domain.exchange import CURRENCY_POLICY, try_is_converted
from platform_db.domain.invoices.codes import (
    WITHHOLDING_TYPES,
    InvoiceStatus,
    InvoiceTypeCode,
)
from platform_db.domain.rules import Message, Rule, one_of

__all__ = ["AMOUNT_RULES"]

S = InvoiceStatus


def _status_matches_payments(status: InvoiceStatus, payable: int, paid: int, refunded: int) -> bool:
    net = paid - refunded
    expected = {
        S.PAID: net == payable,
        S.PARTIAL: 0 < net < payable,
        S.REFUNDED: paid > 0 and net == 0,
        S.CANCELLED: net == 0,
    }
    return expected.get(status, paid == 0)


def _paid_within(payable: int, paid: int, refunded: int) -> bool:
    return 0 <= refunded <= paid and paid - refunded <= payable


def _document_allowance_within_allowance(document: int, every: int) -> bool:
    return document <= every


def _document_charge_within_charge(document: int, every: int) -> bool:
    return document <= every


def _tax_exclusive_is_sum(exclusive: int, gross: int, allowance: int, charge: int) -> bool:
    return exclusive == gross - allowance + charge


def _total_is_sum(inclusive: int, exclusive: int, kdv: int, other: int) -> bool:
    return inclusive == exclusive + kdv + other


def _payable_is_sum(payable: int, inclusive: int, withheld: int, deferred: int) -> bool:
    return payable == inclusive - withheld - deferred


def _withheld_within_kdv(withheld: int, deferred: int, kdv: int) -> bool:
    return withheld + deferred <= kdv


def _deferred_kdv_only_export_registered(deferred: int, code: InvoiceTypeCode) -> bool:
    return deferred == 0 or code == InvoiceTypeCode.IHRACKAYITLI


def _withheld_type(withheld: int, code: InvoiceTypeCode) -> bool:
    return withheld == 0 or code in WITHHOLDING_TYPES


AMOUNT_RULES: Final = (
    Rule(
        name="document_allowance_within_allowance",
        fields=("document_allowance_cents", "allowance_cents"),
        holds=_document_allowance_within_allowance,
        sql="document_allowance_cents <= allowance_cents",
        message=Message("Belge iskontosu toplam iskontoyu aşamaz", "Document allowances cannot exceed all allowances"),
    ),
    Rule(
        name="document_charge_within_charge",
        fields=("document_charge_cents", "charge_cents"),
        holds=_document_charge_within_charge,
        sql="document_charge_cents <= charge_cents",
        message=Message("Belge ilavesi toplam ilaveyi aşamaz", "Document charges cannot exceed all charges"),
    ),
    Rule(
        name="tax_exclusive_is_sum",
        fields=("tax_exclusive_cents", "gross_cents", "allowance_cents", "charge_cents"),
        holds=_tax_exclusive_is_sum,
        sql="tax_exclusive_cents = gross_cents::numeric - allowance_cents + charge_cents",
        message=Message(
            "Vergiler hariç tutar, brüt eksi iskonto artı ilavedir",
            "The tax exclusive amount is the gross less allowances plus charges",
        ),
    ),
    Rule(
        name="total_is_sum",
        fields=("tax_inclusive_cents", "tax_exclusive_cents", "kdv_cents", "other_taxes_cents"),
        holds=_total_is_sum,
        sql="tax_inclusive_cents = tax_exclusive_cents::numeric + kdv_cents + other_taxes_cents",
        message=Message(
            "Vergiler dahil tutar, vergiler hariç tutar artı KDV artı diğer vergilerdir",
            "The tax inclusive amount is the tax exclusive amount plus KDV plus other taxes",
        ),
    ),
    Rule(
        name="payable_is_sum",
        fields=("payable_cents", "tax_inclusive_cents", "withheld_cents", "deferred_kdv_cents"),
        holds=_payable_is_sum,
        sql="payable_cents = tax_inclusive_cents::numeric - withheld_cents - deferred_kdv_cents",
        message=Message(
            "Ödenecek tutar, vergiler dahil tutar eksi tevkifat eksi tahsil edilmeyen KDV'dir",
            "The payable amount is the tax inclusive amount less what is withheld and the KDV not collected",
        ),
    ),
    Rule(
        name="withheld_within_kdv",
        fields=("withheld_cents", "deferred_kdv_cents", "kdv_cents"),
        holds=_withheld_within_kdv,
        sql="withheld_cents::numeric + deferred_kdv_cents <= kdv_cents",
        message=Message(
            "Tevkifat ve tahsil edilmeyen KDV, KDV'yi aşamaz", "What is withheld or deferred cannot exceed the KDV"
        ),
    ),
    Rule(
        name="deferred_kdv_only_export_registered",
        fields=("deferred_kdv_cents", "type_code"),
        holds=_deferred_kdv_only_export_registered,
        sql=f"deferred_kdv_cents = 0 OR type_code = '{InvoiceTypeCode.IHRACKAYITLI}'",
        message=Message(
            "KDV yalnız ihraç kayıtlı satışta tahsil edilmez", "KDV stays uncollected on export-registered sales only"
        ),
    ),
    Rule(
        name="withheld_type",
        fields=("withheld_cents", "type_code"),
        holds=_withheld_type,
        sql=f"withheld_cents = 0 OR type_code IN {one_of(WITHHOLDING_TYPES)}",
        message=Message("Bu fatura tipinde tevkifat olmaz", "Nothing is withheld on this type of invoice"),
    ),
    CURRENCY_POLICY,
    try_is_converted("payable"),
    Rule(
        name="paid_within_payable",
        fields=("payable_cents", "paid_cents", "refunded_cents"),
        holds=_paid_within,
        sql=(
            "refunded_cents >= 0 AND paid_cents >= refunded_cents "
            "AND paid_cents::numeric - refunded_cents <= payable_cents"
        ),
        message=Message("Ödenen, ödenecek tutarı aşamaz", "What is paid cannot exceed the payable amount"),
    ),
    Rule(
        name="status_matches_payments",
        fields=("status", "payable_cents", "paid_cents", "refunded_cents"),
        holds=_status_matches_payments,
        sql=(
            "CASE status WHEN 'paid' THEN paid_cents::numeric - refunded_cents = payable_cents "
            "WHEN 'partial' THEN paid_cents > refunded_cents AND paid_cents::numeric - refunded_cents < payable_cents "
            "WHEN 'refunded' THEN paid_cents > 0 AND refunded_cents = paid_cents "
            "WHEN 'cancelled' THEN refunded_cents = paid_cents ELSE paid_cents = 0 END"
        ),
        message=Message("Durum, ödemelerle uyuşmalıdır", "The status must agree with the payments"),
    ),
)
