"""The steps that a migration is made of, as data.

Each knows its locks, its statements up and down, what is left to do by definition, and the rows in its way.
:class:`Script` makes new objects; the others change tables that have rows, beside the application.
"""

from __future__ import annotations

from platform_db.migration.steps.add_check import AddCheck
from platform_db.migration.steps.add_foreign_key import AddForeignKey
from platform_db.migration.steps.add_unique import AddUnique
from platform_db.migration.steps.backfill import Backfill
from platform_db.migration.steps.comment import Comment
from platform_db.migration.steps.convert_to_enum import ConvertToEnum
from platform_db.migration.steps.create_function import CreateFunction
from platform_db.migration.steps.create_index import CreateIndex
from platform_db.migration.steps.create_materialized_view import CreateMaterializedView
from platform_db.migration.steps.create_trigger import CreateTrigger
from platform_db.migration.steps.enum_types import AddEnumValue, CreateEnumType
from platform_db.migration.steps.inverse import Drop, Replace
from platform_db.migration.steps.row_security import CreatePolicy, EnableRowSecurity
from platform_db.migration.steps.script import Script
from platform_db.migration.steps.set_not_null import SetNotNull
from platform_db.migration.steps.step import Lock, LockMode, Obstacles, Statement, Step
from platform_db.migration.steps.validate import Validate

__all__ = [
    "AddCheck",
    "AddEnumValue",
    "AddForeignKey",
    "AddUnique",
    "Backfill",
    "Comment",
    "ConvertToEnum",
    "CreateEnumType",
    "CreateFunction",
    "CreateIndex",
    "CreateMaterializedView",
    "CreatePolicy",
    "CreateTrigger",
    "Drop",
    "EnableRowSecurity",
    "Lock",
    "LockMode",
    "Obstacles",
    "Replace",
    "Script",
    "SetNotNull",
    "Statement",
    "Step",
    "Validate",
]
