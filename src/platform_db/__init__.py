"""Typed models, transactions and a PostgreSQL schema that refuse what is untrue.

The public names resolve on first use (PEP 562): importing the package loads nothing,
and importing a domain model loads no driver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platform_db.errors import AlreadyExists as AlreadyExists
    from platform_db.errors import CommitInDoubt as CommitInDoubt
    from platform_db.errors import ConfigurationError as ConfigurationError
    from platform_db.errors import Conflict as Conflict
    from platform_db.errors import ConnectionLost as ConnectionLost
    from platform_db.errors import Deadlock as Deadlock
    from platform_db.errors import IdempotencyMismatch as IdempotencyMismatch
    from platform_db.errors import LockTimeout as LockTimeout
    from platform_db.errors import Message as Message
    from platform_db.errors import NotAllowed as NotAllowed
    from platform_db.errors import NotFound as NotFound
    from platform_db.errors import PlatformError as PlatformError
    from platform_db.errors import PoolExhausted as PoolExhausted
    from platform_db.errors import RuleViolation as RuleViolation
    from platform_db.errors import SerializationFailure as SerializationFailure
    from platform_db.errors import StalePlan as StalePlan
    from platform_db.errors import StaleVersion as StaleVersion
    from platform_db.errors import StatementTimeout as StatementTimeout
    from platform_db.errors import StillReferenced as StillReferenced
    from platform_db.errors import Transient as Transient
    from platform_db.errors import UnknownConstraint as UnknownConstraint
    from platform_db.errors import UsageError as UsageError
    from platform_db.errors import Violation as Violation

__version__ = "0.1.0"

# Where each public name lives. A type checker reads the imports above; a test keeps the two equal.
_PUBLIC = {
    "AlreadyExists": "platform_db.errors",
    "CommitInDoubt": "platform_db.errors",
    "ConfigurationError": "platform_db.errors",
    "Conflict": "platform_db.errors",
    "ConnectionLost": "platform_db.errors",
    "Deadlock": "platform_db.errors",
    "IdempotencyMismatch": "platform_db.errors",
    "LockTimeout": "platform_db.errors",
    "Message": "platform_db.errors",
    "NotAllowed": "platform_db.errors",
    "NotFound": "platform_db.errors",
    "PlatformError": "platform_db.errors",
    "PoolExhausted": "platform_db.errors",
    "RuleViolation": "platform_db.errors",
    "SerializationFailure": "platform_db.errors",
    "StalePlan": "platform_db.errors",
    "StaleVersion": "platform_db.errors",
    "StatementTimeout": "platform_db.errors",
    "StillReferenced": "platform_db.errors",
    "Transient": "platform_db.errors",
    "UnknownConstraint": "platform_db.errors",
    "UsageError": "platform_db.errors",
    "Violation": "platform_db.errors",
}


def __getattr__(name: str) -> object:
    module = _PUBLIC.get(name)
    if module is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
