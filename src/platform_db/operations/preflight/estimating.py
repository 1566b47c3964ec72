"""How long the server will take to prove a constraint: a short trial on some rows, scaled to all.

The trial runs what the proof will run, on the table itself, and the server's own clock is
read (EXPLAIN ANALYZE), so it carries the machine, its cache, the width of the rows and the
cost of the expression. What a trial on few rows cannot show (an index's writing, its second
reading when built concurrently, a tree's descent) is in factors, measured on a table of a
million rows; the benchmark compares.
"""

# ruff: noqa: S608 - names are quoted, expressions are the models' own

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from platform_db.operations.preflight.declared import Apart, Distinct, Reference, RowRule
from platform_db.operations.preflight.names import quoted
from platform_db.operations.preflight.session import Refused

if TYPE_CHECKING:
    from platform_db.operations.preflight.questions import Asked
    from platform_db.operations.preflight.session import Session

__all__ = ["Trial"]

_SAMPLED_PAGES: Final = 400
_LEAST_SHARE: Final = 0.0001
_TREE_SAMPLE: Final = 400

# A proof takes the rows up one by one, which costs a bare reading and about half more than counting them.
_ROW_BY_ROW: Final = 1.5
# CREATE UNIQUE INDEX CONCURRENTLY reads the table twice and sorts twice; writing an index costs about as much.
_CONCURRENT_BUILD: Final = 2.5
# A row enters a GiST index by a descent that compares it with entries of the pages on its way, and is looked up again
# for what it meets: so many comparisons for each doubling of the rows.
_TREE_COMPARISONS: Final = 11


@dataclass(frozen=True, slots=True)
class Trial:
    """Trials on one table of ``rows`` rows."""

    session: Session
    rows: int

    async def seconds(self, asked: Asked, counting: float) -> float | None:
        """Estimate the proof of a demand, in seconds; None where its expression cannot be evaluated.

        A column's type has no proof apart from its change, which writes the whole table: None.

        ``counting`` is how long it took to count a foreign key's orphans: the server's proof is that same join.
        """
        if asked.demand.kind == "type" or self.rows == 0:
            return None if asked.demand.kind == "type" else 0.0
        try:
            match asked.demand.question:
                case RowRule(breaks):
                    return await self._scan(asked, f"count(*) FILTER (WHERE {breaks})")
                case Reference():
                    return counting
                case Distinct() as distinct:
                    return await self._build(asked, distinct)
                case Apart() as apart:
                    return await self._tree(asked, apart)
        except Refused:
            return None

    async def _scan(self, asked: Asked, wanted: str) -> float:
        seconds, rows = await self._tried(f"SELECT {wanted} FROM {self._sampled(asked)} AS r")
        bare, _ = await self._tried(f"SELECT count(*) FROM {self._sampled(asked)} AS r")
        return (seconds + bare) * _ROW_BY_ROW * self.rows / rows

    async def _build(self, asked: Asked, question: Distinct) -> float:
        where = f" WHERE {question.where}" if question.where else ""
        keys = ", ".join(question.expressions)
        inner = f"SELECT {keys} FROM {self._sampled(asked)} AS r{where} ORDER BY {keys} OFFSET 0"
        seconds, rows = await self._tried(f"SELECT count(*) FROM ({inner}) AS sorted")
        every = self.rows * await self._share(asked, question.where)
        longer = every * math.log2(every + 2) / (rows * math.log2(rows + 2))
        return seconds * longer * _CONCURRENT_BUILD

    async def _tree(self, asked: Asked, question: Apart) -> float:
        where = f" WHERE {question.where}" if question.where else ""
        values = ", ".join(f"{operand} AS e{at}" for at, (operand, _) in enumerate(question.operands))
        some = f"(SELECT {values} FROM {self._sampled(asked)} AS r{where} LIMIT {_TREE_SAMPLE})"
        same = " AND ".join(f"a.e{at} {operator} b.e{at}" for at, (_, operator) in enumerate(question.operands))
        seconds, met = await self._tried(
            f"WITH few AS MATERIALIZED {some} SELECT count(*) FILTER (WHERE {same}) FROM few AS a CROSS JOIN few AS b",
            below="Nested Loop",
        )
        every = self.rows * await self._share(asked, question.where)
        return every * math.log2(every + 2) * _TREE_COMPARISONS * seconds / met

    async def _share(self, asked: Asked, where: str | None) -> float:
        if where is None:
            return 1.0
        counted = f"SELECT count(*), count(*) FILTER (WHERE {where}) FROM {self._sampled(asked)} AS r"
        every, some = (cast("int", value) for value in (await self.session.try_to_ask(counted))[0])
        return some / every if every else 1.0

    def _sampled(self, asked: Asked) -> str:
        """The relation, but only some pages of it, spread over the table."""
        pages = max(asked.relation.live.pages, 1)
        percent = 100 * max(min(_SAMPLED_PAGES / pages, 1.0), _LEAST_SHARE)
        name = f"public.{quoted(asked.relation.live.name)} AS t"
        return asked.relation.sql.replace(name, f"{name} TABLESAMPLE SYSTEM ({percent:.6f}) REPEATABLE (1)")

    async def _tried(self, sql: str, below: str = "Sample Scan") -> tuple[float, int]:
        """Seconds of the faster of two runs, and how many rows the plan's node ``below`` gave."""
        runs: list[tuple[float, int]] = []
        for _ in range(2):
            answer = (await self.session.try_to_ask(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}"))[0][0]
            told = cast("dict[str, Any]", orjson.loads(cast("str", answer))[0])
            runs.append((float(told["Execution Time"]) / 1000, max(1, _rows_of(told["Plan"], below))))
        return min(runs)


def _rows_of(plan: dict[str, Any], node: str) -> int:
    if plan["Node Type"] == node:
        return round(plan["Actual Rows"] * plan["Actual Loops"])
    return sum(_rows_of(part, node) for part in plan.get("Plans", ()))
