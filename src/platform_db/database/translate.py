"""The one place where a driver's error becomes one of ours.

Only structured fields are read (SQLSTATE, constraint, table, column), never the message:
PostgreSQL quotes stored values in it. For the same reason callers raise the result outside
their ``except`` block, so that the driver's error does not travel along as its context.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy.exc import DBAPIError

from platform_db import errors

if TYPE_CHECKING:
    from platform_db.errors import Message, PlatformError

__all__ = [
    "Catalog",
    "ConstraintKind",
    "DeclaredConstraint",
    "ServerFault",
    "declared_constraints",
    "is_outcome_unknown",
    "not_representable",
    "translate",
]

ConstraintKind = Literal["check", "unique", "foreign_key", "exclusion", "primary_key", "trigger"]


class DeclaredConstraint(Protocol):
    """What the models say about one named constraint."""

    @property
    def kind(self) -> ConstraintKind: ...
    @property
    def table(self) -> str: ...
    @property
    def fields(self) -> tuple[str, ...]: ...
    @property
    def message(self) -> Message: ...


Catalog = Mapping[str, DeclaredConstraint]

VALUE_REPRESENTABLE: Final = "value_representable"
_REPRESENTABLE: Final = errors.Message(
    tr="Değer, veritabanının saklayabileceği biçimde ya da aralıkta değil.",
    en="The value has a form or a size that the database cannot store.",
)
_REQUIRED: Final = errors.Message(tr="Bu alan zorunludur.", en="This field is required.")

_NOT_NULL: Final = "23502"
_FOREIGN_KEY: Final = "23503"
_UNIQUE: Final = "23505"
_CHECK: Final = "23514"
_EXCLUSION: Final = "23P01"

# A trigger may raise under any of these and name a constraint.
_INTEGRITY_CLASS: Final = "23"
_DATA_CLASS: Final = "22"
_LIMIT_CLASS: Final = "54"
"""A value that no column is too small for, but an index entry or a row is."""
_RAISED: Final = "P0001"

_KIND_OF_STATE: Final[dict[str, ConstraintKind]] = {
    _FOREIGN_KEY: "foreign_key",
    _UNIQUE: "unique",
    _CHECK: "check",
    _EXCLUSION: "exclusion",
}

_LOST_STATES: Final = frozenset({"57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04"})
_COMPLETION_UNKNOWN: Final = frozenset({"08007", "40003"})
_FATAL: Final = frozenset({"FATAL", "PANIC"})

_LOST: Final = "the connection to the server was lost; nothing of this unit of work was stored"
_MIGRATE: Final = "is the schema at the version of this package? See `platform-db migrate status`"

_Kind = Callable[[str], "PlatformError"]
_POOLER: Final = "behind PgBouncer set PLATFORM_DB_PGBOUNCER=transaction"

# By SQLSTATE, then by its class (the first two characters).
_BY_STATE: Final[dict[str, tuple[_Kind, str]]] = {
    "40001": (errors.SerializationFailure, "a concurrent transaction changed what this one read"),
    "40P01": (errors.Deadlock, "two transactions waited for each other and this one was ended"),
    "55P03": (errors.LockTimeout, "a lock was not granted in time"),
    "57014": (errors.StatementTimeout, "the statement ran longer than it may, or an operator cancelled it"),
    "53300": (errors.PoolExhausted, "the server accepts no more connections"),
    "42501": (errors.NotAllowed, "row security or a missing right refused the statement"),
    "25006": (errors.UsageError, "the transaction is read only, or the server is a replica: nothing is written here"),
    "25P02": (errors.UsageError, "an earlier statement of this transaction failed; put what may fail in a savepoint"),
    "26000": (errors.ConfigurationError, f"a prepared statement is missing: {_POOLER}"),
    "42P05": (errors.ConfigurationError, f"a prepared statement exists twice: {_POOLER}"),
    "28": (errors.ConfigurationError, "the server refused the login: check user and password of PLATFORM_DB_URL"),
    "3D": (errors.ConfigurationError, "the database of PLATFORM_DB_URL does not exist on the server"),
    "42": (errors.ConfigurationError, f"the server does not know what the statement names: {_MIGRATE}"),
}

# The driver's own errors, the first that fits.
_OF_DRIVER: Final[tuple[tuple[tuple[type[BaseException], ...], _Kind, str], ...]] = (
    (
        (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError),
        errors.StalePlan,
        "the schema changed under a prepared statement",
    ),
    ((TimeoutError,), errors.StatementTimeout, "the server did not answer in time (PLATFORM_DB_COMMAND_TIMEOUT)"),
    (
        (asyncpg.ClientConfigurationError,),
        errors.ConfigurationError,
        "PLATFORM_DB_URL cannot be read: check its form and options",
    ),
    ((OSError, asyncpg.InternalClientError), errors.ConnectionLost, _LOST),
    (
        (asyncpg.InterfaceError,),
        errors.UsageError,
        "the driver refused the call: another statement runs on this connection, or the parameters do not fit",
    ),
    (
        # From the decoding of a row; such an error holds the value.
        (ValueError, OverflowError),
        errors.PlatformError,
        "a stored value has no form in Python (a day past the year 9999, a JSON number too large); read it as text",
    ),
)


@dataclass(frozen=True, slots=True)
class ServerFault:
    """The fields of a driver's error that hold no stored value."""

    sqlstate: str
    constraint: str | None
    table: str | None
    column: str | None
    severity: str | None

    @classmethod
    def of(cls, error: asyncpg.PostgresError) -> ServerFault:
        def field(name: str) -> str | None:
            return cast("str | None", getattr(error, name, None))

        return cls(
            sqlstate=field("sqlstate") or "",
            constraint=field("constraint_name"),
            table=field("table_name"),
            column=field("column_name"),
            severity=field("severity_en") or field("severity"),
        )

    @property
    def is_lost(self) -> bool:
        """Whether the connection went with the error."""
        return self.sqlstate.startswith("08") or self.sqlstate in _LOST_STATES or self.severity in _FATAL


def declared_constraints() -> Catalog:
    """Give the constraints that the models declare."""
    from platform_db.schema.catalog import catalog  # the metadata loads when an error needs it

    return cast("Catalog", catalog())


def driver_error(error: BaseException) -> BaseException:
    """Give the asyncpg error below SQLAlchemy's wrapper (2.0 and 2.1), or ``error`` itself."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def is_outcome_unknown(error: BaseException) -> bool:
    """Whether ``error``, raised by COMMIT, leaves open if the transaction was stored.

    Only an ordinary error that the server reports over a living connection is an answer.
    """
    error = driver_error(error)
    if not isinstance(error, asyncpg.PostgresError):
        return True
    fault = ServerFault.of(error)
    return fault.is_lost or fault.sqlstate in _COMPLETION_UNKNOWN


def not_representable(*fields: str) -> errors.RuleViolation:
    """What the server says of a value that a column cannot hold, for one that is known before it is sent."""
    return errors.RuleViolation(errors.Violation(VALUE_REPRESENTABLE, fields, _REPRESENTABLE))


def translate(
    error: BaseException, *, connection_lost: bool = False, catalog: Callable[[], Catalog] = declared_constraints
) -> BaseException:
    """Give our error for a driver's; anything else (ours, cancellation, a bug) comes back as it is.

    ``connection_lost`` says whether the connection is closed now: the driver reports
    misuse and a closed connection by the same class.
    """
    error = driver_error(error)
    if connection_lost and isinstance(error, asyncpg.InterfaceError):
        return errors.ConnectionLost(_LOST)
    for classes, kind, text in _OF_DRIVER:
        if isinstance(error, classes):
            return kind(text)
    if isinstance(error, asyncpg.PostgresError):
        return _of_server(ServerFault.of(error), catalog)
    return error


def _of_server(fault: ServerFault, catalog: Callable[[], Catalog]) -> PlatformError:
    state = fault.sqlstate
    if fault.constraint and (state.startswith(_INTEGRITY_CLASS) or state == _RAISED):
        return _of_constraint(fault, fault.constraint, catalog())
    if state == _NOT_NULL:
        return _about_column(f"{fault.table}_{fault.column}_not_null", _REQUIRED, fault)
    if state.startswith((_DATA_CLASS, _LIMIT_CLASS)):
        return _about_column(VALUE_REPRESENTABLE, _REPRESENTABLE, fault)
    known = _BY_STATE.get(state) or _BY_STATE.get(state[:2])
    if known is not None:
        kind, text = known
        return kind(f"{text} ({state})")
    if fault.is_lost:
        return errors.ConnectionLost(f"{_LOST} ({state})")
    return errors.PlatformError(f"the server refused the statement (SQLSTATE {state})")


def _of_constraint(fault: ServerFault, name: str, catalog: Catalog) -> PlatformError:
    declared = catalog.get(name)
    if declared is None:
        return _unknown(fault, name)
    # RESTRICT answers 23001 from PostgreSQL 18 on and 23503 before: the declaration decides,
    # and for a trigger, whose name can stand for any of these, the state that it raised.
    kind = declared.kind if declared.kind != "trigger" else _KIND_OF_STATE.get(fault.sqlstate, "trigger")
    if kind in {"unique", "exclusion", "primary_key"}:
        return _conflict(errors.AlreadyExists, name, declared)
    if kind == "foreign_key":
        return _conflict(errors.StillReferenced, name, declared)
    return errors.RuleViolation(errors.Violation(name, declared.fields, declared.message, entity=declared.table))


def _conflict(kind: type[errors.Conflict], name: str, declared: DeclaredConstraint) -> errors.Conflict:
    return kind(f"{name}: {declared.message}", constraint=name, entity=declared.table, fields=declared.fields)


def _about_column(rule: str, message: Message, fault: ServerFault) -> errors.RuleViolation:
    fields = (fault.column,) if fault.column else ()
    return errors.RuleViolation(errors.Violation(rule, fields, message, entity=fault.table))


def _unknown(fault: ServerFault, name: str) -> errors.UnknownConstraint:
    table = fault.table or "its table"
    return errors.UnknownConstraint(
        f'the server refused under "{name}" ({fault.sqlstate}), which the models do not declare: add a rule named '
        f'"{name}" to platform_db/domain/{table}.py, or the constraint to platform_db/schema/{table}.py'
    )
