"""The model and the server give the same verdict on the same row, rule by rule, by the rules' names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from platform_db.errors import RuleViolation
from tests.parity.disturbed import ACCEPTED, ALONE, ROWS, disturbed_rows, extreme_rows
from tests.parity.source import TABLES, Row, Source, shown, source_of

if TYPE_CHECKING:
    from tests.parity.conftest import Bare

SEED = 20260101


@pytest.mark.parametrize("table", TABLES)
async def test_both_sides_give_the_same_verdict_on_disturbed_rows(table: str, bare: Bare) -> None:
    source = source_of(table)
    rows = list(disturbed_rows(source, SEED))
    checks = frozenset(source.checks)

    domain = [source.broken(row) for row in rows]
    server = await (await bare(table)).judge(rows)

    for row, broken, verdict in zip(rows, domain, server, strict=True):
        assert verdict.broken == broken & checks, shown(row)
        assert (verdict.refusal is None) == (not broken), (verdict.refusal, sorted(broken), shown(row))
        assert verdict.refusal is None or verdict.refusal in broken, (verdict.refusal, sorted(broken), shown(row))

    assert len(rows) >= ROWS
    assert domain.count(frozenset()) >= ACCEPTED * len(rows)
    together = Counter(domain)
    alone = {name: together[frozenset({name}) | example.also] for name, example in source.examples.items()}
    assert {name: count for name, count in alone.items() if count < ALONE} == {}


@pytest.mark.parametrize("table", TABLES)
async def test_no_check_overflows_at_the_ends_of_the_whole_numbers(table: str, bare: Bare) -> None:
    source = source_of(table)
    rows = list(extreme_rows(source, SEED))
    checks = frozenset(source.checks)

    server = await (await bare(table)).judge(rows)

    for row, verdict in zip(rows, server, strict=True):
        broken = source.broken(row)
        assert (verdict.refusal is None) == (not broken), (verdict.refusal, sorted(broken), shown(row))
        assert verdict.refusal is None or verdict.refusal in broken, (verdict.refusal, sorted(broken), shown(row))
        assert verdict.broken == broken & checks, shown(row)


@pytest.mark.parametrize("table", TABLES)
def test_the_model_names_the_one_rule_that_a_row_breaks(table: str) -> None:
    source = source_of(table)
    named = 0
    for row in disturbed_rows(source, SEED):
        broken = source.broken(row)
        if len(broken) == 1:
            assert _reported(source, row) in (broken, frozenset()), shown(row)
            named += 1
    assert named >= ALONE * sum(not example.also for example in source.examples.values())


def _reported(source: Source, row: Row) -> frozenset[str]:
    """What the model reports; nothing where it writes the value without surplus zeros, which heals it."""
    try:
        stored = source.model.parse(row)
    except RuleViolation as refused:
        return frozenset(violation.rule for violation in refused.violations)
    healed = {name: value for name, value in stored if value != row[name] or str(value) != str(row[name])}
    assert source.broken({**row, **healed}) == frozenset(), shown(row)
    return frozenset()
