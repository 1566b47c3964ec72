"""The demo: real input in, every figure compared, then the database attacked past the library."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from platform_db.errors import ConfigurationError
from platform_db.operations.demo.attack import fingerprint, raw_connection, run_attack, verified_chain
from platform_db.operations.demo.attacks import Targets, attacks
from platform_db.operations.demo.cases import load_cases, load_completion
from platform_db.operations.demo.issuing import issue_case, pay, staged, unpaid
from platform_db.operations.demo.place import prepared
from platform_db.operations.demo.report import DemoReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.operations.demo.attack import Raw
    from platform_db.operations.demo.issuing import Stage
    from platform_db.operations.demo.place import Place
    from platform_db.operations.demo.report import AttackOutcome, CaseOutcome, PaymentStep

__all__ = ["Narrator", "run_demo"]

_PAYABLE_NEEDED = 2
"""One invoice to pay, and one that is attacked because nothing was paid on it."""


class Narrator(Protocol):
    """Is told what happens, as it happens."""

    def begun(self, place: Place) -> None: ...
    def issued(self, case: CaseOutcome) -> None: ...
    def paid(self, step: PaymentStep) -> None: ...
    def attacked(self, outcome: AttackOutcome) -> None: ...


async def run_demo(narrator: Narrator, *, keep: bool) -> DemoReport:
    """Run it all: migrate, issue each worked invoice, pay one, attack, verify the audit log.

    Cases are issued in the order of their dates, in a series opened for this run. Everything
    is done as platform_app for a user registered for it, or as platform_worker. Each attack
    is rolled back, whatever the server answered.

    Raises
    ------
    ConfigurationError
        No server, no migration, no worked invoices, or the demo may not run here.
    """
    cases = load_cases()
    completion = load_completion()
    async with prepared(keep=keep) as place:
        narrator.begun(place)
        stage = await staged(place.database, completion, [int(case.issue_date[:4]) for case in cases])
        outcomes: dict[str, CaseOutcome] = {}
        stored: list[InvoiceDocument] = []
        for case in sorted(cases, key=lambda case: case.issue_date):
            outcomes[case.id], document = await issue_case(stage, case)
            narrator.issued(outcomes[case.id])
            if document is not None:
                stored.append(document)
        open_invoices = unpaid(stored)
        if len(open_invoices) < _PAYABLE_NEEDED:
            message = "the worked invoices hold fewer than two in TRY on which something is to be paid"
            raise ConfigurationError(message)
        steps = await pay(stage, open_invoices[-1].invoice)
        for step in steps:
            narrator.paid(step)
        async with raw_connection(place.url) as raw:
            attacked = await _attacked(narrator, stage, raw, open_invoices)
            chain = await verified_chain(raw)
        return DemoReport(tuple(outcomes[case.id] for case in cases), steps, attacked, chain)


async def _attacked(
    narrator: Narrator, stage: Stage, raw: Raw, open_invoices: Sequence[InvoiceDocument]
) -> tuple[AttackOutcome, ...]:
    """Draft the invoice that is aimed at, run every attack, delete the draft."""
    given = {**stage.completion.draft, "issue_date": open_invoices[-1].invoice.issue_date.isoformat()}
    paid = open_invoices[-1].invoice
    async with stage.database.unit_of_work(as_user=stage.user_id) as work:
        draft = await work.invoices.draft(stage.document(given).draft(stage.user_id))
    async with stage.database.unit_of_work() as work:
        targets = Targets(
            given=given,
            draft=await work.invoices.document(draft.id),
            issued=open_invoices[0],
            charge=await work.payments.by_reference("demo", f"{paid.number}-1"),
            audit_entry=(await work.audit.history("invoices", paid.id)).items[0].id,
            series_id=(await work.invoices.series(stage.series, paid.issue_date.year)).id,
            series=stage.series,
        )
    look = partial(fingerprint, raw, stage.user_id, stage.series)
    outcomes: list[AttackOutcome] = []
    for attack in attacks(targets):
        outcome = await run_attack(raw, attack, look)
        narrator.attacked(outcome)
        outcomes.append(outcome)
    async with stage.database.unit_of_work(as_user=stage.user_id) as work:
        await work.invoices.delete_draft(targets.draft.invoice)
    return tuple(outcomes)
