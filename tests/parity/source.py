"""What the rows of one table are made from, and what the domain says of them."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.rules import judge
from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    import sqlalchemy as sa

    from platform_db.domain.models import StoredModel
    from platform_db.domain.rules import Rule
    from tests.parity.example import Example

__all__ = ["TABLES", "Row", "Source", "not_null_name", "shown", "source_of"]

Row = dict[str, object]

TABLES: Final = tuple(sorted(metadata.tables))


def not_null_name(table: str, column: str) -> str:
    """Under which name a NULL is refused, by the model and by PostgreSQL 18 alike."""
    return f"{table}_{column}_not_null"


@dataclass(frozen=True)
class Source:
    """One table: its model, its valid row and the examples of its rules."""

    table: sa.Table
    model: type[StoredModel]
    row: Mapping[str, object]
    examples: Mapping[str, Example]
    implied: frozenset[str] = frozenset()
    """The rules that follow from others, so no row breaks one of them alone."""

    def of(self, model: type[StoredModel]) -> Source:
        """The same table by another model."""
        return replace(self, model=model)

    @property
    def name(self) -> str:
        return self.table.name

    @cached_property
    def columns(self) -> tuple[sa.Column[object], ...]:
        return tuple(self.table.columns)

    @cached_property
    def written(self) -> tuple[sa.Column[object], ...]:
        """The columns whose values somebody writes; the server computes the others."""
        return tuple(column for column in self.columns if column.computed is None)

    @cached_property
    def checks(self) -> dict[str, Rule]:
        """The rules by their constraint's name."""
        return {rule.constraint(self.name): rule for rule in self.model.all_rules()}

    @cached_property
    def _reading(self) -> dict[str, tuple[Rule, ...]]:
        """For each column the rules that read it."""
        return {
            column.name: tuple(rule for rule in self.model.all_rules() if column.name in rule.fields)
            for column in self.columns
        }

    def broken(self, row: Mapping[str, object]) -> frozenset[str]:
        """The names of the rules that the domain says a row breaks, NOT NULL included."""
        nulls = {
            not_null_name(self.name, column.name)
            for column in self.columns
            if row[column.name] is None and not self.model.is_nullable(column.name)
        }
        return frozenset(nulls | {violation.rule for violation in self.model.violations(row)})

    def is_example(self, name: str, broken: frozenset[str]) -> bool:
        """Whether a row that breaks ``broken`` shows the rule ``name``: broken alone, if that is possible at all."""
        return name in broken if name in self.implied else broken == frozenset({name})

    def stays_valid(self, row: Mapping[str, object], changed: Mapping[str, object]) -> bool:
        """Whether a valid row that was given the values of ``changed`` breaks nothing."""
        return all(
            (row[column] is not None or self.model.is_nullable(column))
            and next(judge(self._reading[column], row), None) is None
            for column in changed
        )


def source_of(name: str) -> Source:
    """The table of that name with its hand-written row and examples."""
    module: ModuleType = importlib.import_module(f"tests.parity.examples.{name}")
    table = metadata.tables[name]
    return Source(
        table=table,
        model=facts(table).model,
        row=cast("Mapping[str, object]", module.ROW),
        examples=cast("Mapping[str, Example]", module.EXAMPLES),
        implied=cast("frozenset[str]", getattr(module, "IMPLIED", frozenset[str]())),
    )


def shown(row: Mapping[str, object]) -> dict[str, str]:
    """A row short enough to read in a failure."""
    return {key: text if len(text := repr(value)) < 80 else f"{text[:60]}… ({len(text)})" for key, value in row.items()}
