"""``platform-db report``: the figures of a period, for an accountant."""

from __future__ import annotations

import asyncio
import re
from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final, Protocol

import typer

from platform_db.cli.output import Json, exit_codes, print_json
from platform_db.domain.identity import IdentityError, tckn, vkn
from platform_db.domain.instants import EARLIEST_DAY, LATEST_DAY
from platform_db.errors import RuleViolation, Violation

if TYPE_CHECKING:
    from platform_db.domain.reports.kdv_return import KdvReturn
    from platform_db.domain.reports.ledger import LedgerReport

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="KDV returns and ledger totals of issued invoices, in TRY.",
    epilog=exit_codes("0 done", "2 refused"),
)

_TCKN_DIGITS: Final = 11
_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class ReportFormat(StrEnum):
    """How a report is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class _Report(Protocol):
    def as_json(self) -> dict[str, object]: ...
    def as_csv(self) -> str: ...


def _month(text: str) -> date:
    """The first day of a month."""
    match = _MONTH.fullmatch(text)
    first = date(int(match[1]) or 1, int(match[2]), 1) if match else date.min
    if not EARLIEST_DAY <= first <= LATEST_DAY:
        message = f"a month is written YYYY-MM, from {EARLIEST_DAY:%Y-%m} to {LATEST_DAY:%Y-%m}"
        raise typer.BadParameter(message)
    return first


Month = Annotated[date, typer.Option("--month", metavar="YYYY-MM", parser=_month, help="The month of issue.")]
Issuer = Annotated[
    str | None,
    typer.Option("--issuer", metavar="VKN|TCKN", help="Of this issuer only; a KDV return is one taxpayer's."),
]
Format = Annotated[
    ReportFormat | None, typer.Option("--format", help="A table for a person (unless told), CSV or JSON.")
]


@app.command("kdv", epilog=exit_codes("0 done", "2 the issuer is no tax number"))
def kdv_command(month: Month, issuer: Issuer = None, form: Format = None, json: Json = False) -> None:
    """Show what a month's invoices say of KDV return 1 (base and KDV by rate) and 2 (withheld, by code).

    Foreign currency at each invoice's rate; cancelled invoices and drafts are left out; returned goods stand apart and
    are taken off the sums. KDV paid on purchases is not known here: no figure is the tax due.
    """
    chosen = _chosen(form, as_json=json)
    report = asyncio.run(_kdv(month, _last_day(month), _judged(issuer)))
    if not _is_printed(report, chosen):
        from platform_db.cli.report_tables import print_kdv

        print_kdv(report)


@app.command("ledger", epilog=exit_codes("0 done", "2 refused: the period or the issuer"))
def ledger_command(
    first: Annotated[date, typer.Option("--from", metavar="YYYY-MM", parser=_month, help="The first month of issue.")],
    last: Annotated[
        date, typer.Option("--to", metavar="YYYY-MM", parser=_month, help="The last month of issue, inclusive.")
    ],
    issuer: Issuer = None,
    form: Format = None,
    json: Json = False,
) -> None:
    """Show what was invoiced in each month, in TRY: sales, returns and what was cancelled apart.

    Foreign currency at each invoice's rate; drafts are left out.
    """
    chosen = _chosen(form, as_json=json)
    report = asyncio.run(_ledger(first, _last_day(last), _judged(issuer)))
    if not _is_printed(report, chosen):
        from platform_db.cli.report_tables import print_ledger

        print_ledger(report)


def _chosen(form: ReportFormat | None, *, as_json: bool) -> ReportFormat:
    if as_json and form not in {None, ReportFormat.JSON}:
        message = "--json is --format json: give one of them"
        raise typer.BadParameter(message)
    return ReportFormat.JSON if as_json else form or ReportFormat.TABLE


def _is_printed(report: _Report, form: ReportFormat) -> bool:
    """Print what is for a program; false where a table is wanted."""
    if form is ReportFormat.JSON:
        print_json(report.as_json())
    elif form is ReportFormat.CSV:
        typer.echo(report.as_csv().encode(), nl=False)
    return form is not ReportFormat.TABLE


def _judged(issuer: str | None) -> str | None:
    """The tax number, if it is one: a wrong digit would be answered with an empty report."""
    if issuer is None:
        return None
    try:
        return tckn(issuer) if len(issuer) == _TCKN_DIGITS else vkn(issuer)
    except IdentityError as refused:
        raise RuleViolation(Violation(refused.rule, ("issuer",), refused.message)) from None


def _last_day(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


async def _kdv(first: date, last: date, issuer: str | None) -> KdvReturn:
    from platform_db.domain.reports.kdv_return import KdvReturn
    from platform_db.operations.connect import opened_database

    async with opened_database() as database, database.unit_of_work() as work:
        return KdvReturn(await work.invoices.kdv_summary(first, last, issuer))


async def _ledger(first: date, last: date, issuer: str | None) -> LedgerReport:
    from platform_db.domain.reports.ledger import LedgerReport
    from platform_db.operations.connect import opened_database

    async with opened_database() as database, database.unit_of_work() as work:
        return LedgerReport(first, last, await work.invoices.monthly_in_try(first, last, issuer))
