"""Every name that PostgreSQL may report has words in both languages, and the fields it is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

import pytest
import sqlalchemy as sa

from platform_db.domain.rules import Message
from platform_db.schema.all_tables import metadata
from platform_db.schema.all_triggers import triggers
from platform_db.schema.catalog import Declared, catalog
from platform_db.schema.ddl import comments, constraint_message
from platform_db.schema.functions import ROUTINES, routine_sql
from platform_db.schema.metadata import facts

if TYPE_CHECKING:
    from collections.abc import MutableMapping

TABLES: Final = tuple(sorted(metadata.sorted_tables, key=lambda table: table.name))
EVERY: Final = tuple(sorted(catalog().values(), key=lambda item: item.name))
FIELDLESS: Final = {"trigger", "exclusion"}

each_table: Final = pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])


def test_the_catalog_has_every_constraint_unique_index_and_guard_once() -> None:
    declared = [
        name
        for table in TABLES
        for name in (
            *(str(constraint.name) for constraint in table.constraints),
            *(str(item.name) for item in table.indexes if item.unique),
            *(guard.constraint(table.name) for guard in facts(table).model.all_guards()),
        )
    ]
    assert len(set(declared)) == len(declared)
    assert set(catalog()) == set(declared)
    assert all(name == item.name for name, item in catalog().items())


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        (
            "ck_invoices_due_after_issued",
            Declared(
                "ck_invoices_due_after_issued",
                "check",
                "invoices",
                ("due_date", "issue_date"),
                Message("Vade, düzenleme tarihinden önce olamaz", "The due date must not be before the issue date"),
            ),
        ),
        (
            "uq_invoices_series_fiscal_year_sequence",
            Declared(
                "uq_invoices_series_fiscal_year_sequence",
                "unique",
                "invoices",
                ("series", "fiscal_year", "sequence"),
                Message("Bu sıra numarası verilmiş", "The sequence number is in use already"),
            ),
        ),
        (
            "fk_invoices_license_id_licenses",
            Declared(
                "fk_invoices_license_id_licenses",
                "foreign_key",
                "invoices",
                ("license_id", "user_id"),
                Message(
                    "license_id, user_id, licenses tablosundaki bir kayda bağlıdır",
                    "license_id, user_id refers to a row of licenses",
                ),
            ),
        ),
        (
            "pk_enterprise_audit_log",
            Declared(
                "pk_enterprise_audit_log",
                "primary_key",
                "enterprise_audit_log",
                ("id", "created_at"),
                Message("Birincil anahtar", "Primary key"),
            ),
        ),
        (
            "ck_invoice_series_is_gapless",
            Declared(
                "ck_invoice_series_is_gapless",
                "trigger",
                "invoice_series",
                ("last_sequence",),
                Message(
                    "Seride her numaranın kesilmiş bir faturası olmalıdır",
                    "Every number of a series must have its issued invoice",
                ),
            ),
        ),
    ],
)
def test_an_entry_tells_what_a_name_means(name: str, declared: Declared) -> None:
    assert catalog()[name] == declared


def test_a_unique_index_is_about_the_columns_it_indexes() -> None:
    assert catalog()["uq_users_email"].fields == ("email",)
    assert catalog()["puq_payment_methods_buyer_id"].fields == ("buyer_id",)


@pytest.mark.parametrize("item", EVERY, ids=lambda item: cast("Declared", item).name)
def test_a_person_is_told_something_in_both_languages(item: Declared) -> None:
    for text in (item.message.tr, item.message.en):
        assert text == text.strip()
        assert text
        assert not re.search(r"%[sL]|\{|\}|\n", text)
    assert item.message.tr != item.message.en


@pytest.mark.parametrize("item", EVERY, ids=lambda item: cast("Declared", item).name)
def test_a_name_is_about_columns_of_its_table(item: Declared) -> None:
    columns = metadata.tables[item.table].columns.keys()
    assert set(item.fields) <= set(columns)
    assert len(set(item.fields)) == len(item.fields)
    assert item.fields or item.kind in FIELDLESS


def test_the_kinds_are_those_of_the_names() -> None:
    prefixes = {
        "check": "ck",
        "trigger": "ck",
        "unique": "uq",
        "foreign_key": "fk",
        "exclusion": "ex",
        "primary_key": "pk",
    }
    for item in EVERY:
        assert item.name.removeprefix("p").partition("_")[0] == prefixes[item.kind].removeprefix("p")


@each_table
def test_every_unique_index_has_a_message(table: sa.Table) -> None:
    for item in table.indexes:
        if item.unique:
            assert isinstance(item.info["message"], Message)


@each_table
def test_every_constraint_is_commented_with_its_words(table: sa.Table) -> None:
    written = set(comments(table))
    for constraint in table.constraints:
        told = str(constraint_message(constraint)).replace("'", "''")
        assert f"COMMENT ON CONSTRAINT {constraint.name} ON {table.name} IS '{told}'" in written


def test_a_constraint_without_words_is_refused() -> None:
    silent = sa.CheckConstraint("true", name="ck_silent")
    with pytest.raises(TypeError, match=r"^ck_silent: say what it tells a person$"):
        constraint_message(silent)


@pytest.mark.parametrize("routine", ROUTINES)
def test_a_name_that_a_function_reports_is_in_the_catalog(routine: str) -> None:
    reported = re.findall(r"'((?:ck|fk|uq|ex)_[a-z_]+[a-z])'", routine_sql(routine))
    assert [name for name in reported if name not in catalog()] == []


def test_every_guard_is_raised_by_some_function_or_trigger() -> None:
    every = "\n".join([*map(routine_sql, ROUTINES), *(trigger.sql for trigger in triggers())])
    guards = [
        (guard.name, guard.constraint(table.name)) for table in TABLES for guard in facts(table).model.all_guards()
    ]
    assert [full for name, full in guards if not re.search(rf"['_]{name}'", every)] == []


def test_the_catalog_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        cast("MutableMapping[str, Declared]", catalog())["ck_other"] = EVERY[0]
