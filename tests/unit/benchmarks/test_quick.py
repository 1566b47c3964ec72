"""The benchmarks load with every contender, and say of each figure whether its target is met."""

from __future__ import annotations

import json

import pytest

from benchmarks.measure import Measured
from benchmarks.report import Verdict

# advanced-alchemy warns of itself when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:The declarative_mixin decorator")


def _run(*arguments: str) -> None:
    from benchmarks.__main__ import main

    main(arguments)


def test_a_quick_run_tells_figures_and_targets(capsys: pytest.CaptureFixture[str]) -> None:
    _run("--quick", "--json", "calculate")

    told = json.loads(capsys.readouterr().out)
    (section,) = told["sections"]
    (target,) = section["targets"]
    figure = section["figures"]["calculate"]["invoices/s"]
    assert target["value"] == figure
    assert target["met"] is (figure >= 20_000)


def test_an_unknown_part_is_refused_with_the_list_of_parts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        _run("drive")

    assert ended.value.code == 2
    there_are = "get, page, insert, issue, order, claim, bulk, audit, migrate, preflight, calculate, columns, imports"
    refused = f"no such part: drive; there are {there_are}"
    assert refused in capsys.readouterr().err


def test_a_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    ours = Measured((2.0, 30.0, 4.0))
    theirs = Measured((1.0, 10.0, 4.0))

    assert ours.times(theirs) == 2.0
    assert ours.seconds == 4.0


@pytest.mark.parametrize(
    ("value", "bound", "lowest", "met"),
    [(1.5, 1.5, False, True), (1.51, 1.5, False, False), (3.0, 3, True, True), (2.99, 3, True, False)],
)
def test_a_target_is_met_at_its_bound(value: float, bound: float, lowest: bool, met: bool) -> None:  # noqa: FBT001
    verdict = Verdict("ours / theirs", value, bound, lowest=lowest)

    assert verdict.is_met is met
    assert ("MISSED" in verdict.line()) is not met
