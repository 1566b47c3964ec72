"""The package's own revisions: one line without a gap, each safe to run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from alembic.script import ScriptDirectory

from platform_db import migration
from platform_db.errors import ConfigurationError
from platform_db.migration import location
from platform_db.migration.connection import connection
from platform_db.migration.head import chain, configuration, revisions
from platform_db.migration.safety import objections
from platform_db.migration.steps import (
    AddCheck,
    AddEnumValue,
    Backfill,
    Comment,
    ConvertToEnum,
    CreateFunction,
    CreateIndex,
    Script,
    Step,
    Validate,
)
from tests.migrations import chains

if TYPE_CHECKING:
    from pathlib import Path

INDEX = CreateIndex("idx", "users", ("email",))
CHECK = AddCheck("users", "ck_users_x", "id > 0")


def test_there_is_one_line_from_one_base_to_one_head() -> None:
    script = ScriptDirectory.from_config(configuration())
    assert (len(script.get_heads()), len(script.get_bases())) == (1, 1)
    numbers = [int(name.partition("_")[0]) for name in revisions()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_revision_is_named_as_its_file_and_fits_the_version_table() -> None:
    files = {path.stem for path in (location.migrations_directory() / "versions").glob("*.py")}
    assert files == set(revisions())
    assert [name for name in revisions() if len(name) > 32 or not re.fullmatch(r"\d{4}_[a-z0-9_]+", name)] == []


@pytest.mark.parametrize("revision", chain(), ids=list(revisions()))
def test_every_revision_is_safe_and_says_what_it_does(revision: migration.Revision) -> None:
    assert objections(revision.steps) == []
    assert revision.summary.endswith(".")
    assert revision.summary != revision.name


OBJECTIONS: dict[str, tuple[tuple[Step, ...], str]] = {
    "two unsafe steps": (
        (INDEX, Validate("users", "ck")),
        "2 of its steps are unsafe, one may be: create index idx on users; validate ck on users",
    ),
    "a rewrite beside a label": (
        (ConvertToEnum("users", "role", "user_role"), AddEnumValue("user_role", "x", after="user")),
        "2 of its steps are unsafe",
    ),
    "no step": ((), "it has no steps"),
    "two backfills of one name": (
        (Backfill("b", "users", (("id", "1"),), "true"), Backfill("b", "orders", (("id", "1"),), "true")),
        "two backfills have one name",
    ),
}


@pytest.mark.parametrize(("steps", "told"), OBJECTIONS.values(), ids=list(OBJECTIONS))
def test_unsafe_revisions_are_objected_to(steps: tuple[Step, ...], told: str) -> None:
    assert any(each.startswith(told) for each in objections(steps))


def test_one_unsafe_step_among_safe_ones_is_fine() -> None:
    assert objections((CHECK, Comment.on_table("users", "Users."), Validate("users", "ck_users_x"))) == []


SCRIPTS = {
    "an index beside the application": (
        "CREATE INDEX CONCURRENTLY idx ON users (email);",
        "CONCURRENTLY stands in a transaction: use CreateIndex",
    ),
    "a constraint read under its own lock": (
        "ALTER TABLE a ADD CONSTRAINT c CHECK (true) NOT VALID;\nALTER TABLE a VALIDATE CONSTRAINT c;",
        "NOT VALID and VALIDATE CONSTRAINT stand in one transaction: use AddCheck and Validate",
    ),
    "a transaction of its own": (
        "SELECT 1;\nCOMMIT;",
        "a statement begins or ends the transaction, which is the engine's",
    ),
}


@pytest.mark.parametrize(("text", "told"), SCRIPTS.values(), ids=list(SCRIPTS))
def test_unsafe_scripts_are_objected_to(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "a.up.sql").write_text(text)
    (tmp_path / "a.down.sql").write_text("SELECT 1;")
    script = Script(str(tmp_path / "a.py"))
    assert objections((script,)) == [told]
    assert objections((script, CHECK))[0] == "`run a.up.sql` is not its only step: a script cannot be found half done"
    # What stands in a comment is none
    (tmp_path / "a.up.sql").write_text("-- " + text.replace("\n", " "))
    assert objections((script,)) == []


def test_a_function_may_refresh_concurrently() -> None:
    text = "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS 'REFRESH MATERIALIZED VIEW CONCURRENTLY v'"
    assert objections((CreateFunction("f", "", text),)) == []


async def test_the_runner_refuses_an_unsafe_revision(
    head: str,  # noqa: ARG001 - made by the package's own
    migrated: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a revision with two unsafe steps
    last = revisions()[-1]
    monkeypatch.setattr(location, "_PACKAGE", location._PACKAGE)
    chains.write(tmp_path, last)
    unsafe = tmp_path / "_migrations" / "versions" / "9001_tables.py"
    unsafe.write_text(
        "from platform_db.migration.engine import for_alembic\n"
        "from platform_db.migration.steps import CreateIndex\n"
        f"revision, down_revision = '9001_tables', '{last}'\n"
        "steps = (CreateIndex('a', 'users', ('email',)), CreateIndex('b', 'users', ('phone',)))\n"
        "upgrade, downgrade = for_alembic(revision, steps, __doc__)\n"
    )
    chains.use(tmp_path)
    try:
        # When it is to run, then it is refused before anything is done
        with pytest.raises(ConfigurationError, match="revision 9001_tables is not safe to run: 2 of its steps are uns"):
            await migration.up(migrated)
        assert (await migration.status(migrated)).current == last
        planned = await migration.plan(migrated, "9001")
        assert planned.blocked
        assert "2 of its steps are unsafe" in planned.revisions[0].objections[0]
    finally:
        chain.cache_clear()


async def test_licences_of_before_get_the_count_of_their_seats(url: str) -> None:
    # Given licences from before there were seats, whose numbers were typed
    await migration.up(url, "0010")
    async with connection(url) as opened:
        await opened.execute(
            "SET ROLE platform_worker;"
            "INSERT INTO users (email, password_hash, full_name) VALUES ('ayse@example.com', "
            "'$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$' || repeat('a', 43), 'Ayşe Yılmaz');"
            "INSERT INTO licenses (user_id, type, seats, seats_used, starts_at, ends_at) "
            "SELECT id, 'basic', 5, n, now() + n * interval '1 year', now() + (n + 1) * interval '1 year' "
            "FROM users, generate_series(0, 3) AS n"
        )
    # When the seats come, and two of one licence are taken
    await migration.up(url, "0017")
    async with connection(url) as opened:
        await opened.execute(
            "SET ROLE platform_owner; ALTER TABLE license_seats DISABLE TRIGGER license_seats_count;"
            "INSERT INTO license_seats (license_id, holder) "
            "SELECT max(id), holder FROM licenses, unnest(ARRAY['pc-1', 'pc-2']) AS holder GROUP BY holder;"
            "ALTER TABLE license_seats ENABLE TRIGGER license_seats_count"
        )
    await migration.up(url)
    # Then each licence has the count
    async with connection(url) as opened:
        await opened.execute("SET ROLE platform_worker")
        rows = await opened.fetch("SELECT seats_used FROM licenses ORDER BY id")
        (done,) = await opened.fetch("SELECT status::text, rows_done, rows_total FROM migration_backfills")
    assert [row[0] for row in rows] == [0, 0, 0, 2]
    assert tuple(done) == ("completed", 4, 4)
