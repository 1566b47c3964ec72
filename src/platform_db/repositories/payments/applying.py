"""What a provider reports, done to the payments it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.payments.inputs import Settlement
from platform_db.domain.payments.reports import Decision, Step, decision, the_one
from platform_db.repositories.payments.reading import ROWS
from platform_db.schema.payments import payments

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.domain.payments.payment import Payment
    from platform_db.domain.payments.reports import ProviderReport
    from platform_db.repositories.payments.repository import PaymentRepository

__all__ = ["apply_report"]


def _is(column: str) -> sa.ColumnElement[bool]:
    return payments.c[column] == sa.bindparam(column, type_=sa.Text())


def _locked(*named: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(payments).where(_is("provider"), *named).with_for_update(key_share=True)


_BY_REFERENCE: Final = Statement(_locked(_is("provider_ref")))
_NAMED: Final = Statement(
    _locked(sa.or_(_is("provider_ref"), _is("provider_payment_id"))).order_by(payments.c.id).limit(2)
)


async def apply_report(
    repository: PaymentRepository, executor: Executor, provider: str, report: ProviderReport
) -> Decision:
    """Lock what the report is about, decide, and do it."""
    # Locks go refund → charge → what they are for, as those of the triggers.
    refund = await _refund(executor, provider, report.refund_ref)
    payment = await _payment(executor, provider, report)
    if refund is None:
        # Recorded, perhaps completed, by whoever held the charge until now.
        refund = await _refund(executor, provider, report.refund_ref)
    followed = decision(payment, report, refund)
    return Decision(followed.step, await _done(repository, followed, report, payment), followed.why)


async def _done(repository: PaymentRepository, followed: Decision, report: ProviderReport, named: Payment) -> Payment:
    told = followed.payment
    # The provider's number in a report of a charge is the charge's, also where a refund of it is meant.
    settlement = report.settlement if told is named else Settlement(fee=report.fee)
    match followed.step:
        case Step.COMPLETE:
            return await repository.complete(told, report.at, settlement)
        case Step.FAIL:
            return await repository.fail(told, str(report.failure_code), report.reason)
        case Step.DISPUTE:
            return await repository.dispute(told)
        case Step.RECORD_REFUND:
            refund = await repository.refund(told, report.amount, str(report.reason), str(report.refund_ref))
            return await repository.complete(refund, report.at, Settlement(fee=report.fee))
        case Step.NOTHING:
            return told


async def _refund(executor: Executor, provider: str, reference: str | None) -> Payment | None:
    if reference is None:
        return None
    row = await executor.fetch_row(_BY_REFERENCE, {"provider": provider, "provider_ref": reference})
    return None if row is None else ROWS.read(row)


async def _payment(executor: Executor, provider: str, report: ProviderReport) -> Payment:
    named = {name: getattr(report, name) for name in ("provider_ref", "provider_payment_id")}
    payment = the_one([ROWS.read(row) for row in await executor.fetch(_NAMED, {"provider": provider, **named})])
    if payment is None:
        raise ROWS.missing()
    return payment
