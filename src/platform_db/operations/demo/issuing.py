"""The worked invoices on their way into the database and back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from platform_db.domain.instants import now
from platform_db.domain.invoices.calculation import calculate
from platform_db.domain.invoices.calculation.arithmetic import cents_text
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.issue_document import parse_issue_document
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.money import Currency, from_cents
from platform_db.domain.payments.inputs import NewPayment
from platform_db.domain.users import NewUser, UserRole
from platform_db.errors import AlreadyExists, ConfigurationError, RuleViolation
from platform_db.operations.demo.figures import compared, stored_result
from platform_db.operations.demo.report import CaseOutcome, PaymentStep

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.domain.invoices.issue_document import IssueDocument
    from platform_db.operations.demo.cases import Completion, WorkedCase
    from platform_db.repositories.work import Database, Work

__all__ = ["Stage", "issue_case", "pay", "staged", "unpaid"]

_SYMBOLS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_CODES: Final = tuple(f"D{first}{second}" for first, second in product(_SYMBOLS, repeat=2))
_ATTEMPTS: Final = 20
_LIRA: Final = 100


@dataclass(frozen=True, slots=True)
class Stage:
    """Whom the demo acts for, and the fresh series it numbers by."""

    database: Database
    completion: Completion
    user_id: int
    series: str

    def document(self, given: dict[str, object]) -> IssueDocument:
        """A calculator's input as a whole document.

        Raises
        ------
        RuleViolation
            With every broken rule.
        """
        return parse_issue_document({**self.completion.complete(given), "series": self.series})


async def staged(database: Database, completion: Completion, years: Iterable[int]) -> Stage:
    """Register the demo's customer and open a series, unused so far, for each of the years.

    Raises
    ------
    ConfigurationError
        No unused series was found: many demos ran in this database.
    """
    run = secrets.token_hex(4)

    async def register(work: Work) -> int:
        email = f"demo-{run}@platform-db.internal"
        user = await work.users.register(NewUser(email=email, full_name="Demo", role=UserRole.BUYER))
        return user.id

    user_id = await database.run(register)
    wanted = sorted(set(years))
    choice = secrets.SystemRandom()
    for code in choice.sample(_CODES, _ATTEMPTS):

        async def open_series(work: Work, code: str = code) -> None:
            for year in wanted:
                await work.invoices.open_series(NewSeries(series=code, fiscal_year=year, description="demo"))

        try:
            await database.run(open_series)
        except AlreadyExists:
            continue
        return Stage(database, completion, user_id, code)
    message = f"no unused series was found in {_ATTEMPTS} attempts: give the demo a database of its own"
    raise ConfigurationError(message)


async def issue_case(stage: Stage, case: WorkedCase) -> tuple[CaseOutcome, InvoiceDocument | None]:
    """Calculate, draft and issue a worked invoice as its user, read it back and compare."""
    try:
        document = stage.document(case.given)
        stored = await _issued(stage, document)
    except RuleViolation as refused:
        return CaseOutcome(
            case, None, tuple(compared(case.expected, None)), agrees=False, refused=refused.violations
        ), None
    found = stored_result(stored)
    calculated = calculate(document.document).as_json()
    agrees = all(figure.matches for figure in compared({name: calculated[name] for name in found}, found))
    return CaseOutcome(case, stored.invoice.number, tuple(compared(case.expected, found)), agrees=agrees), stored


async def _issued(stage: Stage, document: IssueDocument) -> InvoiceDocument:
    async def issue(work: Work) -> int:
        draft = await work.invoices.draft(document.draft(stage.user_id))
        return (await work.invoices.issue(draft, stage.series)).id

    issued = await stage.database.run(issue, as_user=stage.user_id)
    async with stage.database.unit_of_work(as_user=stage.user_id) as work:
        return await work.invoices.document(issued)


async def pay(stage: Stage, invoice: Invoice) -> tuple[PaymentStep, ...]:
    """Pay an invoice in two parts: recorded by its user, completed in the background as a provider reports."""
    first = invoice.payable_cents // 2
    return tuple(
        [
            await _paid(stage, invoice, part, cents)
            for part, cents in enumerate((first, invoice.payable_cents - first), start=1)
        ]
    )


async def _paid(stage: Stage, invoice: Invoice, part: int, cents: int) -> PaymentStep:
    new = NewPayment(
        user_id=stage.user_id,
        amount=from_cents(cents),
        currency=invoice.currency,
        invoice_id=invoice.id,
        provider="demo",
        provider_ref=f"{invoice.number}-{part}",
    )
    async with stage.database.unit_of_work(as_user=stage.user_id) as work:
        recorded = await work.payments.record(new)
    async with stage.database.unit_of_work() as work:
        payment = await work.payments.complete(recorded, now())
        after = await work.invoices.get(invoice.id)
    return PaymentStep(
        number=str(after.number),
        amount=cents_text(payment.amount_cents),
        payment=payment.status.value,
        invoice=after.status.value,
        paid=cents_text(after.paid_cents),
        payable=cents_text(after.payable_cents),
    )


def unpaid(stored: Iterable[InvoiceDocument]) -> list[InvoiceDocument]:
    """Those in TRY on which at least a lira is to be paid, nothing yet."""
    return [
        document
        for document in stored
        if document.invoice.currency is Currency.TRY
        and document.invoice.payable_cents >= _LIRA
        and document.invoice.status is InvoiceStatus.ISSUED
    ]
