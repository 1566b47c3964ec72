"""The model and the server give the same verdict on the same row, rule by rule, by the rules' names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from platform_db.errors import RuleViolation
from tests.parity.disturbed import ACCEPTED, ALONE, ROWS, disturbed_rows, extreme_rows, swept_rows
from tests.parity.source import TABLES, Row, Source, shown, source_of

if TYPE_CHECKING:
    from tests.parity.conftest import Bare
    from tests.parity.server_side import BareTable

SEED = 20260101


@pytest.mark.parametrize("table", TABLES)
async def test_both_sides_give_the_same_verdict_on_disturbed_rows(table: str, bare: Bare) -> None:
    source = source_of(table)
    rows = list(disturbed_rows(source, SEED))
    checks = frozenset(source.checks)

    domain = await _agreed(source, await bare(table), rows)

    assert len(rows) >= ROWS
    assert domain.count(frozenset()) >= ACCEPTED * len(rows)
    alone = Counter(next(iter(broken)) for broken in domain if len(broken) == 1)
    assert {name: alone[name] for name in checks - source.implied if alone[name] < ALONE} == {}
    assert {name: alone[name] for name in source.implied if alone[name]} == {}


@pytest.mark.parametrize("table", TABLES)
async def test_both_sides_give_the_same_verdict_on_every_hostile_value(table: str, bare: Bare) -> None:
    source = source_of(table)
    await _agreed(source, await bare(table), list(swept_rows(source)))


@pytest.mark.parametrize("table", TABLES)
async def test_no_check_overflows_at_the_ends_of_the_whole_numbers(table: str, bare: Bare) -> None:
    source = source_of(table)
    await _agreed(source, await bare(table), list(extreme_rows(source, SEED)))


@pytest.mark.parametrize("table", TABLES)
def test_the_model_names_the_one_rule_that_a_row_breaks(table: str) -> None:
    source = source_of(table)
    named = 0
    for row in disturbed_rows(source, SEED):
        broken = source.broken(row)
        if len(broken) == 1:
            assert _reported(source, row) in (broken, frozenset()), shown(row)
            named += 1
    assert named >= ALONE * len(source.checks.keys() - source.implied)


def _reported(source: Source, row: Row) -> frozenset[str]:
    """What the model reports; nothing where it writes the value without surplus zeros, which heals it."""
    try:
        stored = source.model.parse(row)
    except RuleViolation as refused:
        return frozenset(violation.rule for violation in refused.violations)
    healed = {name: value for name, value in stored if value != row[name] or str(value) != str(row[name])}
    assert source.broken({**row, **healed}) == frozenset(), shown(row)
    return frozenset()


async def _agreed(source: Source, copy: BareTable, rows: list[Row]) -> list[frozenset[str]]:
    """What each row breaks, once both sides have said the same, rule by rule."""
    checks = frozenset(source.checks)
    domain = [source.broken(row) for row in rows]
    for row, broken, verdict in zip(rows, domain, await copy.judge(rows), strict=True):
        assert (verdict.refusal is None) == (not broken), (verdict.refusal, sorted(broken), shown(row))
        assert verdict.refusal is None or verdict.refusal in broken, (verdict.refusal, sorted(broken), shown(row))
        assert verdict.broken == broken & checks, shown(row)
    return domain
