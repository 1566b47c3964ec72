"""The demo as tables for a person."""

from __future__ import annotations

from typing import Final

import typer
from rich.table import Table
from rich.text import Text

from platform_db.cli.tables import print_tables
from platform_db.operations.demo import AttackOutcome, CaseOutcome, DemoReport, PaymentStep
from platform_db.operations.demo.place import Place

__all__ = ["Tables", "print_summary"]

_SHOWN: Final = {"KDV": "totals.kdv", "Payable": "totals.payable"}
_WORDS: Final = 64
"""Characters of a message before it is folded."""


class Tables:
    """Prints what happens; the worked invoices as one table, when the last of them is issued."""

    def __init__(self) -> None:
        self._cases: list[CaseOutcome] = []

    def begun(self, place: Place) -> None:
        _say(f"Database  {place.shown}")
        after = "kept" if place.kept else "made for this run, dropped at the end"
        applied = place.migration.applied
        seconds = sum(step.seconds for step in applied)
        _say(f"          {after}")
        _say(f"Schema    {place.migration.status.current}, {len(applied)} revisions applied in {seconds:.1f} s")

    def issued(self, case: CaseOutcome) -> None:
        self._cases.append(case)

    def paid(self, step: PaymentStep) -> None:
        if self._cases:
            _print_cases(self._cases)
            self._cases.clear()
            _say("")
        _say(f"Paid      {step.number}: {step.amount} {step.payment}, {step.paid} of {step.payable}: {step.invoice}")

    def attacked(self, outcome: AttackOutcome) -> None:
        """Say nothing yet: the table of attacks is printed whole, by :func:`print_summary`."""


def print_summary(report: DemoReport) -> None:
    """Print what it all comes to."""
    _print_attacks(report.attacks)
    told = report.summary()
    _say("")
    _say(f"Published {told['matched']} of {told['published']} invoices met, {told['figures']} figures compared")
    _say(f"Refused   {told['refused']} of {told['attempted']} attempts, each under the domain's own name")
    _say(f"Audit log {report.chain.rows} entries in {report.chain.chains} chains: {told['chain']}")
    for finding in report.chain.findings:
        _say(f"          chain {finding.chain}, place {finding.seq}: {finding.explanation}")


def _print_cases(cases: list[CaseOutcome]) -> None:
    table = Table(title="Published figures against stored ones", title_justify="left")
    for column in ("Case", "Number"):
        table.add_column(column)
    for column in _SHOWN:
        table.add_column(f"{column}\npublished", justify="right")
        table.add_column("\nstored", justify="right")
    table.add_column("Figures\nmet", justify="right")
    for case in cases:
        pairs = [text for path in _SHOWN.values() for text in case.published(path)]
        met = f"{len(case.figures) - len(case.differing)}/{len(case.figures)}"
        row = [case.case.id, case.number or "refused", *pairs, met]
        table.add_row(*(Text(cell) for cell in row), style="" if case.matched else "bold red")
    _print(table)
    for case in cases:
        for figure in case.differing:
            _say(f"{case.case.id}: {figure.path} is {figure.stored}, published {figure.published}")
        for violation in case.refused:
            _say(f"{case.case.id}: {violation.rule} ({', '.join(violation.fields)}): {violation.message}")


def _print_attacks(attacks: tuple[AttackOutcome, ...]) -> None:
    table = Table(title="Past the library, by raw SQL", title_justify="left", show_lines=True)
    table.add_column("Attempt\nas role")
    table.add_column("PostgreSQL refuses it by\nthe domain refuses it by", no_wrap=True)
    table.add_column("Message", max_width=_WORDS)
    for attack in attacks:
        server = attack.server or attack.sqlstate or "not refused"
        domain = attack.domain.rule if attack.domain is not None else "no rule of that name"
        told = "" if attack.domain is None else f"{attack.domain.message.tr}\n{attack.domain.message.en}"
        row = (f"{attack.name}\n{attack.role}", f"{server}\n{domain}", told)
        table.add_row(*(Text(cell) for cell in row), style="" if attack.refused else "bold red")
    _print(table)


def _print(table: Table) -> None:
    _say("")
    print_tables(table)


def _say(text: str) -> None:
    typer.echo(text.encode())
