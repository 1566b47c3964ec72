"""What ``platform-db monitor`` found, as tables for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from platform_db.cli.tables import print_tables
from platform_db.operations.monitoring import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from platform_db.operations.monitoring import Answer, Check, Measurement, Overview, Repair, Violations

__all__ = ["print_check", "print_measurements", "print_overview", "print_repair", "print_violations"]

_MOST: Final = 15
"""Rows of a table that are shown; ``--json`` has all."""

_WORDS: Final = 64
"""Characters of a message before it is folded."""


def print_overview(found: Overview) -> None:
    """Print what was found, what needs attention last."""
    _say(f"PostgreSQL {found.server_version}, {_moment(found.taken_at)}")
    since = "the database was made" if found.statistics_since is None else _moment(found.statistics_since)
    _say(f"Scans and reads are counted since {since}")
    for each in found.connections.rows:
        idle = "unknown" if each.idle_in_transaction is None else each.idle_in_transaction
        _say(
            f"Connections: {each.in_use} of {each.max_connections - each.reserved} ({each.share:.0%}), "
            f"{each.in_this_database} in this database, idle in transaction: {idle}"
        )
    _unknown("Connections", found.connections)
    _print_work(found)
    _print_relations(found)
    _print_waiting(found)
    for reason in found.needs_attention():
        _say(f"Attention: {reason}")


def _print_work(found: Overview) -> None:
    ages = {round(row.age_seconds) for row in found.summary.rows}
    _table(
        f"Summary, {max(ages)} s old" if ages else "Summary",
        found.summary,
        ("Work", "Total", "Active", "Pending", "Failed"),
        [
            (row.entity_type, row.total_count, row.active_count, row.pending_count, row.failed_count)
            for row in found.summary.rows
        ],
    )


def _print_relations(found: Overview) -> None:
    largest = sorted(found.tables.rows, key=lambda row: (-(row.total_bytes or 0), row.table_name))
    _table(
        "Tables, the largest first",
        found.tables,
        ("Table", "Size", "Rows", "Dead", "Changed since ANALYZE", "Scans", "By index", "Bloat (estimate)"),
        [
            (
                row.table_name,
                _size(row.total_bytes),
                row.live_rows,
                row.dead_rows,
                row.changed_since_analyze,
                row.sequential_scans,
                row.index_scans,
                _bloat(row.bloat_bytes, row.bloat_share),
            )
            for row in largest
        ],
    )
    used = sorted(found.indexes.rows, key=lambda row: (-row.scans, row.index_name))
    unused = sorted(found.unused_indexes, key=lambda row: (-(row.bytes or 0), row.index_name))
    for title, rows in (
        ("Used indexes, the busiest first", [row for row in used if row.scans]),
        ("Unused indexes, the largest first; those of constraints left out", unused),
    ):
        _table(
            title,
            found.indexes,
            ("Index", "Table", "Scans", "Size", "Bloat (estimate)"),
            [
                (row.index_name, row.table_name, row.scans, _size(row.bytes), _bloat(row.bloat_bytes, row.bloat_share))
                for row in rows
            ],
        )
    _table(
        "Redundant indexes",
        found.redundant_indexes,
        ("Index", "Table", "Answered by", "How"),
        [
            (row.index_name, row.table_name, row.covered_by, "the same" if row.identical else "its first columns")
            for row in found.redundant_indexes.rows
        ],
    )
    _table(
        "Invalid indexes",
        found.invalid_indexes,
        ("Index", "Table", "State"),
        [
            (row.index_name, row.table_name, "being built" if row.being_built else "broken off")
            for row in found.invalid_indexes.rows
        ],
    )


def _print_waiting(found: Overview) -> None:
    _table(
        "Long transactions",
        found.long_transactions,
        ("Process", "Application", "Login", "State", "Seconds", "Command", "Query"),
        [
            (
                _or_dash(row.pid),
                _or_dash(row.application_name),
                row.login,
                _or_dash(row.state),
                f"{row.seconds:.0f}",
                _or_dash(row.command),
                _or_dash(row.query_id),
            )
            for row in found.long_transactions.rows
        ],
    )
    _table(
        "Lock waits",
        found.lock_waits,
        ("Process", "Application", "Command", "Waits for", "Lock", "Seconds", "Blocked by"),
        [
            (
                row.pid,
                row.application_name,
                _or_dash(row.command),
                row.waits_for,
                row.lock_mode,
                "–" if row.seconds is None else f"{row.seconds:.1f}",
                ", ".join(f"{pid} {who}".strip() for pid, who in zip(row.blocked_by, row.blockers, strict=True)),
            )
            for row in found.lock_waits.rows
        ],
    )
    _table(
        "Replicas",
        found.replicas,
        ("Application", "State", "Synchronous", "Behind", "Seconds"),
        [
            (
                row.application_name,
                _or_dash(row.state),
                _or_dash(row.sync_state),
                _size(row.replay_lag_bytes),
                _or_dash(row.replay_lag_seconds),
            )
            for row in found.replicas.rows
        ],
    )


def print_measurements(measured: Iterable[Measurement]) -> None:
    """Print a new baseline."""
    table = _of_columns("Stored as baseline", ("Figure", "Table", "Value"))
    for each in measured:
        table.add_row(*_texts((each.metric.name, each.table_name or "", _figure(each.value, each.metric.unit))))
    print_tables(table)


def print_check(outcome: Check) -> None:
    """Print every figure beside its baseline."""
    table = _of_columns("Against the newest baseline", ("Figure", "Table", "Baseline", "Now", "Verdict", "Worse when"))
    for each in outcome.comparisons:
        measured = each.measured
        unit = measured.metric.unit
        row = (
            measured.metric.name,
            measured.table_name or "",
            "" if each.baseline is None else _figure(each.baseline, unit),
            _figure(measured.value, unit),
            each.verdict.value,
            measured.metric.tolerance,
        )
        table.add_row(*_texts(row), style="bold red" if each.verdict is Verdict.WORSE else "")
    print_tables(table)


def print_violations(found: Violations) -> None:
    """Print the rules that refused writes."""
    if found.rules:
        table = _of_columns(f"Refused since {_moment(found.since)}", ("Rule", "Table", "Times", "Last"))
        table.add_column("Message", max_width=_WORDS)
        for rule in found.rules:
            told = "not a rule of this package" if rule.message is None else f"{rule.message.tr}\n{rule.message.en}"
            table.add_row(
                *_texts((rule.constraint_name, rule.table_name, rule.times, _moment(rule.last_at), told)),
            )
        print_tables(table)
    _say(f"{found.total} refused write(s) by {len(found.rules)} rule(s) since {_moment(found.since)}")


def print_repair(outcome: Repair) -> None:
    """Print what became of each index."""
    if not outcome.indexes:
        _say("no index is invalid or mostly empty")
    for each in outcome.indexes:
        told = f": {each.detail}" if each.detail else ""
        _say(f"{each.index_name} on {each.table_name} ({each.why}): {each.done}, {each.seconds:.2f} s{told}")


def _table(title: str, answer: Answer[object], columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        more = "" if len(rows) <= _MOST else f" ({_MOST} of {len(rows)}; --json has all)"
        table = _of_columns(f"{title}{more}", columns)
        for row in rows[:_MOST]:
            table.add_row(*_texts(row))
        print_tables(table)
    elif answer.unknown is None:
        _say(f"{title}: none")
    _unknown(title, answer)


def _unknown(title: str, answer: Answer[object]) -> None:
    if answer.unknown is not None:
        _say(f"{title}: unknown: {answer.unknown}")


def _of_columns(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table


def _texts(cells: Iterable[object]) -> list[Text]:
    return [Text(str(cell), justify="right" if isinstance(cell, int) else "left") for cell in cells]


def _figure(value: Decimal, unit: str) -> str:
    return f"{value.normalize():f} {unit}"


def _size(number: int | None) -> str:
    return "unknown" if number is None else decimal(number)


def _bloat(number: int | None, share: float | None) -> str:
    return "unknown" if number is None or share is None else f"{decimal(number)}, {share:.0%}"


def _or_dash(value: object) -> object:
    return "–" if value is None else value


def _moment(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def _say(text: str) -> None:
    typer.echo(text.encode())
