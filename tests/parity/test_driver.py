"""Between the model and the server stands the driver: what goes in comes out, or is refused before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.parity.disturbed import disturbed_rows
from tests.parity.driver_side import check_stored_and_equal, validated
from tests.parity.source import TABLES, shown, source_of
from tests.parity.untyped import CALLERS, COERCED

if TYPE_CHECKING:
    from platform_db.domain.models import StoredModel
    from tests.parity.conftest import Bare

SEED = 20260202
ROWS = 1000


@pytest.mark.parametrize("table", TABLES)
async def test_what_the_model_accepts_of_disturbed_rows_is_stored_and_reads_back_equal(table: str, bare: Bare) -> None:
    source = source_of(table)
    accepted = [model for row in disturbed_rows(source, SEED, ROWS) if (model := validated(source, row)) is not None]
    await check_stored_and_equal(await bare(table), accepted)
    assert len(accepted) >= 0.3 * ROWS


@pytest.mark.parametrize("table", TABLES)
async def test_whatever_callers_hand_over_is_refused_or_stored_as_it_is(table: str, bare: Bare) -> None:
    source = source_of(table)
    accepted: list[StoredModel] = []
    refused = 0
    for column in source.written:
        for value in CALLERS:
            model = validated(source, {**source.row, column.name: value})
            if model is None:
                refused += 1
            else:
                accepted.append(model)
    await check_stored_and_equal(await bare(table), accepted)
    assert refused > len(accepted) > 0


@pytest.mark.parametrize("table", TABLES)
def test_the_model_refuses_what_the_driver_would_change_silently(table: str) -> None:
    source = source_of(table)
    for column in source.written:
        for value in next((values for kind, values in COERCED if isinstance(column.type, kind)), ()):
            assert validated(source, {**source.row, column.name: value}) is None, (column.name, value)


@pytest.mark.parametrize("table", TABLES)
async def test_what_the_server_accepts_validates(table: str, bare: Bare) -> None:
    source = source_of(table)
    copy = await bare(table)
    rows = list(disturbed_rows(source, SEED + 1, ROWS))
    verdicts = await copy.judge(rows)

    stored = await copy.accepted()

    sent = [row for row, verdict in zip(rows, verdicts, strict=True) if verdict.refusal is None]
    assert len(stored) == len(sent) >= 0.3 * ROWS
    for row, read in zip(sent, stored, strict=True):
        assert source.model.model_validate(read) == source.model.model_validate(row), shown(row)
