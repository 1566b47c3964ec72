"""Payments that nobody brings to an end any more: one statement a batch, decided by the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.states import PaymentKind, PaymentStatus
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import as_written, labelled
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.payments.reading import ROWS, PaymentReading
from platform_db.repositories.windows import SPAN, ago, checked_span
from platform_db.schema.payments import payments

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = ["NO_ANSWER", "PaymentSweeping"]

NO_ANSWER: Final = "no_answer"
"""The failure code of a charge whose provider never answered."""


def _sweep(old: PaymentStatus, new: PaymentStatus, **beside: str) -> Statement:
    due = first_free(
        payments,
        labelled("status", old)(payments),
        payments.c.kind == as_written(PaymentKind.CHARGE),
        payments.c.created_at < ago(),
        order=(payments.c.created_at, payments.c.id),
    )
    return Statement(sa.update(payments).where(due).values(status=new, **beside).returning(*payments.c))


_CANCEL_ABANDONED: Final = _sweep(PaymentStatus.PENDING, PaymentStatus.CANCELLED)
_FAIL_UNANSWERED: Final = _sweep(PaymentStatus.PROCESSING, PaymentStatus.FAILED, failure_code=NO_ANSWER)


class PaymentSweeping(PaymentReading):
    """Bringing forgotten charges to an end, a batch at a time. Background work (platform_worker).

    Charges that somebody else has locked are passed over. Refunds are left: money that we owe
    does not lapse because a provider is silent, see :meth:`waiting`. Money that comes after a
    sweep is told by a webhook event that stays open, because the charge cannot take it.
    """

    async def cancel_abandoned(self, older_than: timedelta, limit: int = 100) -> tuple[Payment, ...]:
        """Cancel pending charges that were recorded longer ago, by the server's clock; the oldest first.

        Repeat while it gives ``limit`` charges. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The span is not above zero, or the limit is out of range.
        NotAllowed
            The unit of work acts for a user.
        """
        return await self._swept(_CANCEL_ABANDONED, "payment.abandoned", older_than, limit)

    async def fail_unanswered(self, older_than: timedelta, limit: int = 100) -> tuple[Payment, ...]:
        """Fail charges in processing that were recorded longer ago, under the code ``no_answer``; the oldest first.

        Ask the provider first: what it has taken after all cannot be completed any more.
        Repeat while it gives ``limit`` charges. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The span is not above zero, or the limit is out of range.
        NotAllowed
            The unit of work acts for a user.
        """
        return await self._swept(_FAIL_UNANSWERED, "payment.unanswered", older_than, limit)

    async def _swept(self, statement: Statement, event: str, older_than: timedelta, limit: int) -> tuple[Payment, ...]:
        asked = {SPAN: checked_span(older_than), "limit": checked_limit(limit)}
        swept = sorted(map(ROWS.read, await self._executor.fetch(statement, asked)), key=lambda it: it.id)
        about = {"older_than_seconds": int(older_than.total_seconds()), "payments": [it.id for it in swept]}
        self._audit.note_sweep(AuditAction.UPDATE, event, Payment.entity, len(swept), **about)
        return tuple(swept)
