"""From the server's fields to our errors, where no server needs to be asked."""

from __future__ import annotations

import asyncio
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db import errors
from platform_db.database.translate import Catalog, is_outcome_unknown, translate

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Declared:
    kind: Literal["check", "unique", "foreign_key", "exclusion", "primary_key", "trigger"]
    table: str
    fields: tuple[str, ...]
    message: errors.Message


CATALOG: Catalog = {
    kind: Declared(kind, "items", ("name",), errors.Message("tr", "en"))
    for kind in ("check", "unique", "foreign_key", "exclusion", "primary_key", "trigger")
}


_new = cast("Callable[[dict[str, str]], Exception]", getattr(asyncpg.PostgresError, "new"))  # noqa: B009 - untyped


def refusal(sqlstate: str, *, constraint: str | None = None, severity: str = "ERROR") -> Exception:
    """Give the driver's error for the server's message."""
    fields = {"S": severity, "V": severity, "C": sqlstate, "M": "holds a private value", "D": "(private)"}
    if constraint:
        fields |= {"n": constraint, "t": "items"}
    return _new(fields)


def translated(error: BaseException, *, connection_lost: bool = False) -> BaseException:
    return translate(error, connection_lost=connection_lost, catalog=lambda: CATALOG)


@pytest.mark.parametrize(
    ("sqlstate", "severity", "kind"),
    [
        ("40001", "ERROR", errors.SerializationFailure),
        ("40P01", "ERROR", errors.Deadlock),
        ("55P03", "ERROR", errors.LockTimeout),
        ("57014", "ERROR", errors.StatementTimeout),
        ("53300", "FATAL", errors.PoolExhausted),
        ("57P01", "FATAL", errors.ConnectionLost),
        ("57P03", "FATAL", errors.ConnectionLost),
        ("25P03", "FATAL", errors.ConnectionLost),
        ("08006", "ERROR", errors.ConnectionLost),
        ("28P01", "FATAL", errors.ConfigurationError),
        ("3D000", "FATAL", errors.ConfigurationError),
        ("42P01", "ERROR", errors.ConfigurationError),
        ("26000", "ERROR", errors.ConfigurationError),
        ("42501", "ERROR", errors.NotAllowed),
        ("25P02", "ERROR", errors.UsageError),
        ("22003", "ERROR", errors.RuleViolation),
        ("53100", "ERROR", errors.PlatformError),
        ("XX000", "ERROR", errors.PlatformError),
    ],
)
def test_each_state_has_its_class(sqlstate: str, severity: str, kind: type[errors.PlatformError]) -> None:
    error = translated(refusal(sqlstate, severity=severity))

    assert type(error) is kind
    assert "private" not in f"{error}{pickle.dumps(error)!r}"


@pytest.mark.parametrize(
    ("constraint", "sqlstate", "kind"),
    [
        ("check", "23514", errors.RuleViolation),
        ("unique", "23505", errors.AlreadyExists),
        ("primary_key", "23505", errors.AlreadyExists),
        ("exclusion", "23P01", errors.AlreadyExists),
        ("foreign_key", "23503", errors.StillReferenced),
        ("foreign_key", "23001", errors.StillReferenced),
        ("trigger", "23001", errors.RuleViolation),
        ("trigger", "23514", errors.RuleViolation),
        ("trigger", "P0001", errors.RuleViolation),
        ("trigger", "23505", errors.AlreadyExists),
        ("trigger", "23503", errors.StillReferenced),
        ("nobody's", "23514", errors.UnknownConstraint),
    ],
)
def test_a_constraint_is_what_its_declaration_says(
    constraint: str, sqlstate: str, kind: type[errors.PlatformError]
) -> None:
    error = translated(refusal(sqlstate, constraint=constraint))

    assert type(error) is kind
    assert constraint in str(error)
    assert "private" not in f"{error}{pickle.dumps(error)!r}"


@pytest.mark.parametrize(
    ("error", "connection_lost", "kind"),
    [
        (asyncpg.InterfaceError("connection is closed"), True, errors.ConnectionLost),
        (asyncpg.InterfaceError("another operation is in progress"), False, errors.UsageError),
        (asyncpg.OutdatedSchemaCacheError("x"), False, errors.StalePlan),
        (asyncpg.InvalidCachedStatementError("x"), False, errors.StalePlan),
        (TimeoutError(), False, errors.StatementTimeout),
        (ConnectionResetError(), True, errors.ConnectionLost),
        (OverflowError("private"), False, errors.PlatformError),
    ],
)
def test_the_drivers_own_errors(error: Exception, *, connection_lost: bool, kind: type[errors.PlatformError]) -> None:
    assert type(translated(error, connection_lost=connection_lost)) is kind


@pytest.mark.parametrize("error", [LookupError(), asyncio.CancelledError(), errors.NotFound("x"), KeyboardInterrupt()])
def test_anything_else_stays_itself(error: BaseException) -> None:
    assert translated(error) is error


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (refusal("40001"), False),
        (refusal("23514", constraint="check"), False),
        (refusal("57014"), False),
        (refusal("57P01", severity="FATAL"), True),
        (refusal("08007"), True),
        (refusal("40003"), True),
        (refusal("XX000", severity="PANIC"), True),
        (asyncpg.ConnectionDoesNotExistError("x"), True),
        (asyncpg.InterfaceError("x"), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
    ],
)
def test_only_an_ordinary_refusal_answers_a_commit(error: Exception, *, unknown: bool) -> None:
    assert is_outcome_unknown(error) is unknown
