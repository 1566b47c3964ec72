"""Every error this package raises, one class for each decision a caller can take.

The tree imports no driver, so a service can catch these without loading one. Errors
carry names (rule, entity, fields, constraint), never stored values: they may be logged.
They pickle, so a Celery worker can send them to its caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

__all__ = [
    "AlreadyExists",
    "CommitInDoubt",
    "ConfigurationError",
    "Conflict",
    "ConnectionLost",
    "Deadlock",
    "IdempotencyMismatch",
    "InvalidRow",
    "LeaseLost",
    "LockTimeout",
    "Message",
    "NotAllowed",
    "NotFound",
    "PlatformError",
    "PoolExhausted",
    "RuleViolation",
    "SerializationFailure",
    "StalePlan",
    "StaleVersion",
    "StatementTimeout",
    "StillReferenced",
    "Transient",
    "UnknownConstraint",
    "UsageError",
    "Violation",
]


@dataclass(frozen=True, slots=True)
class Message:
    """One text in Turkish and English."""

    tr: str
    en: str

    def __str__(self) -> str:
        return f"{self.tr} / {self.en}"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: its stable name, the fields it is about, and what to tell a person.

    ``rule`` is the name of the database constraint that says the same, where one exists.
    ``fields`` are column names, or dotted paths into a document (``lines.0.kdv_rate``).
    """

    rule: str
    fields: tuple[str, ...]
    message: Message
    entity: str | None = None

    def under(self, *path: str | int) -> Self:
        """The same violation seen from the document that holds this part at ``path``."""
        prefix = ".".join(str(step) for step in path)
        fields = tuple(f"{prefix}.{field}" for field in self.fields) or (prefix,)
        return replace(self, fields=fields)

    def as_json(self) -> dict[str, object]:
        """The form of TURKISH_RULES §6: rule, fields and the message in both languages."""
        return {
            "rule": self.rule,
            "fields": list(self.fields),
            "message": {"tr": self.message.tr, "en": self.message.en},
        }


class PlatformError(Exception):
    """The root: everything this package raises on purpose."""

    retryable: ClassVar[bool] = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RuleViolation(PlatformError):
    """The values break at least one rule; nothing was stored.

    ``violations`` lists every broken rule that could be judged, the first one first;
    ``rule``, ``entity``, ``fields`` and ``text`` are the first one's.
    """

    def __init__(self, *violations: Violation) -> None:
        if not violations:
            message = "a RuleViolation needs at least one violation"
            raise ValueError(message)
        self.violations = violations
        super().__init__("; ".join(f"{v.rule} ({', '.join(v.fields)}): {v.message}" for v in violations))

    @property
    def first(self) -> Violation:
        return self.violations[0]

    @property
    def rule(self) -> str:
        return self.first.rule

    @property
    def entity(self) -> str | None:
        return self.first.entity

    @property
    def fields(self) -> tuple[str, ...]:
        return self.first.fields

    @property
    def text(self) -> Message:
        return self.first.message

    def __reduce__(self) -> tuple[type[Self], tuple[Violation, ...]]:
        return type(self), self.violations


class _AboutConstraint(PlatformError):
    """Shared shape of the errors that one named constraint raises."""

    def __init__(
        self,
        message: str,
        *,
        constraint: str | None = None,
        entity: str | None = None,
        fields: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.constraint = constraint
        self.entity = entity
        self.fields = fields

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.message, dict(self.__dict__))


def _restore(kind: type[PlatformError], message: str, state: dict[str, object]) -> PlatformError:
    error = kind(message)
    error.__dict__.update(state)
    return error


class Conflict(_AboutConstraint):
    """The request is well formed but cannot be combined with what is stored."""


class AlreadyExists(Conflict):
    """A unique or exclusion constraint: such a row is there already."""


class StaleVersion(Conflict):
    """The row moved on since it was read; read it again and decide anew."""


class StillReferenced(Conflict):
    """A foreign key: the row is still needed, or the row it names is missing."""


class IdempotencyMismatch(Conflict):
    """The same key or reference came before with different content."""


class LeaseLost(Conflict):
    """The worker does not hold this attempt any more: what it reports is too late, and is dropped."""


class NotFound(_AboutConstraint):
    """No such row, or none that this identity may see."""


class NotAllowed(_AboutConstraint):
    """Row security or a missing grant refused the statement."""


class Transient(PlatformError):
    """Trying the whole unit of work again may succeed."""

    retryable: ClassVar[bool] = True


class SerializationFailure(Transient):
    """A concurrent transaction won (40001)."""


class Deadlock(Transient):
    """Two transactions waited for each other and this one was chosen (40P01)."""


class LockTimeout(Transient):
    """A lock was not granted in time (55P03)."""


class StatementTimeout(PlatformError):
    """A statement ran longer than it may (57014); trying again would only take as long."""


class StalePlan(Transient):
    """The schema changed under a prepared statement."""


class ConnectionLost(Transient):
    """The connection broke before COMMIT was sent: nothing was stored."""


class PoolExhausted(Transient):
    """No connection became free in time."""


class CommitInDoubt(PlatformError):
    """The connection broke while COMMIT was on its way: stored or not, nobody here knows.

    Never retried by the library: ask for the outcome (by an idempotency key or the row
    itself) before doing the work again.
    """


class InvalidRow(PlatformError):
    """A row is stored that breaks a rule of its model: it came past the constraints, or before they were there."""


class UnknownConstraint(PlatformError):
    """The server refused under a name that the models do not declare; the text says what to add."""


class ConfigurationError(PlatformError):
    """A setting, the server or the installation does not fit; the text says how to mend it."""


class UsageError(PlatformError):
    """The calling code is wrong: a finished unit of work, one unit shared by two tasks."""
