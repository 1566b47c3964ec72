"""What may be done with a stored invoice: decisions over frozen values, before any statement.

Each function gives the columns that the operation writes, or refuses under the name that
the database would refuse by.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from platform_db.domain import instants
from platform_db.domain.invoices.codes import TRANSITIONS, InvoiceStatus
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.series import InvoiceSeries
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = [
    "CONTACT",
    "cancelled",
    "contact_erased",
    "deletable",
    "issued",
    "issued_together",
    "replaceable",
    "sent",
    "viewed",
]

CONTACT: Final = ("customer_email", "customer_phone", "note")
"""What the law does not require of an invoice: erased at any time."""

_NOT_YET_SENT: Final = frozenset({InvoiceStatus.ISSUED})
_NOT_YET_VIEWED: Final = frozenset({InvoiceStatus.ISSUED, InvoiceStatus.SENT})
_SERIES_RULES: Final = InvoiceSeries.field_rules()["series"]
_SAME_USER: Final = Violation(
    rule="draft_keeps_its_user",
    fields=("user_id",),
    message=Message("Taslak aynı kullanıcıda kalır", "A draft stays the same user's"),
    entity=Invoice.entity,
)


def issued(invoice: Invoice, series: str) -> dict[str, object]:
    """Let a draft take a number of ``series``; the fiscal year is the year of its issue date.

    Raises
    ------
    RuleViolation
        It is no draft (``ck_invoices_transition_allowed``), or no series is written so.
    """
    if invoice.status is not InvoiceStatus.DRAFT:
        raise RuleViolation(Invoice.refusal("transition_allowed"))
    broken = [rule for rule in _SERIES_RULES if rule.broken_by({"series": series})]
    if broken:
        raise RuleViolation(*(rule.violation(InvoiceSeries.entity) for rule in broken))
    return {"series": series, "fiscal_year": invoice.issue_date.year}


def issued_together(drafts: Sequence[Invoice], series: str) -> tuple[dict[str, object], ...]:
    """Let each of several drafts take a number of ``series``, in their order.

    Raises
    ------
    RuleViolation
        As :func:`issued`, with the place of each refused draft (``drafts.3.status``); one is
        there twice.
    """
    found: list[Violation] = []
    changes: list[dict[str, object]] = []
    for place, draft in enumerate(drafts):
        try:
            changes.append(issued(draft, series))
        except RuleViolation as refused:
            found.extend(violation.under("drafts", place) for violation in refused.violations)
    if len({draft.id for draft in drafts}) < len(drafts):
        found.append(Invoice.refusal("transition_allowed"))
    if found:
        raise RuleViolation(*found)
    return tuple(changes)


def replaceable(draft: Invoice, user_id: int) -> None:
    """Refuse to replace anything but a draft, or by a document of another user.

    Raises
    ------
    RuleViolation
        It is issued (``ck_invoices_issued_is_immutable``); ``user_id`` is another's.
    """
    if draft.status is not InvoiceStatus.DRAFT:
        raise RuleViolation(Invoice.refusal("issued_is_immutable"))
    if draft.user_id != user_id:
        raise RuleViolation(_SAME_USER)


def contact_erased(invoice: Invoice) -> dict[str, object]:
    """Take away what the law does not require of an invoice: e-mail, phone and note (KVKK art. 7)."""
    return {name: None for name in CONTACT if getattr(invoice, name) is not None}


def deletable(invoice: Invoice) -> None:
    """Refuse to delete anything but a draft (``ck_invoices_issued_is_kept``)."""
    if invoice.status is not InvoiceStatus.DRAFT:
        raise RuleViolation(Invoice.refusal("issued_is_kept"))


def sent(invoice: Invoice, at: datetime | None) -> dict[str, object]:
    """Stamp an invoice as sent; a status that tells more than *issued* stays as it is.

    ``at`` None is the moment at which the database stores it.

    Raises
    ------
    RuleViolation
        It is a draft or cancelled, or ``at`` lies before the issue.
    """
    _demand_live(invoice, InvoiceStatus.SENT)
    status = InvoiceStatus.SENT if invoice.status in _NOT_YET_SENT else invoice.status
    _judge(invoice, {"status": status, "sent_at": at or invoice.issued_at})
    return {"status": status, "sent_at": at}


def viewed(invoice: Invoice, at: datetime | None) -> dict[str, object]:
    """Stamp an invoice as seen by the customer; a status that tells of money or delay stays as it is.

    ``at`` None is the moment at which the database stores it.

    Raises
    ------
    RuleViolation
        It is a draft or cancelled, was not sent, or ``at`` lies before that.
    """
    _demand_live(invoice, InvoiceStatus.VIEWED)
    status = InvoiceStatus.VIEWED if invoice.status in _NOT_YET_VIEWED else invoice.status
    _judge(invoice, {"status": status, "viewed_at": at or invoice.sent_at or invoice.issued_at})
    return {"status": status, "viewed_at": at}


def cancelled(invoice: Invoice, reason: str) -> dict[str, object]:
    """Cancel an issued invoice (iptal), at the moment at which the database stores it.

    Raises
    ------
    RuleViolation
        It is a draft (delete it) or cancelled already, money is still held
        (``ck_invoices_status_matches_payments``), or the reason is empty or too long.
    """
    _demand_transition(invoice, InvoiceStatus.CANCELLED)
    changes: dict[str, object] = {"status": InvoiceStatus.CANCELLED, "cancellation_reason": reason}
    _judge(invoice, {**changes, "cancelled_at": instants.now()})
    return {**changes, "cancelled_at": None}


def _demand_transition(invoice: Invoice, wanted: InvoiceStatus) -> None:
    if wanted not in TRANSITIONS[invoice.status]:
        raise RuleViolation(Invoice.refusal("transition_allowed"))


def _demand_live(invoice: Invoice, wanted: InvoiceStatus) -> None:
    """As above, where the invoice may be in that state already."""
    if invoice.status is not wanted:
        _demand_transition(invoice, wanted)


def _judge(invoice: Invoice, changes: dict[str, object]) -> None:
    Invoice.parse({**dict(invoice), **changes})
