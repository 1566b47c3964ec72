"""Rows that break what a step would make true are named before anything is changed."""

# ruff: noqa: S608 - the names are constants of the tests

from __future__ import annotations

import pytest

from platform_db.errors import UsageError
from platform_db.migration import engine
from platform_db.migration.failures import InTheWay, RevisionFailed, RowsInTheWay
from platform_db.migration.run import Run
from platform_db.migration.steps import (
    AddCheck,
    AddForeignKey,
    AddUnique,
    Comment,
    ConvertToEnum,
    CreateEnumType,
    CreateFunction,
    CreateIndex,
    Drop,
    Replace,
    SetNotNull,
    Step,
    Validate,
)
from tests.migrations.steps.conftest import PARENT, REVISION, TABLE, Bench

ODD = '"odd""; DROP TABLE users; --"'

CASES = {
    "check": (
        AddCheck(TABLE, "ck", '"group" < 4'),
        f'UPDATE {ODD} SET "group" = NULL WHERE id = 1',
        f"2 row(s) of {TABLE} break ck: 4, 5",
    ),
    "foreign key": (
        AddForeignKey(TABLE, "fk", ("group",), PARENT),
        f'UPDATE {ODD} SET "group" = CASE id WHEN 1 THEN NULL ELSE 9 END WHERE id IN (1, 2)',
        f"1 row(s) of {TABLE} refer to no row of order: 2",
    ),
    "unique": (
        AddUnique(TABLE, "uq", ("group", "it's")),
        f'UPDATE {ODD} SET "group" = 1, "it\'s" = CASE WHEN id < 3 THEN \'same\' END',
        f"2 row(s) of {TABLE} break uq: 1, 2",
    ),
    "unique, NULLs alike": (
        AddUnique(TABLE, "uq", ("it's",), nulls_not_distinct=True),
        f'UPDATE {ODD} SET "it\'s" = NULL WHERE id > 2',
        f"3 row(s) of {TABLE} break uq: 3, 4, 5",
    ),
    "partial unique index": (
        CreateIndex("puq", TABLE, ('lower("it\'s")',), unique=True, where="id <> 3"),
        f"UPDATE {ODD} SET \"it's\" = CASE id % 2 WHEN 0 THEN 'A' ELSE 'a' END WHERE id < 4",
        f"2 row(s) of {TABLE} break puq: 1, 2",
    ),
    "not null": (
        SetNotNull(PARENT, "code"),
        'INSERT INTO "order" SELECT n FROM generate_series(6, 12) AS n',
        "7 row(s) of order have no code: 6, 7, 8, 9, 10, …",
    ),
    "labels": (
        ConvertToEnum(TABLE, "state", "state"),
        (
            "CREATE TYPE state AS ENUM ('new'); "
            f"UPDATE {ODD} SET \"state\" = CASE id WHEN 1 THEN 'lost' ELSE 'x''y' END WHERE id < 4"
        ),
        f"3 row(s) of {TABLE} hold what is no label of state: 'lost' (1), \"x'y\" (2)",
    ),
}


@pytest.mark.parametrize(("step", "given", "told"), CASES.values(), ids=list(CASES))
async def test_rows_in_the_way_are_named(bench: Bench, step: Step, given: str, told: str) -> None:
    # Given rows that break it
    await bench.execute(given)
    # When the step runs, then it names them and changes nothing
    with pytest.raises(RowsInTheWay) as caught:
        await bench.up(step)
    assert caught.value.message.partition(": ")[2].startswith(f"{told}; mend them and run it again; ")
    assert [event.moment.value for event in bench.events] == ["before step", "failed"]
    assert bench.events[-1].reason == "RowsInTheWay"
    assert len(await bench.left(step)) == len(step.up())


async def test_a_constraint_is_validated_once_its_rows_are_mended(bench: Bench) -> None:
    # Given a constraint that came without reading the old rows, two of which break it
    await bench.execute(f'UPDATE {ODD} SET "group" = 0 WHERE id > 3')
    await bench.execute(f'ALTER TABLE {ODD} ADD CONSTRAINT ck CHECK ("group" > 0) NOT VALID')
    step = Validate(TABLE, "ck")
    with pytest.raises(RowsInTheWay, match=r"2 row\(s\) of .* break ck: 4, 5"):
        await bench.up(step)
    # When they are mended
    await bench.execute(f'UPDATE {ODD} SET "group" = id')
    await bench.up(step)
    # Then it is valid, and a second run does nothing
    assert await bench.value("SELECT convalidated FROM pg_constraint WHERE conname = 'ck'") is True
    assert await bench.left(step) == ()


async def test_a_foreign_key_is_validated(bench: Bench) -> None:
    # Given an orphan of before
    await bench.execute(f'UPDATE {ODD} SET "group" = 77 WHERE id = 4')
    await bench.execute(f'ALTER TABLE {ODD} ADD CONSTRAINT fk FOREIGN KEY ("group") REFERENCES "order" NOT VALID')
    with pytest.raises(RowsInTheWay, match=r"1 row\(s\) of .* break fk: 4;"):
        await bench.up(Validate(TABLE, "fk"))
    # When it has a parent, then the foreign key is valid
    await bench.execute('INSERT INTO "order" VALUES (77)')
    await bench.up(Validate(TABLE, "fk"))
    assert await bench.value("SELECT convalidated FROM pg_constraint WHERE conname = 'fk'") is True


async def test_text_becomes_an_enum_and_text_again_without_losing_a_value(bench: Bench) -> None:
    # Given known labels, and a NULL
    await bench.execute(
        "CREATE TYPE state AS ENUM ('new', 'it''s'); "
        f"UPDATE {ODD} SET \"state\" = CASE id WHEN 1 THEN NULL ELSE 'it''s' END"
    )
    kept = f'SELECT array_agg("state"::text ORDER BY id) FROM {ODD}'
    await bench.execute(f"GRANT SELECT ON {ODD} TO PUBLIC")
    step = ConvertToEnum(TABLE, "state", "state", default="new")
    # When the column is converted, there and back
    await bench.up(step)
    assert await bench.value(kept) == [None, "it's", "it's", "it's", "it's"]
    await bench.execute(f"INSERT INTO {ODD} (id) VALUES (6)")
    await bench.down(step)
    # Then every value is there, and so is the default
    assert await bench.value(kept) == [None, "it's", "it's", "it's", "it's", "new"]


async def together(bench: Bench, *steps: Step) -> None:
    run = Run(lock_timeout=0.2, observer=bench.events.append)
    await run.prepare(bench.server)
    async with bench.server.transaction():
        await engine._together(run, bench.server, REVISION, steps, "up")


async def test_the_rows_in_the_way_of_a_transaction_are_named_before_it_takes_a_lock(bench: Bench) -> None:
    # Given an orphan, which the last of three steps minds
    await bench.execute(f'UPDATE {ODD} SET "group" = 77 WHERE id = 4')
    check, key = AddCheck(TABLE, "ck", '"group" > 0'), AddForeignKey(TABLE, "fk", ("group",), PARENT)
    # When they run in one transaction
    with pytest.raises(RowsInTheWay, match=r"^0042_test, add foreign key fk .*: 4; .*; the revision was rolled back$"):
        await together(bench, check, Comment.on_table(PARENT, "Orders."), key)
    # Then none of them was begun
    assert [(event.moment.value, event.step) for event in bench.events] == [("failed", key.title)]
    # And once it is mended they run
    await bench.execute(f'UPDATE {ODD} SET "group" = id')
    bench.events.clear()
    await together(bench, check, Comment.on_table(PARENT, "Orders."), key)
    assert [event.moment.value for event in bench.events].count("after step") == 3


async def test_a_step_that_waits_for_an_earlier_one_is_asked_in_its_turn(bench: Bench) -> None:
    # Given a column whose type an earlier step of the transaction makes, and a row that holds no label of it
    await bench.execute(f"UPDATE {ODD} SET \"state\" = 'lost' WHERE id = 1")
    made, convert = CreateEnumType("state", ("new",)), ConvertToEnum(TABLE, "state", "state")
    # When they run in one transaction, then the row is named behind the earlier step
    with pytest.raises(RowsInTheWay, match=r"1 row\(s\) of .* hold what is no label of state: 'lost' \(1\)"):
        await together(bench, made, convert)
    assert [event.moment.value for event in bench.events][-2:] == ["before step", "failed"]
    assert bench.events[0].step == made.title


async def test_the_way_back_of_a_drop_names_rows_in_its_way(bench: Bench) -> None:
    # Given a CHECK that was dropped, and rows that break it since
    await bench.execute(f'UPDATE {ODD} SET "group" = 0 WHERE id = 2')
    with pytest.raises(RowsInTheWay, match=r"1 row\(s\) of .* break ck: 2; mend them"):
        await bench.down(Drop(AddCheck(TABLE, "ck", '"group" > 0')))
    assert [event.moment.value for event in bench.events] == ["before step", "failed"]


async def test_a_replacement_names_rows_in_its_way_both_ways(bench: Bench) -> None:
    # Given two CHECKs, each of which a row breaks
    lower, upper = AddCheck(TABLE, "ck_lower", '"group" > 1'), AddCheck(TABLE, "ck_upper", '"group" < 5')
    with pytest.raises(RowsInTheWay, match=r"1 row\(s\) of .* break ck_upper: 5; mend them"):
        await bench.up(Replace(lower, upper))
    with pytest.raises(RowsInTheWay, match=r"1 row\(s\) of .* break ck_lower: 1; mend them"):
        await bench.down(Replace(lower, upper))


async def test_a_foreign_key_that_is_not_enforced_is_none(bench: Bench, server_major: int) -> None:
    if server_major < 18:
        pytest.skip("PostgreSQL 18 knows NOT ENFORCED")
    # Given a foreign key of its name that checks nothing
    definition = 'FOREIGN KEY ("group") REFERENCES "order"(id) ON DELETE RESTRICT'
    await bench.execute(f"ALTER TABLE {ODD} ADD CONSTRAINT fk {definition} NOT ENFORCED")
    with pytest.raises(InTheWay, match=r"found: .* NOT ENFORCED"):
        await bench.up(AddForeignKey(TABLE, "fk", ("group",), PARENT))


MISSING = {
    "table of a check": (AddCheck("nowhere", "ck", "true"), "there is no table nowhere"),
    "parent": (AddForeignKey(TABLE, "fk", ("group",), "nowhere"), "there is no table nowhere"),
    "constraint": (Validate(TABLE, "nothing"), "there is no such constraint"),
    "column": (SetNotNull(TABLE, "nothing"), "there is no such column"),
    "type": (ConvertToEnum(TABLE, "state", "no state"), "there is no such type"),
    "index to comment on": (Comment.on_index(TABLE, "nothing", "It serves."), "there is no such index"),
    "column to convert": (ConvertToEnum(TABLE, "nothing", "state"), "there is no such column"),
}


@pytest.mark.parametrize(("step", "told"), MISSING.values(), ids=list(MISSING))
async def test_what_a_step_needs_is_named(bench: Bench, step: Step, told: str) -> None:
    with pytest.raises(RevisionFailed) as caught:
        await bench.up(step)
    assert caught.value.message.startswith(f"0042_test, {step.title}: ")
    assert told in caught.value.message


async def test_what_is_gone_says_nothing(bench: Bench) -> None:
    await bench.up(Comment.on_index(TABLE, "nothing", None, former="It served."))
    assert [event.moment.value for event in bench.events] == ["before step", "after step"]


async def test_a_wrong_expression_is_told_without_a_row(bench: Bench) -> None:
    told = r': 42703 undefined column: column "nothing" does not exist; the revision was rolled back$'
    with pytest.raises(RevisionFailed, match=told):
        await bench.up(AddCheck(TABLE, "ck", "nothing > 0"))


@pytest.mark.parametrize("moment", ["now()", "CURRENT_DATE", "current_setting('app.user_id')", "random ()"])
def test_an_index_does_not_depend_on_the_moment(moment: str) -> None:
    with pytest.raises(UsageError, match="changes from call to call"):
        CreateIndex("idx", "licenses", ("ends_at",), where=f"ends_at > {moment}")


def test_a_function_must_be_replaceable() -> None:
    with pytest.raises(UsageError, match="must begin with CREATE OR REPLACE FUNCTION"):
        CreateFunction("f", "", "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1")


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 64, "ş" * 32], ids=["empty", "U+0000", "64 letters", "64 bytes"])
def test_what_is_no_name_is_refused_when_the_step_is_written(name: str) -> None:
    with pytest.raises(UsageError, match="is no name of PostgreSQL"):
        AddCheck(TABLE, name, "true")
