"""No entry about a row holds a personal value, whichever repository notes it, and each column is still named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.models import Identified
from platform_db.repositories import work
from platform_db.repositories.audit_logs import AuditTrail
from platform_db.schema.metadata import facts, tables

if TYPE_CHECKING:
    import sqlalchemy as sa

    from platform_db.database.executor import Executor
    from platform_db.database.statement import Statement

assert work

NOTED: Final = [table for table in tables().values() if issubclass(facts(table).model, Identified)]


class Written:
    """What a trail writes when it is flushed."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    async def execute(self, statement: Statement, parameters: dict[str, Any]) -> int:
        assert statement
        self.entries += parameters["entry_payload"]
        return len(self.entries)


async def payload_of(table: sa.Table, before: dict[str, object], after: dict[str, object]) -> dict[str, Any]:
    """The payload that is written of a note about a row of the table."""
    written = Written()
    trail = AuditTrail(cast("Executor", written), None)
    model = cast("type[Identified]", facts(table).model)
    trail.note(AuditAction.UPDATE, "row.changed", model.model_construct(id=7), before, after)
    await trail.flush()
    [payload] = written.entries
    return payload


@pytest.mark.parametrize("table", NOTED, ids=lambda table: table.name)
async def test_a_note_of_every_column_holds_no_personal_value(table: sa.Table) -> None:
    # given a change of every column
    before, after = ({each.name: f"{side} {each.name}" for each in table.columns} for side in ("eski", "yeni"))
    # when it is noted
    payload = await payload_of(table, dict(before), dict(after))
    # then each column is named, and what is personal is named only
    personal = facts(table).personal
    for side, values in (("before", before), ("after", after)):
        assert payload[side] == {name: "[personal]" if name in personal else value for name, value in values.items()}


async def test_no_value_is_told_as_none() -> None:
    table = tables()["licenses"]
    payload = await payload_of(table, {"cancellation_reason": None}, {"cancellation_reason": "Ayşe Örnek vazgeçti"})
    assert payload == {"before": {"cancellation_reason": None}, "after": {"cancellation_reason": "[personal]"}}


async def test_a_value_that_has_no_form_in_json_is_masked_all_the_same() -> None:
    payload = await payload_of(tables()["payment_methods"], {}, {"holder_identity_encrypted": b"\x01"})
    assert payload == {"after": {"holder_identity_encrypted": "[personal]"}}
