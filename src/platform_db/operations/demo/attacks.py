"""The attempts to store something untrue past the library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

from platform_db.database import Role
from platform_db.domain.audit_logs import AuditLog
from platform_db.domain.instants import now
from platform_db.domain.invoices import operations
from platform_db.domain.invoices.calculation import parse_document
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.series import InvoiceSeries
from platform_db.domain.money import Currency
from platform_db.domain.payments import Payment, PaymentStatus
from platform_db.domain.payments import operations as payment_operations
from platform_db.domain.rounding import round_half_up
from platform_db.operations.demo.attack import Attack, declared, judged, refused_by, updated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.operations.demo.attack import Sql

__all__ = ["Targets", "attacks"]

UNLAWFUL_RATE: Final = Decimal(15)
"""No KDV rate, on any day."""

_OVERPAY: Final = """
    INSERT INTO payments (user_id, invoice_id, amount_cents, amount_try_cents, currency, kind, status, provider,
        provider_ref, paid_at)
    VALUES ($1, $2, $3, $3, 'TRY', 'charge', 'completed', 'demo', 'overpaid', now())
"""


@dataclass(frozen=True, slots=True)
class Targets:
    """What the attacks are aimed at.

    Attributes
    ----------
    given
        The calculator's input of ``draft``, a TRY document with one line.
    issued
        An invoice in TRY on which nothing was paid.
    charge
        A completed payment.
    audit_entry
        An entry of the audit log, by its id.
    series_id
        The series in which ``draft`` would be issued.
    """

    given: dict[str, object]
    draft: InvoiceDocument
    issued: InvoiceDocument
    charge: Payment
    audit_entry: int
    series_id: int
    series: str


def attacks(at: Targets) -> tuple[Attack, ...]:
    """Every attempt, each refused by one rule."""
    return (*_on_amounts(at), *_on_law(at), *_on_issued(at), *_on_numbers(at), *_on_payments(at), _on_the_log(at))


def _on_amounts(at: Targets) -> tuple[Attack, ...]:
    invoice, line = at.draft.invoice, at.draft.lines[0]
    negative = {"gross_cents": -1, "net_cents": -1, "kdv_base_cents": -1, "kdv_cents": 0}
    more = invoice.payable_cents + 100
    total = {"payable_cents": more, "payable_try_cents": more}
    sums = ("gross_cents", "tax_exclusive_cents", "tax_inclusive_cents", "payable_cents", "payable_try_cents")
    beside_lines = {name: cast("int", getattr(invoice, name)) + 100 for name in sums}
    price = {"unit_price": line.unit_price + Decimal("0.000000001")}
    nan = {"quantity": Decimal("NaN")}
    return (
        _row("a negative amount", line, negative),
        _row("a wrong total", invoice, total),
        Attack(
            "totals that are not those of the lines",
            Role.WORKER,
            (updated("invoices", invoice.id, beside_lines), _issue(at, invoice.issue_date)),
            declared(Invoice, "is_sum_of_lines"),
        ),
        _row("a unit price of nine places", line, price),
        _row("a quantity that is not a number", line, nan),
    )


def _on_law(at: Targets) -> tuple[Attack, ...]:
    invoice, line = at.draft.invoice, at.draft.lines[0]
    kdv = int(round_half_up(line.kdv_base_cents * UNLAWFUL_RATE / 100, 0))
    inclusive = invoice.tax_exclusive_cents + kdv
    totals = {
        "kdv_cents": kdv,
        "tax_inclusive_cents": inclusive,
        "payable_cents": inclusive,
        "payable_try_cents": inclusive,
    }
    unlawful = [{**cast("list[dict[str, object]]", at.given["lines"])[0], "kdv_rate": str(UNLAWFUL_RATE)}]
    subtotal = {"rate": UNLAWFUL_RATE, "amount_cents": kdv}
    return (
        Attack(
            "a KDV rate that is not in force, in sums that agree",
            Role.WORKER,
            (
                updated("invoice_lines", line.id, {"kdv_rate": UNLAWFUL_RATE, "kdv_cents": kdv}),
                updated("invoice_tax_subtotals", at.draft.tax_subtotals[0].id, subtotal),
                updated("invoices", invoice.id, totals),
                _issue(at, invoice.issue_date),
            ),
            refused_by(lambda: parse_document({**at.given, "lines": unlawful})),
        ),
        _row("a foreign currency without an exchange rate", invoice, {"currency": Currency.USD}),
    )


def _on_issued(at: Targets) -> tuple[Attack, ...]:
    invoice, line = at.issued.invoice, at.issued.lines[0]
    return (
        Attack(
            "an edited issued invoice",
            Role.WORKER,
            (updated("invoices", invoice.id, {"customer_title": "Başka Bir Alıcı A.Ş."}),),
            declared(Invoice, "issued_is_immutable"),
        ),
        Attack(
            "an edited line of an issued invoice",
            Role.WORKER,
            (updated("invoice_lines", line.id, {"description": "Başka bir mal"}),),
            declared(InvoiceLine, "issued_is_immutable"),
        ),
        Attack(
            "a deleted issued invoice",
            Role.WORKER,
            (("DELETE FROM invoices WHERE id = $1", (invoice.id,)),),
            refused_by(lambda: operations.deletable(invoice)),
        ),
    )


def _on_numbers(at: Targets) -> tuple[Attack, ...]:
    invoice, line = at.draft.invoice, at.draft.lines[0]
    year = invoice.issue_date.year
    taken = {
        "status": InvoiceStatus.ISSUED,
        "series": at.series,
        "fiscal_year": year,
        "sequence": 1,
        "number": f"{at.series}{year}000000001",
        "issued_at": now(),
    }
    return (
        Attack(
            "a number taken by hand",
            Role.WORKER,
            (updated("invoices", invoice.id, taken),),
            declared(Invoice, "number_is_allocated"),
        ),
        Attack(
            "a number left out of the series",
            Role.WORKER,
            (("UPDATE invoice_series SET last_sequence = last_sequence + 1 WHERE id = $1", (at.series_id,)),),
            declared(InvoiceSeries, "is_gapless"),
        ),
        Attack(
            "an invoice dated before the last of its series",
            Role.WORKER,
            (_issue(at, date(year, 1, 1)),),
            declared(InvoiceSeries, "dates_ascend"),
        ),
        Attack(
            "an invoice without lines",
            Role.WORKER,
            (
                ("DELETE FROM invoice_lines WHERE id = $1", (line.id,)),
                _issue(at, invoice.issue_date),
            ),
            refused_by(lambda: parse_document({**at.given, "lines": []})),
        ),
    )


def _on_payments(at: Targets) -> tuple[Attack, ...]:
    invoice, charge = at.issued.invoice, at.charge
    paid = {"status": InvoiceStatus.PAID, "paid_at": now()}
    over = invoice.payable_cents + 1
    return (
        _row("a paid invoice without a payment", invoice, paid),
        Attack(
            "a paid amount written by hand",
            Role.WORKER,
            (updated("invoices", invoice.id, {**paid, "paid_cents": invoice.payable_cents}),),
            declared(Invoice, "paid_is_sum_of_payments"),
        ),
        Attack(
            "a payment of more than is due",
            Role.WORKER,
            ((_OVERPAY, (invoice.user_id, invoice.id, over)),),
            judged(invoice, {**paid, "paid_cents": over}),
        ),
        Attack(
            "a rewritten payment",
            Role.WORKER,
            (updated("payments", charge.id, {"amount_cents": 1, "amount_try_cents": 1}),),
            declared(Payment, "terms_are_fixed"),
        ),
        Attack(
            "a completed payment called off",
            Role.WORKER,
            (updated("payments", charge.id, {"status": PaymentStatus.CANCELLED}),),
            refused_by(lambda: payment_operations.cancelled(charge)),
        ),
    )


def _on_the_log(at: Targets) -> Attack:
    # No other role has the right to try.
    forged = """UPDATE audit_logs SET payload = '{"after": {"status": "cancelled"}}' WHERE id = $1"""
    return Attack("a forged audit row", Role.OWNER, ((forged, (at.audit_entry,)),), declared(AuditLog, "append_only"))


def _row(name: str, row: Invoice | InvoiceLine, changes: Mapping[str, object]) -> Attack:
    """Columns of one row, judged by the table's CHECKs."""
    return Attack(name, Role.WORKER, (updated(row.entity, row.id, changes),), judged(row, changes))


def _issue(at: Targets, day: date) -> Sql:
    issued = {"status": InvoiceStatus.ISSUED, "series": at.series, "fiscal_year": day.year, "issue_date": day}
    return updated(Invoice.entity, at.draft.invoice.id, issued)
