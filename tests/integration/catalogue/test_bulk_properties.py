"""Bulk writing against a dictionary that does the same."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_db.domain.tools import ToolType
from platform_db.errors import PlatformError
from platform_db.repositories import bulk
from platform_db.repositories.bulk import report_of
from tests.integration.catalogue.bulk_tables import TOOLS

if TYPE_CHECKING:
    import pytest

    from platform_db.repositories.work import Database

Row = dict[str, object]
Stored = dict[tuple[object, object], Row]

DEFAULTS: Final[Row] = {"manufacturer": None, "type": ToolType.REAMER, "location": None, "quantity_available": 0}

rows: Final = st.fixed_dictionaries(
    {"name": st.sampled_from(["Matkap", "Rayba", "Kılavuz", "", None])},
    optional={
        "manufacturer": st.sampled_from([None, "Örnek", "örnek"]),
        "location": st.sampled_from([None, "A1", "B2"]),
        # Below zero is a rule of the table alone: the input lets it pass, and the server refuses.
        "quantity_available": st.sampled_from([0, 1, -1]),
        "type": st.sampled_from(["reamer", "tap", "yok"]),
    },
)
batches: Final = st.lists(rows, max_size=9)


class _Undone(Exception):
    """Every example takes back what it did."""


def _is_true(row: Row) -> bool:
    return bool(row["name"]) and row.get("type") != "yok"


def _expected(kind: str, stored: Stored, given_rows: list[Row]) -> list[str]:
    """What a dictionary makes of the rows, and their outcomes."""
    outcomes: list[str] = []
    seen: set[tuple[object, object]] = set()
    for row in given_rows:
        key = (row["name"], row.get("manufacturer"))
        if not _is_true(row) or key in seen:
            outcomes.append("refused")
            continue
        seen.add(key)
        there = stored.get(key)
        wanted = {**(there or {"name": row["name"], **DEFAULTS}), **row}
        wanted["type"] = ToolType(str(wanted["type"]))
        # A row that breaks a rule is refused, also where the first would have stayed.
        if row.get("quantity_available") == -1 or (there is not None and kind == "create"):
            outcomes.append("refused")
        elif there is not None and (kind == "ensure" or wanted == there):
            outcomes.append("unchanged")
        else:
            stored[key] = wanted
            outcomes.append("created" if there is None else "updated")
    return outcomes


@given(calls=st.lists(st.tuples(st.sampled_from(["create", "ensure", "upsert"]), batches), max_size=4))
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_every_call_does_what_a_dictionary_would(
    database: Database, monkeypatch: pytest.MonkeyPatch, calls: list[tuple[str, list[Row]]]
) -> None:
    # batches of four, so that calls take several
    monkeypatch.setattr(bulk, "BATCH", 4)
    stored: Stored = {}
    with suppress(_Undone):
        async with database.unit_of_work() as work:
            for kind, given_rows in calls:
                report = await report_of(getattr(TOOLS, kind)(work, given_rows))

                expected = _expected(kind, stored, given_rows)
                assert [outcome.result.value for outcome in report] == expected
                assert [outcome.place for outcome in report] == list(range(len(given_rows)))
                for outcome in report:
                    if outcome.row is None:
                        assert isinstance(outcome.error, PlatformError)
                    else:
                        named = given_rows[outcome.place]
                        key = (named["name"], named.get("manufacturer"))
                        assert (outcome.row.name, outcome.row.manufacturer) == key
                        assert outcome.error is None
            found = {
                (row.name, row.manufacturer): {name: getattr(row, name) for name in ("name", *DEFAULTS)}
                for row in (await work.tools.page(limit=1000)).items
            }
            assert found == stored
            raise _Undone
