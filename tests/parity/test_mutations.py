"""Take a guard away and see the parity tests notice: a CHECK, a predicate, a rule at its home."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import new_class
from typing import TYPE_CHECKING, Annotated, Final, cast

import pytest

from platform_db.domain.models import markers
from platform_db.domain.tax_numbers import is_written_as_sql
from tests.parity.disturbed import disturbed_rows, extreme_rows, swept_rows
from tests.parity.predicates import without_one_predicate
from tests.parity.server_side import bare_name
from tests.parity.source import TABLES, Source, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from platform_db.domain.fields import Marker
    from platform_db.domain.models import StoredModel
    from platform_db.domain.rules import Rule
    from tests.parity.conftest import Bare

pytestmark = pytest.mark.mutation

SEED = 20260303

_SHAPE: Final = "the shape of a TCKN ends in an even digit and a VKN has ten, so 11111111111 never passes it"

EQUIVALENT: Final[Mapping[tuple[str, str], str]] = {
    (
        "ck_users_tax_number_format",
        is_written_as_sql("tax_number", "tax_number_kind"),
    ): _SHAPE,
    (
        "ck_invoices_issuer_tax_number_format",
        f"issuer_tax_number = '[anonymised]' OR ({is_written_as_sql('issuer_tax_number', 'issuer_tax_number_kind')})",
    ): _SHAPE,
}
"""Predicates that no row can miss, by constraint and mutated text, each with the reason."""

FOLLOWING: Final[Mapping[str, str]] = {
    "invoices.allowance_cents": "allowance_cents >= document_allowance_cents >= 0",
    "invoices.charge_cents": "charge_cents >= document_charge_cents >= 0",
    "invoices.kdv_cents": "kdv_cents >= withheld_cents + deferred_kdv_cents >= 0",
    "invoices.payable_cents": "payable_cents = amounts not negative + (kdv_cents - what is withheld) >= 0",
    "invoices.payable_try_cents": "payable_try_cents = payable_cents times a rate above zero",
    "invoice_lines.kdv_cents": "kdv_cents >= withheld_cents >= 0",
    "invoice_lines.other_taxes_cents": "other_taxes_cents >= other_taxes_in_base_cents >= 0",
}
"""Bounds of one field that follow from other rules, so no example can break them alone."""


@dataclass
class _Score:
    """Counts mutants and keeps the names of those nobody noticed."""

    what: str
    mutants: int = 0
    equivalent: int = 0
    survived: list[str] = field(default_factory=list[str])

    def add(self, mutant: str, *, killed: bool) -> None:
        self.mutants += 1
        if not killed:
            self.survived.append(mutant)

    def report(self, capsys: pytest.CaptureFixture[str]) -> None:
        killed = self.mutants - len(self.survived)
        with capsys.disabled():
            print(  # noqa: T201 - the figure is what this target is for
                f"\n{self.what}: {self.mutants} mutants, {killed} killed, {len(self.survived)} survived, "
                f"{self.equivalent} equivalent left out",
                *self.survived,
                sep="\n  survived: ",
            )
        assert self.survived == []


async def test_a_dropped_check_is_noticed(bare: Bare, capsys: pytest.CaptureFixture[str]) -> None:
    score = _Score("CHECK dropped")
    for table in TABLES:
        source, copy = source_of(table), await bare(table)
        for name, example in source.examples.items():
            row = {**source.row, **example.refused}
            await copy.connection.execute(f"BEGIN; ALTER TABLE {bare_name(table)} DROP CONSTRAINT {name}")
            (verdict,) = await copy.judge([row])
            await copy.connection.execute("ROLLBACK")
            if name in source.implied:
                score.equivalent += 1
            else:
                score.add(name, killed=verdict.refusal is None)
    score.report(capsys)


async def test_a_dropped_predicate_is_noticed(bare: Bare, capsys: pytest.CaptureFixture[str]) -> None:
    score = _Score("predicate dropped from a CHECK")
    for table in TABLES:
        source, copy = source_of(table), await bare(table)
        examples = [
            {**source.row, **changed}
            for each in source.examples.values()
            for changed in (*each.every_refused, each.legal)
        ]
        await copy.fill([*examples, *disturbed_rows(source, SEED), *extreme_rows(source, SEED), *swept_rows(source)])
        for name, rule in source.checks.items():
            for mutant in without_one_predicate(rule.sql):
                if (name, mutant) in EQUIVALENT:
                    score.equivalent += 1
                else:
                    score.add(f"{name}: {mutant}", killed=await copy.tells_apart(rule.sql, mutant))
    score.report(capsys)


def test_a_rule_deleted_at_its_home_is_caught_by_its_examples(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    score = _Score("rule deleted at its home")
    for table in TABLES:
        source = source_of(table)
        assert not _examples_fail(source)
        for name, deleted in source.checks.items():
            with monkeypatch.context() as patched:
                patched.setattr(source.model, "_all_rules", _without(source.model._all_rules, deleted))
                patched.setattr(source.model, "_row_rules", _without(source.model._row_rules, deleted))
                score.add(name, killed=_examples_fail(source))
    score.report(capsys)


def test_a_bound_deleted_from_a_field_is_caught_by_the_examples(capsys: pytest.CaptureFixture[str]) -> None:
    score = _Score("bound deleted from a field")
    for table in TABLES:
        source = source_of(table)
        assert not _examples_fail(source)
        for column, marker in _bounds(source):
            if f"{table}.{column}" in FOLLOWING:
                score.equivalent += 1
            else:
                score.add(
                    f"{table}.{column}", killed=_examples_fail(source.of(_unbounded(source.model, column, marker)))
                )
    score.report(capsys)


def _without(rules: tuple[Rule, ...], deleted: Rule) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule is not deleted)


def _examples_fail(source: Source) -> bool:
    return any(
        not source.is_example(name, source.broken({**source.row, **changed}))
        for name, example in source.examples.items()
        for changed in example.every_refused
    )


def _bounds(source: Source) -> Iterator[tuple[str, Marker]]:
    for column, info in source.model.model_fields.items():
        yield from ((column, marker) for marker in markers(info) if any(marker.rules(column)))


def _unbounded(model: type[StoredModel], column: str, deleted: Marker) -> type[StoredModel]:
    """The model as it would be, had the annotation of ``column`` never carried ``deleted``."""
    info = model.model_fields[column]
    kept = tuple(item for item in info.metadata if item is not deleted)
    annotation = Annotated[(info.annotation, *kept)] if kept else info.annotation
    namespace: dict[str, object] = {"__module__": model.__module__, "__annotations__": {column: annotation}}
    if not info.is_required():
        namespace[column] = info.get_default(call_default_factory=True, validated_data={})
    return cast("type[StoredModel]", new_class(model.__name__, (model,), {}, lambda body: body.update(namespace)))
