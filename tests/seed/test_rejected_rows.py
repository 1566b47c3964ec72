"""What the reports ask to refuse is refused twice, under one name; the nearest legal row is stored."""

# ruff: noqa: S608 - the names in the statements are the schema's own

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
from pydantic import ValidationError

from platform_db.errors import RuleViolation
from tests.parity.source import shown, source_of
from tests.seed.refusals import REFUSALS
from tests.seed.rows import refused, store, without_other_keys, without_triggers

if TYPE_CHECKING:
    from tests.raw import Raw


@pytest.mark.parametrize("rule", sorted(REFUSALS))
async def test_a_broken_rule_is_refused_by_raw_sql_and_by_the_domain_under_one_name(undone: Raw, rule: str) -> None:
    refusal = REFUSALS[rule]
    source = source_of(refusal.table)
    await without_triggers(undone, refusal.table)
    for changed in refusal.refused:
        # when the row is inserted past the library, and when the domain reads it
        of_server = await refused(undone, refusal.table, changed)
        with pytest.raises(RuleViolation) as of_domain:
            source.model.parse({**source.row, **changed})
        # then both name the rule, and no other
        assert isinstance(of_server, RuleViolation), shown(changed)
        assert [violation.rule for violation in of_server.violations] == [rule], shown(changed)
        assert {violation.rule for violation in of_domain.value.violations} == {rule}, shown(changed)


@pytest.mark.parametrize("rule", sorted(REFUSALS))
async def test_the_nearest_legal_row_is_stored_and_validates(undone: Raw, rule: str) -> None:
    refusal = REFUSALS[rule]
    source = source_of(refusal.table)
    await without_triggers(undone, refusal.table)
    await without_other_keys(undone, refusal.table, "")
    for number, changed in enumerate(refusal.admitted, start=1_000_001):
        await store(undone, refusal.table, {**changed, "id": number})
        source.model.parse({**source.row, **changed, "id": number})
        assert await undone.fetchval(f"SELECT count(*) FROM {refusal.table} WHERE id = $1", number) == 1


@pytest.mark.parametrize("table", ["sessions", "security_events"])
@pytest.mark.parametrize("address", ["999.1.1.1", "203.0.113.xxx", "localhost"])
async def test_a_malformed_address_is_no_value(undone: Raw, table: str, address: str) -> None:
    source = source_of(table)
    await without_triggers(undone, table)
    with pytest.raises(asyncpg.InvalidTextRepresentationError):
        async with undone.transaction():
            await store(undone, table, {"ip_address": address})
    with pytest.raises(ValidationError):
        source.model.model_validate({**source.row, "ip_address": address})


async def test_a_row_knows_when_it_was_made_and_not_when_its_table_was(undone: Raw) -> None:
    # given a table that was made long before: the default is the statement's own now()
    default = await undone.fetchval(
        "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum "
        "WHERE adrelid = 'sessions'::regclass AND attname = 'created_at'"
    )
    assert default == "now()"
    # when a row comes without the time, then it has the transaction's
    await without_triggers(undone, "sessions")
    insert = (
        "INSERT INTO sessions (user_id, refresh_token_hash, expires_at) "
        "VALUES (41, repeat('a', 64), now() + interval '30 days') RETURNING created_at = now()"
    )
    assert await undone.fetchval(insert)
