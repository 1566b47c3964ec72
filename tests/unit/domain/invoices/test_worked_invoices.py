"""The published worked invoices: every figure the sources state."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

import pytest

from platform_db.domain.invoices.calculation import calculate, parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator


class Case(TypedDict):
    id: str
    input: dict[str, object]
    expected: dict[str, object]


FILE = Path(__file__).parents[4] / "examples" / "data" / "worked_invoices.json"
CASES = cast("list[Case]", json.loads(FILE.read_text(encoding="utf-8"))["cases"])


def figures(expected: object, actual: object, path: str) -> Iterator[tuple[str, object, object]]:
    """Each expected figure beside the calculated one; subtotals are compared in any order and must be complete."""
    if isinstance(expected, dict):
        assert isinstance(actual, dict)
        for name, value in cast("dict[str, object]", expected).items():
            yield from figures(value, cast("dict[str, object]", actual)[name], f"{path}.{name}")
    elif isinstance(expected, list):
        assert isinstance(actual, list)
        rows, others = cast("list[dict[str, str]]", expected), cast("list[dict[str, str]]", actual)
        yield f"{path}.length", len(rows), len(others)
        if path.endswith("subtotals"):
            rows, others = (sorted(side, key=lambda row: (row["code"], row["rate"])) for side in (rows, others))
        for index, (row, other) in enumerate(zip(rows, others, strict=True)):
            yield from figures(row, other, f"{path}.{index}")
    elif path.endswith(".rate"):
        yield path, Decimal(str(expected)), Decimal(str(actual))
    else:
        yield path, expected, actual


def test_the_file_is_the_published_one() -> None:
    assert len(CASES) == 39


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_published_figure_is_calculated(case: Case) -> None:
    result = calculate(parse_document(case["input"])).as_json()

    compared = list(figures(case["expected"], result, case["id"]))

    assert compared
    assert [row for row in compared if row[1] != row[2]] == []
