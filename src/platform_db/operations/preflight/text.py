"""The report as text for a screen: a section a table, a line a constraint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.formatting import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.operations.preflight.report import Finding, Key, Report, Row, Summary, TableReport

__all__ = ["READINESS", "RESULTS", "as_text", "cost_text", "row_text", "seconds_text"]

_RULE: Final = "=" * 80
_NAME: Final = 56
_INDENT: Final = " " * 12

RESULTS: Final = {"passed": "PASS", "broken": "FAIL", "unjudged": "ERROR", "absent": "SKIP"}
"""What a line says of a verdict."""

READINESS: Final = {
    True: "DATABASE IS READY FOR CONSTRAINT MIGRATION",
    False: "DATABASE IS NOT READY FOR CONSTRAINT MIGRATION",
}
"""What the report ends with."""


def as_text(report: Report) -> str:
    """The whole report."""
    lines = [
        *_banner("platform-db preflight"),
        f"  database   {plain_text(report.database)}",
        f"  server     PostgreSQL {plain_text(report.server_version)}, read as {plain_text(report.role)}",
        f"  taken at   {report.taken_at.isoformat(timespec='seconds')}",
    ]
    for table in report.tables:
        lines += ["", *_table(table)]
    return "\n".join([*lines, "", *_summary(report.summary), ""])


def row_text(row: Row) -> str:
    """One row: its key, and its figures where there are any."""
    figures = f" ({_pairs(row.figures)})" if row.figures else ""
    return f"{_pairs(row.key)}{figures}"


def seconds_text(seconds: float) -> str:
    """A duration in the unit that suits it.

    >>> seconds_text(0.0421), seconds_text(8.25), seconds_text(5400)
    ('42 ms', '8.2 s', '1 h 30 min')
    """
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    hours, minutes = divmod(round(seconds / _MINUTE), _MINUTE)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


_MINUTE: Final = 60


def _pairs(values: Key) -> str:
    return ", ".join(
        f"{plain_text(name)}={'NULL' if value is None else plain_text(str(value))}" for name, value in values.items()
    )


def _banner(title: str) -> list[str]:
    return [_RULE, f"  {title}", _RULE]


def _table(table: TableReport) -> Iterator[str]:
    if not table.present:
        yield from _banner(f"{plain_text(table.name)}: not in the database")
        return
    yield from _banner(f"{plain_text(table.name)}: {table.rows:,} rows, quality {table.score:.2f} of 100")
    for name in table.missing_columns:
        yield f"  column {plain_text(name)} is not in the database"
    for column in table.other_types:
        unsaid = "" if column.judged else "; this server cannot say which values convert"
        name, found, expected = map(plain_text, (column.name, column.found, column.expected))
        yield f"  column {name} is {found}, to become {expected}{unsaid}"
    for finding in table.constraints:
        yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    count = f"  {finding.rows:,}" if finding.rows else ""
    yield (
        f"  {finding.severity.value.upper():<8}  {plain_text(finding.name):<{_NAME}}  {RESULTS[finding.verdict]}{count}"
    )
    if finding.verdict == "passed":
        return
    if finding.reason is not None:
        yield f"{_INDENT}{plain_text(finding.reason.tr)}"
        yield f"{_INDENT}{plain_text(finding.reason.en)}"
    if finding.verdict == "absent":
        return
    yield f"{_INDENT}{plain_text(finding.message.tr)}"
    yield f"{_INDENT}{plain_text(finding.message.en)}"
    for row in finding.samples:
        yield f"{_INDENT}- {row_text(row)}"
    for label in finding.labels:
        yield f"{_INDENT}- {plain_text(repr(label.value))}: {label.rows:,} rows"
    yield f"{_INDENT}{cost_text(finding)}"


def cost_text(finding: Finding) -> str:
    """What adding the constraint takes."""
    told = f"{finding.standing.value.replace('_', ' ')}; adding takes {finding.adding_lock}"
    if finding.estimate_seconds is None:
        return told
    return f"{told}, proving {finding.proving_lock} for about {seconds_text(finding.estimate_seconds)}"


def _summary(summary: Summary) -> Iterator[str]:
    yield from _banner("SUMMARY")
    told = summary.violations
    yield f"  Total violations found   {told.all:,}"
    yield f"    critical               {told.critical:,}"
    yield f"    high                   {told.high:,}"
    yield f"    other                  {told.other:,}"
    yield f"  Constraints              {summary.constraints:,}"
    yield f"    could not be judged    {summary.unjudged:,}"
    yield f"    not in the database    {summary.absent:,}"
    yield f"  Data quality             {summary.score:.2f} of 100 ({summary.broken_rows:,} of {summary.rows:,} rows)"
    yield ""
    if summary.reason is not None:
        yield f"  {summary.reason.tr}"
        yield f"  {summary.reason.en}"
    yield f"  {READINESS[summary.ready]}"
