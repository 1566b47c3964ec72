"""Every refusal of a real server becomes one of our errors, and no stored value travels with it."""

from __future__ import annotations

import pickle
import traceback

import pytest

from platform_db.database import UnitOfWork, translate
from platform_db.errors import (
    AlreadyExists,
    ConfigurationError,
    NotAllowed,
    PlatformError,
    RuleViolation,
    StalePlan,
    StillReferenced,
    UnknownConstraint,
    UsageError,
)
from tests.integration.database.scene import CATALOG, Database, Raw, sql

SECRET = "hush-hush"

REFUSALS: dict[str, tuple[str, type[PlatformError], str]] = {
    "check": ("INSERT INTO items (name, amount) VALUES (:v, -1)", RuleViolation, "ck_items_amount_non_negative"),
    "not null": ("INSERT INTO items (name) VALUES (nullif(:v, :v))", RuleViolation, "items_name_not_null"),
    "too large": ("INSERT INTO items (name, amount) VALUES (:v, 1e40)", RuleViolation, "value_representable"),
    "malformed": ("SELECT CAST(CAST(:v AS text) AS date)", RuleViolation, "value_representable"),
    "unique": ("INSERT INTO items (name) VALUES (:v), (:v)", AlreadyExists, "uq_items_name"),
    "key": ("INSERT INTO items (id, name) OVERRIDING SYSTEM VALUE VALUES (1, :v), (1, 'x')", UnknownConstraint, "pk_"),
    "reference": ("INSERT INTO items (name, parent_id) VALUES (:v, -5)", StillReferenced, "fk_items_parent_id_items"),
    "undeclared": ("INSERT INTO items (name, amount) VALUES (:v, 666)", UnknownConstraint, "platform_db/domain/items"),
    "grant": ("SELECT :v FROM owned", NotAllowed, "42501"),
    "no table": ("SELECT :v FROM no_such_table", ConfigurationError, "migrate status"),
    "arguments": ("SELECT CAST(:v AS bigint)", RuleViolation, "value_representable"),
}


@pytest.mark.parametrize(("query", "kind", "names"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_a_refusal_names_the_rule_and_no_value(
    database: Database, admin: Raw, query: str, kind: type[PlatformError], names: str
) -> None:
    with pytest.raises(kind, match=names) as caught:
        async with database.unit_of_work() as work:
            await work.execute(sql(query), {"v": SECRET})

    error = caught.value
    assert type(error) is kind
    assert (error.__cause__, error.__context__) == (None, None)
    printed = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
    assert SECRET not in printed
    assert SECRET.encode() not in pickle.dumps(error)
    assert await admin.fetchval("SELECT count(*) FROM items") == 0


async def test_conflicts_carry_constraint_entity_and_fields(database: Database) -> None:
    with pytest.raises(AlreadyExists) as caught:
        async with database.unit_of_work() as work:
            await work.execute(sql("INSERT INTO items (name) VALUES ('a'), ('a')"))

    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (error.constraint, error.entity, error.fields) == ("uq_items_name", "items", ("name",))
    assert str(error) == "uq_items_name: Kural bozuldu. / A rule is broken."


async def test_a_row_still_referenced(database: Database, admin: Raw) -> None:
    with pytest.raises(StillReferenced):
        async with database.unit_of_work() as work:
            await work.execute(sql("INSERT INTO items (name) VALUES ('parent')"))
            await work.execute(sql("INSERT INTO items (name, parent_id) SELECT 'child', id FROM items"))
            await work.execute(sql("DELETE FROM items WHERE name = 'parent'"))
    assert await admin.fetchval("SELECT count(*) FROM items") == 0


async def test_restrict_reads_the_same_on_every_server_version(database: Database, admin: Raw) -> None:
    # 23001 from PostgreSQL 18 on, 23503 before.
    await admin.execute(
        "ALTER TABLE items DROP CONSTRAINT fk_items_parent_id_items, "
        "ADD CONSTRAINT fk_items_parent_id_items FOREIGN KEY (parent_id) REFERENCES items ON DELETE RESTRICT"
    )
    with pytest.raises(StillReferenced):
        async with database.unit_of_work() as work:
            await work.execute(sql("INSERT INTO items (name) VALUES ('parent')"))
            await work.execute(sql("INSERT INTO items (name, parent_id) SELECT 'child', id FROM items"))
            await work.execute(sql("DELETE FROM items WHERE name = 'parent'"))


async def test_a_schema_that_changed_under_a_statement_is_retried(database: Database, admin: Raw) -> None:
    await admin.execute("DROP TABLE IF EXISTS moving; CREATE TABLE moving (a int); GRANT SELECT ON moving TO PUBLIC")
    query = sql("SELECT a FROM moving")
    attempts = 0

    async def read(work: UnitOfWork) -> None:
        nonlocal attempts
        attempts += 1
        assert await work.fetch(query) == []

    async with database.unit_of_work() as work:
        await work.fetch(query)
    await admin.execute("ALTER TABLE moving ALTER a TYPE text")
    await database.run(read)
    assert attempts == 2

    await admin.execute("ALTER TABLE moving ALTER a TYPE int USING 1")
    with pytest.raises(StalePlan):
        async with database.unit_of_work() as work:
            await work.fetch(query)
    await admin.execute("DROP TABLE moving")


@pytest.mark.parametrize("value", ["timestamptz '294000-01-01'", "jsonb '1e999'", "date '0044-03-15 BC'"])
async def test_a_stored_value_that_python_cannot_hold(database: Database, value: str) -> None:
    with pytest.raises(PlatformError, match="read it as text") as caught:
        async with database.unit_of_work() as work:
            await work.fetch_value(sql(f"SELECT {value}"))

    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


async def test_wrong_use_of_the_driver_is_a_usage_error(database: Database) -> None:
    with pytest.raises(UsageError, match="missing: b; unknown: c"):
        async with database.unit_of_work() as work:
            await work.execute(sql("SELECT :a, :b"), {"a": 1, "c": 2})


def test_what_is_not_the_drivers_stays_itself() -> None:
    bug = LookupError("bug")
    ours = UsageError("ours")

    assert translate(bug) is bug
    assert translate(ours) is ours
    assert sorted(CATALOG) == [
        "ck_items_amount_non_negative",
        "ck_items_sum",
        "fk_items_parent_id_items",
        "uq_items_name",
    ]
