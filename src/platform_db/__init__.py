"""Typed models, transactions and a PostgreSQL schema that refuse what is untrue.

The public names resolve on first use (PEP 562): importing the package loads nothing,
and importing a domain model loads no driver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platform_db.database import Identity as Identity
    from platform_db.database import Role as Role
    from platform_db.database import TransactionOptions as TransactionOptions
    from platform_db.domain.artefacts import Artefact as Artefact
    from platform_db.domain.cad_models import CadModel as CadModel
    from platform_db.domain.invoices.calculation import Calculation as Calculation
    from platform_db.domain.invoices.calculation import calculate as calculate
    from platform_db.domain.invoices.calculation import parse_document as parse_document
    from platform_db.domain.invoices.draft import InvoiceDraft as InvoiceDraft
    from platform_db.domain.invoices.draft import LineDetails as LineDetails
    from platform_db.domain.invoices.invoice import Invoice as Invoice
    from platform_db.domain.invoices.parties import Customer as Customer
    from platform_db.domain.invoices.parties import Issuer as Issuer
    from platform_db.domain.invoices.series import InvoiceSeries as InvoiceSeries
    from platform_db.domain.invoices.series import NewSeries as NewSeries
    from platform_db.domain.jobs import Job as Job
    from platform_db.domain.licenses import License as License
    from platform_db.domain.money import Currency as Currency
    from platform_db.domain.orders import Order as Order
    from platform_db.domain.payments.inputs import NewPayment as NewPayment
    from platform_db.domain.payments.payment import Payment as Payment
    from platform_db.domain.products import Product as Product
    from platform_db.domain.sessions import Session as Session
    from platform_db.domain.users import NewUser as NewUser
    from platform_db.domain.users import ProfileChanges as ProfileChanges
    from platform_db.domain.users import User as User
    from platform_db.errors import AlreadyExists as AlreadyExists
    from platform_db.errors import CommitInDoubt as CommitInDoubt
    from platform_db.errors import ConfigurationError as ConfigurationError
    from platform_db.errors import Conflict as Conflict
    from platform_db.errors import ConnectionLost as ConnectionLost
    from platform_db.errors import Deadlock as Deadlock
    from platform_db.errors import IdempotencyMismatch as IdempotencyMismatch
    from platform_db.errors import InvalidRow as InvalidRow
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
    from platform_db.operations.connect import opened_database as opened_database
    from platform_db.repositories.cad_models import CadModelFilter as CadModelFilter
    from platform_db.repositories.invoices.listing import InvoiceFilter as InvoiceFilter
    from platform_db.repositories.jobs import JobFilter as JobFilter
    from platform_db.repositories.licenses import LicenseFilter as LicenseFilter
    from platform_db.repositories.orders import OrderFilter as OrderFilter
    from platform_db.repositories.paging import Page as Page
    from platform_db.repositories.payments import PaymentFilter as PaymentFilter
    from platform_db.repositories.products import ProductFilter as ProductFilter
    from platform_db.repositories.sessions import SessionFilter as SessionFilter
    from platform_db.repositories.users import UserFilter as UserFilter
    from platform_db.repositories.work import Database as Database
    from platform_db.repositories.work import Work as Work
    from platform_db.settings import Settings as Settings

__version__ = "0.1.0"

# Where each public name lives. A type checker reads the imports above; a test keeps the two equal.
_PUBLIC = {
    "AlreadyExists": "platform_db.errors",
    "Artefact": "platform_db.domain.artefacts",
    "CadModel": "platform_db.domain.cad_models",
    "CadModelFilter": "platform_db.repositories.cad_models",
    "Calculation": "platform_db.domain.invoices.calculation",
    "CommitInDoubt": "platform_db.errors",
    "ConfigurationError": "platform_db.errors",
    "Conflict": "platform_db.errors",
    "ConnectionLost": "platform_db.errors",
    "Currency": "platform_db.domain.money",
    "Customer": "platform_db.domain.invoices.parties",
    "Database": "platform_db.repositories.work",
    "Deadlock": "platform_db.errors",
    "IdempotencyMismatch": "platform_db.errors",
    "Identity": "platform_db.database",
    "InvalidRow": "platform_db.errors",
    "Invoice": "platform_db.domain.invoices.invoice",
    "InvoiceDraft": "platform_db.domain.invoices.draft",
    "InvoiceFilter": "platform_db.repositories.invoices.listing",
    "InvoiceSeries": "platform_db.domain.invoices.series",
    "Issuer": "platform_db.domain.invoices.parties",
    "Job": "platform_db.domain.jobs",
    "JobFilter": "platform_db.repositories.jobs",
    "License": "platform_db.domain.licenses",
    "LicenseFilter": "platform_db.repositories.licenses",
    "LineDetails": "platform_db.domain.invoices.draft",
    "LockTimeout": "platform_db.errors",
    "Message": "platform_db.errors",
    "NewPayment": "platform_db.domain.payments.inputs",
    "NewSeries": "platform_db.domain.invoices.series",
    "NewUser": "platform_db.domain.users",
    "NotAllowed": "platform_db.errors",
    "NotFound": "platform_db.errors",
    "Order": "platform_db.domain.orders",
    "OrderFilter": "platform_db.repositories.orders",
    "Page": "platform_db.repositories.paging",
    "Payment": "platform_db.domain.payments.payment",
    "PaymentFilter": "platform_db.repositories.payments",
    "PlatformError": "platform_db.errors",
    "PoolExhausted": "platform_db.errors",
    "Product": "platform_db.domain.products",
    "ProductFilter": "platform_db.repositories.products",
    "ProfileChanges": "platform_db.domain.users",
    "Role": "platform_db.database",
    "RuleViolation": "platform_db.errors",
    "SerializationFailure": "platform_db.errors",
    "Session": "platform_db.domain.sessions",
    "SessionFilter": "platform_db.repositories.sessions",
    "Settings": "platform_db.settings",
    "StalePlan": "platform_db.errors",
    "StaleVersion": "platform_db.errors",
    "StatementTimeout": "platform_db.errors",
    "StillReferenced": "platform_db.errors",
    "TransactionOptions": "platform_db.database",
    "Transient": "platform_db.errors",
    "UnknownConstraint": "platform_db.errors",
    "UsageError": "platform_db.errors",
    "User": "platform_db.domain.users",
    "UserFilter": "platform_db.repositories.users",
    "Violation": "platform_db.errors",
    "Work": "platform_db.repositories.work",
    "calculate": "platform_db.domain.invoices.calculation",
    "opened_database": "platform_db.operations.connect",
    "parse_document": "platform_db.domain.invoices.calculation",
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
