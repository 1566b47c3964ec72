"""From a demand to the SQL that finds the rows which break it."""

# ruff: noqa: S608 - names are quoted, expressions are the models' own

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from platform_db.database.opening import quote_literal
from platform_db.operations.preflight.declared import Apart, Distinct, Reference, RowRule
from platform_db.operations.preflight.names import quoted
from platform_db.operations.preflight.reading import PART, PLACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from platform_db.operations.preflight.declared import Demand
    from platform_db.operations.preflight.reading import Relation

__all__ = ["Asked", "breaks_at", "breaks_of", "count_of", "disjointness_of", "places_of", "trial_of"]

_TRUE: Final = "({}) IS TRUE"


@dataclass(frozen=True, slots=True)
class Asked:
    """A demand on a relation.

    Attributes
    ----------
    relations
        Gives the relation of another table, for foreign keys.
    ranges
        Operands of an exclusion that were found to be ranges, and whether they overlap only when they are equal.
    raising
        Rows (ctid) whose values make the demand's expression fail: they break it.
    """

    demand: Demand
    relation: Relation
    relations: Callable[[str], Relation]
    ranges: Mapping[str, bool] = field(default_factory=dict[str, bool])
    raising: tuple[str, ...] = ()

    @property
    def tellable(self) -> Relation:
        """The relation without the rows that make the expression fail."""
        if not self.raising:
            return self.relation
        return replace(self.relation, only=f"t.ctid <> ALL ({_tids(self.raising)})", fence=" OFFSET 0")


def places_of(asked: Asked) -> str:
    """SELECT the place of every row that breaks the demand, each once."""
    match asked.demand.question:
        case RowRule():
            return f"SELECT {PART}, {PLACE} FROM {asked.relation.sql} AS r WHERE {breaks_of(asked)}"
        case Distinct() as distinct:
            return _with_raising(asked, _sharing(asked.tellable, distinct))
        case Reference() as reference:
            return _orphans(asked, reference)
        case Apart() as apart:
            return _with_raising(asked, _meeting(asked, apart))


def count_of(asked: Asked) -> str:
    """SELECT how many rows break the demand; cheaper than their places where none does."""
    question = asked.demand.question
    if isinstance(question, Distinct):
        keys = ", ".join(question.expressions)
        return (
            f"SELECT {len(asked.raising)} + coalesce(sum(n), 0)::bigint "
            f"FROM (SELECT count(*) AS n FROM {_rows_of(asked.tellable, question)} AS r "
            f"WHERE {_concerned(question)} GROUP BY {keys} HAVING count(*) > 1) AS shared"
        )
    return f"SELECT count(*) FROM ({places_of(asked)}) AS found"


def breaks_of(asked: Asked) -> str:
    """A predicate of one row that is true where the row breaks a demand on rows alone."""
    question = asked.demand.question
    assert isinstance(question, RowRule)  # noqa: S101 - asked of rows alone
    if not asked.raising:
        return f"({question.breaks})"
    return f"CASE WHEN {PLACE} = ANY ({_tids(asked.raising)}) THEN true ELSE {question.breaks} END"


def trial_of(question: Distinct | Apart) -> str:
    """A predicate that is true of no row, and fails on those on which the question's expressions do."""
    if isinstance(question, Apart):
        expressions = ", ".join(operand for operand, _ in question.operands)
    else:
        expressions = ", ".join(question.expressions)
    evaluated = f"num_nulls({expressions}) < 0"
    return f"CASE WHEN {_TRUE.format(question.where)} THEN {evaluated} END" if question.where else evaluated


def _tids(places: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(map(quote_literal, places))}]::tid[]"


def _with_raising(asked: Asked, places: str) -> str:
    if not asked.raising:
        return places
    failing = f"SELECT {PART}, {PLACE} FROM {asked.relation.sql} AS r WHERE {PLACE} = ANY ({_tids(asked.raising)})"
    return f"SELECT * FROM ({places}) AS told UNION ALL {failing}"


def _concerned(question: Distinct) -> str:
    told = [f"({expression}) IS NOT NULL" for expression in question.expressions] if question.nulls_distinct else []
    return " AND ".join(told) or "true"


def _rows_of(relation: Relation, question: Distinct | Apart) -> str:
    """The rows that the demand is about; no expression meets another row, as in a partial index."""
    if question.where is None:
        return relation.sql
    return f"(SELECT * FROM {relation.sql} AS r WHERE {_TRUE.format(question.where)} OFFSET 0)"


def _sharing(relation: Relation, question: Distinct) -> str:
    keys = ", ".join(question.expressions)
    return (
        f"SELECT {PART}, {PLACE} FROM (SELECT {PART}, {PLACE}, count(*) OVER (PARTITION BY {keys}) AS n "
        f"FROM {_rows_of(relation, question)} AS r WHERE {_concerned(question)}) AS counted WHERE n > 1"
    )


def _orphans(asked: Asked, question: Reference) -> str:
    parent = asked.relations(question.parent.name)
    pairs = list(zip(question.columns, question.parent_columns, strict=True))
    given = " AND ".join(f"child.{quoted(own)} IS NOT NULL" for own, _ in pairs)
    same = " AND ".join(f"parent.{quoted(theirs)} = child.{quoted(own)}" for own, theirs in pairs)
    return (
        f"SELECT child.{PART}, child.{PLACE} FROM {asked.relation.sql} AS child "
        f"WHERE {given} AND NOT EXISTS (SELECT FROM {parent.sql} AS parent WHERE {same})"
    )


def breaks_at(asked: Asked, only: str) -> str:
    """SELECT whether the row that ``only`` names breaks the demand, now."""
    narrowed = replace(asked, relation=replace(asked.relation, only=only))
    question = asked.demand.question
    if isinstance(question, RowRule | Reference):
        return f"SELECT EXISTS ({places_of(narrowed)})"
    if isinstance(question, Distinct):
        equal = "=" if question.nulls_distinct else "IS NOT DISTINCT FROM"
        operands = [(expression, equal) for expression in question.expressions]
        concerned = _concerned(question)
    else:
        operands, concerned = list(question.operands), _compared(question, ())
    values = ", ".join(f"{operand} AS e{at}" for at, (operand, _) in enumerate(operands))
    one, every = (
        f"(SELECT {PART}, {PLACE}, {values} FROM {_rows_of(relation, question)} AS r WHERE {concerned})"
        for relation in (narrowed.relation, asked.relation)
    )
    same = " AND ".join(f"a.e{at} {operator} b.e{at}" for at, (_, operator) in enumerate(operands))
    return (
        f"SELECT EXISTS (SELECT FROM {one} AS a JOIN {every} AS b "
        f"ON {same} AND (b.{PART}, b.{PLACE}) <> (a.{PART}, a.{PLACE}))"
    )


# -- exclusion ---------------------------------------------------------------------------
#
# A join of a table with itself on && alone compares every row with every other. So operands whose distinct values
# never overlap (a range of one key, say) are compared by equality, which the server can hash; and where one operand is
# left, its rows are sorted: if any two overlap, then two neighbours do.


def disjointness_of(asked: Asked, question: Apart, operand: str) -> str:
    """SELECT whether the operand's distinct ranges never overlap; fails (42) where it is no range."""
    return (
        "SELECT NOT coalesce(bool_or(e && before), false) FROM (SELECT e, lag(e) OVER (ORDER BY e) AS before FROM ("
        f"SELECT DISTINCT range_merge({operand}, {operand}) AS e FROM {_rows_of(asked.tellable, question)} AS r "
        f"WHERE {_compared(question, (operand,))}) AS every) AS sorted"
    )


def _compared(question: Apart, ranges: Iterable[str]) -> str:
    told = [f"({operand}) IS NOT NULL" for operand, _ in question.operands]
    # An empty range overlaps nothing, itself included, but equals itself.
    told += [f"NOT isempty({operand})" for operand in ranges]
    return " AND ".join(told)


def _meeting(asked: Asked, question: Apart) -> str:
    operands = [
        (f"e{at}", operand, "=" if operator == "&&" and asked.ranges.get(operand) else operator)
        for at, (operand, operator) in enumerate(question.operands)
    ]
    equal = [name for name, _, operator in operands if operator == "="]
    other = [(name, operator) for name, _, operator in operands if operator != "="]
    values = ", ".join(f"{operand} AS {name}" for name, operand, _ in operands)
    concerned = _compared(question, asked.ranges)
    rows = f"SELECT {PART}, {PLACE}, {values} FROM {_rows_of(asked.tellable, question)} AS r WHERE {concerned}"
    if not other:
        return (
            f"SELECT {PART}, {PLACE} FROM (SELECT {PART}, {PLACE}, "
            f"count(*) OVER (PARTITION BY {', '.join(equal)}) AS n FROM ({rows}) AS r) AS counted WHERE n > 1"
        )
    same = " AND ".join([f"b.{name} = a.{name}" for name in equal] + [f"a.{name} {op} b.{name}" for name, op in other])
    meeting = (
        f"SELECT a.{PART}, a.{PLACE} FROM suspects AS a WHERE EXISTS (SELECT FROM suspects AS b "
        f"WHERE {same} AND (b.{PART}, b.{PLACE}) <> (a.{PART}, a.{PLACE}))"
    )
    left, operator = other[0]
    if len(other) > 1 or operator != "&&" or not any(name == left and e in asked.ranges for name, e, _ in operands):
        return f"WITH suspects AS MATERIALIZED ({rows}) {meeting}"
    group = f"PARTITION BY {', '.join(equal)} " if equal else ""
    hits = (
        f"SELECT *, bool_or(hit) OVER ({group.strip()}) AS suspect FROM (SELECT *, {left} && lag({left}) "
        f"OVER ({group}ORDER BY {left}) AS hit FROM ({rows}) AS r) AS neighbours"
    )
    return f"WITH suspects AS MATERIALIZED (SELECT * FROM ({hits}) AS grouped WHERE suspect) {meeting}"
