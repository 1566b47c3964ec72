"""The tables follow from the models: names, types, defaults, checks and comments are said nowhere else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from platform_db.domain.fields import Column, Text
from platform_db.domain.models import StoredModel, Versioned
from platform_db.domain.rules import Message
from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import column, facts, foreign_key, index, literal, tables, unique
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES: Final = tuple(sorted(metadata.sorted_tables, key=lambda table: table.name))
NAMES: Final = [table.name for table in TABLES]
DIALECT: Final = postgresql.dialect()
LONGEST_NAME: Final = 63
"""PostgreSQL cuts a longer name off."""

KEPT_NAMES: Final = {"idx_perf_baseline_metric_table", "uq_jobs_idempotency_key"}
"""Names of indexes that others know them by already, so they stay beside the rule."""

each_table: Final = pytest.mark.parametrize("table", TABLES, ids=NAMES)


def type_of(of: sa.Column[object]) -> str:
    return str(of.type.compile(dialect=DIALECT))


def default_of(of: sa.Column[object]) -> str | None:
    default = of.server_default
    return str(default.arg) if isinstance(default, sa.DefaultClause) else None


def expected_name(constraint: sa.Constraint) -> str | None:
    """The name by the naming rule; None where it holds a word of its own."""
    table = constraint.table
    if isinstance(constraint, sa.PrimaryKeyConstraint):
        return f"pk_{table.name}"
    if isinstance(constraint, sa.UniqueConstraint):
        return f"uq_{table.name}_{'_'.join(constraint.columns.keys())}"
    if isinstance(constraint, sa.ForeignKeyConstraint):
        return f"fk_{table.name}_{constraint.column_keys[0]}_{constraint.referred_table.name}"
    return None


def checks(table: sa.Table) -> dict[str, str]:
    return {
        str(each.name): str(each.sqltext).replace(r"\:", ":")
        for each in table.constraints
        if isinstance(each, sa.CheckConstraint)
    }


# -- names -----------------------------------------------------------------------------


@each_table
def test_a_constraint_is_named_by_what_it_is_and_where(table: sa.Table) -> None:
    for constraint in table.constraints:
        expected = expected_name(constraint)
        if expected is not None:
            assert constraint.name == expected
        else:
            assert str(constraint.name).startswith((f"ck_{table.name}_", f"ex_{table.name}_"))


def every_name() -> Iterator[str]:
    for table in TABLES:
        yield from (str(constraint.name) for constraint in table.constraints)
        yield from (str(item.name) for item in table.indexes)


def test_every_name_is_whole_and_used_once() -> None:
    names = list(every_name())
    assert [name for name in names if len(name.encode()) > LONGEST_NAME] == []
    assert len(set(names)) == len(names)


@each_table
def test_an_index_is_named_by_its_kind(table: sa.Table) -> None:
    for item in table.indexes:
        using = item.dialect_options["postgresql"]["using"]
        prefix = f"{using}_" if using else "uq_" if item.unique else "idx_"
        if item.unique and item.dialect_options["postgresql"]["where"] is not None:
            prefix = "puq_"
        assert str(item.name).startswith(f"{prefix}{table.name}_") or item.name in KEPT_NAMES


# -- checks ----------------------------------------------------------------------------


@each_table
def test_every_rule_is_a_check_and_every_check_a_rule(table: sa.Table) -> None:
    model = facts(table).model
    assert checks(table) == {rule.constraint(table.name): rule.sql for rule in model.all_rules()}


@each_table
def test_a_rule_reads_columns_of_its_table(table: sa.Table) -> None:
    for rule in facts(table).model.all_rules():
        assert set(rule.fields) <= set(table.columns.keys())
        assert all(field in rule.sql for field in rule.fields)


# -- columns ---------------------------------------------------------------------------


@each_table
def test_a_field_is_a_column_and_admits_none_where_the_column_admits_null(table: sa.Table) -> None:
    model = facts(table).model
    assert set(table.columns.keys()) == set(model.model_fields)
    assert {name: each.nullable for name, each in table.columns.items()} == {
        name: model.is_nullable(name) for name in model.model_fields
    }


@each_table
def test_a_default_of_the_model_is_the_servers(table: sa.Table) -> None:
    for name, info in facts(table).model.model_fields.items():
        told = next((item for item in info.metadata if isinstance(item, Column)), Column())
        default: object = None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})
        if told.server_default is not None:
            assert default_of(table.columns[name]) == told.server_default
        elif default is None:
            assert table.columns[name].server_default is None or told.identity or told.generated
        else:
            is_array = isinstance(table.columns[name].type, postgresql.ARRAY)
            assert default_of(table.columns[name]) == literal(default, array=is_array)


@each_table
def test_the_key_comes_first_and_what_repeats_comes_last(table: sa.Table) -> None:
    names = table.columns.keys()
    key = [name for name in table.primary_key.columns.keys() if name != "created_at"]  # noqa: SIM118 - a collection of columns
    assert names[: len(key)] == key
    repeated = [name for name in ("created_at", "version", "updated_at") if name in names]
    assert names[len(names) - len(repeated) :] == repeated


@pytest.mark.parametrize(
    ("table", "name", "kind", "nullable", "default"),
    [
        ("users", "id", "BIGINT", False, None),
        ("invoices", "ettn", "UUID", False, "gen_random_uuid()"),
        ("invoices", "number", 'TEXT COLLATE "C"', True, None),
        ("invoices", "status", "invoice_status", False, "'draft'"),
        ("invoices", "currency", "currency", False, "'TRY'"),
        ("invoices", "exchange_rate", "NUMERIC", True, None),
        ("invoices", "issue_date", "DATE", False, None),
        ("invoices", "issued_at", "TIMESTAMP WITH TIME ZONE", True, None),
        ("invoices", "tax_inclusive_prices", "BOOLEAN", False, "false"),
        ("invoices", "payable_cents", "BIGINT", False, None),
        ("invoices", "customer_country_code", "TEXT", False, "'TR'"),
        ("invoices", "profile_data", "JSONB", False, "'{}'"),
        ("invoices", "version", "INTEGER", False, "1"),
        ("invoices", "updated_at", "TIMESTAMP WITH TIME ZONE", False, "now()"),
        ("invoice_lines", "other_taxes", "JSONB", False, "'[]'"),
        ("invoice_lines", "kdv_rate", "NUMERIC", False, "20"),
        ("invoice_tax_subtotals", "tax_code", "TEXT", False, "'0015'"),
        ("exemption_codes", "invoice_types", "invoice_type_code[]", True, None),
        ("exemption_codes", "rate_must_be_zero", "BOOLEAN", True, None),
        ("audit_logs", "chain_id", "SMALLINT", False, "audit_chain_of_transaction()"),
        ("audit_logs", "ip_address", "INET", True, None),
        ("audit_logs", "created_at", "TIMESTAMP WITH TIME ZONE", False, "clock_timestamp()"),
        ("audit_chain_heads", "chain_hash", "TEXT", False, "repeat('0', 64)"),
        ("audit_personal_data", "salt", "BYTEA", True, None),
        ("enterprise_audit_log", "transaction_id", "BIGINT", False, "((pg_current_xact_id())::text)::bigint"),
        ("enterprise_migration_history", "duration_seconds", "NUMERIC", True, None),
        ("enterprise_migration_history", "applied_by", "TEXT", False, "CURRENT_USER"),
        ("enterprise_migration_history", "postgresql_version", "TEXT", False, "current_setting('server_version')"),
        ("enterprise_migration_history", "environment", "TEXT", False, "'production'"),
        ("enterprise_config", "config_key", 'TEXT COLLATE "C"', False, None),
        ("outbox_events", "event_id", "UUID", False, "gen_random_uuid()"),
        ("idempotency_keys", "response_body", "BYTEA", True, None),
    ],
)
def test_a_column_is_what_its_field_says(
    table: str,
    name: str,
    kind: str,
    nullable: bool,  # noqa: FBT001
    default: str | None,
) -> None:
    made = cast("sa.Column[object]", tables()[table].columns[name])
    assert (type_of(made), made.nullable, default_of(made)) == (kind, nullable, default)


@each_table
def test_a_key_of_its_own_is_an_identity_that_nobody_gives(table: sa.Table) -> None:
    made = [name for name, each in table.columns.items() if each.identity is not None]
    assert made == (["id"] if "id" in table.columns else [])
    assert all(each.identity.always for each in table.columns if each.identity is not None)


def test_a_number_that_is_no_identity_does_not_become_a_serial() -> None:
    made = str(CreateTable(tables()["audit_chain_heads"]).compile(dialect=DIALECT))
    assert "chain_id SMALLINT NOT NULL" in made
    assert "SERIAL" not in made


def test_a_generated_column_is_computed_by_the_server_and_stored() -> None:
    made = str(CreateTable(tables()["enterprise_migration_history"]).compile(dialect=DIALECT))
    assert (
        "duration_seconds NUMERIC GENERATED ALWAYS AS "
        "(round(EXTRACT(epoch FROM (migration_end - migration_start)), 3)) STORED,"
    ) in made
    generated = {each for table in TABLES for each in table.columns if each.computed is not None}
    assert generated == {tables()["enterprise_migration_history"].columns["duration_seconds"]}


def test_a_colon_in_a_predicate_stays_a_colon() -> None:
    made = str(CreateTable(tables()["invoices"], include_foreign_key_constraints=[]).compile(dialect=DIALECT))
    assert "CHECK (tax_exclusive_cents = gross_cents::numeric - allowance_cents + charge_cents)" in made


def test_a_field_without_a_column_type_is_refused() -> None:
    class Odd(StoredModel):
        entity = "odd"

        weight: float

    with pytest.raises(TypeError, match=r"^Odd\.weight: "):
        column(Odd, "weight", Odd.model_fields["weight"])


def test_a_column_is_made_from_an_annotation_alone() -> None:
    class Crate(Versioned):
        entity = "crates"

        code: Annotated[str, Text(max=5), Column(bytewise=True)] = "it's"

    made = column(Crate, "code", Crate.model_fields["code"])
    assert (type_of(made), made.nullable, default_of(made)) == ('TEXT COLLATE "C"', False, "'it''s'")
    assert "crates" not in tables()


@pytest.mark.parametrize(
    ("value", "sql"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (Decimal("1.50"), "1.50"),
        ("it's", "'it''s'"),
        ({"a": 1}, """'{"a":1}'"""),
        ([], "'[]'"),
    ],
)
def test_a_default_is_written_as_a_literal(value: object, sql: str) -> None:
    assert literal(value) == sql


def test_an_empty_array_is_no_document() -> None:
    assert literal([], array=True) == "'{}'"


# -- comments --------------------------------------------------------------------------


@each_table
def test_everything_is_described(table: sa.Table) -> None:
    assert (table.comment or "").strip()
    assert [name for name, each in table.columns.items() if not (each.comment or "").strip()] == []
    assert [item.name for item in table.indexes if not str(item.info["comment"]).strip()] == []


# -- what is declared beside the models --------------------------------------------------


def test_a_foreign_key_clears_only_the_columns_it_names() -> None:
    own = foreign_key(("license_id", "user_id"), "licenses(id, user_id)", set_null=("license_id",))
    assert own.column_keys == ["license_id", "user_id"]
    assert own.ondelete == "SET NULL (license_id)"
    assert [element.target_fullname for element in own.elements] == ["licenses.id", "licenses.user_id"]
    assert foreign_key("user_id", "users").ondelete == "RESTRICT"


def test_a_gin_index_has_a_bounded_pending_list() -> None:
    made = index("gin_invoices_meta", "meta", using="gin", serves="invoices by a caller's own data")
    assert made.dialect_options["postgresql"]["with"] == {"fastupdate": "on", "gin_pending_list_limit": "4096"}
    assert index("idx_a_b", "b", serves="b").dialect_options["postgresql"]["with"] == {}


def test_nulls_may_count_as_equal() -> None:
    said = Message("Var", "There")
    assert unique("a", "b", message=said).dialect_options["postgresql"]["nulls_not_distinct"] is None
    assert (
        unique("a", message=said, nulls_not_distinct=True).dialect_options["postgresql"]["nulls_not_distinct"] is True
    )


@each_table
def test_rights_and_owners_name_columns_of_the_table(table: sa.Table) -> None:
    about = facts(table)
    columns = set(table.columns.keys())
    assert about.personal <= columns
    granted = {name for given in about.grants.values() for listed in given.values() if listed for name in listed}
    assert granted <= columns
    if isinstance(about.owner, str):
        assert about.owner in columns
    elif about.owner is not None:
        assert about.owner.column in columns
        assert about.owner.owner in tables()[about.owner.parent].columns


@each_table
def test_an_analyst_reads_no_personal_column(table: sa.Table) -> None:
    about = facts(table)
    readable = about.grants.get(Role.READONLY, {}).get("SELECT", ())
    assert about.personal.isdisjoint(table.columns.keys() if readable is None else readable)
