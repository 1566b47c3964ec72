"""What was measured beside what it should be: tables for people, JSON for machines."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Final, Literal

__all__ = ["Section", "Verdict", "as_json", "as_text"]

Kind = Literal["must", "aim"]

_WHOLE_FROM: Final = 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target: what is compared, its value, its bound."""

    text: str
    value: float
    bound: float
    kind: Kind = "must"
    lowest: bool = False
    """Whether the bound is the least allowed; else it is the most."""
    unit: str = "×"

    @property
    def is_met(self) -> bool:
        value = round(self.value, 2)
        return value >= self.bound if self.lowest else value <= self.bound

    def line(self) -> str:
        word = "met" if self.is_met else "MISSED"
        sign = "≥" if self.lowest else "≤"
        return f"{self.text}: {_number(self.value)} {self.unit}  ({self.kind} {sign} {_number(self.bound)})  {word}"


@dataclass(slots=True)
class Section:
    """One table: a row a contender, a column a figure."""

    title: str
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, tuple[float | None, ...]]] = field(default_factory=list[tuple[str, tuple[float | None, ...]]])
    verdicts: list[Verdict] = field(default_factory=list[Verdict])
    notes: tuple[str, ...] = ()

    def row(self, name: str, *values: float | None) -> None:
        self.rows.append((name, values))


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, int) or abs(value) >= _WHOLE_FROM:
        return f"{value:,.0f}"
    return f"{value:,.2f}"


def _table(section: Section) -> list[str]:
    if not section.rows:
        return []
    cells = [("", *section.columns), *((name, *map(_number, values)) for name, values in section.rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    return [
        "  ".join(text.ljust(width) if not place else text.rjust(width) for place, (text, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in cells)
    ]


def as_text(section: Section) -> str:
    lines = [section.title, "=" * len(section.title), *_table(section)]
    lines += [f"  {verdict.line()}" for verdict in section.verdicts]
    lines += [f"  · {note}" for note in section.notes]
    return "\n".join(lines) + "\n"


def as_json(circumstances: dict[str, str], sections: list[Section]) -> str:
    told = [
        {
            "title": section.title,
            "figures": {name: dict(zip(section.columns, values, strict=True)) for name, values in section.rows},
            "targets": [asdict(verdict) | {"met": verdict.is_met} for verdict in section.verdicts],
            "notes": section.notes,
        }
        for section in sections
    ]
    return json.dumps({"circumstances": circumstances, "sections": told}, ensure_ascii=False, indent=2)
