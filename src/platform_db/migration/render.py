"""Writes the SQL of the first revisions from the models: ``python -m platform_db.migration.render``.

A development tool, for revisions that are not released yet. A released revision is frozen:
a change of the models is a new revision, and the comparison of
:mod:`platform_db.migration.drift` says whether it was forgotten.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.law import exemptions, rates, withholding
from platform_db.migration.head import VERSION_TABLE
from platform_db.migration.location import migrations_directory
from platform_db.schema import ddl, security
from platform_db.schema.all_triggers import triggers
from platform_db.schema.functions import ROUTINES
from platform_db.schema.metadata import facts, tables
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa
    from _typeshed import DataclassInstance

__all__ = ["REVISIONS", "Revision", "main", "render"]

Statements = Callable[[], Iterator[str]]

_CONTEXTS: Final[dict[str, tuple[str, ...]]] = {
    "0002_identity": ("users",),
    "0003_licensing": ("licenses",),
    "0004_commerce": ("products", "orders", "order_items", "order_transactions", "payment_methods"),
    "0005_billing": (
        "invoice_series",
        "invoices",
        "invoice_lines",
        "invoice_tax_subtotals",
        "invoice_withholdings",
        "payments",
    ),
    "0006_law_data": ("kdv_rates", "withholding_codes", "exemption_codes"),
    "0007_audit_log": ("audit_chain_heads", "audit_logs", "audit_personal_data", "enterprise_audit_log"),
}
_AUDIT_ROUTINES: Final = ("audit_chain_of_transaction", "forbid_change", "create_enterprise_audit_partitions")
"""What the defaults and the partitions of the audit tables call."""

_MONTHS: Final = 14
"""The month of the migration and the thirteen after it."""

_SETTINGS: Final = ("SET LOCAL search_path = public", "SET LOCAL TimeZone = 'UTC'")
_AS_OWNER: Final = f"SET LOCAL ROLE {Role.OWNER}"


_OWN_VERSION_TABLE: Final = f"""DO $$
BEGIN
    -- Alembic makes it before the first revision; after a way down to base it is there already.
    IF EXISTS (SELECT FROM pg_tables WHERE tablename = '{VERSION_TABLE}' AND tableowner <> '{Role.OWNER}') THEN
        ALTER TABLE {VERSION_TABLE} OWNER TO {Role.OWNER};
    END IF;
END $$"""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: its id, and the statements that make and unmake it."""

    name: str
    up: Statements
    down: Statements


def _of_context(name: str) -> Iterator[sa.Table]:
    chosen = _CONTEXTS[name]
    astray = set(tables()) ^ {table for context in _CONTEXTS.values() for table in context}
    if astray:
        message = f"each table has one revision that makes it, and these have not: {', '.join(sorted(astray))}"
        raise LookupError(message)
    yield from (table for table in tables().values() if table.name in chosen)


def _roles_and_types_up() -> Iterator[str]:
    yield from security.roles()
    yield _OWN_VERSION_TABLE
    yield _AS_OWNER
    yield f"GRANT SELECT ON {VERSION_TABLE} TO PUBLIC"
    yield from ddl.types()


def _roles_and_types_down() -> Iterator[str]:
    yield from reversed([re.sub(r"^CREATE (TYPE \w+) .*$", r"DROP \1", each, flags=re.DOTALL) for each in ddl.types()])


def _tables_up(context: str) -> Iterator[str]:
    chosen = list(_of_context(context))
    for table in chosen:
        yield from ddl.table_statements(table)
    for table in chosen:
        yield from ddl.foreign_keys(table)
        yield from ddl.indexes(table)
    for table in chosen:
        yield from ddl.comments(table)


def _tables_down(context: str) -> Iterator[str]:
    yield from (f"DROP TABLE {table.name}" for table in reversed(list(_of_context(context))))


def _law_data_up() -> Iterator[str]:
    yield from _tables_up("0006_law_data")
    yield _insert("kdv_rates", rates.rows())
    yield _insert("withholding_codes", withholding.rows())
    yield _insert("exemption_codes", exemptions.rows())


def _audit_log_up() -> Iterator[str]:
    yield from ddl.functions(_AUDIT_ROUTINES)
    yield from _tables_up("0007_audit_log")
    yield from ddl.partitions()
    yield f"SELECT create_enterprise_audit_partitions(date_trunc('month', now())::date, {_MONTHS})"
    yield from ddl.rows()


def _audit_log_down() -> Iterator[str]:
    yield from _tables_down("0007_audit_log")
    yield from _drop_functions(_AUDIT_ROUTINES)


def _guards() -> list[str]:
    return [name for name in ROUTINES if name not in _AUDIT_ROUTINES]


def _guards_up() -> Iterator[str]:
    yield from ddl.functions(_guards())
    yield from ddl.triggers()


def _guards_down() -> Iterator[str]:
    yield from (f"DROP TRIGGER {trigger.name} ON {trigger.table}" for trigger in reversed(list(triggers())))
    yield from _drop_functions(_guards())


def _drop_functions(names: Iterable[str]) -> Iterator[str]:
    yield from (f"DROP FUNCTION {name}({security.ARGUMENTS.get(name, '')})" for name in reversed(list(names)))


def _security_up() -> Iterator[str]:
    for table in tables().values():
        yield from security.row_security(table)
        yield from security.grants(table)


def _security_down() -> Iterator[str]:
    for table in reversed(list(tables().values())):
        about = facts(table)
        for role, privileges in about.grants.items():
            # Column rights go with those on the table.
            yield f"REVOKE {', '.join(privileges)} ON {table.name} FROM {role}"
        if about.owner is not None:
            yield from (f"DROP POLICY {table.name}_{policy} ON {table.name}" for policy in ("own", "all", "read"))
            yield f"ALTER TABLE {table.name} NO FORCE ROW LEVEL SECURITY"
            yield f"ALTER TABLE {table.name} DISABLE ROW LEVEL SECURITY"


def _insert(table: str, records: Iterable[DataclassInstance]) -> str:
    """The rows of dataclasses whose fields are the columns."""
    described: list[dict[str, object]] = [dataclasses.asdict(record) for record in records]
    columns = ", ".join(described[0])
    lines = ",\n    ".join("(" + ", ".join(_literal(value) for value in each.values()) + ")" for each in described)
    return f"INSERT INTO {table} ({columns}) VALUES\n    {lines}"


def _literal(value: object) -> str:
    """A value that the server reads as the type of its column."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "'{" + ",".join(str(item) for item in cast("tuple[object, ...]", value)) + "}'"
    return "'" + str(value).replace("'", "''") + "'"


REVISIONS: Final = (
    Revision("0001_roles_and_types", _roles_and_types_up, _roles_and_types_down),
    *(
        Revision(name, lambda name=name: _tables_up(name), lambda name=name: _tables_down(name))
        for name in ("0002_identity", "0003_licensing", "0004_commerce", "0005_billing")
    ),
    Revision("0006_law_data", _law_data_up, lambda: _tables_down("0006_law_data")),
    Revision("0007_audit_log", _audit_log_up, _audit_log_down),
    Revision("0008_guards", _guards_up, _guards_down),
    Revision("0009_row_security_and_grants", _security_up, _security_down),
)


def render(statements: Iterable[str], *, as_owner: bool = True) -> str:
    """A script: the settings of the transaction, then the statements, one after the other."""
    opening = (*_SETTINGS, _AS_OWNER) if as_owner else _SETTINGS
    body = [statement.strip().rstrip(";") for statement in statements]
    parts: list[str] = [";\n".join(opening) + ";\n"]
    for before, statement in zip(["", *body], body, strict=False):
        apart = "\n" if "\n" in statement + before or _verb(before) != _verb(statement) else ""
        parts.append(f"{apart}{statement};\n")
    return "".join(parts)


def _verb(statement: str) -> str:
    return statement.partition(" ")[0]


def main(folder: Path | None = None) -> None:
    """Write every script beside its revision."""
    versions = (folder or migrations_directory()) / "versions"
    for revision in REVISIONS:
        first = revision is REVISIONS[0]
        up = render(revision.up(), as_owner=not first)
        (versions / f"{revision.name}.up.sql").write_text(up, encoding="utf-8")
        (versions / f"{revision.name}.down.sql").write_text(render(revision.down()), encoding="utf-8")


if __name__ == "__main__":
    main()
