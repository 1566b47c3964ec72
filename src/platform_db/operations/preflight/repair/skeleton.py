"""A plan to fill in, from a report: the rows it names, and no value at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from platform_db.operations.preflight.repair.plan import VERSION

if TYPE_CHECKING:
    from platform_db.operations.preflight.report import Finding, Report, Row

__all__ = ["coverage_of", "skeleton_of"]


def skeleton_of(report: Report) -> str:
    """One entry for each broken constraint, with the keys of the rows that the report names.

    ``set`` and the reason are empty, which neither may be in a plan: what is right for a row, a
    person decides. ``columns`` lists what the rule reads.
    """
    entries: list[dict[str, object]] = [
        {
            "table": table.name,
            "constraint": finding.name,
            "keys": [_key(row) for row in finding.samples],
            "columns": _settable(finding),
            "set": {},
            "reason": "",
            "reviewed_by": "",
        }
        for table in report.tables
        for finding in table.constraints
        if finding.samples and _is_repairable(finding)
    ]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def coverage_of(report: Report) -> tuple[int, int]:
    """How many rows a skeleton names, and how many there are to name; a row counts once for each rule it breaks."""
    found = [finding for finding in report.findings if _is_repairable(finding)]
    return sum(len(finding.samples) for finding in found), sum(finding.rows or 0 for finding in found)


def _is_repairable(finding: Finding) -> bool:
    """A value of another type needs the table's new shape first, not a value for a row."""
    return finding.kind != "type"


def _key(row: Row) -> dict[str, object]:
    return {**row.key, **({} if row.version is None else {VERSION: row.version})}


def _settable(finding: Finding) -> list[str]:
    named = {name for row in finding.samples for name in row.key}
    return [name for name in finding.fields if name not in named and name != VERSION]
