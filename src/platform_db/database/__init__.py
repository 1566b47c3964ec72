"""Connections, transactions and the translation of the driver's errors."""

from __future__ import annotations

from platform_db.database.codecs import json_array_parameter, json_parameter
from platform_db.database.executor import Executor, Parameters, Row, Write
from platform_db.database.identity import Identity, Role
from platform_db.database.opening import Access, Isolation, TransactionOptions
from platform_db.database.pool import BaseDatabase, Health
from platform_db.database.statement import Statement
from platform_db.database.translate import DeclaredConstraint, translate
from platform_db.database.unit_of_work import Outcome, UnitOfWork

__all__ = [
    "Access",
    "BaseDatabase",
    "DeclaredConstraint",
    "Executor",
    "Health",
    "Identity",
    "Isolation",
    "Outcome",
    "Parameters",
    "Role",
    "Row",
    "Statement",
    "TransactionOptions",
    "UnitOfWork",
    "Write",
    "json_array_parameter",
    "json_parameter",
    "translate",
]
