"""What holds for every kind of step: up, up again, back, back again, and something else in its way."""

# ruff: noqa: S608 - the names are constants of the tests

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from platform_db.migration.drift import catalog_of, differences
from platform_db.migration.failures import InTheWay, RevisionFailed
from platform_db.migration.steps import (
    AddCheck,
    AddEnumValue,
    AddForeignKey,
    AddUnique,
    Comment,
    ConvertToEnum,
    CreateEnumType,
    CreateFunction,
    CreateIndex,
    CreateMaterializedView,
    CreatePolicy,
    CreateTrigger,
    Drop,
    EnableRowSecurity,
    Replace,
    SetNotNull,
    Step,
)
from tests.migrations.steps.conftest import PARENT, TABLE, Bench

if TYPE_CHECKING:
    from platform_db.migration.connection import Connection

ODD = '"odd""; DROP TABLE users; --"'
FUNCTION = "CREATE OR REPLACE FUNCTION count_odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} END $$"
QUERY = f"SELECT id, count(*) AS things FROM {ODD} GROUP BY id"


def own(condition: str) -> CreatePolicy:
    return CreatePolicy("pol; --", TABLE, ("platform_app",), condition, condition)


def returns(what: str) -> CreateFunction:
    return CreateFunction("count_odd", "", FUNCTION.format(f"RETURN {what};"), callers=("platform_worker",))


@dataclass(frozen=True)
class Case:
    """A step, what it needs, and what stands in its way under its own name."""

    step: Step
    other: str
    given: str = "SELECT 1"


CASES = {
    "check": Case(
        AddCheck(TABLE, "ck'; --", '"group" > 0'),
        f'ALTER TABLE {ODD} ADD CONSTRAINT "ck\'; --" CHECK ("group" > 1 OR true)',
    ),
    "foreign key": Case(
        AddForeignKey(TABLE, 'fk"odd', ("group",), PARENT, on_delete="SET NULL", cleared=("group",)),
        f'ALTER TABLE {ODD} ADD CONSTRAINT "fk""odd" FOREIGN KEY ("group") REFERENCES "order" ON DELETE CASCADE',
    ),
    "unique": Case(
        AddUnique(TABLE, "uq odd", ("group", "it's"), nulls_not_distinct=True),
        f'ALTER TABLE {ODD} ADD CONSTRAINT "uq odd" UNIQUE ("group", "it\'s")',
    ),
    "partial index": Case(
        CreateIndex("Idx odd", TABLE, ('"group" DESC', '("it\'s" || "state")'), where="\"state\" = 'new'"),
        f'CREATE INDEX "Idx odd" ON {ODD} ("group" DESC, ("it\'s" || "state")) WHERE "state" = \'old\'',
    ),
    "gin index": Case(
        CreateIndex(
            "gin_odd",
            TABLE,
            ("note jsonb_path_ops",),
            using="gin",
            options=(("fastupdate", "on"), ("gin_pending_list_limit", "4096")),
        ),
        f"CREATE INDEX gin_odd ON {ODD} USING gin (note) WITH (fastupdate = on, gin_pending_list_limit = 4096)",
    ),
    "enum type": Case(
        CreateEnumType("odd state", ("new", "it's", "back\\slash")), "CREATE TYPE \"odd state\" AS ENUM ('new')"
    ),
    "enum column": Case(
        ConvertToEnum(TABLE, "state", "odd state", default="new"),
        f'ALTER TABLE {ODD} ALTER COLUMN "state" DROP DEFAULT, ALTER COLUMN "state" TYPE bytea USING NULL',
        given="CREATE TYPE \"odd state\" AS ENUM ('new', 'old')",
    ),
    "not null": Case(
        SetNotNull("order", "code"),
        "ALTER TABLE \"order\" ADD CONSTRAINT ck_order_code_is_set CHECK (code <> '')",
    ),
    "function": Case(returns("NEW"), FUNCTION.format("RETURN OLD;")),
    "trigger": Case(
        CreateTrigger(
            "trg odd", TABLE, 'BEFORE UPDATE OF "group"', "FOR EACH ROW EXECUTE FUNCTION forbid_change()", "always"
        ),
        f'CREATE TRIGGER "trg odd" BEFORE UPDATE OF "group" ON {ODD} FOR EACH ROW EXECUTE FUNCTION forbid_change()',
    ),
    "constraint trigger": Case(
        CreateTrigger(
            "trg odd",
            TABLE,
            "AFTER INSERT",
            'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW."group" > 1) EXECUTE FUNCTION forbid_change()',
            is_constraint=True,
        ),
        f'CREATE CONSTRAINT TRIGGER "trg odd" AFTER INSERT ON {ODD} DEFERRABLE INITIALLY DEFERRED '
        'FOR EACH ROW WHEN (NEW."group" > 2) EXECUTE FUNCTION forbid_change()',
    ),
    "policy": Case(own('"group" = 1'), f'CREATE POLICY "pol; --" ON {ODD} TO platform_app USING ("group" = 2)'),
    "materialized view": Case(
        CreateMaterializedView("odd sum", QUERY, ("id",), readers=("platform_readonly",)),
        f'CREATE MATERIALIZED VIEW "odd sum" AS SELECT id, 1::bigint AS things FROM {ODD}',
    ),
    "table comment": Case(Comment.on_table(TABLE, "it's \\ odd"), f"COMMENT ON TABLE {ODD} IS 'other'"),
    "column comment": Case(Comment.on_column(TABLE, "it's", "İç"), f"COMMENT ON COLUMN {ODD}.\"it's\" IS 'other'"),
    "constraint comment": Case(
        Comment.on_constraint(PARENT, "order_pkey", "key", former="was"),
        "COMMENT ON CONSTRAINT order_pkey ON \"order\" IS 'other'",
        given="COMMENT ON CONSTRAINT order_pkey ON \"order\" IS 'was'",
    ),
    "index comment": Case(Comment.on_index(PARENT, "order_pkey", "key"), "COMMENT ON INDEX order_pkey IS 'other'"),
    "dropped index": Case(
        Drop(CreateIndex("Idx odd", TABLE, ('"group"',))),
        f'DROP INDEX "Idx odd"; CREATE INDEX "Idx odd" ON {ODD} ("it\'s")',
        given=f'CREATE INDEX "Idx odd" ON {ODD} ("group")',
    ),
    "dropped trigger": Case(
        Drop(CreateTrigger("trg", TABLE, "BEFORE DELETE", "FOR EACH ROW EXECUTE FUNCTION forbid_change()")),
        f"CREATE OR REPLACE TRIGGER trg BEFORE INSERT ON {ODD} FOR EACH ROW EXECUTE FUNCTION forbid_change()",
        given=f"CREATE TRIGGER trg BEFORE DELETE ON {ODD} FOR EACH ROW EXECUTE FUNCTION forbid_change()",
    ),
    "replaced policy": Case(
        Replace(own('"group" = 1'), own('"group" = 2')),
        f'ALTER POLICY "pol; --" ON {ODD} USING ("group" = 3)',
        given=f'CREATE POLICY "pol; --" ON {ODD} FOR ALL TO platform_app USING ("group" = 1) WITH CHECK ("group" = 1)',
    ),
    "replaced function": Case(
        CreateFunction("count_odd", "", FUNCTION.format("RETURN NEW;"), former=FUNCTION.format("RETURN OLD;")),
        FUNCTION.format("RETURN NULL;"),
        given=FUNCTION.format("RETURN OLD;") + "; REVOKE EXECUTE ON FUNCTION count_odd() FROM PUBLIC",
    ),
}


@pytest.fixture(params=CASES.values(), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    found = request.param
    assert isinstance(found, Case)
    return found


async def catalog(bench: Bench) -> dict[str, str]:
    opened: Connection = bench.server  # pyright: ignore[reportAssignmentType] - the same connection
    return await catalog_of(opened)


async def test_what_a_step_makes_it_unmakes(bench: Bench, case: Case) -> None:
    # Given a schema
    await bench.execute(case.given)
    before = await catalog(bench)
    # When the step runs, then nothing is left to do
    await bench.up(case.step)
    assert await bench.left(case.step) == ()
    after = await catalog(bench)
    assert differences(before, after) != []
    # And a second run changes nothing
    await bench.up(case.step)
    assert [event.moment.value for event in bench.events] == ["before step", "after step"]
    assert differences(after, await catalog(bench)) == []
    # And the way back leaves what was there, twice
    await bench.down(case.step)
    assert differences(before, await catalog(bench)) == []
    await bench.down(case.step)
    assert [event.moment.value for event in bench.events] == ["before step", "after step"]
    assert differences(before, await catalog(bench)) == []


async def test_something_else_of_its_name_is_told_and_left(bench: Bench, case: Case) -> None:
    # Given something of the same name and another definition
    await bench.execute(case.given)
    await bench.execute(case.other)
    before = await catalog(bench)
    # When the step runs, then both definitions are named
    with pytest.raises(InTheWay, match=r"exists with another definition\n  found: .*\n") as caught:
        await bench.up(case.step)
    assert caught.value.found != caught.value.wanted
    assert caught.value.found in caught.value.message
    # And nothing was changed
    assert differences(before, await catalog(bench)) == []
    # And nor is it on the way back
    await bench.execute("SELECT 1")
    if not isinstance(case.step, SetNotNull | ConvertToEnum):
        with pytest.raises((InTheWay, RevisionFailed)):
            await bench.down(case.step)
        assert differences(before, await catalog(bench)) == []


async def test_the_statements_alone_do_the_same(bench: Bench, case: Case) -> None:
    """What is printed for psql, one statement after the other."""
    # Given the catalog after the step
    await bench.execute(case.given)
    before = await catalog(bench)
    await bench.up(case.step)
    expected = await catalog(bench)
    await bench.down(case.step)
    # When the printed statements run instead
    await bench.server.execute("SET ROLE platform_owner")
    for statement in case.step.offline():
        await bench.server.execute(statement.sql)
    await bench.server.execute("RESET ROLE")
    # Then the catalog is the same, and so it is after the printed way back
    assert differences(expected, await catalog(bench)) == []
    await bench.server.execute("SET ROLE platform_owner")
    for statement in case.step.undo():
        await bench.server.execute(statement.sql)
    await bench.server.execute("RESET ROLE")
    assert differences(before, await catalog(bench)) == []


async def test_row_security_goes_on_and_off(bench: Bench) -> None:
    # Given a table with row security that is not forced
    step = EnableRowSecurity(TABLE)
    await bench.execute(f"ALTER TABLE {ODD} ENABLE ROW LEVEL SECURITY")
    before = await catalog(bench)
    # When the step runs, then only what is missing is added
    await bench.up(step)
    assert [event.moment.value for event in bench.events].count("before statement") == 1
    assert await bench.left(step) == ()
    # And back it is off
    await bench.down(step)
    assert differences(before, await catalog(bench)) != []
    assert await step.to_undo(bench.server) == ()


async def test_a_label_stays(bench: Bench) -> None:
    # Given an enum type
    await bench.execute("CREATE TYPE \"odd state\" AS ENUM ('new', 'old')")
    step = AddEnumValue("odd state", "it's", after="new")
    # When the label is added, twice
    await bench.up(step)
    await bench.up(step)
    # Then it stands where it was asked for, and stays on the way back
    await bench.down(step)
    assert await bench.value('SELECT enum_range(NULL::"odd state")::text') == "{new,it's,old}"
    # And the same label elsewhere is in the way
    with pytest.raises(InTheWay, match=r"found:  after new\n  wanted: after old"):
        await bench.up(AddEnumValue("odd state", "it's", after="old"))
    with pytest.raises(RevisionFailed, match="there is no such type"):
        await bench.up(AddEnumValue("no state", "it's", after="old"))


async def test_labels_behind_one_another_come_again(bench: Bench) -> None:
    # Given two labels that were put behind the same one, and stayed on the way down
    await bench.execute("CREATE TYPE \"odd state\" AS ENUM ('new')")
    steps = [AddEnumValue("odd state", label, after="new") for label in ("first", "second")]
    for step in steps:
        await bench.up(step)
    for step in reversed(steps):
        await bench.down(step)
    # When they come again, then the second one that stands between is in nobody's way
    for step in steps:
        await bench.up(step)
    assert await bench.value('SELECT enum_range(NULL::"odd state")::text') == "{new,second,first}"
