"""A plan to fill in, from a report: the rows it names, and no value at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from platform_db.operations.preflight.repair.plan import VERSION

if TYPE_CHECKING:
    from platform_db.operations.preflight.report import Finding, Report, Row

__all__ = ["skeleton_of"]


def skeleton_of(report: Report) -> str:
    """One entry for each broken constraint, with the keys of the rows that the report names.

    The columns of the rule stand under ``set`` with null in place of a value, and the reason is
    empty, which no plan may be: what is right for a row, a person decides.
    """
    entries = [
        {
            "table": table.name,
            "constraint": finding.name,
            "keys": [_key(row) for row in finding.samples],
            "set": dict.fromkeys(_settable(finding)),
            "reason": "",
            "reviewed_by": "",
        }
        for table in report.tables
        for finding in table.constraints
        if finding.samples and finding.kind != "type"
    ]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _key(row: Row) -> dict[str, object]:
    return {**row.key, **({} if row.version is None else {VERSION: row.version})}


def _settable(finding: Finding) -> list[str]:
    named = {name for row in finding.samples for name in row.key}
    return [name for name in finding.fields if name not in named and name != VERSION]
