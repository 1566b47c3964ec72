"""Guards that no test can miss alone, each with the reason."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EQUIVALENT"]

EQUIVALENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "idempotency_keys: transition_allowed": (
            "the library never refuses by it: only the server's clock says whether the key has expired"
        ),
        "apply_payment: FOR NO KEY UPDATE (4)": (
            "it locks the attempt, whose order is locked before: who pays the same attempt waits there"
        ),
        "audit_chain_heads_no_truncate": (
            "audit_logs refers to the table, so both are emptied or none, and audit_logs_no_truncate refuses"
        ),
        "enterprise_audit_log_no_truncate": "each partition has such a trigger, which fires when the parent is emptied",
        "domain.canonical_json._double: raise ValueError(_INEXACT)": (
            "both callers compare the infinity with the number, and refuse it in the same words"
        ),
        "domain.catalogue._value: raise RuleViolation(Violation(refused.rule, (field,), refused.message, "
        "model.entity)) from…": (
            "the inputs' amounts (Lira, Amount) were read by the same to_cents, which refused before"
        ),
        "domain.identity.iban: raise IdentityError(*_IBAN_CHECKSUM) from None": (
            "the check digits are calculated anew below, which refuses every number that modulo 97 does"
        ),
        "domain.money.convert: raise MoneyError(*OUT_OF_RANGE)": (
            "it spares the rounding of a huge product, which _within_range refuses by the same name"
        ),
        "domain.orders.invoicing.demand_not_live: raise RuleViolation(Order.refusal('cancelled_has_no_invoice'))": (
            "guard_order asks the same function next, and refuses by the same name"
        ),
        "domain.phones._mobile: raise LookupError(message)": (
            "it judges the installed phonenumbers, which has its pattern of Turkish mobile numbers"
        ),
        "domain.users.operations.moved: raise RuleViolation(_refusal('transition_allowed'))": (
            "checked judges the same state machine next, and refuses by the same name"
        ),
        "repositories.idempotency_keys.IdempotencyKeyRepository.begin: raise _missing()": (
            "ON CONFLICT DO UPDATE has locked the row, so nobody deletes it before it is read"
        ),
        "repositories.invoices.of_orders.LOCK_ORDERS: with_for_update": (
            "guard_invoice_of_order and guard_order write the order, so who invoices and who cancels it wait there too"
        ),
        "repositories.jobs.attempts.JobAttempts.progress: raise _lease_lost(attempt)": (
            "who holds the attempt and ascends was written by the statement before: a claim never comes back, and "
            "ck_jobs_progress_ascends lets no progress fall meanwhile"
        ),
        "repositories.paging._decoded: raise _not_a_cursor()": (
            "such a text is no cursor either when it is read whole; the guard only spares the reading"
        ),
    }
)
"""Reasons by the guard's name."""
