"""The run: every table in a transaction of its own, every demand judged, first rows named."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from platform_db.errors import UsageError
from platform_db.migration.connection import connection
from platform_db.operations.preflight.access import reading_role
from platform_db.operations.preflight.counting import broken_rows, count_alone, count_row_rules, spans_of
from platform_db.operations.preflight.declared import Reference, RowRule, demands
from platform_db.operations.preflight.estimating import Trial
from platform_db.operations.preflight.finding import absent_finding, finding_of
from platform_db.operations.preflight.live import Standing, look
from platform_db.operations.preflight.locked import naming_the_locked
from platform_db.operations.preflight.questions import Asked
from platform_db.operations.preflight.reading import relation_of, wanted_type
from platform_db.operations.preflight.report import Column, Report, TableReport, score, summarised
from platform_db.operations.preflight.session import Session
from platform_db.schema.all_tables import metadata
from platform_db.settings import mask_url

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import sqlalchemy as sa

    from platform_db.operations.preflight.counting import Counted, Progress
    from platform_db.operations.preflight.declared import Demand
    from platform_db.operations.preflight.live import Live
    from platform_db.operations.preflight.reading import Relation
    from platform_db.operations.preflight.report import Finding

__all__ = ["SAMPLES", "Silent", "chosen_tables", "preflight"]

SAMPLES: Final = 5
"""How many of the rows that break a rule are named, unless told."""


class Silent:
    """Progress that nobody watches."""

    def begin(self, table: str, pages: int, steps: int) -> None:
        """Nothing is shown."""

    def step(self) -> None:
        """Nothing is shown."""


SILENT: Final = Silent()


def chosen_tables(names: Collection[str], among: sa.MetaData = metadata) -> list[sa.Table]:
    """The models' tables of these names, parents first; all of them when none is named.

    Raises
    ------
    UsageError
        The models have no such table.
    """
    unknown = sorted(set(names) - among.tables.keys())
    if unknown:
        message = f"the models have no table {', '.join(unknown)}; there are {', '.join(sorted(among.tables))}"
        raise UsageError(message)
    return [table for table in among.sorted_tables if not names or table.name in names]


async def preflight(
    url: str, tables: Sequence[sa.Table], *, samples: int = SAMPLES, progress: Progress = SILENT
) -> Report:
    """Count the rows that break each constraint of these tables' models, whether it is in the database or not.

    Nothing is written. Each table is judged in one REPEATABLE READ, READ ONLY transaction, so
    all its counts and rows are of one moment; between tables every lock is given back. Readers
    and writers are never held up; ALTER TABLE waits until its table is read.

    Parameters
    ----------
    url
        The server itself, not a pooler in transaction mode.
    samples
        How many rows are named for each broken constraint, at most.

    Raises
    ------
    NotAllowed
        No role that the login may take sees every row of the tables.
    ConfigurationError, ConnectionLost, LockTimeout
        It could not run.
    """
    begin = time.perf_counter()
    known = [*tables, *(parent for table in tables for parent in _parents(table))]
    needed = {table.name for table in known}
    async with connection(url) as opened, naming_the_locked(Session(opened), needed):
        role = await reading_role(Session(opened), needed)
        session = Session(opened, role)
        async with session.transaction():
            live = await look(session, needed, (wanted_type(column) for table in known for column in table.columns))
        run = _Run(session, live, {table.name: table for table in known}, samples, progress)
        reports = tuple([await run.table(table) for table in tables])
        version = str(await opened.fetchval("SHOW server_version"))
    return Report(
        taken_at=datetime.now(UTC),
        database=mask_url(url),
        server_version=version.split(maxsplit=1)[0],
        role=role,
        seconds=round(time.perf_counter() - begin, 3),
        summary=summarised(reports),
        tables=reports,
    )


def _parents(table: sa.Table) -> list[sa.Table]:
    return [constraint.referred_table for constraint in table.foreign_key_constraints]


@dataclass(slots=True)
class _Run:
    """One run over many tables."""

    session: Session
    live: Live
    tables: Mapping[str, sa.Table]
    samples: int
    progress: Progress
    _relations: dict[str, Relation] = field(default_factory=dict)

    async def table(self, table: sa.Table) -> TableReport:
        """Judge one table."""
        begin = time.perf_counter()
        if table.name not in self.live.tables:
            findings = tuple(absent_finding(demand, [table.name]) for demand in demands(table))
            return _report_of_missing(table.name, findings)
        relation = self.relation(table.name)
        every = [*relation.type_demands(), *(relation.judging(demand) for demand in demands(table))]
        async with self.session.transaction():
            rows, counted, seconds = await self._counted(relation, [each for each in every if not self._lacking(each)])
            broken = await broken_rows(self.session, list(counted.values()))
            trial = Trial(self.session, rows)
            findings = [await self._finding(demand, counted, trial, seconds) for demand in every]
        return TableReport(
            name=table.name,
            present=True,
            rows=rows,
            broken_rows=broken,
            score=score(rows, broken),
            bytes=relation.live.bytes,
            seconds=round(time.perf_counter() - begin, 3),
            missing_columns=relation.missing,
            other_types=tuple(
                Column(name=each.column, expected=each.wanted, found=each.found, judged=each.state != "unreadable")
                for each in relation.differing
            ),
            constraints=tuple(findings),
        )

    def relation(self, name: str) -> Relation:
        """The table in its model's shape."""
        if name not in self._relations:
            self._relations[name] = relation_of(self.tables[name], self.live)
        return self._relations[name]

    def _lacking(self, demand: Demand) -> list[str]:
        """What the demand needs and the server does not have."""
        relation = self.relation(demand.table)
        lacking = sorted(demand.reads - relation.readable) if demand.kind != "not_null" else []
        lacking += sorted(demand.reads - relation.live.columns.keys()) if demand.kind == "not_null" else []
        question = demand.question
        if isinstance(question, Reference):
            parent = question.parent.name
            if parent not in self.live.tables:
                return [*lacking, parent]
            columns = set(question.parent_columns) - self.relation(parent).readable
            lacking += [f"{parent}.{column}" for column in sorted(columns)]
        return lacking

    async def _counted(
        self, relation: Relation, judged: Sequence[Demand]
    ) -> tuple[int, dict[str, Counted], dict[str, float]]:
        alone = [demand for demand in judged if not isinstance(demand.question, RowRule)]
        self.progress.begin(relation.live.name, relation.live.pages, len(spans_of(relation)) + len(alone))
        asked = [Asked(demand, relation, self.relation) for demand in judged]
        rows, found = await count_row_rules(
            self.session, relation, [each for each in asked if isinstance(each.demand.question, RowRule)], self.progress
        )
        counted = {each.asked.demand.name: each for each in found}
        seconds: dict[str, float] = {}
        for each in asked:
            if not isinstance(each.demand.question, RowRule):
                begin = time.perf_counter()
                counted[each.demand.name] = await count_alone(self.session, each)
                seconds[each.demand.name] = time.perf_counter() - begin
                self.progress.step()
        return rows, counted, seconds

    async def _finding(
        self, demand: Demand, counted: Mapping[str, Counted], trial: Trial, seconds: Mapping[str, float]
    ) -> Finding:
        found = counted.get(demand.name)
        if found is None:
            return absent_finding(demand, self._lacking(demand))
        standing = self.relation(demand.table).live.standing(demand.name)
        estimate = None
        if standing is not Standing.VALID and found.refused is None:
            estimate = await trial.seconds(found.asked, seconds.get(demand.name, 0.0))
        return await finding_of(
            self.session,
            found,
            samples=self.samples,
            standing=standing,
            estimate=None if estimate is None else round(estimate, 3),
        )


def _report_of_missing(name: str, findings: tuple[Finding, ...]) -> TableReport:
    return TableReport(
        name=name,
        present=False,
        rows=0,
        broken_rows=0,
        score=score(0, 0),
        bytes=0,
        seconds=0.0,
        missing_columns=(),
        other_types=(),
        constraints=findings,
    )
