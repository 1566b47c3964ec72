"""The report as one page of HTML that needs nothing else: no script, no font, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_db.operations.preflight.text import READINESS, RESULTS, cost_text, row_text
from platform_db.operations.reports import page, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from platform_db.operations.preflight.report import Finding, Report, Summary, TableReport, Told

__all__ = ["as_page"]


def as_page(report: Report) -> str:
    """The whole report, tables with findings first; what comes from a database or a model is escaped."""
    tables = sorted(report.tables, key=lambda table: not _is_unwell(table))
    return page(
        "platform-db preflight",
        (
            f'<p class="small">{_circumstances(report)}</p>',
            *_summary(report.summary),
            *(line for table in tables for line in _table(table)),
        ),
    )


def _circumstances(report: Report) -> str:
    taken_at = report.taken_at.isoformat(timespec="seconds")
    told = (report.database, f"PostgreSQL {report.server_version}", report.role, taken_at)
    return " · ".join(f"<code>{shown(each)}</code>" for each in told)


def _summary(summary: Summary) -> Iterator[str]:
    told = summary.violations
    yield f'<p class="{"yes" if summary.ready else "no"}">{READINESS[summary.ready]}</p>'
    if summary.reason is not None:
        yield _told(summary.reason)
    figures = (
        ("Kural ihlali", "violations", f"{told.all:,}"),
        ("kritik", "critical", f"{told.critical:,}"),
        ("yüksek", "high", f"{told.high:,}"),
        ("diğer", "other", f"{told.other:,}"),
        ("Değerlendirilemeyen kısıt", "constraints not judged", f"{summary.unjudged:,}"),
        ("Veritabanında olmayan", "not in the database", f"{summary.absent:,}"),
        ("Veri kalitesi", "data quality", f"{summary.score:.2f} / 100"),
        ("Satır", "rows", f"{summary.rows:,}"),
    )
    yield "<table>"
    for tr, en, value in figures:
        yield f'<tr><th>{tr} <span class="small" lang="en">{en}</span></th><td class="n">{value}</td></tr>'
    yield "</table>"


def _is_unwell(table: TableReport) -> bool:
    return not all(map(_is_well, table.constraints))


def _is_well(finding: Finding) -> bool:
    return finding.verdict not in {"broken", "unjudged"}


def _table(table: TableReport) -> Iterator[str]:
    yield f"<details{' open' if _is_unwell(table) else ''}><summary><h2><code>{shown(table.name)}</code></h2> "
    if not table.present:
        yield 'veritabanında yok <span class="small" lang="en">not in the database</span></summary></details>'
        return
    yield f"{table.rows:,} satır, {table.score:.2f} / 100</summary>"
    for name in table.missing_columns:
        yield (
            f'<p class="note"><code>{shown(name)}</code> sütunu yok '
            '<span class="small" lang="en">the column is missing</span></p>'
        )
    for column in table.other_types:
        yield (
            f'<p class="note"><code>{shown(column.name)}</code>: <code>{shown(column.found)}</code> → '
            f"<code>{shown(column.expected)}</code></p>"
        )
    yield "<table><tr><th>Önem</th><th>Kısıt</th><th>Sonuç</th><th>Satır</th></tr>"
    for finding in sorted(table.constraints, key=_is_well):
        yield from _finding(finding)
    yield "</table></details>"


def _finding(finding: Finding) -> Iterator[str]:
    result = RESULTS[finding.verdict]
    rows = "" if finding.rows is None else f"{finding.rows:,}"
    yield (
        f"<tr><td>{finding.severity.value}</td><td><code>{shown(finding.name)}</code>{''.join(_details(finding))}</td>"
        f'<td class="{result}">{result}</td><td class="n">{rows}</td></tr>'
    )


def _details(finding: Finding) -> Iterator[str]:
    if finding.verdict == "passed":
        return
    if finding.reason is not None:
        yield _told(finding.reason)
    if finding.verdict == "absent":
        return
    yield _told(finding.message)
    yield _listed(f"<code>{shown(row_text(row))}</code>" for row in finding.samples)
    yield _listed(f"<code>{shown(label.value)}</code>: {label.rows:,}" for label in finding.labels)
    yield f'<p class="note small" lang="en">{shown(cost_text(finding))}</p>'


def _told(text: Told) -> str:
    return f'<p class="note">{shown(text.tr)} <span class="small" lang="en">{shown(text.en)}</span></p>'


def _listed(items: Iterable[str]) -> str:
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{listed}</ul>" if listed else ""
