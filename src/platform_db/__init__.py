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
    from platform_db.domain.artefacts import NewArtefact as NewArtefact
    from platform_db.domain.bulk import BulkReport as BulkReport
    from platform_db.domain.bulk import Outcome as Outcome
    from platform_db.domain.bulk import RowResult as RowResult
    from platform_db.domain.cad_models import CadModel as CadModel
    from platform_db.domain.cad_models import NewModel as NewModel
    from platform_db.domain.cad_models import NewRevision as NewRevision
    from platform_db.domain.enterprise_config import NewSetting as NewSetting
    from platform_db.domain.erp_mes_sync import NewTie as NewTie
    from platform_db.domain.idempotency_keys import Answer as Answer
    from platform_db.domain.idempotency_keys import InProgress as InProgress
    from platform_db.domain.idempotency_keys import KeyedRequest as KeyedRequest
    from platform_db.domain.idempotency_keys import Replayed as Replayed
    from platform_db.domain.idempotency_keys import Started as Started
    from platform_db.domain.invoices.calculation import Calculation as Calculation
    from platform_db.domain.invoices.calculation import calculate as calculate
    from platform_db.domain.invoices.calculation import parse_document as parse_document
    from platform_db.domain.invoices.draft import InvoiceDraft as InvoiceDraft
    from platform_db.domain.invoices.draft import LineDetails as LineDetails
    from platform_db.domain.invoices.invoice import Invoice as Invoice
    from platform_db.domain.invoices.partial_returns import PartialReturn as PartialReturn
    from platform_db.domain.invoices.partial_returns import PriceReduction as PriceReduction
    from platform_db.domain.invoices.parties import Customer as Customer
    from platform_db.domain.invoices.parties import Issuer as Issuer
    from platform_db.domain.invoices.returns import InvoiceReturn as InvoiceReturn
    from platform_db.domain.invoices.series import InvoiceSeries as InvoiceSeries
    from platform_db.domain.invoices.series import NewSeries as NewSeries
    from platform_db.domain.jobs import Claim as Claim
    from platform_db.domain.jobs import Completion as Completion
    from platform_db.domain.jobs import Job as Job
    from platform_db.domain.jobs import NewJob as NewJob
    from platform_db.domain.licenses import License as License
    from platform_db.domain.licenses import NewLicense as NewLicense
    from platform_db.domain.money import Currency as Currency
    from platform_db.domain.notifications import NewNotification as NewNotification
    from platform_db.domain.order_transactions import NewOrderTransaction as NewOrderTransaction
    from platform_db.domain.orders import Cart as Cart
    from platform_db.domain.orders import CartItem as CartItem
    from platform_db.domain.orders import Order as Order
    from platform_db.domain.orders import ShippingAddress as ShippingAddress
    from platform_db.domain.outbox_events import NewEvent as NewEvent
    from platform_db.domain.payment_methods import NewPaymentMethod as NewPaymentMethod
    from platform_db.domain.payments.inputs import NewPayment as NewPayment
    from platform_db.domain.payments.payment import Payment as Payment
    from platform_db.domain.products import NewProduct as NewProduct
    from platform_db.domain.products import Product as Product
    from platform_db.domain.sessions import NewSession as NewSession
    from platform_db.domain.sessions import NextToken as NextToken
    from platform_db.domain.sessions import Reused as Reused
    from platform_db.domain.sessions import Rotated as Rotated
    from platform_db.domain.sessions import Session as Session
    from platform_db.domain.users import NewUser as NewUser
    from platform_db.domain.users import ProfileChanges as ProfileChanges
    from platform_db.domain.users import User as User
    from platform_db.domain.users import UserRole as UserRole
    from platform_db.domain.users import UserStatus as UserStatus
    from platform_db.encryption import Keyring as Keyring
    from platform_db.errors import AlreadyExists as AlreadyExists
    from platform_db.errors import CommitInDoubt as CommitInDoubt
    from platform_db.errors import ConfigurationError as ConfigurationError
    from platform_db.errors import Conflict as Conflict
    from platform_db.errors import ConnectionLost as ConnectionLost
    from platform_db.errors import Deadlock as Deadlock
    from platform_db.errors import IdempotencyMismatch as IdempotencyMismatch
    from platform_db.errors import InvalidRow as InvalidRow
    from platform_db.errors import LeaseLost as LeaseLost
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
    "Answer": "platform_db.domain.idempotency_keys",
    "Artefact": "platform_db.domain.artefacts",
    "BulkReport": "platform_db.domain.bulk",
    "CadModel": "platform_db.domain.cad_models",
    "CadModelFilter": "platform_db.repositories.cad_models",
    "Calculation": "platform_db.domain.invoices.calculation",
    "Cart": "platform_db.domain.orders",
    "CartItem": "platform_db.domain.orders",
    "Claim": "platform_db.domain.jobs",
    "CommitInDoubt": "platform_db.errors",
    "Completion": "platform_db.domain.jobs",
    "ConfigurationError": "platform_db.errors",
    "Conflict": "platform_db.errors",
    "ConnectionLost": "platform_db.errors",
    "Currency": "platform_db.domain.money",
    "Customer": "platform_db.domain.invoices.parties",
    "Database": "platform_db.repositories.work",
    "Deadlock": "platform_db.errors",
    "IdempotencyMismatch": "platform_db.errors",
    "Identity": "platform_db.database",
    "InProgress": "platform_db.domain.idempotency_keys",
    "InvalidRow": "platform_db.errors",
    "Invoice": "platform_db.domain.invoices.invoice",
    "InvoiceDraft": "platform_db.domain.invoices.draft",
    "InvoiceFilter": "platform_db.repositories.invoices.listing",
    "InvoiceReturn": "platform_db.domain.invoices.returns",
    "InvoiceSeries": "platform_db.domain.invoices.series",
    "Issuer": "platform_db.domain.invoices.parties",
    "Job": "platform_db.domain.jobs",
    "JobFilter": "platform_db.repositories.jobs",
    "KeyedRequest": "platform_db.domain.idempotency_keys",
    "Keyring": "platform_db.encryption",
    "LeaseLost": "platform_db.errors",
    "License": "platform_db.domain.licenses",
    "LicenseFilter": "platform_db.repositories.licenses",
    "LineDetails": "platform_db.domain.invoices.draft",
    "LockTimeout": "platform_db.errors",
    "Message": "platform_db.errors",
    "NewArtefact": "platform_db.domain.artefacts",
    "NewEvent": "platform_db.domain.outbox_events",
    "NewJob": "platform_db.domain.jobs",
    "NewLicense": "platform_db.domain.licenses",
    "NewModel": "platform_db.domain.cad_models",
    "NewNotification": "platform_db.domain.notifications",
    "NewOrderTransaction": "platform_db.domain.order_transactions",
    "NewPayment": "platform_db.domain.payments.inputs",
    "NewPaymentMethod": "platform_db.domain.payment_methods",
    "NewProduct": "platform_db.domain.products",
    "NewRevision": "platform_db.domain.cad_models",
    "NewSeries": "platform_db.domain.invoices.series",
    "NewSession": "platform_db.domain.sessions",
    "NewSetting": "platform_db.domain.enterprise_config",
    "NewTie": "platform_db.domain.erp_mes_sync",
    "NewUser": "platform_db.domain.users",
    "NextToken": "platform_db.domain.sessions",
    "NotAllowed": "platform_db.errors",
    "NotFound": "platform_db.errors",
    "Order": "platform_db.domain.orders",
    "OrderFilter": "platform_db.repositories.orders",
    "Outcome": "platform_db.domain.bulk",
    "Page": "platform_db.repositories.paging",
    "PartialReturn": "platform_db.domain.invoices.partial_returns",
    "Payment": "platform_db.domain.payments.payment",
    "PaymentFilter": "platform_db.repositories.payments",
    "PlatformError": "platform_db.errors",
    "PoolExhausted": "platform_db.errors",
    "PriceReduction": "platform_db.domain.invoices.partial_returns",
    "Product": "platform_db.domain.products",
    "ProductFilter": "platform_db.repositories.products",
    "ProfileChanges": "platform_db.domain.users",
    "Replayed": "platform_db.domain.idempotency_keys",
    "Reused": "platform_db.domain.sessions",
    "Role": "platform_db.database",
    "Rotated": "platform_db.domain.sessions",
    "RowResult": "platform_db.domain.bulk",
    "RuleViolation": "platform_db.errors",
    "SerializationFailure": "platform_db.errors",
    "Session": "platform_db.domain.sessions",
    "SessionFilter": "platform_db.repositories.sessions",
    "Settings": "platform_db.settings",
    "ShippingAddress": "platform_db.domain.orders",
    "StalePlan": "platform_db.errors",
    "StaleVersion": "platform_db.errors",
    "Started": "platform_db.domain.idempotency_keys",
    "StatementTimeout": "platform_db.errors",
    "StillReferenced": "platform_db.errors",
    "TransactionOptions": "platform_db.database",
    "Transient": "platform_db.errors",
    "UnknownConstraint": "platform_db.errors",
    "UsageError": "platform_db.errors",
    "User": "platform_db.domain.users",
    "UserFilter": "platform_db.repositories.users",
    "UserRole": "platform_db.domain.users",
    "UserStatus": "platform_db.domain.users",
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
