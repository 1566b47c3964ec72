"""A Core statement becomes text and an order of arguments, once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ENUM, JSONB

from platform_db.database import Statement
from platform_db.errors import ConfigurationError, UsageError

METADATA = sa.MetaData()
ITEMS = sa.Table(
    "items",
    METADATA,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("data", JSONB),
    sa.Column[str]("status", ENUM("draft", "issued", name="item_status")),
    sa.Column("version", sa.Integer),
)
DEFAULTED = sa.Table("defaulted", METADATA, sa.Column("id", sa.BigInteger), sa.Column("n", sa.Integer, default=3))


def test_constants_are_merged_and_a_repeated_name_is_one_argument() -> None:
    statement = Statement(
        sa.select(ITEMS.c.id).where(
            ITEMS.c.id == sa.bindparam("id"),
            ITEMS.c.status == "draft",
            ITEMS.c.version == sa.bindparam("id", type_=sa.BigInteger),
        )
    )

    assert statement.sql.replace("\n", "") == (
        "SELECT items.id FROM items WHERE items.id = $1::BIGINT "
        "AND items.status = $2::item_status AND items.version = $1::BIGINT"
    )
    assert statement.arguments({"id": 7}) == [7, "draft"]
    assert statement.parameters == {"id"}


def test_an_update_orders_values_before_its_condition() -> None:
    statement = Statement(
        sa.update(ITEMS)
        .where(ITEMS.c.id == sa.bindparam("key"), ITEMS.c.version == sa.bindparam("seen"))
        .values(version=ITEMS.c.version + 1, name=sa.bindparam("name"))
    )

    assert statement.arguments({"name": "n", "seen": 4, "key": 9}) == ["n", 1, 9, 4]


def test_arguments_do_not_leak_from_call_to_call() -> None:
    statement = Statement(sa.select(sa.bindparam("a", type_=sa.Integer), sa.bindparam("b", type_=sa.Integer)))

    first = statement.arguments({"a": 1, "b": 2})
    second = statement.arguments({"a": 3, "b": 4})

    assert (first, second) == ([1, 2], [3, 4])


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "missing: id, name"),
        ({"id": 1}, "missing: name"),
        ({"id": 1, "name": "a", "nme": "b"}, "unknown: nme"),
        ({"id": 1, "nme": "b"}, "missing: name; unknown: nme"),
    ],
)
def test_parameters_must_fit_exactly(given: dict[str, object], text: str) -> None:
    both = sa.and_(ITEMS.c.id == sa.bindparam("id"), ITEMS.c.name == sa.bindparam("name"))
    statement = Statement(sa.select(ITEMS.c.id).where(both))

    with pytest.raises(UsageError, match=f"\\({text}\\)"):
        statement.arguments(given)


def test_no_parameters() -> None:
    assert Statement(sa.text("SELECT 1")).arguments({}) == []


IN_A_LIST = ITEMS.c.id.in_([1, 2])
IN_A_NAME = ITEMS.c.id.in_(sa.bindparam("ids", expanding=True))


@pytest.mark.parametrize("condition", [IN_A_LIST, IN_A_NAME], ids=["list", "name"])
def test_in_is_refused_with_the_way_out(condition: sa.ColumnElement[bool]) -> None:
    statement = Statement(sa.select(ITEMS.c.id).where(condition))

    with pytest.raises(ConfigurationError, match=r"sa\.any_\(sa\.bindparam"):
        _ = statement.sql


def test_any_takes_a_list() -> None:
    ids = sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger))
    statement = Statement(sa.select(ITEMS.c.id).where(ITEMS.c.id == sa.any_(ids)))

    assert statement.sql.endswith("ANY ($1::BIGINT[])")
    assert statement.arguments({"ids": [1, 2]}) == [[1, 2]]


def test_a_default_computed_in_python_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="column n has a default in Python"):
        Statement(sa.insert(DEFAULTED).values(id=sa.bindparam("id"))).arguments({"id": 1})


def test_an_insert_returns_only_what_it_says() -> None:
    plain = Statement(sa.insert(ITEMS).values(name=sa.bindparam("name")))
    returning = Statement(sa.insert(ITEMS).values(name=sa.bindparam("name")).returning(ITEMS.c.version))

    assert plain.sql == "INSERT INTO items (name) VALUES ($1::VARCHAR)"
    assert returning.sql == "INSERT INTO items (name) VALUES ($1::VARCHAR) RETURNING items.version"


@pytest.mark.parametrize(
    ("value", "text"),
    [({"a": [1, "ı"]}, '{"a":[1,"ı"]}'), ('{"a": 1}', '{"a": 1}'), (None, None), ([], "[]")],
)
def test_json_parameters_become_text(value: object, text: str | None) -> None:
    statement = Statement(sa.insert(ITEMS).values(data=sa.bindparam("data")))

    assert statement.arguments({"data": value}) == [text]


def test_an_array_of_json_becomes_an_array_of_text() -> None:
    statement = Statement(sa.select(sa.bindparam("all", type_=sa.ARRAY(JSONB))))

    assert statement.arguments({"all": [{"a": 1}, None, "{}"]}) == [['{"a":1}', None, "{}"]]
    assert statement.arguments({"all": None}) == [None]


@pytest.mark.parametrize("value", [{"n": 10**30}, {1: "a"}, {"a": "\ud800"}, {"a": {1, 2}}])
def test_what_json_cannot_hold_is_refused_without_its_value(value: object) -> None:
    statement = Statement(sa.insert(ITEMS).values(data=sa.bindparam("data")))

    with pytest.raises(UsageError, match="JSON has no form") as caught:
        statement.arguments({"data": value})
    assert caught.value.__context__ is None
