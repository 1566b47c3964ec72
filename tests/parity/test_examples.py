"""Each rule's hand-written example, tried on both sides under the rule's very name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from platform_db.errors import RuleViolation
from tests.parity.source import TABLES, shown, source_of

if TYPE_CHECKING:
    from tests.parity.conftest import Bare


@pytest.mark.parametrize("table", TABLES)
async def test_every_check_of_the_live_table_is_a_rule_and_has_an_example(table: str, bare: Bare) -> None:
    source = source_of(table)
    live = set((await bare(table)).definitions)
    assert live == set(source.checks)
    assert live == set(source.examples)


@pytest.mark.parametrize("table", TABLES)
async def test_a_rule_names_the_columns_that_its_check_reads(table: str, bare: Bare) -> None:
    source = source_of(table)
    read = await (await bare(table)).columns_read()
    assert read == {name: frozenset(rule.fields) for name, rule in source.checks.items()}


@pytest.mark.parametrize("table", TABLES)
async def test_a_column_admits_null_where_its_field_admits_none(table: str, bare: Bare) -> None:
    source = source_of(table)
    assert await (await bare(table)).not_null() == {
        column.name for column in source.columns if not source.model.is_nullable(column.name)
    }


@pytest.mark.parametrize("table", TABLES)
async def test_the_valid_row_is_complete_and_accepted_by_both(table: str, bare: Bare) -> None:
    source = source_of(table)
    assert set(source.row) == {column.name for column in source.columns}
    assert source.broken(source.row) == frozenset()
    source.model.model_validate(source.row)
    (verdict,) = await (await bare(table)).judge([source.row])
    assert verdict.refusal is None


@pytest.mark.parametrize("table", TABLES)
async def test_a_refused_example_breaks_its_rule_alone_on_both_sides(table: str, bare: Bare) -> None:
    source = source_of(table)
    expected = [(name, changed) for name, each in source.examples.items() for changed in each.every_refused]
    rows = [{**source.row, **changed} for _, changed in expected]

    domain = [source.broken(row) for row in rows]
    server = await (await bare(table)).judge(rows)

    for (name, changed), said, verdict in zip(expected, domain, server, strict=True):
        assert source.is_example(name, said), (name, sorted(said), shown(changed))
        assert verdict.broken == said, shown(changed)
        assert verdict.refusal == name or (verdict.refusal in said and name in source.implied), shown(changed)


@pytest.mark.parametrize("table", TABLES)
def test_the_model_refuses_a_refused_example_by_the_rules_name(table: str) -> None:
    source = source_of(table)
    for name, example in source.examples.items():
        for changed in example.every_refused:
            row = {**source.row, **changed}
            with pytest.raises(ValidationError):
                source.model.model_validate(row)
            with pytest.raises(RuleViolation) as refused:
                source.model.parse(row)
            reported = frozenset(violation.rule for violation in refused.value.violations)
            assert source.is_example(name, reported), (name, sorted(reported), shown(changed))


@pytest.mark.parametrize("table", TABLES)
async def test_a_legal_example_is_accepted_by_both_sides(table: str, bare: Bare) -> None:
    source = source_of(table)
    rows = [{**source.row, **example.legal} for example in source.examples.values()]

    server = await (await bare(table)).judge(rows)

    for (name, example), row, verdict in zip(source.examples.items(), rows, server, strict=True):
        assert source.broken(row) == frozenset(), (name, shown(example.legal))
        assert (verdict.refusal, verdict.broken) == (None, frozenset()), (name, shown(example.legal))
        source.model.model_validate(row)
