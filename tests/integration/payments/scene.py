"""A buyer with two things to pay, 24.000,00 each: an issued invoice, and an order's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.payments.inputs import NewPayment
from platform_db.domain.users import NewUser
from tests.integration.stored import store
from tests.invoice_examples import DAY, SERIES, draft

if TYPE_CHECKING:
    from platform_db.domain.payments import Payment
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

Target = Literal["invoice_id", "order_transaction_id"]

TARGETS: Final[tuple[Target, ...]] = ("invoice_id", "order_transaction_id")
AT: Final = datetime(2025, 7, 2, 8, 30, tzinfo=UTC)
WHOLE: Final = "24000.00"
PROVIDER: Final = "iyzico"
TOO_MUCH: Final[dict[Target, str]] = {
    "invoice_id": "ck_invoices_paid_within_payable",
    "order_transaction_id": "ck_order_transactions_paid_within_amount",
}
"""The name under which more than 24.000,00 is refused."""


@dataclass(frozen=True)
class Shop:
    """Who pays, and what."""

    user: int
    targets: dict[Target, int]

    def charge(
        self,
        amount: str = WHOLE,
        ref: str = "r-1",
        target: Target = "invoice_id",
        **more: Any,  # noqa: ANN401 - fields
    ) -> NewPayment:
        given: dict[str, Any] = {
            "user_id": self.user,
            "amount": amount,
            "provider": PROVIDER,
            "provider_ref": ref,
            target: self.targets[target],
        }
        return NewPayment.parse({**given, **more})


async def opened(database: Database, worker: Raw) -> Shop:
    """Make the buyer, the series and both things to pay."""
    async with database.unit_of_work() as work:
        user = (await work.users.register(NewUser(email="muhasebe@ornek-imalat.com.tr"))).id
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
    return await opened_for(user, database, worker)


async def opened_for(user: int, database: Database, worker: Raw) -> Shop:
    """Make both things to pay, where buyer and series are there."""
    async with database.unit_of_work() as work:
        invoice = await work.invoices.issue(await work.invoices.draft(draft(user)), SERIES)
    assert invoice.payable_cents == 2_400_000
    amounts = {"subtotal_cents": 0, "tax_cents": 0, "shipping_cents": 2_400_000, "discount_cents": 0}
    totals = {"total_cents": 2_400_000, "total_try_cents": 2_400_000}
    order = await store(worker, "orders", buyer_id=user, **amounts, **totals)
    attempt = {"status": "pending", "paid_cents": 0, "refunded_cents": 0, "payment_method_id": None}
    transaction = await store(
        worker, "order_transactions", order_id=order, buyer_id=user, amount_cents=2_400_000, **attempt
    )
    return Shop(user, {"invoice_id": invoice.id, "order_transaction_id": transaction})


async def paid(work: Work, new: NewPayment) -> Payment:
    """Record a charge and complete it."""
    return await work.payments.complete(await work.payments.record(new), AT)


async def sums(worker: Raw, shop: Shop, target: Target) -> tuple[int, int]:
    """What was paid and refunded of a target, as its own row says."""
    table = {"invoice_id": "invoices", "order_transaction_id": "order_transactions"}[target]
    row = await worker.fetchrow(
        f"SELECT paid_cents, refunded_cents FROM {table} WHERE id = $1",  # noqa: S608 - a table of ours
        shop.targets[target],
    )
    return row[0], row[1]
