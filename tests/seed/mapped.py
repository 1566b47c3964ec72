"""What became of each row of the reports, from ``rows.tsv``: one line a row, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

from tests.seed.definitions import lines

__all__ = ["Outcome", "SeedRow", "seed_rows"]

Outcome = Literal["works", "changed", "open"]
_ROWS: Final = Path(__file__).with_name("rows.tsv")


@dataclass(frozen=True, slots=True)
class SeedRow:
    """A row of a report.

    Attributes
    ----------
    id
        Report and number: ``S004-50``.
    part
        The part of the plan that closes it.
    names
        What the report names, in a few words.
    objects
        The database objects that stand for it: ``ck_orders_total_calculation``, ``orders.total_cents``.
    outcome
        ``works``, ``changed`` (with the reason), or ``open`` where its part is still to come.
    tests
        The tests that show it, by node id; ``[name-*]`` means every case of ``name``.
    """

    id: str
    part: int
    names: str
    objects: tuple[str, ...]
    outcome: Outcome
    because: str
    tests: tuple[str, ...]

    @property
    def report(self) -> str:
        return self.id[1:4]


@cache
def seed_rows() -> tuple[SeedRow, ...]:
    """Every row, in the order of the reports."""
    return tuple(
        SeedRow(
            id=line["id"],
            part=int(line["part"]),
            names=line["names"],
            objects=tuple(line["objects"].split()),
            outcome=cast("Outcome", line["outcome"]),
            because=line["because"],
            tests=tuple(filter(None, line["tests"].split(" | "))),
        )
        for line in lines(_ROWS)
    )
