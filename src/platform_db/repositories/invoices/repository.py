"""Invoices: drafted, edited, issued, cancelled, returned, summed up, made anonymous."""

from __future__ import annotations

from platform_db.repositories.invoices.issuing import Issuing
from platform_db.repositories.invoices.ledger import Ledger
from platform_db.repositories.invoices.retention import Retention
from platform_db.repositories.invoices.returning import Returning
from platform_db.repositories.invoices.series import SeriesOperations

__all__ = ["InvoiceRepository"]


class InvoiceRepository(Returning, Issuing, Ledger, Retention, SeriesOperations):
    """Invoices and their series; lists are newest first. Belongs to one unit of work and never commits.

    As a user (platform_app) it sees and writes that user's invoices only. Every operation
    leaves an audit entry; parties never stand in one.
    """
