"""A chain of revisions behind the package's own that holds every kind of step, and processes that are killed in it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db import migration
from platform_db.migration import location
from platform_db.migration.head import chain
from platform_db.migration.steps import (
    AddCheck,
    AddEnumValue,
    AddForeignKey,
    AddUnique,
    Backfill,
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
    Script,
    SetNotNull,
    Step,
    Validate,
)

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from platform_db.migration.engine import Way
    from platform_db.migration.run import Event, Moment

_FUNCTION: Final = (
    "CREATE OR REPLACE FUNCTION note_machine() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp "
    "AS $$ BEGIN {} RETURN NEW; END $$"
)
_SUM: Final = "SELECT maker_id, count(*) AS machines FROM lathes WHERE maker_id IS NOT NULL GROUP BY maker_id"
_UP: Final = """SET LOCAL ROLE platform_owner;
CREATE TABLE lathe_makers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE lathes (
    id bigint PRIMARY KEY, maker_id bigint, serial text, state text DEFAULT 'idle', rpm integer, half integer,
    facts jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX idx_lathes_serial ON lathes (serial);
INSERT INTO lathe_makers SELECT n, 'Maker ' || n FROM generate_series(1, 3) AS n;
INSERT INTO lathes (id, maker_id, serial, state, rpm)
SELECT n, n % 3 + 1, 'S-' || n, CASE n % 2 WHEN 0 THEN 'idle' ELSE 'running' END, n * 100
FROM generate_series(1, 25) AS n;
"""
_DOWN: Final = "SET LOCAL ROLE platform_owner;\nDROP TABLE lathes;\nDROP TABLE lathe_makers;\n"


def _own(who: str) -> CreatePolicy:
    return CreatePolicy("lathes_own", "lathes", (who,), "maker_id = 1", "maker_id = 1")


def steps(script: str) -> dict[str, tuple[Step, ...]]:
    """The steps of each revision, the first one first; ``script`` is the file that stands beside its SQL."""
    return {
        "9001_tables": (Script(script),),
        "9002_guards": (
            CreateEnumType("lathe_state", ("idle", "running")),
            CreateFunction("note_machine", "", _FUNCTION.format("NULL;"), callers=("platform_worker",)),
            CreateTrigger(
                "lathes_note", "lathes", "BEFORE INSERT", "FOR EACH ROW EXECUTE FUNCTION note_machine()", "always"
            ),
            EnableRowSecurity("lathes"),
            CreatePolicy("lathes_all", "lathes", ("platform_owner",), "true", "true"),
            _own("platform_app"),
            Comment.on_table("lathes", "Lathes of the shop."),
            Comment.on_column("lathes", "rpm", "Revolutions a minute."),
            AddCheck("lathes", "ck_lathes_rpm_positive", "rpm > 0"),
            AddForeignKey("lathes", "fk_lathes_maker_id_lathe_makers", ("maker_id",), "lathe_makers"),
        ),
        "9003_validate_check": (
            Validate("lathes", "ck_lathes_rpm_positive"),
            Comment.on_constraint("lathes", "ck_lathes_rpm_positive", "It turns."),
        ),
        "9004_validate_parent": (Validate("lathes", "fk_lathes_maker_id_lathe_makers"),),
        "9005_index": (
            Comment.on_column("lathes", "facts", "What else is known."),
            CreateIndex("gin_lathes_facts", "lathes", ("facts",), using="gin", options=(("fastupdate", "on"),)),
            Comment.on_index("lathes", "gin_lathes_facts", "Lathes by a fact."),
        ),
        "9006_unique": (AddUnique("lathes", "uq_lathes_serial", ("serial",)),),
        "9007_not_null": (SetNotNull("lathes", "serial"),),
        "9008_backfill": (Backfill("half", "lathes", (("half", "t.rpm / 2"),), "t.half IS NULL", batch_size=10),),
        "9009_states": (ConvertToEnum("lathes", "state", "lathe_state", default="idle"),),
        "9010_label": (AddEnumValue("lathe_state", "broken", after="running"),),
        "9011_drop_index": (Drop(CreateIndex("idx_lathes_serial", "lathes", ("serial",))),),
        "9012_replace": (
            Replace(_own("platform_app"), _own("platform_worker")),
            CreateFunction(
                "note_machine",
                "",
                _FUNCTION.format("NEW.half := NEW.rpm / 2;"),
                callers=("platform_worker",),
                former=_FUNCTION.format("NULL;"),
            ),
        ),
        "9013_summary": (
            CreateMaterializedView("lathe_summary", _SUM, ("maker_id",), ("platform_readonly",), ("lathes",)),
        ),
    }


def write(folder: Path, below: str) -> Path:
    """The package's migrations and the chain behind revision ``below``, as an installed package holds them."""
    copied = folder / "_migrations"
    shutil.copytree(location.migrations_directory(), copied, ignore=shutil.ignore_patterns("__pycache__"))
    versions = copied / "versions"
    for revision in steps(""):
        (versions / f"{revision}.py").write_text(
            f'"""Test revision {revision}."""\n'
            "from platform_db.migration.engine import for_alembic\n"
            "from tests.migrations.chains import steps as every\n"
            f"revision, down_revision = {revision!r}, {below!r}\n"
            f"steps = every(__file__)[{revision!r}]\n"
            "upgrade, downgrade = for_alembic(revision, steps, __doc__)\n",
            encoding="utf-8",
        )
        below = revision
    (versions / "9001_tables.up.sql").write_text(_UP, encoding="utf-8")
    (versions / "9001_tables.down.sql").write_text(_DOWN, encoding="utf-8")
    return folder


def use(folder: Path) -> None:
    """Take the migrations from ``folder``, in this process."""
    location._PACKAGE = folder
    chain.cache_clear()


# -- processes that die ------------------------------------------------------------------

_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.migrations.chains", "asyncpg", "alembic.command"])


_APART: Final = "\n----\n"


def boundary(event: Event) -> str:
    """The name of a moment, the same in every run."""
    return "|".join(str(part) for part in (event.revision, event.step, event.moment, event.done, event.sql))


@dataclass(frozen=True)
class Journey:
    """Where a migrator goes, and the moments at which it is killed."""

    way: Way
    url: str
    target: str
    folder: Path
    moments: frozenset[Moment]

    @property
    def note(self) -> Path:
        """The boundaries at which one died."""
        return self.folder / f"{self.way}-{self.target}.survived"


def _until_something_new(journey: Journey) -> None:
    """Migrate; at the first boundary at which none died before, die as from ``kill -9``."""
    use(journey.folder)
    survived = set(journey.note.read_text(encoding="utf-8").split(_APART))

    def die(event: Event) -> None:
        here = boundary(event)
        if event.moment in journey.moments and here not in survived:
            with journey.note.open("a", encoding="utf-8") as file:
                file.write(here + _APART)
            os.kill(os.getpid(), signal.SIGKILL)

    kept = journey.note.with_suffix(".jsonl")
    options = migration.Options(observer=die, environment="testing", history_file=kept)
    asyncio.run((migration.up if journey.way == "up" else migration.down)(journey.url, journey.target, options))


def started(journey: Journey) -> BaseProcess:
    """A process on its way."""
    journey.note.touch()
    process = _CONTEXT.Process(target=_until_something_new, args=(journey,))
    process.start()
    return process


def killed_everywhere(journey: Journey) -> list[str]:
    """Migrate in processes that die one boundary later each time, until one comes to the end; gives the boundaries."""
    while True:
        process = started(journey)
        process.join()
        if process.exitcode == 0:
            return journey.note.read_text(encoding="utf-8").split(_APART)[:-1]
        assert process.exitcode == -signal.SIGKILL
