"""Tables made from the stored models: columns, CHECKs, comments; nothing is typed again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from uuid import UUID

import orjson
import sqlalchemy as sa
from pydantic_core import PydanticUndefined
from sqlalchemy.dialects import postgresql

from platform_db.domain.fields import Column, Marker
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    import enum

    from pydantic.fields import FieldInfo

    from platform_db.domain.models import StoredModel
    from platform_db.domain.rules import Message

__all__ = [
    "TableFacts",
    "Through",
    "facts",
    "foreign_key",
    "index",
    "metadata",
    "no_binds",
    "table",
    "tables",
    "unique",
]

metadata: Final = sa.MetaData()

Privilege = Literal["SELECT", "INSERT", "UPDATE", "DELETE"]
Columns = Sequence[str] | None
Grants = Mapping[Role, Mapping[Privilege, Columns]]
"""Per role and privilege the columns, or None for the whole table."""


@dataclass(frozen=True, slots=True)
class Through:
    """A child's rows belong to whoever owns the parent row."""

    parent: str
    column: str
    owner: str


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What is true of a table beside its columns: its model, who owns a row, who may do what."""

    model: type[StoredModel]
    owner: str | Through | None = None
    grants: Grants = field(default_factory=dict[Role, dict[Privilege, Columns]])
    personal: frozenset[str] = frozenset()
    """Columns that may name a person: analysts and row changes never show them."""
    check_on_write: str | None = None
    """Added to the WITH CHECK of the owner's policy."""
    changes_while: str | None = None
    """What must hold of a row for its owner to change it."""
    append_only: bool = False
    """No row is changed or removed, and the table is never emptied."""
    never_emptied: bool = False
    """Rows may change or go one by one, by the table's other guards, but TRUNCATE is refused."""
    recorded: bool = False
    """Its row changes go to enterprise_audit_log."""


_SQL_TYPES: Final[Mapping[str, sa.types.TypeEngine[Any]]] = MappingProxyType(
    {
        "smallint": sa.SmallInteger(),
        "integer": sa.Integer(),
        "bigint": sa.BigInteger(),
        "numeric": sa.Numeric(),
        "text": sa.Text(),
        "timestamptz": sa.DateTime(timezone=True),
        "date": sa.Date(),
        "jsonb": postgresql.JSONB(),
        "bytea": sa.LargeBinary(),
        "inet": postgresql.INET(),
        "boolean": sa.Boolean(),
        "uuid": sa.Uuid(),
        "text[]": postgresql.ARRAY(sa.Text()),
    },
)
_BYTEWISE: Final = sa.Text(collation="C")
_PLAIN: Final[Mapping[type, str]] = MappingProxyType({bool: "boolean", UUID: "uuid", bytes: "bytea", str: "text"})

enum_types: Final[dict[str, postgresql.ENUM]] = {}
"""Every enum type the tables use, by name."""


enum_meanings: Final[dict[str, str]] = {}
"""What each of them says: the first sentence of its class."""


def enum_type(labels: type[enum.StrEnum]) -> postgresql.ENUM:
    """The native type of an enum: its name in snake case, its values as labels."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", labels.__name__).lower()
    known = enum_types.get(name)
    if known is None:
        known = postgresql.ENUM(*(label.value for label in labels), name=name, metadata=metadata, create_type=False)
        enum_types[name] = known
        enum_meanings[name] = _first_sentence(labels)
    return known


def table(  # noqa: PLR0913 - a declaration: every argument is named where it is used
    model: type[StoredModel],
    *constraints: sa.schema.SchemaItem,
    primary_key: tuple[str, ...] = ("id",),
    owner: str | Through | None = None,
    grants: Grants | None = None,
    personal: frozenset[str] = frozenset(),
    check_on_write: str | None = None,
    changes_while: str | None = None,
    append_only: bool = False,
    never_emptied: bool = False,
    recorded: bool = False,
    partition_by: str | None = None,
) -> sa.Table:
    """The table of a model: a column a field, a CHECK a rule, and what ``constraints`` add."""
    name = model.entity
    checks = [
        sa.CheckConstraint(
            sa.text(no_binds(rule.sql)), name=rule.constraint(name), info={"rule": rule, "message": rule.message}
        )
        for rule in model.all_rules()
    ]
    built = sa.Table(
        name,
        metadata,
        *(column(model, field_name, info) for field_name, info in _ordered(model, primary_key)),
        sa.PrimaryKeyConstraint(*primary_key, name=f"pk_{name}"),
        *checks,
        *constraints,
        comment=_first_sentence(model),
        info={
            "facts": TableFacts(
                model=model,
                owner=owner,
                grants=grants or {},
                personal=personal,
                check_on_write=check_on_write,
                changes_while=changes_while,
                append_only=append_only,
                never_emptied=never_emptied,
                recorded=recorded,
            ),
        },
        postgresql_partition_by=partition_by,
    )
    for item in built.foreign_key_constraints:
        item.name = _foreign_key_name(item)
    for item in built.constraints:
        if isinstance(item, sa.UniqueConstraint):
            item.name = f"uq_{name}_{'_'.join(item.columns.keys())}"
    return built


def _first_sentence(of: type) -> str:
    return re.sub(r"\s+", " ", (of.__doc__ or "").split("\n\n")[0]).strip()


def _ordered(model: type[StoredModel], primary_key: tuple[str, ...]) -> Iterable[tuple[str, FieldInfo]]:
    """Key first, then the model's own fields, then the columns that repeat."""
    repeated = ("created_at", "version", "updated_at")
    fields = model.model_fields
    for name in primary_key:
        if name not in repeated:
            yield name, fields[name]
    yield from ((name, info) for name, info in fields.items() if name not in repeated and name not in primary_key)
    yield from ((name, fields[name]) for name in repeated if name in fields)


def facts(of: sa.Table) -> TableFacts:
    """What was said of a table when it was made."""
    found = of.info["facts"]
    assert isinstance(found, TableFacts)  # noqa: S101 - every table is made by table()
    return found


def tables() -> Mapping[str, sa.Table]:
    """Every table by name, parents before children."""
    return {item.name: item for item in metadata.sorted_tables}


def no_binds(sql: str) -> str:
    """Keep SQLAlchemy from reading ``:name`` in a predicate as a parameter."""
    return re.sub(r"(?<!:):(?!:)", r"\:", sql)


def column(model: type[StoredModel], name: str, info: FieldInfo) -> sa.Column[Any]:
    """The column of one field."""
    kept = next((item for item in info.metadata if isinstance(item, Column)), Column())
    return sa.Column(
        name,
        _column_type(model, name, info, kept),
        *([sa.Identity(always=True)] if kept.identity else []),
        *([sa.Computed(no_binds(kept.generated), persisted=True)] if kept.generated else []),
        nullable=model.is_nullable(name),
        # A key that is a number and no identity would become a serial.
        autoincrement="auto" if kept.identity else False,
        server_default=_server_default(info, kept),
        comment=info.description,
    )


def _column_type(model: type[StoredModel], name: str, info: FieldInfo, kept: Column) -> sa.types.TypeEngine[Any]:
    if kept.bytewise:
        return _BYTEWISE
    if kept.sql_type is not None:
        if kept.sql_type.endswith("[]") and (element := model.enum_of(name)) is not None:
            return cast("sa.types.TypeEngine[Any]", postgresql.ARRAY(enum_type(element)))
        return _SQL_TYPES[kept.sql_type]
    labels = model.enum_of(name)
    if labels is not None:
        return enum_type(labels)
    marker = next((item for item in info.metadata if isinstance(item, Marker)), None)
    if marker is not None:
        return _SQL_TYPES[marker.sql_type]
    for kind, sql_type in _PLAIN.items():
        if info.annotation is kind or info.annotation == kind | None:
            return _SQL_TYPES[sql_type]
    message = f"{model.__name__}.{name}: no column type follows from its annotation; add a marker"
    raise TypeError(message)


def _server_default(info: FieldInfo, kept: Column) -> sa.TextClause | None:
    if kept.server_default is not None:
        return sa.text(no_binds(kept.server_default))
    if info.is_required() or kept.identity:
        return None
    default: object = info.get_default(call_default_factory=True, validated_data={})
    if default is None or default is PydanticUndefined:
        return None
    return sa.text(no_binds(literal(default, array=bool(kept.sql_type and kept.sql_type.endswith("[]")))))


def literal(value: object, *, array: bool = False) -> str:
    """A default as an SQL literal."""
    if array:
        return "'{}'"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, dict | list):
        return f"'{orjson.dumps(value).decode()}'"
    return "'" + str(value).replace("'", "''") + "'"


def unique(*columns: str, message: Message, nulls_not_distinct: bool = False) -> sa.UniqueConstraint:
    """A UNIQUE constraint by the naming rule, with what a person is told."""
    return sa.UniqueConstraint(
        *columns,
        postgresql_nulls_not_distinct=nulls_not_distinct or None,
        info={"message": message},
    )


def foreign_key(
    columns: str | Sequence[str],
    target: str,
    *,
    on_delete: Literal["RESTRICT", "CASCADE", "SET NULL"] = "RESTRICT",
    set_null: Sequence[str] | None = None,
) -> sa.ForeignKeyConstraint:
    """A foreign key: ``("license_id", "user_id")`` to ``"licenses(id, user_id)"``.

    ``set_null`` names the columns that ON DELETE SET NULL clears (PostgreSQL 15), so that a
    composite key does not clear the owner.
    """
    own = (columns,) if isinstance(columns, str) else tuple(columns)
    parent, _, listed = target.rstrip(")").partition("(")
    theirs = [part.strip() for part in listed.split(",")] if listed else ["id"]
    action = f"SET NULL ({', '.join(set_null)})" if set_null else on_delete
    return sa.ForeignKeyConstraint(
        own,
        [f"{parent}.{name}" for name in theirs],
        ondelete=action,
        info={"target": parent},
    )


def _foreign_key_name(constraint: sa.ForeignKeyConstraint) -> str:
    return f"fk_{constraint.table.name}_{constraint.column_keys[0]}_{constraint.info['target']}"


def index(  # noqa: PLR0913 - a declaration: every argument is named where it is used
    name: str,
    *expressions: str,
    serves: str,
    unique: bool = False,
    where: str | None = None,
    using: str | None = None,
    message: Message | None = None,
    nulls_not_distinct: bool = False,
    include: Sequence[str] = (),
) -> sa.Index:
    """An index; ``serves`` names the query it is for and becomes its comment.

    GIN indexes keep a bounded pending list, so one writer never flushes a long one.
    """
    with_options = {"fastupdate": "on", "gin_pending_list_limit": "4096"} if using == "gin" else None
    return sa.Index(
        name,
        *(sa.text(no_binds(expression)) for expression in expressions),
        unique=unique,
        postgresql_where=sa.text(no_binds(where)) if where else None,
        postgresql_using=using,
        postgresql_with=with_options or {},
        postgresql_nulls_not_distinct=nulls_not_distinct or None,
        postgresql_include=list(include) or None,
        info={"comment": serves, "message": message},
    )
