"""Applying a plan: row by row under the row's lock, in batches that each have an entry in the audit log."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

import orjson
from pydantic import ValidationError

from platform_db.database.opening import TransactionOptions
from platform_db.domain.audit_logs import AuditAction, AuditEntry
from platform_db.domain.columns import columns_of
from platform_db.errors import ConfigurationError, LockTimeout, PlatformError, RuleViolation, Transient
from platform_db.migration.connection import connection
from platform_db.operations.preflight.live import look
from platform_db.operations.preflight.locked import about
from platform_db.operations.preflight.questions import Asked
from platform_db.operations.preflight.reading import relation_of, wanted_type
from platform_db.operations.preflight.repair.outcome import Outcome, Result, RowOutcome
from platform_db.operations.preflight.repair.plan import VERSION, demand_of
from platform_db.operations.preflight.repair.statements import RowStatements
from platform_db.operations.preflight.session import Session
from platform_db.operations.preflight.showing import is_open
from platform_db.repositories.payloads import exact
from platform_db.repositories.work import Database
from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import sqlalchemy as sa
    from pydantic import JsonValue

    from platform_db.errors import Violation
    from platform_db.operations.preflight.reading import Relation
    from platform_db.operations.preflight.repair.plan import Plan, Repair, RowKey
    from platform_db.repositories.work import Work
    from platform_db.settings import Settings

__all__ = ["BATCH", "EVENT", "apply", "rehearse"]

BATCH: Final = 100
"""Rows of one transaction, and of one entry in the audit log."""

EVENT: Final = "repair.applied"

# To find whether a row still shares a key with another, the whole table may have to be read.
_PATIENT: Final = TransactionOptions(statement_timeout=0)
_AUDITED_IN: Final = "audit_logs"


async def apply(settings: Settings, plan: Plan, tables: sa.MetaData = metadata) -> Outcome:
    """Apply a plan, as platform_worker; every guard of the database stays in force.

    Each row is locked, looked at again, and changed only if it still breaks the rule and is as
    it was reviewed. The whole resulting row is judged by the domain's rules before anything is
    written, and by the rule itself after. A row that is refused stays as it was and does not
    hold up the others. Up to 100 rows of one repair are one transaction with one entry in the
    audit log; when the run is cut short, running it again goes on where it stopped.

    Raises
    ------
    ConfigurationError
        A table has not the shape of this package's models, or there is no audit log.
    PlatformError
        The server went away; batches before are stored.
    """
    return await _Repairing(settings, tables).run(plan, kept=True)


async def rehearse(settings: Settings, plan: Plan, tables: sa.MetaData = metadata) -> Outcome:
    """As :func:`apply`, with every batch rolled back; a repair does not see those of other batches."""
    return await _Repairing(settings, tables).run(plan, kept=False)


class _Rehearsed(Exception):
    """Leaves a unit of work without storing it."""


@dataclass(slots=True)
class _Repairing:
    settings: Settings
    tables: sa.MetaData
    _relations: dict[str, Relation] = field(default_factory=dict)

    async def run(self, plan: Plan, *, kept: bool) -> Outcome:
        """Every batch of every repair, in order."""
        await self._look({repair.table for repair in plan})
        rows: list[RowOutcome] = []
        async with Database(self.settings) as database:
            for repair in plan:
                for keys in _batches(repair.keys):
                    rows += await self._batch(database, repair, keys, kept=kept)
        return Outcome(tuple(rows), kept=kept)

    async def _look(self, names: set[str]) -> None:
        """Read the shape of the tables, and of those they refer to."""
        chosen = [self.tables.tables[name] for name in names]
        known = {table.name: table for table in chosen}
        for table in chosen:
            known |= {key.referred_table.name: key.referred_table for key in table.foreign_key_constraints}
        async with connection(self.settings.dsn()) as opened:
            session = Session(opened)
            wanted = [wanted_type(column) for table in known.values() for column in table.columns]
            live = await look(session, {*known, _AUDITED_IN}, wanted)
        if _AUDITED_IN not in live.tables:
            message = (
                f"a repair is written to {_AUDITED_IN}, which is not in the database: run `platform-db migrate up`"
            )
            raise ConfigurationError(message)
        self._relations = {name: relation_of(table, live) for name, table in known.items() if name in live.tables}
        for name in names:
            relation = self._relations.get(name)
            if relation is None or relation.missing or relation.differing:
                message = f"{name} has not the shape of this package's models: run `platform-db migrate up` first"
                raise ConfigurationError(message)

    async def _batch(
        self, database: Database, repair: Repair, keys: Sequence[RowKey], *, kept: bool
    ) -> list[RowOutcome]:
        demand = demand_of(self.tables.tables[repair.table], repair.constraint)
        assert demand is not None  # noqa: S101 - the plan was held against the models
        asked = Asked(demand, self._relations[repair.table], self._relations.__getitem__)
        outcomes: list[RowOutcome] = []
        with suppress(_Rehearsed):
            async with database.unit_of_work(options=_PATIENT) as work:
                batch = _Batch(work, repair, RowStatements(asked, repair.changes))
                outcomes += [await batch.row(key) for key in keys]
                batch.note()
                self._end(kept=kept)
        return outcomes

    @staticmethod
    def _end(*, kept: bool) -> None:
        if not kept:
            raise _Rehearsed


@dataclass(slots=True)
class _Batch:
    """The rows of one transaction."""

    work: Work
    repair: Repair
    statements: RowStatements
    done: list[dict[str, JsonValue]] = field(default_factory=list)
    ids: list[object] = field(default_factory=list)

    async def row(self, key: RowKey) -> RowOutcome:
        """Repair one row, or say why not; what fails is undone alone."""
        try:
            async with self.work.savepoint():
                result, told = await self._repaired(key)
        except LockTimeout as error:
            raise about(self.repair.table, error) from None
        except Transient:
            raise
        except RuleViolation as refused:
            detail = ", ".join(violation.rule for violation in refused.violations)
            return self._outcome(key, Result.REFUSED, detail, refused.violations)
        except PlatformError as refused:
            return self._outcome(key, Result.REFUSED, refused.message)
        if result is Result.REPAIRED:
            self.done.append(told)
            self.ids += [value for name, value in key.items() if name != VERSION]
        return self._outcome(key, result)

    def note(self) -> None:
        """Record the batch, if it changed anything."""
        if not self.done:
            return
        try:
            entry = self._entry(self.done)
        except RuleViolation:
            # Too long for one entry: what was changed stays in the plan, where it happened is told here.
            entry = self._entry([{"key": row["key"]} for row in self.done])
        self.work.audit.record(entry)

    def _entry(self, rows: Sequence[dict[str, JsonValue]]) -> AuditEntry:
        only = self.ids[0] if len(self.ids) == 1 else None
        return AuditEntry.parse(
            {
                "action": AuditAction.DELETE if self.repair.delete else AuditAction.UPDATE,
                "entity_type": self.repair.table,
                "entity_id": only if isinstance(only, int) else None,
                "event_type": EVENT,
                "payload": {
                    "constraint": self.repair.constraint,
                    "reason": self.repair.reason,
                    "reviewed_by": self.repair.reviewed_by,
                    "rows": list(rows),
                },
            },
        )

    async def _repaired(self, key: RowKey) -> tuple[Result, dict[str, JsonValue]]:
        statements = self.statements
        row = await self.work.fetch_row(statements.locked(key))
        if row is None:
            return Result.MISSING, {}
        if not await self.work.fetch_value(statements.breaks(key)):
            return Result.UNCHANGED, {}
        if VERSION in key and row[VERSION] != key[VERSION]:
            return Result.STALE, {}
        before = {name: row[name] for name in statements.replaced}
        if self.repair.changes is None:
            await self.work.execute(statements.deletion(key))
            await self.work.execute(statements.CHECK_NOW)
            return Result.REPAIRED, {"key": _plain_key(key)}
        stored = {name: row[name] for name in row.keys() if name not in before}  # noqa: SIM118 - a record
        judged = facts(statements.table).model.parse({**stored, **self._values(self.repair.changes)})
        after = {name: getattr(judged, name) for name in before}
        await self.work.execute(statements.update(key), {f"new_{name}": value for name, value in after.items()})
        await self.work.execute(statements.CHECK_NOW)
        if await self.work.fetch_value(statements.breaks(key)):
            raise RuleViolation(statements.violation)
        return Result.REPAIRED, _told(statements.table, key, before, after)

    def _values(self, changes: Mapping[str, JsonValue]) -> dict[str, object]:
        """The plan's values as those of their columns: in JSON an instant or a decimal is a text."""
        part = columns_of(facts(self.statements.table).model, changes)
        failure: RuleViolation
        try:
            return dict(part.model_validate_json(orjson.dumps(changes)))
        except ValidationError as error:
            failure = RuleViolation(*part.explain(error, changes))
        raise failure

    def _outcome(
        self, key: RowKey, result: Result, detail: str = "", violations: tuple[Violation, ...] = ()
    ) -> RowOutcome:
        repair = self.repair
        return RowOutcome(
            repair.table, repair.constraint, key, result, repair.changes is None, detail=detail, violations=violations
        )


def _batches(keys: Sequence[RowKey]) -> Iterator[Sequence[RowKey]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _plain_key(key: RowKey) -> dict[str, JsonValue]:
    return {name: exact(value) for name, value in key.items()}


def _told(
    table: sa.Table, key: RowKey, before: Mapping[str, object], after: Mapping[str, object]
) -> dict[str, JsonValue]:
    """A row for the audit log; of columns that may name a person only that they changed."""
    opened: Iterable[str] = [name for name in after if is_open(table, name)]
    return {
        "key": _plain_key(key),
        "before": {name: exact(before[name]) for name in opened},
        "after": {name: exact(after[name]) for name in opened},
        "withheld": cast("JsonValue", sorted(set(after) - set(opened))),
    }
