"""The page of the seed map: ``python -m tests.seed.page docs/seed-map.md``."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platform_db.operations.documentation.markdown import cell, code, rows
from tests.seed.mapped import SeedRow, seed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["page"]

REPORTS: Final = {
    "000": "Constraints and indexes",
    "001": "Core tables",
    "002": "Schema design",
    "003": "Migrations foundation",
    "004": "Shop constraints",
}
PARTS: Final = {
    1: "skeleton",
    2: "schema, migrations, monitoring",
    3: "repositories, operations, retention",
    4: "Turkish rules, UBL",
    5: "audit checkpoints, KVKK, security",
    6: "integrations, dashboards, alert rules",
    7: "performance",
    8: "faults",
    9: "documents",
}
_MADE: Final = "<!-- Made from tests/seed/rows.tsv by `make docs`; a test compares it with them. -->"
_ABOUT: Final = """\
Five reports described what this library was to hold, one numbered row for each object or promise. Every row ends as
**works**, with the tests that show it, or as **changed** with the reason and the tests of what stands in its place.
A row whose part of the plan is still to come is open. A test checks that every test and every object named here exists.
"""


def page() -> str:
    """Write the page from ``rows.tsv``."""
    every = seed_rows()
    parts = [f"# Seed map\n\n{_MADE}\n", _ABOUT, rows(("report", "rows", "works", "changed", "open"), _counts(every))]
    parts.append(rows(("part", "is about", "rows", "open"), _parts(every)))
    for report, of in groupby(every, key=lambda row: row.report):
        parts.append(f"## {report}: {REPORTS[report]}\n")
        parts.append(rows(("row", "what", "here", "outcome", "shown by"), map(_line, of)))
    return "\n".join(parts)


def _counts(every: tuple[SeedRow, ...]) -> Iterator[tuple[str, ...]]:
    for report, title in REPORTS.items():
        outcomes = Counter(row.outcome for row in every if row.report == report)
        yield (
            f"{report}: {title}",
            *map(str, (outcomes.total(), outcomes["works"], outcomes["changed"], outcomes["open"])),
        )
    outcomes = Counter(row.outcome for row in every)
    yield "all", *map(str, (outcomes.total(), outcomes["works"], outcomes["changed"], outcomes["open"]))


def _parts(every: tuple[SeedRow, ...]) -> Iterator[tuple[str, ...]]:
    for part, title in PARTS.items():
        outcomes = Counter(row.outcome for row in every if row.part == part)
        yield str(part), title, str(outcomes.total()), str(outcomes["open"])


def _line(row: SeedRow) -> tuple[str, ...]:
    outcome = {"works": "works", "changed": f"changed because {cell(row.because)}", "open": f"open: part {row.part}"}
    return (
        row.id,
        cell(row.names),
        ", ".join(code(name) for name in row.objects),
        outcome[row.outcome],
        "<br>".join(code(test.removeprefix("tests/")) for test in row.tests),
    )


def main() -> None:
    (path,) = sys.argv[1:]
    Path(path).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
