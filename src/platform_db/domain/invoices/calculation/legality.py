"""The law and the sums: every rule over fields whose form is right."""

from __future__ import annotations

from platform_db.domain.invoices.calculation import arithmetic, refusals
from platform_db.domain.invoices.calculation.document import InvoiceDocumentInput, InvoiceLineInput
from platform_db.domain.invoices.calculation.findings import Findings
from platform_db.domain.invoices.calculation.kdv_rates import admitted_rates
from platform_db.domain.invoices.codes import WITHHOLDING_TYPES, profile_admits_type
from platform_db.domain.law import exemptions, profiles, withholding
from platform_db.domain.law.other_taxes import OTHER_TAXES
from platform_db.domain.law.withholding import WithholdingKind
from platform_db.domain.money import MAX_CENTS, Currency

__all__ = ["judge_document"]


def judge_document(document: InvoiceDocumentInput, found: Findings) -> None:
    """Judge every rule whose fields could be read; what is broken goes into ``found``."""
    found.close_form()
    _judge_head(document, found)
    for index, line in enumerate(document.lines):
        path = f"lines.{index}"
        _judge_rate(document, line, path, found)
        _judge_exemption(document, line, path, found)
        _judge_withholding(document, line, path, found)
        _judge_other_taxes(document, line, path, found)
    _judge_sums(document, found)


def _judge_head(document: InvoiceDocumentInput, found: Findings) -> None:
    if not found.unreadable("currency", "exchange_rate"):
        has_rate = document.exchange_rate_e6 is not None
        if document.currency is Currency.TRY and has_rate:
            found.add(refusals.RATE_SURPLUS, "exchange_rate")
        if document.currency is not Currency.TRY and not has_rate:
            found.add(refusals.RATE_MISSING, "exchange_rate")
    if not found.unreadable("profile", "type") and not _profile_admits_type(document, found):
        found.add(refusals.PROFILE_ADMITS_TYPE, "profile", "type")
    if not document.lines and not found.unreadable("lines"):
        found.add(refusals.HAS_LINES, "lines")


def _profile_admits_type(document: InvoiceDocumentInput, found: Findings) -> bool:
    if found.unreadable("issue_date"):
        return profile_admits_type(document.profile, document.type)
    return profiles.admits_on(document.profile, document.type, document.issue_date)


def _judge_rate(document: InvoiceDocumentInput, line: InvoiceLineInput, path: str, found: Findings) -> None:
    rate, reason = f"{path}.kdv_rate", f"{path}.exemption_code"
    if found.unreadable("type", rate):
        return
    if not found.unreadable("issue_date") and line.kdv_rate_e4 not in admitted_rates(
        document.issue_date, document.type
    ):
        found.add(refusals.KDV_RATE_IN_FORCE, rate)
    needs_reason = not line.kdv_rate_e4 and document.type not in profiles.ZERO_RATE_WITHOUT_REASON
    if needs_reason and line.exemption_code is None and not found.unreadable(reason):
        found.add(refusals.ZERO_RATE_HAS_REASON, rate, reason)


def _judge_exemption(document: InvoiceDocumentInput, line: InvoiceLineInput, path: str, found: Findings) -> None:
    code, field, rate = line.exemption_code, f"{path}.exemption_code", f"{path}.kdv_rate"
    if code is None or found.unreadable(field):
        return
    entry = exemptions.find(code)
    knows_day = not found.unreadable("issue_date")
    if entry is None or (knows_day and not exemptions.is_in_rule_set(code, document.issue_date)):
        found.add(refusals.EXEMPTION_KNOWN, field)
        return
    if not found.unreadable("type") and entry.invoice_types is not None and document.type not in entry.invoice_types:
        found.add(refusals.EXEMPTION_TYPE, field)
    elif not found.unreadable("type", "profile", "issue_date") and not exemptions.admits_document(
        code,
        document.profile,
        document.type,
        document.issue_date,
    ):
        found.add(refusals.EXEMPTION_DOCUMENT, field)
    if found.unreadable(rate):
        return
    if entry.rate_must_be_zero and line.kdv_rate_e4:
        found.add(refusals.EXEMPTION_ON_TAXED_LINE, field, rate)
    if code == exemptions.OUTSIDE_RATE_CONTROL and not line.kdv_rate_e4:
        found.add(refusals.EXEMPTION_WITHOUT_KDV, field, rate)


def _judge_withholding(document: InvoiceDocumentInput, line: InvoiceLineInput, path: str, found: Findings) -> None:
    code, field = line.withholding_code, f"{path}.withholding_code"
    if code is None or found.unreadable(field):
        return
    if not found.unreadable("type") and document.type not in WITHHOLDING_TYPES:
        found.add(refusals.WITHHOLDING_TYPE, field)
    if found.unreadable("issue_date"):
        return
    entry = withholding.in_force(code, document.issue_date)
    if entry is None:
        found.add(refusals.WITHHOLDING_IN_FORCE, field)
    elif entry.kind is WithholdingKind.PARTIAL and withholding.limit(document.issue_date) is None:
        found.add(refusals.WITHHOLDING_LIMIT_KNOWN, field)


def _judge_other_taxes(document: InvoiceDocumentInput, line: InvoiceLineInput, path: str, found: Findings) -> None:
    field = f"{path}.other_taxes"
    if line.other_taxes and document.tax_inclusive_prices:
        found.add(refusals.INCLUSIVE_ALONE, field)
    for index, tax in enumerate(line.other_taxes):
        code = f"{field}.{index}.code"
        if not found.unreadable(code) and tax.code not in OTHER_TAXES:
            found.add(refusals.OTHER_TAX_KNOWN, code)


def _judge_sums(document: InvoiceDocumentInput, found: Findings) -> None:
    nets = [_net(line, f"lines.{index}", found) for index, line in enumerate(document.lines)]
    if document.tax_inclusive_prices:
        for name, parts in (("allowances", document.allowances), ("charges", document.charges)):
            if parts:
                found.add(refusals.INCLUSIVE_ALONE, name)
        return
    if not nets or None in nets:
        return
    total = sum(net for net in nets if net is not None)
    allowance = 0 if found.unreadable("allowances") else sum(part.amount for part in document.allowances)
    charge = 0 if found.unreadable("charges") else sum(part.amount for part in document.charges)
    if allowance > total:
        found.add(refusals.ALLOWANCES_WITHIN_NET, "allowances")
    for name, amount in (("allowances", allowance), ("charges", charge)):
        if amount and not total:
            found.add(refusals.SPREAD_OVER_NET, name)


def _net(line: InvoiceLineInput, path: str, found: Findings) -> int | None:
    """The line's net where it can be known: gross − discount + charge."""
    quantity, price = f"{path}.quantity", f"{path}.unit_price"
    if found.unreadable(quantity, price):
        return None
    gross = arithmetic.gross_of(line.quantity_e8, line.unit_price_e8)
    if gross > MAX_CENTS:
        found.add(refusals.AMOUNT_FITS, quantity, price)
        return None
    if found.unreadable(f"{path}.discount", f"{path}.charge"):
        return None
    discount = arithmetic.discount_of(gross, line.discount_rate_e4, line.discount_amount)
    if discount > gross:
        found.add(refusals.DISCOUNT_WITHIN_GROSS, f"{path}.discount")
        return None
    return gross - discount + line.charge
