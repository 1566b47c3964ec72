"""``platform-db rates``: what the law data says of a day, without a database."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from platform_db.cli.output import Json, exit_codes, print_json
from platform_db.cli.tables import print_tables
from platform_db.domain.instants import EARLIEST_LAW_DAY, LATEST_DAY, today
from platform_db.domain.law.overview import LawOverview, overview

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_db.domain.law.sources import Period

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="KDV rates, withholding and exemption codes by day, with their sources.",
    epilog=exit_codes("0 done"),
)

_MARK: Final = "unverified"


@app.callback()
def _rates() -> None:
    """Keep ``show`` a command of its own: a family of one would lose its name."""


def _law_day(text: str) -> date:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a legal day has no zone
    except ValueError:
        message = "a day is written YYYY-MM-DD"
        raise typer.BadParameter(message) from None
    if not (text == day.isoformat() and EARLIEST_LAW_DAY <= day <= LATEST_DAY):
        message = f"a day is written YYYY-MM-DD, from {EARLIEST_LAW_DAY} to {LATEST_DAY}"
        raise typer.BadParameter(message)
    return day


@app.command("show", epilog=exit_codes("0 shown"))
def show_command(
    on: Annotated[
        date | None,
        typer.Option("--on", metavar="DATE", parser=_law_day, help="The legal day, YYYY-MM-DD; today in Istanbul."),
    ] = None,
    json: Json = False,
) -> None:
    """Show the rates, limits and codes that are in force on a day, how they came about, and what is not verified.

    An unverified figure is marked in its row and named at the end: no reliable text confirms it. With --json every
    entry carries its sources.
    """
    law = overview(on or today())
    if json:
        print_json(law.as_json())
        return
    print_tables(
        _rates_of(law), *_moves_of(law), _limits_of(law), _codes_of(law), *_withdrawn_of(law), _reasons_of(law)
    )
    if law.unverified:
        typer.echo(f"Unverified: {_grouped(law.unverified)}".encode())


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left")


def _span(period: Period) -> str:
    return f"{period['from'] or ''} – {period['to'] or ''}"


def _mark(*, verified: bool) -> str:
    return "" if verified else _MARK


def _told(parts: Iterable[tuple[str, Period]]) -> str:
    """A history on one line, each part with its days."""
    return "; ".join(f"{text} ({_span(period)}){'' if period['verified'] else ' ' + _MARK}" for text, period in parts)


def _rates_of(law: LawOverview) -> Table:
    table = _table(f"KDV rates on {law.day}", "Class", "%", "In force", "", "Legal basis", "Through history")
    for each in law.rates:
        table.add_row(
            each.rate_class.value,
            each.current["rate"],
            _span(each.current),
            _mark(verified=each.current["verified"]),
            each.current.get("legal_basis", ""),
            _told((rate["rate"], rate) for rate in each.history),
        )
    return table


def _moves_of(law: LawOverview) -> Iterable[Table]:
    if not law.moves:
        return
    table = _table("Products in another class for a time", "Products", "%", "Otherwise", "Days", "", "Legal basis")
    for each in law.moves:
        legal_basis = each["legal_basis"] or ""
        mark = _mark(verified=each["verified"])
        table.add_row(each["what"], each["rate"], each["normal_rate"], _span(each), mark, legal_basis)
    yield table


def _limits_of(law: LawOverview) -> Table:
    table = _table("Partial withholding above, TRY incl. KDV", "Limit", "Days", "On the day", "", "Note")
    for each in law.limits:
        in_force = "in force" if each is law.limit else ""
        table.add_row(each["limit"], _span(each), in_force, _mark(verified=each["verified"]), each["note"])
    return table


def _codes_of(law: LawOverview) -> Table:
    table = _table(
        "Withholding codes", "Code", "% of the KDV", "", "Name", "Who withholds", "", "KDVGUT", "Ratio through history"
    )
    for each in law.withholding:
        scope = each.entry["buyer_scope"]
        table.add_row(
            each.entry["code"],
            str(each.percent),
            _mark(verified=each.is_verified),
            Text(each.entry["name"]),
            scope["text"] or "sources contradict each other",
            _mark(verified=scope["verified"]),
            each.entry["kdvgut_section"],
            _told((str(ratio["numerator"] * 10), ratio) for ratio in each.entry["ratios"]),
        )
    return table


def _withdrawn_of(law: LawOverview) -> Iterable[Table]:
    if not law.withdrawn:
        return
    table = _table("Withdrawn withholding codes", "Code", "Since", "", "By", "Name")
    for each in law.withdrawn:
        mark = _mark(verified=each.end["effective_from_verified"])
        name = Text(each.entry["name"])
        table.add_row(each.entry["code"], each.end["effective_from"], mark, each.end["by"], name)
    yield table


def _reasons_of(law: LawOverview) -> Table:
    table = _table("Exemption, export and special-base codes", "Code", "Group", "", "KDV", "Invoice types", "Name")
    for each in law.exemptions:
        entry = each.entry
        types = "all" if entry["invoice_types"] is None else " ".join(entry["invoice_types"])
        if each.only_investment_incentive:
            types += " (investment incentive only)"
        kdv = "0" if entry["rate_must_be_zero"] else ""
        mark = _mark(verified=entry["verified"])
        table.add_row(entry["code"], entry["group"], mark, kdv, types, Text(entry["name"] or ""))
    return table


def _grouped(unverified: Iterable[str]) -> str:
    """The names with what they have in common said once."""
    groups: dict[str, list[str]] = {}
    for name in unverified:
        kind, _, what = name.partition(" ")
        groups.setdefault(kind, []).append(what)
    return "; ".join(f"{kind} {', '.join(what)}" for kind, what in groups.items())
