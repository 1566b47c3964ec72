"""Payments: recorded, moved by what the provider reports, read, listed."""

from __future__ import annotations

from platform_db.repositories.payments.listing import PaymentFilter, ProviderPeriod, WaitingPayments
from platform_db.repositories.payments.repository import PaymentRepository

__all__ = ["PaymentFilter", "PaymentRepository", "ProviderPeriod", "WaitingPayments"]
