"""The database's guards: each RAISE, each lock in a routine, each trigger, each unique key or index."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from platform_db.schema.all_tables import metadata
from platform_db.schema.all_triggers import triggers
from platform_db.schema.functions import ROUTINES, routine_sql
from platform_db.schema.metadata import facts
from tests.mutants.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.schema.triggers import Trigger

__all__ = ["guards_of_the_database"]

_RAISE: Final = re.compile(r"RAISE EXCEPTION ('(?:[^']|'')*')(?:'(?:[^']|'')*'|[^';])*;")
_ARM: Final = re.compile(r"ARRAY\['(ck_\w+)', '(\w+)', [^\]]+\]|(?<=broken := )'(\w+)'")
_NAMED: Final = re.compile(r"CONSTRAINT = '(\w+)',")
_LOCK: Final = re.compile(
    r" FOR (?:NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)(?: SKIP LOCKED)?\b"
    r"|PERFORM pg_advisory_xact_lock\([^;]*;|LOCK TABLE [^;]*;"
    r"|pg_try_advisory_xact_lock\('[^']*'::regclass::oid::bigint\)"
)
_CALLED: Final = re.compile(r"EXECUTE FUNCTION (\w+)\(")


def guards_of_the_database() -> Iterator[Guard]:
    """Every guard of the schema as it is now."""
    for name in ROUTINES:
        yield from _refusals(name)
        yield from _arms(name)
        yield from _locks(name)
    yield from _triggers()
    for table in metadata.sorted_tables:
        yield from _unique(table)


def _fires_on(routine: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.table for each in triggers() if _calls(each) == routine))


def _calls(trigger: Trigger) -> str:
    match = _CALLED.search(trigger.sql)
    assert match is not None, trigger.sql
    return match[1]


def _refusals(routine: str) -> Iterator[Guard]:
    sql = routine_sql(routine)
    for match in _RAISE.finditer(sql):
        named = _NAMED.findall(match[0])
        line = sql[sql.index("AS $function$") : match.start()].count("\n") + 1
        yield Guard(
            "RAISE of a routine",
            f"{routine}: {' '.join(named)} {match[1]}",
            without=_with(sql, match, "NULL;"),
            seen=(f"raised {routine} {line}",),
            words=tuple(named),
            tables=_fires_on(routine),
        )


def _arms(routine: str) -> Iterator[Guard]:
    """The rules that share one RAISE: each is a branch that names the constraint."""
    sql = routine_sql(routine)
    prefixes = re.findall(r"CONSTRAINT = '(\w+)' \|\| broken", sql)
    for match in _ARM.finditer(sql):
        constraint = match[1] or f"{prefixes[0]}{match[3]}"
        yield Guard(
            "rule that shares a RAISE",
            " ".join((f"{routine}: {constraint}", *filter(None, match.groups()[1:2]))),
            without=_with(sql, match, "NULL::text[]" if match[1] else "NULL"),
            seen=(f"refused {constraint}",),
        )


def _locks(routine: str) -> Iterator[Guard]:
    # A comment may speak of locks; its place stays, so that lines and columns do.
    sql = re.sub(r"--.*", lambda comment: " " * len(comment[0]), routine_sql(routine))
    for match in _LOCK.finditer(sql):
        instead = "NULL;" if match[0].endswith(";") else "true" if "try" in match[0] else ""
        yield Guard(
            "lock in a routine",
            f"{routine}: {match[0].strip()}",
            without=_with(sql, match, instead),
            words=(routine,),
            tables=_fires_on(routine),
            races=True,
        )


def _with(sql: str, match: re.Match[str], instead: str) -> str:
    return sql[: match.start()] + instead + sql[match.end() :]


def _triggers() -> Iterator[Guard]:
    rules = {
        f"{table.name}_{rule.name}": rule.guard.constraint(table.name)
        for table in metadata.sorted_tables
        for rule in facts(table).model.change_rules
    }
    for trigger in triggers():
        rule = rules.get(trigger.name)
        yield Guard(
            "trigger of a change rule" if rule else "trigger",
            trigger.name,
            without=f"DROP TRIGGER {trigger.name} ON {trigger.table}",
            seen=(f"refused {rule}",) if rule else (),
            words=(rule,) if rule else (trigger.name, _calls(trigger), f"ck_{trigger.table}_append_only"),
            tables=() if rule else (trigger.table,),
        )


def _unique(table: sa.Table) -> Iterator[Guard]:
    for key in sorted(table.constraints, key=lambda each: str(each.name)):
        # A key that holds the primary key can meet no second row: it is there for foreign keys to point at.
        implied = isinstance(key, sa.UniqueConstraint) and set(table.primary_key.columns) <= set(key.columns)
        if isinstance(key, (sa.UniqueConstraint, ExcludeConstraint)) and not implied:
            yield _unique_guard(table, str(key.name), f"ALTER TABLE {table.name} DROP CONSTRAINT {key.name} CASCADE")
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        if index.unique:
            yield _unique_guard(table, str(index.name), f"DROP INDEX {index.name}")


def _unique_guard(table: sa.Table, name: str, without: str) -> Guard:
    return Guard("unique", name, without=without, seen=(f"refused {name}",), words=(name,), tables=(table.name,))
