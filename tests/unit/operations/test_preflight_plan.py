"""A plan is used as it is, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from platform_db.errors import UsageError
from platform_db.operations.preflight.repair import read_plan
from platform_db.schema.all_tables import metadata

CONSTRAINT = "ck_products_sale_price_non_negative"


def entry(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a plan's values
    whole = {
        "table": "products",
        "constraint": CONSTRAINT,
        "keys": [{"id": 1, "version": 3}],
        "set": {"sale_price_cents": 1},
        "reason": "Fiyat listesi",
    }
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def read(*entries: object) -> object:
    return read_plan(json.dumps(entries).encode(), metadata)


def test_a_plan_reads_as_it_is_written() -> None:
    (repair,) = read_plan(json.dumps([entry(reviewed_by="muhasebe")]).encode(), metadata)

    assert (repair.table, repair.constraint, repair.keys) == ("products", CONSTRAINT, ({"id": 1, "version": 3},))
    assert (repair.changes, repair.delete, repair.reviewed_by) == ({"sale_price_cents": 1}, None, "muhasebe")


def test_null_is_a_value_that_may_be_set() -> None:
    (repair,) = read_plan(json.dumps([entry(set={"deleted_at": None})]).encode(), metadata)

    assert repair.changes == {"deleted_at": None}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"table": "nothing"}, "0.table: the models have no table nothing"),
        ({"constraint": "ck_nothing"}, "0.constraint: products has no ck_nothing"),
        ({"keys": []}, "0.keys: Tuple should have at least 1 item"),
        ({"keys": [{"id": 1}]}, "0.keys: a row of products is named by id, version"),
        ({"keys": [{"id": 1, "version": 3, "sku": "x"}]}, "0.keys: a row of products is named by id, version"),
        ({"keys": [{"id": 1.5, "version": 3}]}, "0.keys.0.id"),
        ({"keys": [{"id": "1", "version": 3}]}, "0.keys: id is a whole number of 64 bits"),
        ({"keys": [{"id": 2**63, "version": 3}]}, "0.keys: id is a whole number of 64 bits"),
        ({"keys": [{"id": 1, "version": "3"}]}, "0.keys: version is a whole number of"),
        ({"keys": [{"id": 1, "version": 3}] * 2}, "0.keys: the same row stands twice"),
        ({"set": {}}, "0.set: Dictionary should have at least 1 item"),
        ({"set": {"price": 1}}, "0.set: products has no column price"),
        ({"set": {"id": 9}}, "0.set: id is not set by hand"),
        ({"set": {"version": 9}}, "0.set: version is not set by hand"),
        ({"set": {"updated_at": None}}, "0.set: updated_at is not set by hand"),
        ({"set": ...}, 'say either "set" or "delete": true'),
        ({"delete": True}, 'say either "set" or "delete": true'),
        ({"set": ..., "delete": False}, "0.delete"),
        ({"reason": ...}, "0.reason: Field required"),
        ({"reason": " \n"}, "0.reason: String should match"),
        ({"reviewed_by": 7}, "0.reviewed_by: Input should be a valid string"),
        ({"where": "true"}, "0.where: Extra inputs are not permitted"),
    ],
)
def test_what_is_no_decision_is_refused_with_its_place(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(entry(**changes))

    assert fault in refused.value.message


@pytest.mark.parametrize("text", [b"", b"{", b"{}", b"null", b'"x"', b"[[]]", b"\xff", b"[1]"])
def test_what_is_no_plan_is_refused(text: bytes) -> None:
    with pytest.raises(UsageError, match="the plan cannot be used"):
        read_plan(text, metadata)


def test_a_refusal_quotes_no_value_of_the_plan() -> None:
    with pytest.raises(UsageError) as refused:
        read(entry(reason=7, keys=[{"id": {"canary": 1}, "version": "canary"}], set="canary"))

    assert "canary" not in refused.value.message


def test_the_columns_of_a_skeleton_decide_nothing() -> None:
    (repair,) = read_plan(json.dumps([entry(columns=["sale_price_cents", "sku"])]).encode(), metadata)

    assert repair.changes == {"sale_price_cents": 1}


def test_an_empty_plan_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 1 item"):
        read()
