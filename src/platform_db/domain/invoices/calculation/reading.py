"""From a JSON value to a document: the form of every field, before any law."""

from __future__ import annotations

import re
from datetime import date

from platform_db.domain import instants, patterns
from platform_db.domain.invoices.calculation import bounds, contract, refusals
from platform_db.domain.invoices.calculation.document import (
    DocumentAmount,
    InvoiceDocumentInput,
    InvoiceLineInput,
    OtherTaxInput,
)
from platform_db.domain.invoices.calculation.findings import Findings
from platform_db.domain.invoices.calculation.members import Members
from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceRounding, InvoiceTypeCode
from platform_db.domain.money import Currency

__all__ = ["read_document"]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNIT = re.compile(patterns.UNIT_CODE)


def read_document(data: object, found: Findings) -> InvoiceDocumentInput:
    """Read the form of a document; what is wrong goes into ``found``.

    A field that is wrong holds a stand-in: ask ``found`` before judging one, and hand the
    document out only when nothing was found.
    """
    members = Members(data, "", contract.DOCUMENT, found)
    return InvoiceDocumentInput(
        issue_date=_issue_date(members),
        currency=members.label("currency", Currency, refusals.CURRENCY_KNOWN),
        exchange_rate_e6=_exchange_rate(members),
        profile=members.label("profile", InvoiceProfile, refusals.PROFILE_KNOWN),
        type=members.label("type", InvoiceTypeCode, refusals.TYPE_KNOWN),
        rounding=members.label("rounding", InvoiceRounding, refusals.ROUNDING_KNOWN),
        tax_inclusive_prices=members.truth("tax_inclusive_prices"),
        lines=members.items("lines", _line),
        allowances=members.items("allowances", _document_amount),
        charges=members.items("charges", _document_amount),
    )


def _line(value: object, path: str, found: Findings) -> InvoiceLineInput:
    members = Members(value, path, contract.LINE, found)
    rate, amount = _discount(members)
    charge = members.inner("charge", contract.CHARGE)
    return InvoiceLineInput(
        description=members.stored_text("description", bounds.DESCRIPTION_LENGTH, refusals.DESCRIPTION_LENGTH),
        quantity_e8=members.figure("quantity", bounds.QUANTITY, refusals.QUANTITY_VALID),
        unit=_unit(members),
        unit_price_e8=members.figure("unit_price", bounds.UNIT_PRICE, refusals.UNIT_PRICE_VALID),
        discount_rate_e4=rate,
        discount_amount=amount,
        charge=0 if charge is None else charge.amount("amount"),
        kdv_rate_e4=members.figure("kdv_rate", bounds.KDV_RATE, refusals.KDV_RATE_VALID),
        withholding_code=members.text_or_none("withholding_code"),
        exemption_code=members.text_or_none("exemption_code"),
        other_taxes=members.items("other_taxes", _other_tax),
    )


def _issue_date(members: Members) -> date:
    text = members.text("issue_date")
    if members.found.touch("issue_date"):
        return instants.EARLIEST_DAY
    day = _calendar_day(text)
    if day is None:
        members.note(refusals.CALENDAR_DATE, "issue_date")
        return instants.EARLIEST_DAY
    if not instants.EARLIEST_DAY <= day <= instants.LATEST_DAY:
        members.note(refusals.ISSUE_DATE_RANGE, "issue_date")
    return day


def _calendar_day(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _exchange_rate(members: Members) -> int | None:
    if not members.holds("exchange_rate"):
        return None
    return members.figure("exchange_rate", bounds.EXCHANGE_RATE, refusals.EXCHANGE_RATE_VALID)


def _unit(members: Members) -> str:
    unit = members.text("unit")
    if not members.found.touch(members.at("unit")) and not _UNIT.fullmatch(unit):
        members.note(refusals.UNIT_FORMAT, "unit")
    return unit


def _discount(members: Members) -> tuple[int | None, int | None]:
    discount = members.inner("discount", contract.DISCOUNT)
    if discount is None:
        return None, None
    has_rate, has_amount = discount.holds("rate"), discount.holds("amount")
    if has_rate == has_amount and not members.found.touch(members.at("discount")):
        members.note(refusals.DISCOUNT_CHOICE, "discount")
    rate = discount.figure("rate", bounds.DISCOUNT_RATE, refusals.DISCOUNT_RATE_VALID) if has_rate else None
    return rate, discount.amount("amount") if has_amount else None


def _other_tax(value: object, path: str, found: Findings) -> OtherTaxInput:
    members = Members(value, path, contract.OTHER_TAX, found)
    has_rate, has_amount = members.holds("rate"), members.holds("amount")
    if has_rate == has_amount and not found.touch(path):
        found.add(refusals.OTHER_TAX_CHOICE, path)
    return OtherTaxInput(
        code=members.text("code"),
        rate_e4=members.figure("rate", bounds.OTHER_TAX_RATE, refusals.OTHER_TAX_RATE_VALID) if has_rate else None,
        amount=members.amount("amount") if has_amount else None,
    )


def _document_amount(value: object, path: str, found: Findings) -> DocumentAmount:
    members = Members(value, path, contract.ALLOWANCE, found)
    has_reason = members.holds("reason")
    return DocumentAmount(
        amount=members.amount("amount"),
        reason=members.stored_text("reason", bounds.REASON_LENGTH, refusals.REASON_LENGTH) if has_reason else None,
    )
