"""Every rule about a change is asked before a row is written: ``checked`` refuses the change by the rule's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.errors import RuleViolation
from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts
from tests.parity.test_changes import RULES, pairs, read_by

if TYPE_CHECKING:
    from platform_db.domain.changes import ChangeRule


@pytest.mark.parametrize(("table", "rule"), RULES)
def test_the_library_refuses_a_change_that_breaks_the_rule(table: str, rule: ChangeRule) -> None:
    # given a row, and a change of it that breaks the rule
    asked = pairs(metadata.tables[table], read_by(rule))
    before, after = next((old, new) for old, new in asked if rule.holds(old, new) is False)
    model = facts(metadata.tables[table]).model
    row = model.model_construct(None, **{**dict.fromkeys(model.model_fields), **before})
    # when it is judged
    with pytest.raises(RuleViolation) as refused:
        row.checked(after)
    # then the rule is among what it breaks
    assert rule.guard.violation(table) in refused.value.violations
